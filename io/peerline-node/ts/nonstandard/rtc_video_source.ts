/** `RTCVideoSource`: a video track from frames that the application makes. The name and shape are node-webrtc's. */
import { black, i420Size } from '../media/blank';
import { createTrack, type MediaStreamTrack, type VideoFrame } from '../media/media_stream_track';
import {
  boolean, constructorOf, type Converted, defaulted, dictionary, enforceRange, expose, nullable, operation, optional, readonly,
  unsignedShort,
} from '../webidl';
import { FedSource } from './fed_source';
import { checkSize, imageMembers } from './i420';

const RTCVideoSourceInit = dictionary('RTCVideoSourceInit', { isScreencast: defaulted(boolean, false), needsDenoising: nullable(boolean) });
const construct = constructorOf('RTCVideoSource', optional(RTCVideoSourceInit, {}));

const RTCVideoFrame = dictionary('RTCVideoFrame', { ...imageMembers, rotation: defaulted(enforceRange(unsignedShort), 0) });

function describe({ width, height }: VideoFrame): MediaTrackSettings {
  return { width, height, aspectRatio: Math.round((width / height) * 1e10) / 1e10 };
}

export class RTCVideoSource {
  readonly #source = new FedSource<VideoFrame>('video', { describe, blank: black });
  readonly #init: Converted<typeof RTCVideoSourceInit>;

  constructor(init?: { isScreencast?: boolean; needsDenoising?: boolean | null });
  constructor(...given: unknown[]) {
    [this.#init] = construct.convert(given);
  }

  get isScreencast(): boolean {
    return this.#init.isScreencast;
  }

  get needsDenoising(): boolean | null {
    return this.#init.needsDenoising ?? null;
  }

  /** Another track of this source. */
  createTrack(): MediaStreamTrack {
    return createTrack(this.#source);
  }

  /** Sends a frame (I420) to all tracks; its bytes are copied. */
  onFrame(frame: { width: number; height: number; data: Uint8Array | Uint8ClampedArray; rotation?: number }): void;
  onFrame(frame: Converted<typeof RTCVideoFrame>): void {
    const { width, height, data, rotation } = frame;
    checkSize(frame, i420Size(width, height), 'RTCVideoSource.onFrame');
    if (rotation % 90 !== 0 || rotation >= 360) throw new TypeError('RTCVideoSource.onFrame: rotation is not 0, 90, 180 or 270');
    this.#source.feed({ width, height, rotation, data: this.#source.hasSinks ? new Uint8ClampedArray(data) : new Uint8ClampedArray(0) });
  }

  static {
    expose(this, {
      brand: (value) => #source in value,
      construct,
      members: { isScreencast: readonly, needsDenoising: readonly, createTrack: operation(), onFrame: operation(RTCVideoFrame) },
    });
  }
}
