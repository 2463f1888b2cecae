/** `RTCAudioSink`: the samples of an audio track. The name and shape are node-webrtc's. */
import type { AudioData } from '../media/media_stream_track';
import { eventHandler, eventTarget, expose, operation, readonly } from '../webidl';
import { Attachment, trackArgument } from './track_sink';

/** The event `data`. */
export type RTCAudioDataEvent = Event & Readonly<AudioData>;

interface RTCAudioSinkEventMap {
  data: RTCAudioDataEvent;
}

export class RTCAudioSink extends eventTarget<RTCAudioSinkEventMap>() {
  readonly #attachment: Attachment;

  declare ondata: ((this: RTCAudioSink, event: RTCAudioDataEvent) => unknown) | null;

  constructor(track: globalThis.MediaStreamTrack);
  constructor(...given: unknown[]) {
    const track = trackArgument('RTCAudioSink', 'audio', given);
    super();
    this.#attachment = new Attachment(track, (data) => {
      this.dispatchEvent(Object.assign(new Event('data'), data as AudioData));
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
      members: { stopped: readonly, stop: operation(), ondata: eventHandler },
    });
  }
}
