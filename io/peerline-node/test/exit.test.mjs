// How a process ends that has connections: when the script says so, or when nothing can happen any more; never by a crash.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { test } from 'node:test';
import { RTCPeerConnection } from '../dist/index.js';
import { run } from './support/child.mjs';
import { once } from './support/connect.mjs';

const pair = "import { connectedPair } from './connect.mjs'; const { offerer, answerer, outgoing, incoming } = await connectedPair();";

test('process.exit while connected gives its code', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { code, signal, stderr } = await run(`${pair} process.exit(7);`);
    assert.deepEqual({ code, signal, stderr }, { code: 7, signal: null, stderr: '' });
  }
});

test('process.exit out of a handler, under traffic, gives its code', async () => {
  const { code, signal, stderr } = await run(`${pair}
    let count = 0;
    incoming.onmessage = () => { if (++count === 1000) process.exit(8); };
    const flood = () => { for (let n = 0; n < 200; n += 1) outgoing.send('x'.repeat(100)); setImmediate(flood); };
    flood();`);
  assert.deepEqual({ code, signal, stderr }, { code: 8, signal: null, stderr: '' });
});

test('process.exit in the middle of everything gives its code', async () => {
  const sources = [
    'new RTCPeerConnection();',
    "const a = new RTCPeerConnection(); a.createDataChannel('x'); a.setLocalDescription();",
    "const a = new RTCPeerConnection(); a.createDataChannel('x'); await a.setLocalDescription();",
    "RTCPeerConnection.generateCertificate({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) });",
    'const a = new RTCPeerConnection(); a.close();',
  ];
  for (const source of sources) {
    const { code, signal, stderr } = await run(`import { RTCPeerConnection } from '../../dist/index.js'; ${source} process.exit(9);`);
    assert.deepEqual({ code, signal, stderr }, { code: 9, signal: null, stderr: '' }, source);
  }
});

test('a process ends by itself once its connections are closed', async () => {
  const { code, signal } = await run(`${pair} offerer.close(); answerer.close();`);
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
});

test('a process ends by itself if a peer closes and the other end is idle', async () => {
  const { code, signal } = await run(`${pair} incoming.onclose = () => answerer.close(); offerer.close();`);
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
});

test('a process ends by itself if its connections never had a peer', async () => {
  const { code, signal } = await run(`import { RTCPeerConnection } from '../../dist/index.js';
    globalThis.idle = new RTCPeerConnection();
    globalThis.gathered = new RTCPeerConnection();
    gathered.createDataChannel('x');
    await gathered.setLocalDescription();`);
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
});

test('a process stays while it is connected', async () => {
  const { code, signal, stdout } = await run(`${pair} console.log('connected');`, { patience: 3000 });
  assert.deepEqual({ code, signal, stdout }, { code: null, signal: 'SIGTERM', stdout: 'connected\n' });
});

test('a handler that throws ends the process as any uncaught exception does', async () => {
  const { code, signal, stderr } = await run(`${pair} incoming.onmessage = () => { throw new Error('on purpose'); }; outgoing.send('x');`);
  assert.deepEqual({ code, signal }, { code: 1, signal: null });
  assert.match(stderr, /on purpose/);
});

test('a handler that throws does not stop the loop if somebody catches', async () => {
  const { code, signal, stdout } = await run(`${pair}
    process.on('uncaughtException', (error) => console.log(error.message));
    incoming.onmessage = ({ data }) => {
      if (data === 'last') { offerer.close(); answerer.close(); }
      throw new Error(data);
    };
    outgoing.send('first'); outgoing.send('last');`);
  assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: 'first\nlast\n' });
});

test('process.exit while connected tells the peer', async () => {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('test');
  const opened = once(channel, 'open');
  const closed = once(channel, 'close');
  const child = fork(new URL('./support/answerer.mjs', import.meta.url));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.on('message', ({ description, candidate }) =>
    description ? connection.setRemoteDescription(description) : connection.addIceCandidate(candidate),
  );
  connection.onicecandidate = ({ candidate }) => child.send({ candidate: candidate?.toJSON() });
  await connection.setLocalDescription();
  child.send({ description: connection.localDescription.toJSON() });
  await opened;
  channel.send('exit');
  assert.equal(await ended, 3);
  // Else it would take consent to expire: thirty seconds.
  const patience = new Promise((resolve) => setTimeout(resolve, 5000, 'late').unref());
  assert.notEqual(await Promise.race([closed, patience]), 'late');
  connection.close();
});
