/** `RTCVideoSink`: the frames of a video track. The name and shape are node-webrtc's. */
import type { VideoFrame } from '../media/media_stream_track';
import { eventHandler, eventTarget, expose, operation, readonly } from '../webidl';
import { Attachment, trackArgument } from './track_sink';

/** The event `frame`. */
export interface RTCVideoFrameEvent extends Event {
  readonly frame: VideoFrame;
}

interface RTCVideoSinkEventMap {
  frame: RTCVideoFrameEvent;
}

export class RTCVideoSink extends eventTarget<RTCVideoSinkEventMap>() {
  readonly #attachment: Attachment;

  declare onframe: ((this: RTCVideoSink, event: RTCVideoFrameEvent) => unknown) | null;

  constructor(track: globalThis.MediaStreamTrack);
  constructor(...given: unknown[]) {
    const track = trackArgument('RTCVideoSink', 'video', given);
    super();
    this.#attachment = new Attachment(track, (frame) => {
      this.dispatchEvent(Object.assign(new Event('frame'), { frame: frame as VideoFrame }));
    });
  }

  get stopped(): boolean {
    return this.#attachment.isStopped;
  }

  stop(): void {
    this.#attachment.stop();
  }

  static {
    expose(this, {
      brand: (value) => #attachment in value,
      construct: { length: 1, convert: (given) => given },
      members: { stopped: readonly, stop: operation(), onframe: eventHandler },
    });
  }
}
