/** `RTCEncodedVideoFrame` (webrtc-encoded-transform, section 4.3). */
import { cloneNative } from '../structured_clone';
import { arrayBuffer, attribute, constructorOf, dictionary, expose, interfaceType, internal, operation, optional, readonly, type Internal } from '../webidl';
import { changeMetadata, RTCEncodedVideoFrameMetadata, type FrameOrigin } from './rtc_encoded_frame_metadata';

const construct = constructorOf(
  'RTCEncodedVideoFrame',
  interfaceType('RTCEncodedVideoFrame', () => RTCEncodedVideoFrame),
  optional(dictionary('RTCEncodedVideoFrameOptions', { metadata: RTCEncodedVideoFrameMetadata }), {}),
);

/** What a video frame is made of, and is again on another thread. */
export interface EncodedVideoFrameInit {
  type: RTCEncodedVideoFrameType;
  data: ArrayBuffer;
  metadata: RTCEncodedVideoFrameMetadata;
  origin?: FrameOrigin;
}

/** @internal What a frame is made of; the data is its own. */
export let initOfVideo: (frame: RTCEncodedVideoFrame) => EncodedVideoFrameInit;

/** With `timestamp` and `setMetadata`, which browsers have from earlier drafts. */
export class RTCEncodedVideoFrame implements globalThis.RTCEncodedVideoFrame {
  readonly #type: RTCEncodedVideoFrameType;
  #metadata: RTCEncodedVideoFrameMetadata;
  readonly #origin: FrameOrigin | undefined;
  #data: ArrayBuffer;

  /** @internal A frame of the media plane's. */
  constructor(token: Internal, init: EncodedVideoFrameInit);
  constructor(originalFrame: RTCEncodedVideoFrame, options?: { metadata?: RTCEncodedVideoFrameMetadata });
  constructor(...given: unknown[]) {
    if (given[0] === internal) {
      ({ type: this.#type, data: this.#data, metadata: this.#metadata, origin: this.#origin } = given[1] as EncodedVideoFrameInit);
      return;
    }
    const [original, { metadata }] = construct.convert(given);
    this.#type = original.#type;
    this.#data = original.#data.slice(0);
    this.#metadata = changeMetadata(original.#metadata, metadata);
    this.#origin = original.#origin;
  }

  get type(): RTCEncodedVideoFrameType {
    return this.#type;
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

  getMetadata(): globalThis.RTCEncodedVideoFrameMetadata {
    return cloneNative(this.#metadata);
  }

  setMetadata(metadata: RTCEncodedVideoFrameMetadata): void {
    this.#metadata = changeMetadata(this.#metadata, metadata);
  }

  static {
    expose(this, {
      brand: (value) => #metadata in value,
      construct,
      members: { type: readonly, data: attribute(arrayBuffer), timestamp: readonly, getMetadata: operation(), setMetadata: operation(RTCEncodedVideoFrameMetadata) },
    });
    initOfVideo = (frame) => ({ type: frame.#type, data: frame.#data, metadata: frame.#metadata, origin: frame.#origin });
  }
}
