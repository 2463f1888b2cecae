/** `SFrameTransform` (webrtc-encoded-transform, section 3): the `transform` of a sender or receiver. */
import { CryptoKeyID } from '../events/sframe_transform_error_event';
import type { SFrameTransformErrorEvent } from '../events/sframe_transform_error_event';
import { constructorOf, eventHandler, eventTarget, expose, interfaceType, optional, promiseOperation, readonly } from '../webidl';
import { registerTransform } from './rtp_transform';
import { SFrameTransformRoleOptions, type SFrameTransformOptions, type SFrameTransformRole } from './sframe_options';
import { SFrameStream } from './sframe_stream';

const construct = constructorOf('SFrameTransform', optional(SFrameTransformRoleOptions, {}));

/** It also is a stream of its own, with a role of its own, as earlier drafts have it. */
export class SFrameTransform extends eventTarget<{ error: SFrameTransformErrorEvent }>() {
  readonly #stream: SFrameStream;
  declare onerror: ((this: SFrameTransform, event: SFrameTransformErrorEvent) => unknown) | null;

  constructor(options?: SFrameTransformOptions & { role?: SFrameTransformRole });
  constructor(...given: unknown[]) {
    const [{ cipherSuite, role }] = construct.convert(given);
    super();
    const stream = new SFrameStream(this, { cipherSuite, role, readableHighWaterMark: Infinity, emptyIfRefused: true });
    this.#stream = stream;
    registerTransform(this, {
      streams: stream.streams,
      associate: ({ half }) => stream.takeRole(half === 'sender' ? 'encrypt' : 'decrypt'),
    });
  }

  get readable(): ReadableStream<unknown> {
    return this.#stream.streams.readable;
  }

  get writable(): WritableStream<unknown> {
    return this.#stream.streams.writable;
  }

  setEncryptionKey(key: CryptoKey, keyID?: number | bigint): Promise<void> {
    return this.#stream.setEncryptionKey(key, keyID);
  }

  static {
    expose(this, {
      brand: (value) => #stream in value,
      construct,
      members: {
        setEncryptionKey: promiseOperation(interfaceType('CryptoKey', () => CryptoKey), optional(CryptoKeyID)),
        onerror: eventHandler,
        readable: readonly,
        writable: readonly,
      },
    });
  }
}
