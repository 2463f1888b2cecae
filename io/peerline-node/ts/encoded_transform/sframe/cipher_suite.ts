/** The cipher suites of SFrame (RFC 9605, section 4.5): AES-CTR with a truncated HMAC, and AES-GCM. */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual, type CipherGCMTypes } from 'node:crypto';
import { enumeration, type Converted } from '../../webidl';

export const SFrameCipherSuite = enumeration('SFrameCipherSuite', [
  'AES_128_CTR_HMAC_SHA256_80',
  'AES_128_CTR_HMAC_SHA256_64',
  'AES_128_CTR_HMAC_SHA256_32',
  'AES_128_GCM_SHA256_128',
  'AES_256_GCM_SHA512_128',
]);
export type SFrameCipherSuite = Converted<typeof SFrameCipherSuite>;

/** An AEAD and the hash its keys are derived with. */
export interface CipherSuite {
  /** The IANA number. */
  readonly id: number;
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Nk, in bytes. */
  readonly keyLength: number;
  /** Nt, in bytes. */
  readonly tagLength: number;
  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** `null` if the tag is wrong. */
  open(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | null;
}

/** Nn, of every suite. */
export const NONCE_LENGTH = 12;

const CTR_KEY_LENGTH = 16;
const SHA256_LENGTH = 32;

function ctrWithHmac(id: number, tagLength: number): CipherSuite {
  const crypt = (key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array => {
    const counter = Buffer.alloc(16);
    counter.set(nonce);
    // Counter mode is its own inverse.
    const cipher = createCipheriv('aes-128-ctr', key.subarray(0, CTR_KEY_LENGTH), counter);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  };
  const tagOf = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array): Uint8Array => {
    const lengths = Buffer.alloc(24);
    lengths.writeBigUInt64BE(BigInt(associated.length), 0);
    lengths.writeBigUInt64BE(BigInt(ciphertext.length), 8);
    lengths.writeBigUInt64BE(BigInt(tagLength), 16);
    const mac = createHmac('sha256', key.subarray(CTR_KEY_LENGTH));
    return mac.update(lengths).update(nonce).update(associated).update(ciphertext).digest().subarray(0, tagLength);
  };
  return {
    id,
    hash: 'SHA-256',
    keyLength: CTR_KEY_LENGTH + SHA256_LENGTH,
    tagLength,
    seal(key, nonce, associated, plaintext) {
      const ciphertext = crypt(key, nonce, plaintext);
      return Buffer.concat([ciphertext, tagOf(key, nonce, associated, ciphertext)]);
    },
    open(key, nonce, associated, sealed) {
      const [ciphertext, tag] = split(sealed, tagLength);
      return timingSafeEqual(tag, tagOf(key, nonce, associated, ciphertext)) ? crypt(key, nonce, ciphertext) : null;
    },
  };
}

function gcm(id: number, algorithm: CipherGCMTypes, hash: CipherSuite['hash'], keyLength: number): CipherSuite {
  const tagLength = 16;
  return {
    id,
    hash,
    keyLength,
    tagLength,
    seal(key, nonce, associated, plaintext) {
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
      cipher.setAAD(associated);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(key, nonce, associated, sealed) {
      const [ciphertext, tag] = split(sealed, tagLength);
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
      decipher.setAAD(associated);
      decipher.setAuthTag(tag);
      const plaintext = decipher.update(ciphertext);
      try {
        return Buffer.concat([plaintext, decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

function split(sealed: Uint8Array, tagLength: number): [ciphertext: Uint8Array, tag: Uint8Array] {
  const end = sealed.length - tagLength;
  return [sealed.subarray(0, end), sealed.subarray(end)];
}

export const cipherSuites: Readonly<Record<SFrameCipherSuite, CipherSuite>> = {
  AES_128_CTR_HMAC_SHA256_80: ctrWithHmac(1, 10),
  AES_128_CTR_HMAC_SHA256_64: ctrWithHmac(2, 8),
  AES_128_CTR_HMAC_SHA256_32: ctrWithHmac(3, 4),
  AES_128_GCM_SHA256_128: gcm(4, 'aes-128-gcm', 'SHA-256', 16),
  AES_256_GCM_SHA512_128: gcm(5, 'aes-256-gcm', 'SHA-512', 32),
};
