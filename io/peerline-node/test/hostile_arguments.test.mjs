// Every member of every interface, with arguments and `this` values that no sane script has: a W3C exception or a normal end, nothing else.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const peerline = require('../dist/index.js');
const { RTCPeerConnection, MediaStream, RTCSessionDescription, RTCIceCandidate, RTCIceTransport, RTCIdentityAssertion, SFrameTransform, mediaDevices } = peerline;

const ROUNDS = 12;
const CALLS_A_ROUND = 400;
const SEED = 20261122;

/** Mulberry32: the same junk in every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Mine extends Error {}
const throws = () => { throw new Mine('mine'); };

function detached() {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

/** Things that are no argument, and things that nearly are. */
function junk(objects) {
  return [
    undefined, null, NaN, -1, 1e308, 2 ** 32, 65536, 5n, true, '', 'audio', 'video', 'offer', 'x'.repeat(70_000), '\ud800', 'v=0\r\n', 'candidate:1 1 udp 1 1.2.3.4 9 typ host',
    Symbol('junk'), () => {}, throws, class {}, {}, [], Object.create(null), new Proxy({}, { get: throws, ownKeys: throws, has: throws }), new Proxy(() => {}, {}),
    { toString: throws }, { valueOf: throws }, { [Symbol.iterator]: throws }, { [Symbol.iterator]: () => ({ next: throws }) }, { [Symbol.toPrimitive]: () => ({}) },
    { get type() { return throws(); } }, { type: 'offer', sdp: 5 }, { type: 'answer', sdp: '\0' }, { type: 'rollback' }, { candidate: 'x', sdpMid: '0' }, { urls: 'stun:x' },
    { iceServers: [{ urls: [] }] }, { certificates: [{}] }, { audio: true }, { video: { width: { exact: -1 } } }, { sendEncodings: [{ rid: '?' }] }, { direction: 'sideways' },
    { encodings: [], codecs: [], headerExtensions: [], rtcp: {}, transactionId: '' }, { id: 70000 }, { name: 'ECDSA', namedCurve: 'P-256' }, { name: 'RSASSA-PKCS1-v1_5' },
    new ArrayBuffer(3), detached(), new SharedArrayBuffer(3), new Float64Array(2), new DataView(new ArrayBuffer(2)), new Uint8Array(detachedView()), new Blob(['x']),
    new Date(NaN), /x/, new Map([[1, 2]]), new Set([{}]), Promise.resolve(1), new Event('x'), new WeakMap(), globalThis, ...objects,
  ];
}

function detachedView() {
  return new Uint8Array(0);
}

function makeObjects() {
  const connection = new RTCPeerConnection();
  const transceiver = connection.addTransceiver('audio');
  const channel = connection.createDataChannel('x', { negotiated: true, id: 3 });
  const stream = new MediaStream([transceiver.receiver.track]);
  const made = [
    connection, transceiver, transceiver.sender, transceiver.receiver, transceiver.sender.dtmf, transceiver.receiver.track, channel, stream, new RTCIceTransport(),
    new RTCSessionDescription({ type: 'offer' }), new RTCIceCandidate({ sdpMid: '0' }), new RTCIdentityAssertion('idp', 'name'), new SFrameTransform(), mediaDevices,
  ];
  return { made, end: () => { connection.close(); made[8].stop(); } };
}

function isAllowed(error) {
  return error instanceof Mine || error instanceof TypeError || error instanceof RangeError || error instanceof DOMException;
}

/** What went wrong in a way that it must not. */
function tryOut(act, name, wrong) {
  try {
    const result = act();
    if (typeof result === 'object' && result !== null && typeof result.then === 'function') {
      result.then(undefined, (error) => isAllowed(error) || wrong.push(`${name} rejects with ${error?.stack ?? String(error)}`));
    }
  } catch (error) {
    if (!isAllowed(error)) wrong.push(`${name} throws ${error?.stack ?? String(error)}`);
  }
}

const interfaces = Object.entries(peerline).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function');

function members(holder) {
  return Object.entries(Object.getOwnPropertyDescriptors(holder)).filter(([name]) => name !== 'constructor' && name !== 'prototype');
}

/** All that can be called on a value: methods, getters and setters of its interfaces. */
function callables(object) {
  const found = [];
  for (let holder = Object.getPrototypeOf(object); holder && holder !== Object.prototype && holder !== EventTarget.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const [name, { value, get, set }] of members(holder)) {
      for (const call of [value, get, set]) if (typeof call === 'function') found.push({ name: `${object.constructor.name}.${name}`, call });
    }
  }
  return found;
}

test('constructors and statics', () => {
  const wrong = [];
  const { made, end } = makeObjects();
  for (const [name, Interface] of interfaces) {
    for (const argument of junk(made)) {
      for (const given of [[argument], ['x', argument], [argument, argument, argument]]) {
        tryOut(() => {
          const object = new Interface(...given);
          object.close?.();
          object.stop?.();
        }, `new ${name}`, wrong);
        for (const [member, { value }] of members(Interface)) {
          if (typeof value === 'function') tryOut(() => Reflect.apply(value, undefined, given), `${name}.${member}`, wrong);
        }
      }
    }
  }
  end();
  assert.deepEqual(wrong, []);
});

test('members of prototypes, with any `this`', async () => {
  const wrong = [];
  const { made, end } = makeObjects();
  const selves = [undefined, null, 5, 'x', {}, Object.create(null), globalThis, ...made];
  for (const [name, Interface] of interfaces) {
    for (const [member, { value, get, set }] of members(Interface.prototype)) {
      for (const self of [...selves, Interface.prototype, Object.create(Interface.prototype)]) {
        if (self instanceof Interface && self !== Interface.prototype && made.includes(self)) continue;
        for (const call of [value, get, set]) if (typeof call === 'function') tryOut(() => Reflect.apply(call, self, [{}]), `${name}.${member}`, wrong);
      }
    }
  }
  end();
  await new Promise(setImmediate);
  assert.deepEqual(wrong, []);
});

test('members of objects, with any arguments, in any order', async () => {
  const wrong = [];
  const next = random(SEED);
  const pick = (list) => list[Math.floor(next() * list.length)];
  for (let round = 0; round < ROUNDS; round++) {
    const { made, end } = makeObjects();
    // A function might be called back, by an event or as a legacy callback: what it throws then is reported, as it should be.
    const pool = junk(made).filter((value) => typeof value !== 'function');
    const targets = made.map((object) => ({ object, calls: callables(object) }));
    for (let count = 0; count < CALLS_A_ROUND; count++) {
      const { object, calls } = pick(targets);
      const { name, call } = pick(calls);
      const given = Array.from({ length: Math.floor(next() * 4) }, () => pick(pool));
      tryOut(() => Reflect.apply(call, object, given), name, wrong);
    }
    await new Promise(setImmediate);
    end();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(wrong, []);
});
