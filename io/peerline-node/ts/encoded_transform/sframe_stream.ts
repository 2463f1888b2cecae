/** What `SFrameTransform`, `SFrameEncrypterStream` and `SFrameDecrypterStream` have in common (webrtc-encoded-transform, section 3.1). */
import { SFrameTransformErrorEvent } from '../events/sframe_transform_error_event';
import { attempt } from '../errors';
import { native } from '../load';
import type { NativeSFrameFailure, SFrameDecrypter, SFrameEncrypter } from '../native';
import { bufferSource, bytesOf, fire } from '../webidl';
import { isFrame } from './encoded_frame';
import { SFrameKeys } from './sframe_keys';
import type { SFrameCipherSuite, SFrameTransformRole } from './sframe_options';

/** How the three differ. */
interface SFrameStreamOptions {
  readonly cipherSuite: SFrameCipherSuite;
  readonly role: SFrameTransformRole;
  /** Frames that may wait to be read; as many as come, in a media pipeline. */
  readonly readableHighWaterMark: number;
  /** A buffer that does not open becomes an empty one (earlier drafts), and is not just left out. */
  readonly emptyIfRefused: boolean;
}

type Half = { readonly role: 'encrypt'; readonly encrypter: SFrameEncrypter } | { readonly role: 'decrypt'; readonly decrypter: SFrameDecrypter };

/** A transform stream that encrypts or decrypts what comes through, and the keys it does that with. */
export class SFrameStream {
  readonly streams: TransformStream<unknown, unknown>;
  readonly #target: EventTarget;
  readonly #options: SFrameStreamOptions;
  readonly #keys: SFrameKeys;
  #role: SFrameTransformRole;
  #half: Half | null = null;

  /** Events are fired at `target`. */
  constructor(target: EventTarget, options: SFrameStreamOptions) {
    this.#target = target;
    this.#options = options;
    this.#role = options.role;
    this.#keys = new SFrameKeys(options.cipherSuite);
    const readable = { highWaterMark: options.readableHighWaterMark };
    this.streams = new TransformStream({ transform: (chunk, controller) => this.#transform(chunk, controller) }, undefined, readable);
  }

  setEncryptionKey(key: CryptoKey, keyID: number | bigint | undefined): Promise<void> {
    return this.#keys.set(key, keyID);
  }

  /** A sender encrypts, a receiver decrypts. */
  takeRole(role: SFrameTransformRole): void {
    this.#role = role;
  }

  #transform(chunk: unknown, controller: TransformStreamDefaultController<unknown>): Promise<void> | undefined {
    const source = isFrame(chunk) ? chunk.data : bufferSource(chunk, 'Failed to transform: the chunk');
    const { pending } = this.#keys;
    if (!pending) {
      this.#process(chunk, bytesOf(source), controller);
      return undefined;
    }
    // A copy: the script may change its buffer while the keys are derived.
    const data = bytesOf(source).slice();
    return pending.then(() => this.#process(chunk, data, controller));
  }

  #process(chunk: unknown, data: Uint8Array, controller: TransformStreamDefaultController<unknown>): void {
    const half = this.#ready();
    const result = half.role === 'encrypt' ? encrypt(half.encrypter, data) : half.decrypter.decrypt(data);
    if (result === null) return;
    if ('errorType' in result) {
      this.#report(result, chunk);
      if (this.#options.emptyIfRefused && !isFrame(chunk)) controller.enqueue(new ArrayBuffer(0));
    } else if (isFrame(chunk)) {
      chunk.data = result;
      controller.enqueue(chunk);
    } else {
      controller.enqueue(result);
    }
  }

  /** The half that the role asks for, with every key. */
  #ready(): Half {
    const role = this.#role;
    if (this.#half?.role === role) return this.#half;
    const { cipherSuite } = this.#options;
    if (role === 'encrypt') {
      const encrypter = new native.SFrameEncrypter(cipherSuite);
      this.#keys.giveTo(encrypter);
      return (this.#half = { role, encrypter });
    }
    const decrypter = new native.SFrameDecrypter(cipherSuite);
    this.#keys.giveTo(decrypter);
    return (this.#half = { role, decrypter });
  }

  #report({ errorType, keyId }: NativeSFrameFailure, frame: unknown): void {
    const keyID = keyId === undefined ? null : keyId <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(keyId) : keyId;
    setImmediate(() => fire(this.#target, new SFrameTransformErrorEvent('error', { errorType, keyID, frame })));
  }
}

/** `null` without a key: nothing goes out, least of all in the clear. */
function encrypt(encrypter: SFrameEncrypter, data: Uint8Array): ArrayBuffer | null {
  try {
    return attempt(() => encrypter.encrypt(data));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return null;
    throw error;
  }
}
