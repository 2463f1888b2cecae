// Data channels: what is sent arrives, in order, as what it was; and what a script may do with a channel beyond the specification.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nonstandard } from '../dist/index.js';
import { connectedPair, once } from './support/connect.mjs';

/** Connects, runs the body, closes. */
async function withPair(t, init, body) {
  const pair = await connectedPair(init);
  t.after(() => {
    pair.offerer.close();
    pair.answerer.close();
  });
  await body(pair);
}

/** Resolves with the data of the next `count` messages. */
function receive(channel, count) {
  return new Promise((resolve) => {
    const received = [];
    channel.addEventListener('message', function listener({ data }) {
      received.push(data);
      if (received.length === count) {
        channel.removeEventListener('message', listener);
        resolve(received);
      }
    });
  });
}

const bytes = (data) => [...new Uint8Array(data)];

test('each kind of message arrives as what it was, in the order of the calls', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const received = receive(incoming, 8);
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
    outgoing.send('text');
    outgoing.send(new Blob(['from a ', 'blob']));
    outgoing.send('after the blob: ä 🙂');
    outgoing.send(buffer.buffer);
    outgoing.send(buffer.subarray(2, 4));
    outgoing.send(new DataView(buffer.buffer, 6));
    outgoing.send('');
    outgoing.send(new ArrayBuffer(0));
    buffer.fill(0);
    const [text, blob, afterBlob, whole, part, view, emptyText, emptyBytes] = await received;
    assert.equal(text, 'text');
    assert.equal(Buffer.from(blob).toString(), 'from a blob');
    assert.equal(afterBlob, 'after the blob: ä 🙂');
    assert.deepEqual(bytes(whole), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(bytes(part), [3, 4]);
    assert.deepEqual(bytes(view), [7, 8]);
    assert.equal(emptyText, '');
    assert.equal(emptyBytes.byteLength, 0);
  }));

test('lone surrogates become U+FFFD, objects their string', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const received = receive(incoming, 2);
    outgoing.send('a\ud800b');
    outgoing.send({ toString: () => 'object' });
    assert.deepEqual(await received, ['a\ufffdb', 'object']);
  }));

test('a message event is a MessageEvent', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const arrived = once(incoming, 'message');
    outgoing.send('x');
    const event = await arrived;
    assert.ok(event instanceof MessageEvent);
    assert.equal(event.constructor, MessageEvent);
    assert.equal(`${event}`, `${new MessageEvent('message')}`);
    assert.deepEqual([event.data, event.origin, event.lastEventId, event.source, event.ports], ['x', '', '', null, []]);
    assert.equal(event.target, incoming);
  }));

test('binaryType is read when a message is delivered', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    assert.equal(incoming.binaryType, 'arraybuffer');
    incoming.binaryType = 'blob';
    incoming.binaryType = 'nonsense';
    assert.equal(incoming.binaryType, 'blob');
    const received = receive(incoming, 1);
    outgoing.send(new Uint8Array([9, 8]));
    const [blob] = await received;
    assert.ok(blob instanceof Blob);
    assert.deepEqual(bytes(await blob.arrayBuffer()), [9, 8]);
  }));

test('ten thousand messages keep their order, and microtasks run between them', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const count = 10_000;
    const seen = [];
    const done = new Promise((resolve) => {
      incoming.onmessage = ({ data }) => {
        // The microtask of each message runs before the next one is delivered.
        queueMicrotask(() => seen.push(`after ${data}`));
        seen.push(data);
        if (Number(data) === count - 1) setImmediate(resolve);
      };
    });
    for (let n = 0; n < count; n += 1) outgoing.send(`${n}`);
    await done;
    assert.deepEqual(seen, Array.from({ length: count }, (_, n) => [`${n}`, `after ${n}`]).flat());
  }));

test('a handler that is replaced in a microtask gets the very next message', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    for (const text of ['a', 'b', 'c']) outgoing.send(text);
    const received = [];
    while (received.length < 3) {
      const { data } = await new Promise((resolve) => (incoming.onmessage = resolve));
      received.push(data);
    }
    assert.deepEqual(received, ['a', 'b', 'c']);
  }));

test('bufferedAmount counts a Blob at once, and falls to zero', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const low = once(outgoing, 'bufferedamountlow');
    const received = receive(incoming, 2);
    outgoing.send(new Blob(['12345']));
    outgoing.send('ä');
    assert.equal(outgoing.bufferedAmount, 7);
    await received;
    await low;
    assert.equal(outgoing.bufferedAmount, 0);
  }));

test('close lets everything that was sent arrive, Blobs too', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const received = [];
    incoming.onmessage = ({ data }) => received.push(typeof data === 'string' ? data : Buffer.from(data).toString());
    const events = [];
    for (const type of ['closing', 'close', 'error']) {
      incoming.addEventListener(type, () => events.push(`${type} ${incoming.readyState}`));
      outgoing.addEventListener(type, () => events.push(`own ${type} ${outgoing.readyState}`));
    }
    outgoing.send('first');
    outgoing.send(new Blob(['second']));
    outgoing.send('third');
    outgoing.close();
    assert.equal(outgoing.readyState, 'closing');
    assert.throws(() => outgoing.send('late'), { name: 'InvalidStateError' });
    await Promise.all([once(outgoing, 'close'), once(incoming, 'close')]);
    assert.deepEqual(received, ['first', 'second', 'third']);
    assert.deepEqual(events.sort(), ['close closed', 'closing closing', 'own close closed']);
    assert.equal(outgoing.label, 'test');
    assert.equal(outgoing.id, incoming.id);
  }));

