// Connections in worker threads: each environment has a loop of its own, and its end leaves nothing behind that could call into it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RTCPeerConnection } from '../dist/index.js';
import { once } from './support/connect.mjs';
import { run } from './support/child.mjs';

const support = new URL('./support/connect.mjs', import.meta.url);

/** A worker that runs this source; `parentPort` and the helpers are there. */
function work(source) {
  const preamble = `import { parentPort } from 'node:worker_threads'; import { connectedPair, once } from ${JSON.stringify(support.href)};`;
  const module = `data:text/javascript,${encodeURIComponent(preamble + source)}`;
  return new Worker(new URL(module));
}

const message = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
const ended = (worker) => new Promise((resolve) => worker.once('exit', resolve));

test('a worker connects, and ends by itself once all is closed', async () => {
  const worker = work(`
    const { offerer, answerer, outgoing, incoming } = await connectedPair();
    outgoing.send('from the worker');
    const { data } = await once(incoming, 'message');
    parentPort.postMessage(data);
    offerer.close();
    answerer.close();`);
  const exit = ended(worker);
  assert.equal(await message(worker), 'from the worker');
  assert.equal(await exit, 0);
});

test('a worker that ends while connected closes its connections', async () => {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('test');
  const opened = once(channel, 'open');
  const closed = once(channel, 'close');
  const worker = work(`
    const { RTCPeerConnection } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    const connection = new RTCPeerConnection();
    connection.onicecandidate = ({ candidate }) => parentPort.postMessage({ candidate: candidate?.toJSON() });
    parentPort.on('message', async ({ description, candidate }) => {
      if (description) {
        await connection.setRemoteDescription(description);
        await connection.setLocalDescription();
        parentPort.postMessage({ description: connection.localDescription.toJSON() });
      } else {
        await connection.addIceCandidate(candidate);
      }
    });`);
  worker.on('message', ({ description, candidate }) =>
    description ? connection.setRemoteDescription(description) : connection.addIceCandidate(candidate),
  );
  await connection.setLocalDescription();
  worker.postMessage({ description: connection.localDescription.toJSON() });
  connection.onicecandidate = ({ candidate }) => worker.postMessage({ candidate: candidate?.toJSON() });
  await opened;
  await worker.terminate();
  await closed;
  connection.close();
});

test('workers may be terminated at any moment', async () => {
  for (let round = 0; round < 12; round += 1) {
    const worker = work(`
      const pair = await connectedPair();
      parentPort.postMessage('connected');
      const flood = () => { for (let n = 0; n < 100; n += 1) pair.outgoing.send('x'.repeat(1000)); setImmediate(flood); };
      flood();`);
    const connected = message(worker);
    // Some before anything happened, some in the middle of the handshake, some under traffic.
    if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round * 10));
    else await connected;
    connected.catch(() => {});
    await worker.terminate();
  }
});

test('several workers connect at once', async () => {
  const source = `
    const { offerer, answerer, outgoing, incoming } = await connectedPair();
    let count = 0;
    incoming.onmessage = () => { count += 1; if (count === 200) { parentPort.postMessage(count); offerer.close(); answerer.close(); } };
    for (let n = 0; n < 200; n += 1) outgoing.send(String(n));`;
  const workers = Array.from({ length: 4 }, () => work(source));
  const exits = workers.map(ended);
  assert.deepEqual(await Promise.all(workers.map(message)), [200, 200, 200, 200]);
  assert.deepEqual(await Promise.all(exits), [0, 0, 0, 0]);
});

test('the addon may live in a worker alone', async () => {
  const { code, signal, stdout, stderr } = await run(`
    import { Worker } from 'node:worker_threads';
    const source = "const { connectedPair } = await import(" + JSON.stringify(new URL('connect.mjs', 'file://' + process.cwd() + '/').href) + "); await connectedPair(); const { parentPort } = await import('node:worker_threads'); parentPort.postMessage('connected');";
    for (let round = 0; round < 5; round += 1) {
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)));
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      await worker.terminate();
      // Drivers say goodbye meanwhile, on threads of the addon's.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log('done');`);
  assert.deepEqual({ code, signal, stdout, stderr }, { code: 0, signal: null, stdout: 'done\n', stderr: '' });
});
