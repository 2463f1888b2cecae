// Encoded frames, the way of frames through a sender's or receiver's transform, and scripts in workers that transform them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import { frameFromData } from '../dist/encoded_transform/encoded_frame.js';
import { TransformSlot } from '../dist/encoded_transform/rtp_transform.js';
import * as peerline from '../dist/index.js';

const { nonstandard, RTCEncodedAudioFrame, RTCEncodedVideoFrame, RTCPeerConnection, RTCRtpScriptTransform, SFrameTransform } = peerline;

const bytes = (...values) => Uint8Array.from(values).buffer;
const videoData = (n, type = 'delta') => ({ type, data: bytes(n), metadata: { synchronizationSource: 1, payloadType: 96, contributingSources: [7], rtpTimestamp: 3000 * n, width: 4 } });
const audioData = (n) => ({ data: bytes(n), metadata: { synchronizationSource: 2, rtpTimestamp: 960 * n, sequenceNumber: n } });
const until = async (condition) => {
  for (let wait = 0; !condition(); wait += 1) {
    assert.ok(wait < 1000, `waited in vain: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** A slot whose media plane is a list. */
function slotOf(half = 'sender', more = {}) {
  const consumed = [];
  const slot = new TransformSlot({ half, kind: 'video', consume: (frame) => consumed.push(frame), ...more });
  const numbers = () => consumed.map(({ data }) => [...new Uint8Array(data)]);
  return { slot, consumed, numbers };
}

/** A transform in a worker, and what its script says. */
function scriptTransform(worker, mode) {
  const { port1, port2 } = new MessageChannel();
  const transform = new RTCRtpScriptTransform(worker, { mode, port: port2 }, [port2]);
  const said = [];
  port1.on('message', (message) => said.push(message));
  const ask = async (...message) => {
    port1.postMessage(message);
    const isAnswer = ([method]) => method === message[0];
    await until(() => said.some(isAnswer));
    return said.splice(said.findIndex(isAnswer), 1)[0].slice(1);
  };
  return { transform, said, ask, close: () => port1.close() };
}

async function withWorker(options, body) {
  const worker = new Worker(new URL('./support/transform_worker.cjs', import.meta.url), options);
  const opened = [];
  try {
    await body(worker, (mode) => {
      opened.push(scriptTransform(worker, mode));
      return opened.at(-1);
    });
  } finally {
    opened.forEach(({ close }) => close());
    await worker.terminate();
  }
}

test('a frame is copied by its constructor, and never made of nothing', () => {
  const video = frameFromData(videoData(1, 'key'));
  const copy = new RTCEncodedVideoFrame(video, { metadata: { rtpTimestamp: 5, frameId: 9 } });
  assert.equal(copy.type, 'key');
  assert.equal(copy.timestamp, 5);
  assert.deepEqual(copy.getMetadata(), { ...video.getMetadata(), rtpTimestamp: 5, frameId: 9 });
  new Uint8Array(copy.data).fill(200);
  assert.deepEqual([...new Uint8Array(video.data)], [1]);
  video.getMetadata().contributingSources.push(1);
  assert.deepEqual(video.getMetadata().contributingSources, [7]);
  const audio = new RTCEncodedAudioFrame(frameFromData(audioData(2)));
  assert.equal(audio.getMetadata().sequenceNumber, 2);
  assert.equal('type' in audio, false);

  for (const wrong of [undefined, {}, audio, Object.create(RTCEncodedVideoFrame.prototype)]) assert.throws(() => new RTCEncodedVideoFrame(wrong), TypeError);
  assert.throws(() => RTCEncodedVideoFrame.prototype.getMetadata.call(audio), TypeError);
  assert.throws(() => { video.data = new Uint8Array(3); }, TypeError);
});

test('a frame stays in its stream whatever its metadata is changed to', () => {
  const frame = frameFromData(videoData(1));
  frame.setMetadata({ rtpTimestamp: 77 });
  assert.equal(frame.timestamp, 77);
  assert.equal(frame.getMetadata().width, 4);
  for (const metadata of [{ synchronizationSource: 3 }, { payloadType: 97 }, { contributingSources: [] }]) {
    assert.throws(() => frame.setMetadata(metadata), { name: 'InvalidModificationError' });
    assert.throws(() => new RTCEncodedVideoFrame(frame, { metadata }), { name: 'InvalidModificationError' });
  }
});

test('frames are cloned with whatever they are in', () => {
  const frame = frameFromData(videoData(1, 'key'));
  const value = { list: [frame, 1, 'two', new Date(3)], map: new Map([[frame, new Set([frame])]]), twice: frame };
  value.self = value;
  const copy = nonstandard.structuredClone(value);
  assert.ok(copy.twice instanceof RTCEncodedVideoFrame && copy.twice !== frame);
  assert.equal(copy.list[0], copy.twice);
  assert.deepEqual([...copy.map.keys()], [copy.twice]);
  assert.ok(copy.map.get(copy.twice).has(copy.twice));
  assert.equal(copy.self, copy);
  assert.deepEqual(copy.list.slice(1), [1, 'two', new Date(3)]);
  assert.deepEqual([...new Uint8Array(copy.twice.data)], [1]);
  const plain = { a: [1, { b: 2n }] };
  assert.equal(nonstandard.pack(plain).data, plain);
  assert.throws(() => nonstandard.structuredClone(() => 1), { name: 'DataCloneError' });
});

test('the global structuredClone may be replaced by ours', () => {
  const { structuredClone: former } = globalThis;
  globalThis.structuredClone = nonstandard.structuredClone;
  try {
    const copy = structuredClone({ frame: frameFromData(audioData(1)) });
    assert.deepEqual(copy.frame.getMetadata(), audioData(1).metadata);
    assert.ok(new RTCEncodedAudioFrame(copy.frame) instanceof RTCEncodedAudioFrame);
  } finally {
    globalThis.structuredClone = former;
  }
});

test('without a transform frames pass at once; a transform is for one alone', () => {
  const { slot, numbers, consumed } = slotOf();
  assert.ok(slot.isIdentity);
  slot.produce(videoData(1, 'key'));
  assert.deepEqual(numbers(), [[1]]);
  assert.deepEqual(consumed[0].metadata, videoData(1).metadata);
  const pc = new RTCPeerConnection();
  const [a, b] = [pc.addTransceiver('audio'), pc.addTransceiver('video')];
  const transform = new SFrameTransform();
  a.sender.transform = transform;
  a.sender.transform = transform;
  assert.equal(a.sender.transform, transform);
  assert.ok(transform.readable.locked && transform.writable.locked);
  for (const other of [a.receiver, b.sender]) assert.throws(() => { other.transform = transform; }, { name: 'InvalidStateError' });
  a.sender.transform = null;
  assert.equal(a.sender.transform, null);
  assert.ok(transform.readable.locked && transform.writable.locked);
  assert.throws(() => { a.sender.transform = transform; }, { name: 'InvalidStateError' });
  const busy = new SFrameTransform();
  busy.readable.getReader();
  assert.throws(() => { b.sender.transform = busy; }, TypeError);
  assert.throws(() => { b.sender.transform = {}; }, TypeError);
  pc.close();
});

test('SFrame transforms of a sender and a receiver understand each other', async () => {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveBits']);
  const [sender, receiver] = [slotOf('sender'), slotOf('receiver')];
  for (const { slot } of [sender, receiver]) {
    slot.value = new SFrameTransform();
    slot.value.setEncryptionKey(key, 3);
  }
  for (let n = 1; n <= 3; n += 1) sender.slot.produce(videoData(n));
  await until(() => sender.consumed.length === 3);
  assert.equal(sender.consumed[0].data.byteLength, 1 + 1 + 10);
  for (const frame of sender.consumed) receiver.slot.produce(frame);
  receiver.slot.produce(videoData(9));
  await until(() => receiver.consumed.length === 3);
  assert.deepEqual(receiver.numbers(), [[1], [2], [3]]);
});

test('encoded streams give each frame once, in order, and take no other', async () => {
  const { slot, numbers } = slotOf();
  const { readable, writable } = slot.createEncodedStreams();
  assert.throws(() => slot.createEncodedStreams(), { name: 'InvalidStateError' });
  assert.throws(() => { slot.value = new SFrameTransform(); }, { name: 'InvalidStateError' });
  const reader = readable.getReader();
  for (let n = 1; n <= 3; n += 1) slot.produce(videoData(n));
  const frames = [];
  for (let n = 1; n <= 3; n += 1) frames.push((await reader.read()).value);
  const writer = writable.getWriter();
  await writer.write(nonstandard.structuredClone(frames[0]));
  await writer.write(frames[2]);
  assert.equal(frames[2].data.byteLength, 0);
  assert.equal(frames[2].getMetadata().rtpTimestamp, 9000);
  assert.deepEqual(numbers(), [[1], [3]]);
  await assert.rejects(writer.write(frames[1]), { name: 'OperationError' });
  const other = slotOf().slot.createEncodedStreams().writable.getWriter();
  await assert.rejects(other.write(frames[1]), { name: 'OperationError' });
  await assert.rejects(slotOf().slot.createEncodedStreams().writable.getWriter().write({}), TypeError);
});

test('createEncodedStreams is there once on senders and receivers', () => {
  const pc = new RTCPeerConnection();
  const { sender, receiver } = pc.addTransceiver('video');
  for (const half of [sender, receiver]) {
    assert.ok(half.createEncodedStreams().readable instanceof ReadableStream);
    assert.throws(() => half.createEncodedStreams(), { name: 'InvalidStateError' });
  }
  pc.close();
});

test('encoded streams can go to another thread', async () => {
  const { slot, numbers } = slotOf();
  const streams = slot.createEncodedStreams();
  const packed = nonstandard.pack(streams, Object.values(streams));
  const worker = new Worker(`
    const { parentPort } = require('node:worker_threads');
    const { nonstandard } = require(${JSON.stringify(new URL('../dist/index.js', import.meta.url).pathname)});
    parentPort.once('message', async (message) => {
      const { readable, writable } = nonstandard.unpack(message);
      const writer = writable.getWriter();
      let left = 3;
      for await (const frame of readable) {
        frame.data = Uint8Array.of(...new Uint8Array(frame.data), 100).buffer;
        await writer.write(frame);
        if (--left === 0) break;
      }
      writer.write('nonsense').catch(({ name }) => parentPort.postMessage(name));
    });
    setInterval(() => {}, 1000);`, { eval: true });
  worker.postMessage(packed.data, packed.transfer);
  const outcome = once(worker, 'message');
  for (let n = 1; n <= 3; n += 1) slot.produce(videoData(n));
  assert.deepEqual(await outcome, ['TypeError']);
  await until(() => numbers().length === 3);
  assert.deepEqual(numbers(), [[1, 100], [2, 100], [3, 100]]);
  assert.throws(() => nonstandard.pack(streams, [streams.readable]), { name: 'DataCloneError' });
  await worker.terminate();
});

test('a script that does not read loses frames, not the memory', async () => {
  const { slot } = slotOf();
  const { readable } = slot.createEncodedStreams();
  for (let n = 0; n < 2000; n += 1) slot.produce(videoData(n % 256));
  const reader = readable.getReader();
  let read = 0;
  while ((await Promise.race([reader.read(), new Promise((resolve) => setTimeout(resolve, 20, null))])) !== null) read += 1;
  assert.equal(read, 512);
});

test('a script in a worker transforms frames, each way and in order', async () => {
  await withWorker({}, async (worker, open) => {
    const { transform, said } = open('add a byte');
    const { slot, numbers } = slotOf();
    slot.value = transform;
    for (let n = 1; n <= 50; n += 1) slot.produce(videoData(n, n % 10 === 1 ? 'key' : 'delta'));
    await until(() => numbers().length === 50);
    assert.deepEqual(numbers().slice(0, 3), [[1, 1], [2, 2], [3, 2]]);
    assert.deepEqual(numbers().map(([n]) => n), Array.from({ length: 50 }, (_, n) => n + 1));
    // Another takes its place: the first one's stream ends.
    const second = open('copy');
    slot.value = second.transform;
    slot.produce(videoData(60));
    await until(() => second.said.length === 2 && numbers().length === 51);
    assert.deepEqual(second.said[1], ['copied', 'RTCEncodedVideoFrame', true, 0]);
    await until(() => said.at(-1)[0] === 'ended');
    slot.value = null;
    slot.produce(videoData(61));
    assert.deepEqual(numbers().at(-1), [61]);
  });
});

test('a worker gets its transforms however late it loads the package', async () => {
  await withWorker({ workerData: { delay: 300 } }, async (worker, open) => {
    const early = [open('add a byte'), open('add a byte')];
    await until(() => early.every(({ said }) => said.length === 1));
    assert.deepEqual(early[0].said, [['started', worker.threadId]]);
    const late = open('do not read');
    await until(() => late.said.length === 1);
  });
});

test('nonsense fails the stream of the script that writes it', async () => {
  await withWorker({}, async (worker, open) => {
    const { transform, said } = open('write nonsense');
    const { slot, numbers } = slotOf();
    slot.value = transform;
    slot.produce(videoData(1));
    await until(() => said.length === 2);
    assert.deepEqual(said[1], ['nonsense', 'TypeError']);
    assert.deepEqual(numbers(), []);
  });
});

test('key frames are asked for in both directions', async () => {
  await withWorker({}, async (worker, open) => {
    const { transform, said, ask } = open('add a byte');
    for (const method of ['generateKeyFrame', 'sendKeyFrameRequest']) assert.deepEqual(await ask(method), ['refused', 'InvalidStateError']);
    const rids = [];
    const generateKeyFrame = async (rid) => {
      rids.push(rid);
      if (rid === 'x') throw new DOMException('no such encoding', 'NotFoundError');
      return 4711;
    };
    const sender = slotOf('sender', { generateKeyFrame });
    sender.slot.value = transform;
    assert.deepEqual(await ask('generateKeyFrame'), ['done', 4711]);
    assert.deepEqual(await ask('generateKeyFrame', 'x'), ['refused', 'NotFoundError']);
    for (const rid of ['', '!?', 'a-b', 'a_b', 'é']) assert.deepEqual(await ask('generateKeyFrame', rid), ['refused', 'NotAllowedError']);
    assert.deepEqual(await ask('sendKeyFrameRequest'), ['refused', 'InvalidStateError']);
    assert.ok(sender.slot.keyFrameRequested('hi'));
    await until(() => rids.length === 3);
    assert.deepEqual(rids, [undefined, 'x', 'hi']);
    assert.deepEqual(said.at(-1), ['keyframerequest', 'hi', true]);

    const refusing = open('refuse key frames');
    sender.slot.value = refusing.transform;
    sender.slot.keyFrameRequested();
    await until(() => refusing.said.length === 2);
    assert.deepEqual(refusing.said[1], ['keyframerequest', null, true]);
    assert.equal(rids.length, 3);
    assert.equal(slotOf().slot.keyFrameRequested(), false);

    let requests = 0;
    const receiver = slotOf('receiver', { sendKeyFrameRequest: async () => { requests += 1; } });
    const receiving = open('add a byte');
    receiver.slot.value = receiving.transform;
    assert.deepEqual(await receiving.ask('sendKeyFrameRequest'), ['done', undefined]);
    assert.deepEqual(await receiving.ask('generateKeyFrame'), ['refused', 'InvalidStateError']);
    assert.equal(requests, 1);
  });
});

test('the constructor refuses what cannot go to a worker', async () => {
  await withWorker({}, (worker) => {
    for (const wrong of [undefined, {}, new MessageChannel().port1]) assert.throws(() => new RTCRtpScriptTransform(wrong), TypeError);
    assert.throws(() => new RTCRtpScriptTransform(worker, () => 1), { name: 'DataCloneError' });
    assert.throws(() => new RTCRtpScriptTransform(worker, {}, [{}]), (error) => error instanceof TypeError || error.name === 'DataCloneError');
    const buffer = new ArrayBuffer(4);
    new RTCRtpScriptTransform(worker, { buffer }, [buffer]);
    assert.equal(buffer.byteLength, 0);
    return Promise.resolve();
  });
});

test('a worker that ends, or never loads the package, harms nobody', async () => {
  const worker = new Worker('setTimeout(() => {}, 20)', { eval: true });
  const { slot } = slotOf();
  slot.value = new RTCRtpScriptTransform(worker);
  slot.produce(videoData(1));
  await once(worker, 'exit');
  slot.produce(videoData(2));
  const { slot: after } = slotOf();
  after.value = new RTCRtpScriptTransform(worker);
  after.produce(videoData(3));
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test("a scope of the web's kind gets the event, and its script no message of ours", () => {
  class WebWorker extends EventTarget {
    scope = new EventTarget();
    postMessage(data) { this.scope.dispatchEvent(new MessageEvent('message', { data })); }
  }
  const { Worker: former } = globalThis;
  globalThis.Worker = WebWorker;
  try {
    const worker = new WebWorker();
    nonstandard.enterWorker(worker.scope);
    const messages = [];
    worker.scope.addEventListener('message', ({ data }) => messages.push(data));
    const events = [];
    worker.scope.onrtctransform = (event) => events.push(event);
    new RTCRtpScriptTransform(worker, { a: [1] });
    worker.postMessage('the script\'s');
    assert.deepEqual(messages, ["the script's"]);
    assert.ok(events[0] instanceof worker.scope.RTCTransformEvent);
    const { transformer } = events[0];
    assert.ok(transformer instanceof worker.scope.RTCRtpScriptTransformer);
    assert.deepEqual(transformer.options, { a: [1] });
    assert.throws(() => new worker.scope.RTCTransformEvent('rtctransform', { transformer }), TypeError);
    assert.throws(() => new worker.scope.RTCRtpScriptTransformer(), TypeError);
    assert.equal(new worker.scope.KeyFrameRequestEvent('keyframerequest', 'a').rid, 'a');
    // A handler keeps a worker alive.
    worker.scope.onrtctransform = null;
  } finally {
    globalThis.Worker = former;
    if (former === undefined) delete globalThis.Worker;
  }
});

test('what only workers have is not among the exports', () => {
  for (const name of ['RTCTransformEvent', 'RTCRtpScriptTransformer', 'KeyFrameRequestEvent']) assert.equal(name in peerline, false);
});
