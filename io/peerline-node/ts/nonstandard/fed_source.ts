/** A source that the application feeds: what it was given goes to the sinks of its tracks, in a task of its own. */
import { requireSettings } from '../media/capture';
import { MediaSource, type Kind } from '../media/media_source';
import { trackFriend, type AudioData, type VideoFrame } from '../media/media_stream_track';

/** What waits at most; what is older is dropped, as by a camera that nobody keeps up with. */
const MAX_WAITING = 64;

export class FedSource<T extends VideoFrame | AudioData> extends MediaSource {
  readonly #waiting: T[] = [];
  readonly #describe: (media: T) => MediaTrackSettings;
  /** The same without content: what a disabled track gives. */
  readonly #blank: (media: T) => T;
  #settings: MediaTrackSettings = {};

  constructor(kind: Kind, { describe, blank }: { describe(media: T): MediaTrackSettings; blank(media: T): T }) {
    super(kind, '');
    this.#describe = describe;
    this.#blank = blank;
  }

  override settings(): MediaTrackSettings {
    return this.#settings;
  }

  select(constraints: MediaTrackConstraints): MediaTrackSettings {
    requireSettings(this.kind, constraints, this.#settings);
    return this.#settings;
  }

  /** Whether anybody listens: if not, nothing needs to be copied. */
  get hasSinks(): boolean {
    return this.tracks.some((track) => trackFriend.hasSinks(track));
  }

  /** Takes media whose memory is this source's from now on. */
  feed(media: T): void {
    this.#settings = this.#describe(media);
    if (!this.hasSinks) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#deliver());
    this.#waiting.push(media);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  #deliver(): void {
    for (const media of this.#waiting.splice(0)) {
      for (const track of this.tracks) trackFriend.deliver(track, track.enabled ? media : this.#blank(media));
    }
  }
}
