// The polyfill: what becomes global, and what is left alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const polyfill = fileURLToPath(new URL('../dist/polyfill.js', import.meta.url));

/** Runs a script in a process of its own; it prints JSON. */
function run(script) {
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

test('interfaces are writable, configurable, not enumerable; helpers are no globals', () => {
  const seen = run(`
    const before = Object.keys(globalThis);
    require(${JSON.stringify(polyfill)});
    const { writable, configurable, enumerable } = Object.getOwnPropertyDescriptor(globalThis, 'RTCPeerConnection');
    const added = Object.keys(globalThis).filter((key) => !before.includes(key));
    console.log(JSON.stringify({ writable, configurable, enumerable, added: added.filter((key) => key !== 'navigator'),
      all: ['RTCPeerConnection', 'RTCDataChannel', 'MediaStream', 'RTCTrackEvent', 'RTCError', 'RTCStatsReport'].every((name) => typeof globalThis[name] === 'function'),
      workerOnly: typeof RTCTransformEvent, devices: navigator.mediaDevices === require(${JSON.stringify(polyfill.replace('polyfill', 'index'))}).mediaDevices, isDevices: navigator.mediaDevices instanceof MediaDevices }));
  `);
  assert.deepEqual(seen, { writable: true, configurable: true, enumerable: false, added: [], all: true, workerOnly: 'undefined', devices: true, isDevices: true });
});

test('what is there already stays, unless asked otherwise', () => {
  const seen = run(`
    globalThis.RTCPeerConnection = class Native {};
    const { install } = require(${JSON.stringify(polyfill)});
    const kept = RTCPeerConnection.name;
    const elsewhere = {};
    install(elsewhere);
    install(globalThis, { override: true });
    console.log(JSON.stringify([kept, RTCPeerConnection.name, elsewhere.RTCPeerConnection === RTCPeerConnection, typeof elsewhere.navigator.mediaDevices]));
  `);
  assert.deepEqual(seen, ['Native', 'RTCPeerConnection', true, 'object']);
});

test('import and require get the same classes', async () => {
  const imported = await import('../dist/index.js');
  const required = require('../dist/index.js');
  assert.equal(imported.RTCPeerConnection, required.RTCPeerConnection);
  assert.equal(imported.MediaStream, required.MediaStream);
});

test('a worker has what only workers have', async () => {
  const script = `
    const { parentPort } = require('node:worker_threads');
    require(${JSON.stringify(polyfill)});
    parentPort.postMessage([typeof RTCTransformEvent, typeof RTCRtpScriptTransformer, typeof KeyFrameRequestEvent, typeof RTCPeerConnection, globalThis.onrtctransform]);
  `;
  const worker = new Worker(script, { eval: true });
  const [seen] = await new Promise((resolve, reject) => worker.once('message', (...args) => resolve(args)).once('error', reject));
  assert.deepEqual(seen, ['function', 'function', 'function', 'function', null]);
});
