// Data channels that go to another thread than their connection's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { nonstandard, RTCPeerConnection } from '../dist/index.js';

/** Two connections, a worker that has the channel of the first, and the second's channel. */
async function withTransferred(body, init = {}) {
  const worker = new Worker(new URL('./support/channel_worker.cjs', import.meta.url));
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
  const said = [];
  worker.on('message', (message) => said.push(message));
  const heard = async (type) => {
    for (;;) {
      const at = said.findIndex(([known]) => known === type);
      if (at >= 0) return said.splice(at, 1)[0];
      await once(worker, 'message');
    }
  };
  const tell = (message, transfer) => {
    const packed = nonstandard.pack(message, transfer);
    worker.postMessage(packed.data, packed.transfer);
  };
  try {
    const local = a.createDataChannel('moved', init);
    tell({ transferred: local }, [local]);
    assert.equal(local.readyState, 'closed');
    assert.throws(() => local.send('x'), { name: 'InvalidStateError' });
    const arrived = new Promise((resolve) => { b.ondatachannel = ({ channel }) => resolve(channel); });
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    const remote = await arrived;
    remote.binaryType = 'arraybuffer';
    assert.deepEqual(await heard('taken'), ['taken', 'connecting', 'moved', 'RTCDataChannel']);
    assert.deepEqual((await heard('open')).slice(0, 2), ['open', 'open']);
    await body({ a, b, remote, worker, heard, tell });
  } finally {
    a.close();
    b.close();
    await worker.terminate();
  }
}

const message = (channel) => new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data), { once: true }));

test('messages go through the worker and back', async () => {
  await withTransferred(async ({ remote }) => {
    for (const data of ['text', '', 'ä€𝄞']) {
      remote.send(data);
      assert.equal(await message(remote), data);
    }
    const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => n % 251);
    remote.send(bytes);
    assert.deepEqual(new Uint8Array(await message(remote)), bytes);
  });
});

test('a channel that is closed at either end is closed in the worker', async () => {
  await withTransferred(async ({ remote, heard }) => {
    remote.close();
    assert.deepEqual((await heard('close')).slice(0, 2), ['close', 'closed']);
  });
  await withTransferred(async ({ remote, heard, tell }) => {
    const closed = new Promise((resolve) => { remote.onclose = resolve; });
    tell({ run: 'close' });
    await closed;
    assert.deepEqual((await heard('close')).slice(0, 2), ['close', 'closed']);
  });
});

test('a worker that ends closes its channel', async () => {
  await withTransferred(async ({ remote, tell }) => {
    const closed = new Promise((resolve) => { remote.onclose = resolve; });
    tell({ run: 'exit' });
    await closed;
  });
});

test('a connection that is closed lets the worker end', async () => {
  await withTransferred(async ({ a, worker }) => {
    a.close();
    worker.postMessage({});
    worker.unref();
  });
});

test('a flood arrives whole, or is refused where it begins', async () => {
  await withTransferred(async ({ remote, heard, tell }) => {
    let count = 0;
    remote.onmessage = ({ data }) => {
      assert.equal(data.byteLength, 60_000);
      count += 1;
    };
    tell({ run: 'flood' });
    const [, buffered, refused] = await heard('flooded');
    assert.ok(buffered);
    assert.deepEqual(refused, ['OperationError']);
    const [, , left] = await heard('bufferedamountlow');
    assert.ok(left <= 1000);
    while (count < Math.floor((16 * 1024 * 1024) / 60_000)) await message(remote);
  });
});

test('only a new channel that has sent nothing can go, and only on the list', async () => {
  const connection = new RTCPeerConnection();
  const fresh = connection.createDataChannel('fresh');
  const old = connection.createDataChannel('old');
  const refused = { name: 'DataCloneError' };
  assert.throws(() => nonstandard.pack({ fresh }), refused);
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (const list of [[old], [connection.createDataChannel('new'), old]]) assert.throws(() => nonstandard.pack(list, list), refused);
  const sender = connection.createDataChannel('sender');
  assert.throws(() => sender.send('x'), { name: 'InvalidStateError' });
  assert.throws(() => nonstandard.pack(sender, [sender]), refused);
  const twice = connection.createDataChannel('twice');
  nonstandard.pack(twice, [twice]);
  assert.throws(() => nonstandard.pack(twice, [twice]), refused);
  connection.close();
});
