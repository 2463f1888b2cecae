// SFrame as transform streams: against an implementation of our own on node:crypto, with several keys, and against everything that must not open.
import assert from 'node:assert/strict';
import { createCipheriv, createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { SFrameDecrypterStream, SFrameEncrypterStream, SFrameTransform } from '../dist/index.js';

const suites = {
  AES_128_CTR_HMAC_SHA256_80: { id: 1, keyLength: 48, tagLength: 10, hash: 'sha256' },
  AES_128_CTR_HMAC_SHA256_64: { id: 2, keyLength: 48, tagLength: 8, hash: 'sha256' },
  AES_128_CTR_HMAC_SHA256_32: { id: 3, keyLength: 48, tagLength: 4, hash: 'sha256' },
  AES_128_GCM_SHA256_128: { id: 4, keyLength: 16, tagLength: 16, hash: 'sha256', gcm: 'aes-128-gcm' },
  AES_256_GCM_SHA512_128: { id: 5, keyLength: 32, tagLength: 16, hash: 'sha512', gcm: 'aes-256-gcm' },
};

const number64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** RFC 9605, sections 4.3 to 4.5, for key numbers and counters below 8. */
function reference(suiteName, baseKey, kid, ctr, plaintext) {
  const { id, keyLength, tagLength, hash, gcm } = suites[suiteName];
  const suffix = Buffer.concat([number64(kid), Buffer.from([0, id])]);
  const derive = (label, length) => Buffer.from(hkdfSync(hash, baseKey, '', Buffer.concat([Buffer.from(label), suffix]), length));
  const key = derive('SFrame 1.0 Secret key ', keyLength);
  const nonce = derive('SFrame 1.0 Secret salt ', 12);
  nonce[11] ^= ctr;
  const header = Buffer.from([(kid << 4) | ctr]);
  if (gcm) {
    const cipher = createCipheriv(gcm, key, nonce);
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), Buffer.concat([nonce, Buffer.alloc(4)]));
  const ciphertext = cipher.update(plaintext);
  const mac = createHmac('sha256', key.subarray(16));
  for (const part of [number64(1), number64(ciphertext.length), number64(tagLength), nonce, header, ciphertext]) mac.update(part);
  return Buffer.concat([header, ciphertext, mac.digest().subarray(0, tagLength)]);
}

const baseKey = (fill) => Buffer.alloc(16, fill);
const importKey = (fill, usages = ['deriveBits']) => crypto.subtle.importKey('raw', baseKey(fill), 'HKDF', false, usages);

/** Writes chunks, closes, and gives what comes out. */
async function through(stream, chunks) {
  const writer = stream.writable.getWriter();
  const written = Promise.all(chunks.map((chunk) => writer.write(chunk)).concat(writer.close()));
  const out = [];
  for await (const chunk of stream.readable) out.push(Buffer.from(chunk));
  await written;
  return out;
}

const errorsOf = (target) => {
  const errors = [];
  target.onerror = ({ errorType, keyID, frame }) => errors.push({ errorType, keyID, frame });
  return errors;
};

const task = () => new Promise((resolve) => setImmediate(resolve));

for (const cipherSuite of Object.keys(suites)) {
  test(`${cipherSuite} agrees with RFC 9605 in both directions`, async () => {
    const encrypter = new SFrameEncrypterStream({ cipherSuite });
    const decrypter = new SFrameDecrypterStream({ cipherSuite });
    await encrypter.setEncryptionKey(await importKey(1), 5);
    await decrypter.setEncryptionKey(await importKey(1), 5);
    const frames = [Buffer.from('a frame'), Buffer.alloc(0), randomBytes(70_000)];
    const expected = frames.map((frame, ctr) => reference(cipherSuite, baseKey(1), 5, ctr, frame));
    assert.deepEqual(await through(encrypter, frames), expected);
    assert.deepEqual(await through(decrypter, expected), frames);
  });
}

test('keys that were set before a frame encrypt it, whether anybody waited or not', async () => {
  const [first, second] = [await importKey(1), await importKey(2)];
  const stream = new SFrameTransform();
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  stream.setEncryptionKey(first);
  const frame = new Uint8Array([1, 2, 3]);
  writer.write(frame);
  // What was written is what is encrypted.
  await Promise.resolve().then(() => Promise.resolve());
  frame.fill(9);
  const suite = 'AES_128_CTR_HMAC_SHA256_80';
  assert.deepEqual(Buffer.from((await reader.read()).value), reference(suite, baseKey(1), 0, 0, Buffer.from([1, 2, 3])));
  await stream.setEncryptionKey(second, 7n);
  writer.write(new Uint8Array([4]));
  assert.deepEqual(Buffer.from((await reader.read()).value), reference(suite, baseKey(2), 7, 1, Buffer.from([4])));
});

