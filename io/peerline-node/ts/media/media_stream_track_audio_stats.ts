/**
 * `MediaStreamTrackAudioStats` (mediacapture-extensions, section 4.2). A synthetic microphone gives blocks of 10 ms by the clock, so they
 * are counted by the clock; none is dropped, and its latency is the setting.
 */
import { assertInternal, expose, internal, type Internal, operation, readonly } from '../webidl';
import type { TrackMeter } from './media_source';
import { OnceACycle, Stopwatch } from './once_a_cycle';

const BLOCK_MS = 10;

/** A time in which the settings stayed the same. */
interface Stretch {
  duration: number;
  latency: number;
}

interface Counters {
  frames: number;
  duration: number;
  latency: number;
  averageLatency: number;
  minimumLatency: number;
  maximumLatency: number;
}

let update: (stats: MediaStreamTrackAudioStats, enabled: boolean, settings: MediaTrackSettings) => void;

export class MediaStreamTrackAudioStats {
  readonly #clock = new Stopwatch();
  readonly #counted = new OnceACycle(() => this.#count());
  #settings = { sampleRate: 0, latency: 0 };
  /** What was counted when the settings changed. */
  #before = { frames: 0, duration: 0 };
  /** Since the latencies were reset, without the present one. */
  #stretches: Stretch[] = [];
  #stretchBegan = 0;

  /** @internal */
  constructor(token: Internal) {
    assertInternal(token);
  }

  get deliveredFrames(): number {
    return this.#counted.value.frames;
  }

  get deliveredFramesDuration(): number {
    return this.#counted.value.duration;
  }

  get totalFrames(): number {
    return this.#counted.value.frames;
  }

  get totalFramesDuration(): number {
    return this.#counted.value.duration;
  }

  get latency(): number {
    return this.#counted.value.latency;
  }

  get averageLatency(): number {
    return this.#counted.value.averageLatency;
  }

  get minimumLatency(): number {
    return this.#counted.value.minimumLatency;
  }

  get maximumLatency(): number {
    return this.#counted.value.maximumLatency;
  }

  resetLatency(): void {
    this.#stretches = [];
    this.#stretchBegan = this.#counted.value.duration;
    this.#counted.forget();
  }

  toJSON(): Record<string, number> {
    const { frames, duration, latency, averageLatency, minimumLatency, maximumLatency } = this.#counted.value;
    return {
      deliveredFrames: frames,
      deliveredFramesDuration: duration,
      totalFrames: frames,
      totalFramesDuration: duration,
      latency,
      averageLatency,
      minimumLatency,
      maximumLatency,
    };
  }

  #update(enabled: boolean, { sampleRate = 0, latency = 0 }: MediaTrackSettings & { latency?: number }): void {
    const { frames, duration } = this.#count();
    this.#stretches.push({ duration: duration - this.#stretchBegan, latency: this.#settings.latency });
    this.#stretchBegan = duration;
    this.#before = { frames, duration };
    this.#settings = { sampleRate, latency: latency * 1000 };
    this.#clock.running = enabled;
  }

  #count(): Counters {
    const duration = Math.floor(this.#clock.elapsed / BLOCK_MS) * BLOCK_MS;
    const frames = this.#before.frames + ((duration - this.#before.duration) / 1000) * this.#settings.sampleRate;
    const latency = duration > 0 ? this.#settings.latency : 0;
    const present = { duration: duration - this.#stretchBegan, latency };
    const observed = [...this.#stretches, present].filter((stretch) => stretch.duration > 0);
    const latencies = observed.length > 0 ? observed.map((stretch) => stretch.latency) : [latency];
    const time = observed.reduce((sum, stretch) => sum + stretch.duration, 0);
    const weighted = observed.reduce((sum, stretch) => sum + stretch.duration * stretch.latency, 0);
    const minimumLatency = Math.min(...latencies);
    const maximumLatency = Math.max(...latencies);
    // Rounding must not carry the average out of its bounds.
    const averageLatency = Math.min(maximumLatency, Math.max(minimumLatency, time > 0 ? weighted / time : latency));
    return { frames, duration, latency, averageLatency, minimumLatency, maximumLatency };
  }

  static {
    expose(this, {
      brand: (value) => #clock in value,
      members: {
        deliveredFrames: readonly,
        deliveredFramesDuration: readonly,
        totalFrames: readonly,
        totalFramesDuration: readonly,
        latency: readonly,
        averageLatency: readonly,
        minimumLatency: readonly,
        maximumLatency: readonly,
        resetLatency: operation(),
        toJSON: operation(),
      },
    });
    update = (stats, enabled, settings) => stats.#update(enabled, settings);
  }
}

/** The statistics of a new track. */
export function createAudioMeter(): TrackMeter {
  const stats = new MediaStreamTrackAudioStats(internal);
  return { stats, update: (enabled, settings) => update(stats, enabled, settings) };
}
