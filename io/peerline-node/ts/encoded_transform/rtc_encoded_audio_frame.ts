/** `RTCEncodedAudioFrame` (webrtc-encoded-transform, section 4.5). */
import { cloneNative } from '../structured_clone';
import { arrayBuffer, attribute, constructorOf, dictionary, expose, interfaceType, internal, operation, optional, readonly, type Internal } from '../webidl';
import { changeMetadata, RTCEncodedAudioFrameMetadata, type FrameOrigin } from './rtc_encoded_frame_metadata';

const construct = constructorOf(
  'RTCEncodedAudioFrame',
  interfaceType('RTCEncodedAudioFrame', () => RTCEncodedAudioFrame),
  optional(dictionary('RTCEncodedAudioFrameOptions', { metadata: RTCEncodedAudioFrameMetadata }), {}),
);

/** What an audio frame is made of, and is again on another thread. */
export interface EncodedAudioFrameInit {
  data: ArrayBuffer;
  metadata: RTCEncodedAudioFrameMetadata;
  origin?: FrameOrigin;
}

/** @internal What a frame is made of; the data is its own. */
export let initOfAudio: (frame: RTCEncodedAudioFrame) => EncodedAudioFrameInit;

/** With `timestamp` and `setMetadata`, which browsers have from earlier drafts. */
export class RTCEncodedAudioFrame implements globalThis.RTCEncodedAudioFrame {
  #metadata: RTCEncodedAudioFrameMetadata;
  readonly #origin: FrameOrigin | undefined;
  #data: ArrayBuffer;

  /** @internal A frame of the media plane's. */
  constructor(token: Internal, init: EncodedAudioFrameInit);
  constructor(originalFrame: RTCEncodedAudioFrame, options?: { metadata?: RTCEncodedAudioFrameMetadata });
  constructor(...given: unknown[]) {
    if (given[0] === internal) {
      ({ data: this.#data, metadata: this.#metadata, origin: this.#origin } = given[1] as EncodedAudioFrameInit);
      return;
    }
    const [original, { metadata }] = construct.convert(given);
    this.#data = original.#data.slice(0);
    this.#metadata = changeMetadata(original.#metadata, metadata);
    this.#origin = original.#origin;
  }

  get data(): ArrayBuffer {
    return this.#data;
  }

  set data(value: ArrayBuffer) {
    this.#data = value;
  }

  get timestamp(): number {
    return this.#metadata.rtpTimestamp ?? 0;
  }

  getMetadata(): globalThis.RTCEncodedAudioFrameMetadata {
    return cloneNative(this.#metadata);
  }

  setMetadata(metadata: RTCEncodedAudioFrameMetadata): void {
    this.#metadata = changeMetadata(this.#metadata, metadata);
  }

  static {
    expose(this, {
      brand: (value) => #metadata in value,
      construct,
      members: { data: attribute(arrayBuffer), timestamp: readonly, getMetadata: operation(), setMetadata: operation(RTCEncodedAudioFrameMetadata) },
    });
    initOfAudio = (frame) => ({ data: frame.#data, metadata: frame.#metadata, origin: frame.#origin });
  }
}
