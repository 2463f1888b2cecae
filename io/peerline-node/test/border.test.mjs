// The raw border (`ts/native.ts`): whatever a script hands in, the addon returns or throws; it never ends the process.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import load from '../dist/load.js';

const { native } = load;

const configuration = {
  iceServers: [],
  iceTransportPolicy: 'all',
  bundlePolicy: 'balanced',
  rtcpMuxPolicy: 'require',
  certificates: [],
  iceCandidatePoolSize: 0,
};

/** Values of every type, detached and revoked ones, and such that throw when they are looked at. */
function values(loop) {
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const trap = () => {
    throw new Error('trap');
  };
  return [
    undefined, null, 0, -0, -1, 1.5, NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1n, true,
    '', 'offer', '\ud800', '\0', 'a'.repeat(70_000), Symbol('symbol'),
    [], {}, [1, 2], [[]], [undefined], { length: 2 ** 31 }, () => {}, class {},
    new Uint8Array(3), detached, new ArrayBuffer(3), new SharedArrayBuffer(3), new DataView(new ArrayBuffer(2)), new Float64Array(2),
    new Proxy({}, { get: trap, has: trap, ownKeys: trap }), revoked.proxy, { get type() { return trap(); } },
    new Date(), /x/, new Map(), Promise.resolve(), loop, Object.create(null), Object.create(loop), configuration,
  ];
}

/** A repeatable choice. */
function chooser(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % bound;
  };
}

/** Calls; what is thrown is an object, and what is promised may fail. */
function attempt(call) {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(() => {});
    return true;
  } catch (error) {
    assert.ok(error instanceof Error, `threw ${String(error)}`);
    return false;
  }
}

const methodsOf = (constructor) =>
  Object.getOwnPropertyNames(constructor.prototype).filter((name) => name !== 'constructor' && name !== 'key' && name !== 'expires');

test('constructors refuse what they cannot use', () => {
  const loop = new native.EventLoop(() => {});
  for (const one of values(loop)) {
    attempt(() => new native.EventLoop(one));
    assert.equal(attempt(() => new native.Connection(one, configuration)), one === loop);
    for (const member of Object.keys(configuration)) {
      attempt(() => new native.Connection(loop, { ...configuration, [member]: one }).close());
      attempt(() => new native.Connection(loop, { ...configuration, [member]: [one] }).close());
    }
    attempt(() => new native.Connection(loop, one).close());
  }
});

test('methods survive every argument and every this', () => {
  const loop = new native.EventLoop(() => {});
  const all = values(loop);
  const choose = chooser(1);
  const some = () => all[choose(all.length)];
  for (const close of [false, true]) {
    const connection = new native.Connection(loop, configuration);
    connection.createDataChannel('', { ordered: true, protocol: '', negotiated: false, priority: 'low' });
    connection.addTransceiver('audio', null, { direction: 'sendrecv', streams: [], sendEncodings: [] });
    if (close) connection.close();
    const methods = methodsOf(native.Connection).filter((name) => name !== 'close');
    assert.ok(methods.length > 40);
    for (const name of methods) {
      const method = native.Connection.prototype[name];
      for (let count = 0; count < 300; count += 1) {
        const parameters = Array.from({ length: choose(5) }, some);
        attempt(() => method.apply(connection, parameters));
      }
      for (const other of all) assert.equal(attempt(() => method.apply(other, [])), false, `${name} on ${typeof other}`);
      while (connection.runTask() !== null);
    }
    connection.close();
  }
});

test('every other class survives every argument and every this', async () => {
  const loop = new native.EventLoop(() => {});
  const all = values(loop);
  const choose = chooser(2);
  const instances = {
    EventLoop: () => new native.EventLoop(() => {}),
    NativeCertificate: (certificate) => certificate,
    CaptureDevices: () => new native.CaptureDevices(1),
    IceTransport: () => new native.IceTransport(loop),
    SFrameEncrypter: () => new native.SFrameEncrypter('AES_128_GCM_SHA256_128'),
    SFrameDecrypter: () => new native.SFrameDecrypter('AES_128_GCM_SHA256_128'),
  };
  const classes = Object.keys(native).filter((name) => /^[A-Z]/.test(name) && name !== 'Connection');
  assert.deepEqual(classes.sort(), Object.keys(instances).sort(), 'a class that this test does not know');
  const certificate = await native.generateCertificate('ECDSA');
  for (const name of classes) {
    for (const one of all) for (const other of all) attempt(() => new native[name](one, other));
    const instance = instances[name](certificate);
    for (const method of methodsOf(native[name])) {
      for (let count = 0; count < 300; count += 1) {
        const parameters = Array.from({ length: choose(5) }, () => all[choose(all.length)]);
        attempt(() => native[name].prototype[method].apply(instance, parameters));
      }
      for (const other of all.filter((value) => value !== loop)) {
        assert.equal(attempt(() => native[name].prototype[method].apply(other, [])), false, `${name}.${method} on ${typeof other}`);
      }
    }
  }
});

test('functions survive every argument', () => {
  const all = values(new native.EventLoop(() => {}));
  const choose = chooser(3);
  const functions = Object.keys(native).filter((name) => /^[a-z]/.test(name));
  assert.ok(functions.length >= 5);
  for (const name of functions) {
    for (const one of all) for (const other of all) attempt(() => native[name](one, other));
    for (let count = 0; count < 1000; count += 1) {
      attempt(() => native[name](...Array.from({ length: choose(6) }, () => all[choose(all.length)])));
    }
  }
});

test('an error of the core carries its W3C name', () => {
  const loop = new native.EventLoop(() => {});
  const connection = new native.Connection(loop, configuration);
  const codeOf = (call) => {
    try {
      call();
      return null;
    } catch (error) {
      return error.code;
    }
  };
  assert.equal(codeOf(() => connection.sendText(7, 'x')), 'InvalidStateError');
  assert.equal(codeOf(() => connection.insertDTMF(7, '1', 100, 70)), 'InvalidStateError');
  assert.equal(codeOf(() => connection.addTransceiver('text', null, { direction: 'sendrecv', streams: [], sendEncodings: [] })), 'TypeError');
  assert.equal(codeOf(() => new native.Connection(loop, { ...configuration, iceServers: [{ urls: ['http://x'] }] })), 'SyntaxError');
  assert.equal(codeOf(() => native.generateCertificate('RSA', 1)), 'NotSupportedError');
  connection.close();
  assert.equal(connection.createOffer({ iceRestart: false }).name, 'InvalidStateError');
});
