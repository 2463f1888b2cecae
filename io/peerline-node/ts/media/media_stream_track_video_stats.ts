/**
 * `MediaStreamTrackVideoStats` (mediacapture-extensions, section 4.3). A synthetic camera gives its frames by the clock, so they are
 * counted by the clock.
 */
import { assertInternal, expose, internal, type Internal, operation, readonly } from '../webidl';
import type { TrackMeter } from './media_source';
import { OnceACycle, Stopwatch } from './once_a_cycle';

interface Frames {
  delivered: number;
  total: number;
}

let update: (stats: MediaStreamTrackVideoStats, enabled: boolean, settings: MediaTrackSettings) => void;

export class MediaStreamTrackVideoStats {
  readonly #nativeFrameRate: () => number;
  readonly #clock = new Stopwatch();
  readonly #counted = new OnceACycle(() => this.#count());
  /** What was counted before the rate changed. */
  #before: Frames = { delivered: 0, total: 0 };
  #rates = { native: 0, track: 0 };
  #changedAt = 0;

  /** @internal */
  constructor(token: Internal, nativeFrameRate: () => number) {
    assertInternal(token);
    this.#nativeFrameRate = nativeFrameRate;
  }

  get deliveredFrames(): number {
    return Math.floor(this.#counted.value.delivered);
  }

  get discardedFrames(): number {
    return this.totalFrames - this.deliveredFrames;
  }

  get totalFrames(): number {
    return Math.floor(this.#counted.value.total);
  }

  toJSON(): { deliveredFrames: number; discardedFrames: number; totalFrames: number } {
    const { deliveredFrames, discardedFrames, totalFrames } = this;
    return { deliveredFrames, discardedFrames, totalFrames };
  }

  #update(enabled: boolean, { frameRate = 0 }: MediaTrackSettings): void {
    this.#before = this.#count();
    this.#changedAt = this.#clock.elapsed;
    this.#rates = { native: this.#nativeFrameRate(), track: frameRate };
    this.#clock.running = enabled;
  }

  #count(): Frames {
    const seconds = (this.#clock.elapsed - this.#changedAt) / 1000;
    const { delivered, total } = this.#before;
    return { delivered: delivered + seconds * this.#rates.track, total: total + seconds * this.#rates.native };
  }

  static {
    expose(this, {
      brand: (value) => #clock in value,
      members: { deliveredFrames: readonly, discardedFrames: readonly, totalFrames: readonly, toJSON: operation() },
    });
    update = (stats, enabled, settings) => stats.#update(enabled, settings);
  }
}

/** The statistics of a new track. */
export function createVideoMeter(nativeFrameRate: () => number): TrackMeter {
  const stats = new MediaStreamTrackVideoStats(internal, nativeFrameRate);
  return { stats, update: (enabled, settings) => update(stats, enabled, settings) };
}