test('nothing is delivered after close() in a handler', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const received = [];
    incoming.onmessage = ({ data }) => {
      received.push(data);
      incoming.close();
    };
    for (const text of ['a', 'b', 'c']) outgoing.send(text);
    await once(incoming, 'close');
    assert.deepEqual(received, ['a']);
  }));

test('attributes say what createDataChannel was told', (t) =>
  withPair(t, { ordered: false, maxRetransmits: 3, protocol: 'p', priority: 'high' }, async ({ incoming }) => {
    const { label, ordered, maxRetransmits, maxPacketLifeTime, protocol, negotiated, priority } = incoming;
    assert.deepEqual({ label, ordered, maxRetransmits, maxPacketLifeTime, protocol, negotiated, priority }, {
      label: 'test', ordered: false, maxRetransmits: 3, maxPacketLifeTime: null, protocol: 'p', negotiated: false, priority: 'high',
    });
  }));

test('for await gives every message, and ends with the channel', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    incoming.onmessage = () => assert.fail('delivered to two');
    const iteration = incoming[Symbol.asyncIterator]();
    assert.throws(() => incoming[Symbol.asyncIterator](), { name: 'InvalidStateError' });
    for (const text of ['a', 'b', 'c']) outgoing.send(text);
    outgoing.close();
    const received = [];
    for await (const message of iteration) received.push(message);
    assert.deepEqual(received, ['a', 'b', 'c']);
    assert.equal(incoming.readyState, 'closed');
  }));

test('after break, messages are events again', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const first = incoming[Symbol.asyncIterator]();
    for (const text of ['a', 'b', 'c']) outgoing.send(text);
    for await (const message of first) {
      assert.equal(message, 'a');
      break;
    }
    assert.deepEqual(await receive(incoming, 2), ['b', 'c']);
  }));

test('closing the connection ends an iteration that waits', (t) =>
  withPair(t, {}, async ({ answerer, incoming }) => {
    const next = incoming[Symbol.asyncIterator]().next();
    answerer.close();
    assert.deepEqual(await next, { value: undefined, done: true });
  }));

test('streams carry 32 MiB with back pressure', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const chunk = new Uint8Array(64 * 1024);
    const count = 512;
    const { writable } = nonstandard.streams(outgoing);
    const { readable } = nonstandard.streams(incoming);
    let highest = 0;
    const writing = (async () => {
      const writer = writable.getWriter();
      for (let n = 0; n < count; n += 1) {
        await writer.write(chunk);
        highest = Math.max(highest, outgoing.bufferedAmount);
      }
      await writer.close();
    })();
    let total = 0;
    for await (const message of readable) total += message.byteLength;
    await writing;
    assert.equal(total, count * chunk.byteLength);
    assert.ok(highest <= 2 * 1024 * 1024, `${highest} bytes waited`);
  }));

test('an array buffer that was transferred away sends nothing, shared memory is refused', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const received = receive(incoming, 2);
    const buffer = new ArrayBuffer(4);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    outgoing.send(buffer);
    outgoing.send(view);
    assert.deepEqual((await received).map((data) => data.byteLength), [0, 0]);
    assert.throws(() => outgoing.send(new SharedArrayBuffer(4)), TypeError);
    assert.throws(() => outgoing.send(new Uint8Array(new SharedArrayBuffer(4))), TypeError);
    assert.throws(() => outgoing.send(), TypeError);
    assert.throws(() => outgoing.send(Symbol('x')), TypeError);
  }));

test('a message larger than the peer takes is a TypeError, and the channel lives on', (t) =>
  withPair(t, {}, async ({ offerer, outgoing, incoming }) => {
    const tooLarge = offerer.sctp.maxMessageSize + 1;
    assert.throws(() => outgoing.send('x'.repeat(tooLarge)), TypeError);
    assert.throws(() => outgoing.send(new Blob(['x'.repeat(tooLarge)])), TypeError);
    const received = receive(incoming, 1);
    outgoing.send('small');
    assert.deepEqual(await received, ['small']);
  }));

test('too much unsent is an OperationError', (t) =>
  withPair(t, {}, async ({ outgoing }) => {
    const chunk = new Uint8Array(64 * 1024);
    assert.throws(
      () => {
        for (let n = 0; n < 2000; n += 1) outgoing.send(chunk);
      },
      { name: 'OperationError' },
    );
    assert.equal(outgoing.readyState, 'open');
  }));

test('a flood over one connection starves neither another one nor timers', (t) =>
  withPair(t, {}, async ({ outgoing, incoming }) => {
    const quiet = await connectedPair();
    quiet.incoming.onmessage = ({ data }) => quiet.incoming.send(data);
    let flooded = 0;
    incoming.onmessage = () => (flooded += 1);
    const flood = setInterval(() => {
      for (let n = 0; n < 500 && outgoing.bufferedAmount < 1_000_000; n += 1) outgoing.send(new Uint8Array(100));
    }, 0);
    for (let n = 0; n < 20; n += 1) {
      const answered = once(quiet.outgoing, 'message');
      quiet.outgoing.send('ping');
      await answered;
    }
    clearInterval(flood);
    assert.ok(flooded > 0);
    quiet.offerer.close();
    quiet.answerer.close();
  }));
