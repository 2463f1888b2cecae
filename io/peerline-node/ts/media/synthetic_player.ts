/**
 * Plays what a synthetic device sees or hears into one track, as long as the track has sinks: frame by frame, by the clock. Frames that
 * nobody had the time for are left out; samples are made up for.
 */
import { native } from '../load';
import type { Kind } from './media_source';
import type { AudioData, VideoFrame } from './media_stream_track';

const BLOCK_MS = 10;
/** Longer than this nobody waits for samples that were missed. */
const MAX_BACKLOG_MS = 1000;

export class SyntheticPlayer {
  readonly #kind: Kind;
  readonly #settings: () => MediaTrackSettings;
  readonly #deliver: (media: VideoFrame | AudioData) => void;
  #timer: NodeJS.Timeout | null = null;
  /** What was played last: a picture, or a block of samples; and how long each was then. */
  #last = 0;
  #lastInterval = 0;

  constructor(kind: Kind, settings: () => MediaTrackSettings, deliver: (media: VideoFrame | AudioData) => void) {
    this.#kind = kind;
    this.#settings = settings;
    this.#deliver = deliver;
  }

  set playing(playing: boolean) {
    if (playing === (this.#timer !== null)) return;
    if (playing) {
      this.#begin();
      this.#wait();
    } else {
      clearTimeout(this.#timer!);
      this.#timer = null;
    }
  }

  /** Milliseconds from one to the next. */
  get #interval(): number {
    if (this.#kind === 'audio') return BLOCK_MS;
    const { frameRate = 0 } = this.#settings();
    return frameRate > 0 ? 1000 / frameRate : Infinity;
  }

  /** The number of what is on now: the same for all tracks at a time, so that clones show the same. */
  get #present(): number {
    return Math.floor(performance.now() / this.#interval);
  }

  /** Counts from now on in the present interval. */
  #begin(): void {
    this.#last = this.#present;
    this.#lastInterval = this.#interval;
  }

  #wait(): void {
    const next = (this.#last + 1) * this.#interval - performance.now();
    // A rate of 0 has no next frame; it may be changed, so look again.
    this.#timer = setTimeout(() => this.#play(), Math.min(Math.max(next, 1), 1000));
  }

  #play(): void {
    if (this.#interval !== this.#lastInterval) this.#begin();
    const played = this.#last;
    const present = Math.max(this.#present, played);
    this.#last = present;
    // Before anything is delivered: a sink may stop the track.
    this.#wait();
    if (present === played) return;
    if (this.#kind === 'video') this.#playPicture(present);
    else this.#playBlocks(Math.max(played, present - MAX_BACKLOG_MS / BLOCK_MS), present);
  }

  #playPicture(number: number): void {
    const { width = 0, height = 0, frameRate = 0 } = this.#settings();
    if (frameRate <= 0) return;
    const data = native.syntheticPicture(width, height, number);
    this.#deliver({ width, height, rotation: 0, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) });
  }

  #playBlocks(from: number, to: number): void {
    const { sampleRate = 48000, channelCount = 1 } = this.#settings();
    const numberOfFrames = Math.floor((sampleRate * BLOCK_MS) / 1000);
    for (let block = from; block < to && this.#timer; block += 1) {
      const samples = native.syntheticTone(sampleRate, channelCount, block * numberOfFrames, numberOfFrames);
      this.#deliver({ samples, sampleRate, bitsPerSample: 16, channelCount, numberOfFrames });
    }
  }
}
