// Messages of every size, however they are batched on the way: whole, unchanged, in order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedPair } from './support/connect.mjs';

/** A repeatable sequence of numbers below 2^31. */
function sequence(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff);
}

const largest = 262_144;
const edges = [0, 1, 1170, 32 * 1024 - 1, 32 * 1024, 64 * 1024, largest - 1, largest];

/** The message of a place: text or bytes that tell it from every other. */
function messageAt(index) {
  const next = sequence(index + 1);
  const size = index < edges.length * 2 ? edges[index >> 1] : next() % (index % 10 === 0 ? largest : 3000);
  if (index % 2 === 0) return 'aé€😀'.repeat(size / 16) + index;
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 997) bytes[at] = next();
  return bytes;
}

test('messages of every size arrive whole and in order', async (t) => {
  const { offerer, answerer, outgoing, incoming } = await connectedPair();
  t.after(() => [offerer, answerer].forEach((connection) => connection.close()));
  incoming.binaryType = 'arraybuffer';
  const total = 600;
  let received = 0;
  const kept = [];
  const done = new Promise((resolve, reject) => {
    incoming.onmessage = ({ data }) => {
      try {
        const expected = messageAt(received);
        const isWhole = typeof expected === 'string' ? data === expected : Buffer.from(expected.buffer).equals(Buffer.from(data));
        assert.ok(isWhole, `message ${received}`);
        // Each has memory of its own: what a script does to one must not be seen in another.
        if (typeof data !== 'string' && received % 3 === 0) {
          kept.push([received, data]);
        } else if (typeof data !== 'string') {
          new Uint8Array(data).fill(255);
        }
        received += 1;
        if (received === total) resolve();
      } catch (error) {
        reject(error);
      }
    };
  });
  for (let index = 0; index < total; index += 1) {
    while (outgoing.bufferedAmount > 4 * 1024 * 1024) await new Promise((resolve) => setTimeout(resolve, 1));
    outgoing.send(messageAt(index));
  }
  await done;
  for (const [index, data] of kept) assert.ok(Buffer.from(messageAt(index).buffer).equals(Buffer.from(data)), `message ${index}`);
});
