/** What `SFrameTransform`, `SFrameEncrypterStream` and `SFrameDecrypterStream` have in common (webrtc-encoded-transform, section 3.1). */
import { SFrameTransformErrorEvent } from '../events/sframe_transform_error_event';
import { bufferSource, bytesOf, defaulted, dictionary, enumeration, isInstance, type Converted } from '../webidl';
import { RTCEncodedAudioFrame } from './rtc_encoded_audio_frame';
import { RTCEncodedVideoFrame } from './rtc_encoded_video_frame';
import { cipherSuites, SFrameCipherSuite } from './sframe/cipher_suite';
import { SFrameError, SFrameSession } from './sframe/session';

/** The draft requires `cipherSuite`, and lets one leave out the dictionary that has it: the first suite is the default. */
const cipherSuite = defaulted(SFrameCipherSuite, 'AES_128_CTR_HMAC_SHA256_80');

export const SFrameTransformOptions = dictionary('SFrameTransformOptions', { cipherSuite });
export type SFrameTransformOptions = Partial<Converted<typeof SFrameTransformOptions>>;

export const SFrameRole = enumeration('SFrameTransformRole', ['encrypt', 'decrypt']);
export type SFrameRole = Converted<typeof SFrameRole>;

/** `options` of an `SFrameTransform`: it has a role of its own while no sender and no receiver has it (earlier drafts). */
export const SFrameTransformRoleOptions = dictionary('SFrameTransformOptions', { cipherSuite, role: defaulted(SFrameRole, 'encrypt') });

const KEY_IDS = 1n << 64n;

/** A transform stream that encrypts or decrypts what comes through, and the keys it does that with. */
export class SFrameStream {
  role: SFrameRole;
  readonly streams: TransformStream<unknown, unknown>;
  readonly #target: EventTarget;
  readonly #session: SFrameSession;
  /** Frames wait until the keys that were set before them are there. */
  #keysSet: Promise<unknown> = Promise.resolve();

  /** Events are fired at `target`. */
  constructor(target: EventTarget, suite: SFrameCipherSuite, role: SFrameRole) {
    this.#target = target;
    this.#session = new SFrameSession(cipherSuites[suite]);
    this.role = role;
    // One frame may wait to be read: a write ends although nobody reads yet.
    const strategy = { highWaterMark: 1 };
    this.streams = new TransformStream({ transform: (chunk, controller) => this.#transform(chunk, controller) }, strategy, strategy);
  }

  async setEncryptionKey(key: CryptoKey, keyID: number | bigint | undefined): Promise<void> {
    const keyId = BigInt(keyID ?? 0);
    if (keyId < 0n || keyId >= KEY_IDS) throw new RangeError('Not a 64 bits integer');
    const set = this.#session.setKey(key, keyId);
    this.#keysSet = Promise.allSettled([this.#keysSet, set]);
    try {
      await set;
    } catch (cause) {
      throw new DOMException(`The key cannot be used: ${(cause as Error).message}`, 'InvalidModificationError');
    }
  }

  async #transform(chunk: unknown, controller: TransformStreamDefaultController<unknown>): Promise<void> {
    const frame = isFrame(chunk) ? chunk : null;
    const source = frame ? frame.data : bufferSource(chunk, 'Failed to transform: the chunk');
    // A copy: the script may change or detach its buffer while we wait.
    const data = bytesOf(source).slice();
    await this.#keysSet;
    const result = this.#process(data, chunk);
    // Without a key nothing goes out: least of all in the clear.
    if (!result) return;
    const buffer = new Uint8Array(result).buffer;
    if (frame) frame.data = buffer;
    controller.enqueue(frame ?? buffer);
  }

  #process(data: Uint8Array, chunk: unknown): Uint8Array | null {
    if (this.role === 'encrypt') return this.#session.encrypt(data);
    try {
      return this.#session.decrypt(data);
    } catch (error) {
      if (!(error instanceof SFrameError)) throw error;
      this.#report(error, chunk);
      // What cannot be decrypted becomes empty; the stream goes on.
      return new Uint8Array(0);
    }
  }

  #report({ errorType, keyId }: SFrameError, frame: unknown): void {
    const keyID = errorType !== 'keyID' || keyId === null ? null : keyId <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(keyId) : keyId;
    setImmediate(() => this.#target.dispatchEvent(new SFrameTransformErrorEvent('error', { errorType, keyID, frame })));
  }
}

function isFrame(chunk: unknown): chunk is RTCEncodedAudioFrame | RTCEncodedVideoFrame {
  return isInstance(RTCEncodedVideoFrame, chunk) || isInstance(RTCEncodedAudioFrame, chunk);
}
