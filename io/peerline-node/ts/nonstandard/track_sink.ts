/** What `RTCVideoSink` and `RTCAudioSink` have in common: they are attached to one track until they are stopped. */
import { MediaStreamTrack, trackFriend, type Sink } from '../media/media_stream_track';
import type { Kind } from '../media/media_source';
import { constructorOf, interfaceType } from '../webidl';

/** The track that a constructor was given. */
export function trackArgument(idlName: string, kind: Kind, given: readonly unknown[]): MediaStreamTrack {
  const [track] = constructorOf(idlName, interfaceType<MediaStreamTrack>('MediaStreamTrack', () => MediaStreamTrack)).convert(given);
  if (track.kind !== kind) throw new TypeError(`Failed to construct '${idlName}': the track carries ${track.kind}, not ${kind}`);
  return track;
}

export class Attachment {
  readonly #track: MediaStreamTrack;
  readonly #sink: Sink;
  #isStopped = false;

  constructor(track: MediaStreamTrack, sink: Sink) {
    this.#track = track;
    this.#sink = sink;
    trackFriend.addSink(track, sink);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
    trackFriend.removeSink(this.#track, this.#sink);
  }
}
