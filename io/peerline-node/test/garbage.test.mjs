// What nobody holds is collected, and what was collected leaves nothing: ten thousand connections made and dropped leave memory flat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/child.mjs';

/** Makes connections by `make`, a hundred a turn, and reports resident memory after `early` and after all of them. */
const churn = (make, early, total) => `
  import { RTCPeerConnection } from '../../dist/index.js';
  let collected = 0;
  const registry = new FinalizationRegistry(() => (collected += 1));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const make = ${make};
  let early = 0;
  for (let count = 0; count < ${total}; count += 100) {
    for (let n = 0; n < 100; n += 1) registry.register(await make(), null);
    await turn();
    gc();
    if (count + 100 === ${early}) early = process.memoryUsage().rss;
  }
  for (let n = 0; n < 50 && collected < ${total}; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  }
  const late = process.memoryUsage().rss;
  console.log(JSON.stringify({ collected, early, late }));`;

async function flat(make, early, total) {
  const { code, signal, stdout, stderr } = await run(churn(make, early, total), { flags: ['--expose-gc'], patience: 120_000 });
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
  const { collected, early: before, late } = JSON.parse(stdout);
  const grown = (late - before) / 1024 / 1024;
  assert.ok(collected >= total - 100, `${collected} of ${total} were collected`);
  assert.ok(grown < 24, `${grown.toFixed(1)} MiB more after ${total} than after ${early}`);
  return grown;
}

test('10,000 connections made and dropped leave memory flat', async (t) => {
  const grown = await flat('() => new RTCPeerConnection()', 2000, 10_000);
  t.diagnostic(`${grown.toFixed(1)} MiB`);
});

test('connections made, used and closed leave memory flat', async (t) => {
  const make = `async () => {
    const connection = new RTCPeerConnection();
    connection.createDataChannel('test');
    connection.addTransceiver('audio');
    await connection.createOffer();
    connection.close();
    return connection;
  }`;
  const grown = await flat(make, 600, 3000);
  t.diagnostic(`${grown.toFixed(1)} MiB`);
});

test('connections that gathered and were dropped leave memory flat', async (t) => {
  const make = `async () => {
    const connection = new RTCPeerConnection();
    connection.createDataChannel('test');
    await connection.setLocalDescription();
    return connection;
  }`;
  const grown = await flat(make, 200, 1000);
  t.diagnostic(`${grown.toFixed(1)} MiB`);
});
