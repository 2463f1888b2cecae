/** `RTCEncodedAudioFrame` (webrtc-encoded-transform, section 4.5). */
import { arrayBuffer, attribute, constructorOf, dictionary, expose, interfaceType, internal, operation, optional, type Internal } from '../webidl';
import { RTCEncodedAudioFrameMetadata } from './rtc_encoded_frame_metadata';

const construct = constructorOf(
  'RTCEncodedAudioFrame',
  interfaceType('RTCEncodedAudioFrame', () => RTCEncodedAudioFrame),
  optional(dictionary('RTCEncodedAudioFrameOptions', { metadata: RTCEncodedAudioFrameMetadata }), {}),
);

/** What an audio frame is made of, and is again on another thread. */
export interface EncodedAudioFrameInit {
  data: ArrayBuffer;
  metadata: RTCEncodedAudioFrameMetadata;
}

/** Without `timestamp`, which browsers had before `rtpTimestamp`. */
export class RTCEncodedAudioFrame implements Omit<globalThis.RTCEncodedAudioFrame, 'timestamp'> {
  readonly #metadata: RTCEncodedAudioFrameMetadata;
  #data: ArrayBuffer;

  /** @internal A frame of the media plane's. */
  constructor(token: Internal, init: EncodedAudioFrameInit);
  constructor(originalFrame: RTCEncodedAudioFrame, options?: { metadata?: RTCEncodedAudioFrameMetadata });
  constructor(...given: unknown[]) {
    if (given[0] === internal) {
      ({ data: this.#data, metadata: this.#metadata } = given[1] as EncodedAudioFrameInit);
      return;
    }
    const [original, { metadata }] = construct.convert(given);
    this.#data = original.#data.slice(0);
    this.#metadata = structuredClone({ ...original.#metadata, ...metadata });
  }

  get data(): ArrayBuffer {
    return this.#data;
  }

  set data(value: ArrayBuffer) {
    this.#data = value;
  }

  getMetadata(): globalThis.RTCEncodedAudioFrameMetadata {
    return structuredClone(this.#metadata);
  }

  static {
    expose(this, {
      brand: (value) => #metadata in value,
      construct,
      members: { data: attribute(arrayBuffer), getMetadata: operation() },
    });
  }
}
