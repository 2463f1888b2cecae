/** SFrame encryption and decryption of whole frames (RFC 9605, section 4.4): the keys, and the counter. */
import { webcrypto } from 'node:crypto';
import { NONCE_LENGTH, type CipherSuite } from './cipher_suite';
import { encodeHeader, parseHeader } from './header';

/** What a `base_key` and its number become. */
interface DerivedKey {
  readonly keyId: bigint;
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** Why a frame could not be decrypted; the `errorType` of an `SFrameTransformErrorEvent`. */
export class SFrameError extends Error {
  constructor(
    readonly errorType: 'authentication' | 'keyID' | 'syntax',
    readonly keyId: bigint | null = null,
  ) {
    super(errorType);
  }
}

/** The keys of one transform, and what they do. */
export class SFrameSession {
  readonly #suite: CipherSuite;
  readonly #keys = new Map<bigint, DerivedKey>();
  #current: DerivedKey | null = null;
  /** One for all keys, so that no key ever meets the same nonce twice, whichever was set again. */
  #counter = 0n;

  constructor(suite: CipherSuite) {
    this.#suite = suite;
  }

  /** Adds a key, and encrypts with it from now on. It needs the usage `deriveBits`; it isn't exported. */
  async setKey(baseKey: webcrypto.CryptoKey, keyId: bigint): Promise<void> {
    const [key, salt] = await Promise.all([
      this.#derive(baseKey, keyId, 'SFrame 1.0 Secret key ', this.#suite.keyLength),
      this.#derive(baseKey, keyId, 'SFrame 1.0 Secret salt ', NONCE_LENGTH),
    ]);
    this.#current = { keyId, key, salt };
    this.#keys.set(keyId, this.#current);
  }

  async #derive(baseKey: webcrypto.CryptoKey, keyId: bigint, label: string, length: number): Promise<Uint8Array> {
    const suffix = Buffer.alloc(10);
    suffix.writeBigUInt64BE(keyId);
    suffix.writeUInt16BE(this.#suite.id, 8);
    const info = Buffer.concat([Buffer.from(label), suffix]);
    const algorithm = { name: 'HKDF', hash: this.#suite.hash, salt: new Uint8Array(0), info };
    return new Uint8Array(await webcrypto.subtle.deriveBits(algorithm, baseKey, length * 8));
  }

  /** The frame encrypted with the newest key; `null` without one. The counter is used up. */
  encrypt(frame: Uint8Array, metadata?: Uint8Array): Uint8Array | null {
    if (!this.#current) return null;
    const { keyId, key, salt } = this.#current;
    const counter = this.#counter++;
    const header = encodeHeader({ keyId, counter });
    return Buffer.concat([header, this.#suite.seal(key, nonceOf(salt, counter), associated(header, metadata), frame)]);
  }

  /** The frame decrypted, or an {@link SFrameError}. */
  decrypt(frame: Uint8Array, metadata?: Uint8Array): Uint8Array {
    const header = parseHeader(frame);
    if (!header || frame.length < header.length + this.#suite.tagLength) throw new SFrameError('syntax');
    const { keyId, counter, length } = header;
    const found = this.#keys.get(keyId);
    if (!found) throw new SFrameError('keyID', keyId);
    const opened = this.#suite.open(found.key, nonceOf(found.salt, counter), associated(frame.subarray(0, length), metadata), frame.subarray(length));
    if (!opened) throw new SFrameError('authentication', keyId);
    return opened;
  }
}

function nonceOf(salt: Uint8Array, counter: bigint): Uint8Array {
  const nonce = Buffer.from(salt);
  const at = NONCE_LENGTH - 8;
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(at) ^ counter, at);
  return nonce;
}

function associated(header: Uint8Array, metadata: Uint8Array | undefined): Uint8Array {
  return metadata ? Buffer.concat([header, metadata]) : header;
}
