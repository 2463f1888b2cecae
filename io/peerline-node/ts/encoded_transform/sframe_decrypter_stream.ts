/** `SFrameDecrypterStream` (webrtc-encoded-transform, section 3). */
import { CryptoKeyID } from '../events/sframe_transform_error_event';
import type { SFrameTransformErrorEvent } from '../events/sframe_transform_error_event';
import { constructorOf, eventHandler, eventTarget, expose, interfaceType, optional, promiseOperation, readonly } from '../webidl';
import { SFrameTransformOptions } from './sframe_options';
import { SFrameStream } from './sframe_stream';

const construct = constructorOf('SFrameDecrypterStream', optional(SFrameTransformOptions, {}));

export class SFrameDecrypterStream extends eventTarget<{ error: SFrameTransformErrorEvent }>() {
  readonly #stream: SFrameStream;
  declare onerror: ((this: SFrameDecrypterStream, event: SFrameTransformErrorEvent) => unknown) | null;

  constructor(options?: SFrameTransformOptions);
  constructor(...given: unknown[]) {
    const [{ cipherSuite }] = construct.convert(given);
    super();
    this.#stream = new SFrameStream(this, { cipherSuite, role: 'decrypt', readableHighWaterMark: 0, emptyIfRefused: false });
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
        readable: readonly,
        writable: readonly,
        setEncryptionKey: promiseOperation(interfaceType('CryptoKey', () => CryptoKey), optional(CryptoKeyID)),
        onerror: eventHandler,
      },
    });
  }
}
