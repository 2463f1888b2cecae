/** The keys of an SFrame transform (webrtc-encoded-transform, section 3.2): derived by Web Crypto, which never gives a base key away. */
import { webcrypto } from 'node:crypto';
import { native } from '../load';
import type { SFrameCipherSuite } from './sframe_options';

/** Takes keys: the encrypter, or the decrypter. */
interface KeyHolder {
  setKey(keyId: bigint, key: Uint8Array, salt: Uint8Array): void;
}

type KeyArguments = Parameters<KeyHolder['setKey']>;

const KEY_IDS = 1n << 64n;

/** Keys in the order in which they were set. Whoever uses them waits until those are derived that were set before. */
export class SFrameKeys {
  readonly #suite: SFrameCipherSuite;
  /** Of each number the newest, newest last. */
  readonly #keys = new Map<bigint, KeyArguments>();
  #holder: KeyHolder | null = null;
  /** Until every key that was set is derived, or has failed. */
  #pending: Promise<void> | null = null;

  constructor(suite: SFrameCipherSuite) {
    this.#suite = suite;
  }

  /** `setEncryptionKey`. */
  async set(key: webcrypto.CryptoKey, keyID: number | bigint | undefined): Promise<void> {
    const keyId = BigInt(keyID ?? 0);
    if (keyId < 0n || keyId >= KEY_IDS) throw new RangeError('Not a 64 bits integer');
    const before = this.#pending;
    const derived = this.#derive(key, keyId);
    const added = (async () => {
      // Keys take effect in the order in which they were set, whichever is derived first.
      const [secrets] = await Promise.all([derived, before]);
      this.#add(secrets);
    })();
    const pending = Promise.allSettled([added, before]).then(() => {
      if (this.#pending === pending) this.#pending = null;
    });
    this.#pending = pending;
    try {
      await added;
    } catch (cause) {
      throw new DOMException(`The key cannot be used: ${(cause as Error).message}`, 'InvalidModificationError');
    }
  }

  /** Resolves once every key that was set is there; `null` if they are. */
  get pending(): Promise<void> | null {
    return this.#pending;
  }

  /** Gives the keys, and those that are set from now on, to `holder` alone. */
  giveTo(holder: KeyHolder): void {
    this.#holder = holder;
    for (const key of this.#keys.values()) holder.setKey(...key);
  }

  #add(key: KeyArguments): void {
    const [keyId] = key;
    this.#keys.delete(keyId);
    this.#keys.set(keyId, key);
    this.#holder?.setKey(...key);
  }

  async #derive(key: webcrypto.CryptoKey, keyId: bigint): Promise<KeyArguments> {
    const { hash, keyLabel, keyLength, saltLabel, saltLength } = native.sframeKeySchedule(this.#suite, keyId);
    const expand = async (info: Uint8Array, length: number): Promise<Uint8Array> => {
      const bits = await webcrypto.subtle.deriveBits({ name: 'HKDF', hash, salt: new Uint8Array(), info }, key, length * 8);
      return new Uint8Array(bits);
    };
    return [keyId, ...(await Promise.all([expand(keyLabel, keyLength), expand(saltLabel, saltLength)]))];
  }
}