test('frames are decrypted with the key they name', async () => {
  const decrypter = new SFrameDecrypterStream();
  const errors = errorsOf(decrypter);
  for (const [fill, kid] of [[1, 1], [2, 2], [3, 2]]) await decrypter.setEncryptionKey(await importKey(fill), kid);
  const encrypted = (fill, kid) => reference('AES_128_CTR_HMAC_SHA256_80', baseKey(fill), kid, 0, Buffer.from(`${fill}`));
  const out = await through(decrypter, [encrypted(1, 1), encrypted(2, 2), encrypted(3, 2), encrypted(1, 1)]);
  assert.deepEqual(out.map(String), ['1', '3', '1']);
  await task();
  assert.deepEqual(errors.map(({ errorType, keyID }) => [errorType, keyID]), [['authentication', null]]);
});

test('what does not open is told of and left out', async () => {
  const decrypter = new SFrameDecrypterStream();
  const errors = errorsOf(decrypter);
  await decrypter.setEncryptionKey(await importKey(1));
  const good = reference('AES_128_CTR_HMAC_SHA256_80', baseKey(1), 0, 0, Buffer.from('good'));
  const forged = Buffer.from(good);
  forged[3] ^= 1;
  const bad = [
    [new Uint8Array(0), 'syntax', null],
    [good.subarray(0, 10), 'syntax', null],
    [Buffer.from([0x80, 7, ...good.subarray(1)]), 'syntax', null],
    [forged, 'authentication', null],
    [Buffer.from([0x30, ...good.subarray(1)]), 'keyID', 3],
    [Buffer.from([0xf0, ...Buffer.alloc(8, 0xff), ...good.subarray(1)]), 'keyID', 2n ** 64n - 1n],
  ];
  assert.deepEqual((await through(decrypter, [...bad.map(([chunk]) => chunk), good])).map(String), ['good']);
  await task();
  assert.deepEqual(errors.map(({ errorType, keyID }) => [errorType, keyID]), bad.map(([, ...rest]) => rest));
  errors.forEach(({ frame }, index) => assert.equal(frame, bad[index][0]));
});

test('any bytes are refused without a crash', async () => {
  for (const cipherSuite of Object.keys(suites)) {
    const decrypter = new SFrameDecrypterStream({ cipherSuite });
    await decrypter.setEncryptionKey(await importKey(1));
    const chunks = Array.from({ length: 300 }, () => randomBytes(randomInt(40)));
    assert.deepEqual(await through(decrypter, chunks), []);
  }
});

test('nothing leaves an encrypter without a key', async () => {
  assert.deepEqual(await through(new SFrameEncrypterStream(), [Buffer.from('secret')]), []);
});

test('a chunk that is no buffer fails the stream', async () => {
  for (const chunk of [{}, 'text', 1, null, undefined, new Uint8Array(new SharedArrayBuffer(4))]) {
    const stream = new SFrameTransform();
    const writer = stream.writable.getWriter();
    await assert.rejects(writer.write(chunk), TypeError);
    await assert.rejects(writer.closed, TypeError);
  }
});

test('a detached buffer is a frame of no bytes', async () => {
  const stream = new SFrameEncrypterStream();
  await stream.setEncryptionKey(await importKey(1));
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  assert.deepEqual(await through(stream, [detached]), [reference('AES_128_CTR_HMAC_SHA256_80', baseKey(1), 0, 0, Buffer.alloc(0))]);
});

test('keys that cannot serve are refused', async () => {
  const stream = new SFrameEncrypterStream();
  const key = await importKey(1);
  for (const keyID of [-1n, 2n ** 64n]) await assert.rejects(stream.setEncryptionKey(key, keyID), RangeError);
  for (const keyID of [-1, 2 ** 53, NaN, Infinity]) await assert.rejects(stream.setEncryptionKey(key, keyID), TypeError);
  await assert.rejects(stream.setEncryptionKey({}), TypeError);
  const invalid = { name: 'InvalidModificationError' };
  await assert.rejects(stream.setEncryptionKey(await importKey(1, ['deriveKey'])), invalid);
  const aes = await crypto.subtle.importKey('raw', baseKey(1), 'AES-GCM', false, ['encrypt']);
  await assert.rejects(stream.setEncryptionKey(aes), invalid);
  // A failure is that call's alone.
  stream.setEncryptionKey(aes).catch(() => undefined);
  await stream.setEncryptionKey(key, 2n ** 64n - 1n);
  const [out] = await through(stream, [Buffer.from('x')]);
  assert.deepEqual([...out.subarray(0, 9)], [0xf0, ...Array(8).fill(0xff)]);
});

test('options are those of the specification', () => {
  assert.throws(() => new SFrameEncrypterStream({ cipherSuite: 'AES_512' }), TypeError);
  assert.throws(() => new SFrameTransform({ role: 'both' }), TypeError);
  assert.throws(() => SFrameTransform(), TypeError);
  assert.equal(new SFrameTransform().setEncryptionKey.length, 1);
});
