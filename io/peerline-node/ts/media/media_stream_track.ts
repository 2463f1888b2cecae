/** `MediaStreamTrack` (mediacapture-main, section 4.3; mst-content-hint; mediacapture-extensions, section 4; webrtc-identity, section 7). */
import { randomUUID } from 'node:crypto';
import {
  assertInternal, attribute, boolean, DOMString, eventHandler, eventTarget, expose, fire, internal, type Internal, operation, optional,
  promiseOperation, readonly,
} from '../webidl';
import { MediaTrackConstraintsInit } from './constraints';
import { copy } from './copy';
import type { MediaSource, TrackMeter } from './media_source';

/** Video as `nonstandard` has it: I420. */
export interface VideoFrame {
  width: number;
  height: number;
  rotation: number;
  data: Uint8ClampedArray;
}

/** Audio as `nonstandard` has it: 16-bit samples, interleaved. */
export interface AudioData {
  samples: Int16Array;
  sampleRate: number;
  bitsPerSample: number;
  channelCount: number;
  numberOfFrames: number;
}

/** Takes what flows through a track. */
export type Sink = (media: VideoFrame | AudioData) => void;

/** How a track begins. */
interface TrackInit {
  id?: string;
  ended?: boolean;
  enabled?: boolean;
  contentHint?: string;
  constraints?: MediaTrackConstraints;
  settings?: MediaTrackSettings;
}

/** What other files of ours may do with tracks. */
interface Friend {
  source(track: MediaStreamTrack): MediaSource;
  /** "Set a track's muted state" (section 4.3.1): fires `mute` or `unmute` if it is new. */
  setMuted(track: MediaStreamTrack, muted: boolean): void;
  /** The track ends for another reason than `stop()` (section 4.3.1): fires `ended` if it is live. */
  end(track: MediaStreamTrack): void;
  /** Sends media to the sinks of a live track. */
  deliver(track: MediaStreamTrack, media: VideoFrame | AudioData): void;
  hasSinks(track: MediaStreamTrack): boolean;
  addSink(track: MediaStreamTrack, sink: Sink): void;
  removeSink(track: MediaStreamTrack, sink: Sink): void;
}

let friend: Friend;

/** What a track shows of its settings once it has ended (section 4.3.2). */
const inherentProperties = ['deviceId', 'facingMode', 'groupId'] as const;

const contentHints = { audio: ['', 'speech', 'speech-recognition', 'music'], video: ['', 'motion', 'detail', 'text'] };

interface MediaStreamTrackEventMap {
  ended: Event;
  mute: Event;
  unmute: Event;
  isolationchange: Event;
}

export class MediaStreamTrack extends eventTarget<MediaStreamTrackEventMap>() implements globalThis.MediaStreamTrack {
  readonly #source: MediaSource;
  readonly #id: string;
  readonly #sinks = new Set<Sink>();
  readonly #meter: TrackMeter | null;
  #enabled: boolean;
  #muted: boolean;
  #ended: boolean;
  #contentHint: string;
  #constraints: MediaTrackConstraints;
  #settings: MediaTrackSettings;

  declare onended: globalThis.MediaStreamTrack['onended'];
  declare onmute: globalThis.MediaStreamTrack['onmute'];
  declare onunmute: globalThis.MediaStreamTrack['onunmute'];
  declare onisolationchange: ((this: MediaStreamTrack, event: Event) => unknown) | null;

  /** @internal */
  constructor(token: Internal, source: MediaSource, init: TrackInit = {}) {
    assertInternal(token);
    super();
    this.#source = source;
    this.#id = init.id ?? randomUUID();
    this.#enabled = init.enabled ?? true;
    this.#muted = source.muted;
    this.#ended = init.ended ?? false;
    this.#contentHint = init.contentHint ?? '';
    this.#constraints = copy(init.constraints ?? {});
    this.#settings = copy(init.settings ?? source.settings());
    this.#meter = source.createMeter();
    if (!this.#ended) source.add(this);
    this.#updateMeter();
  }

  get kind(): string {
    return this.#source.kind;
  }

  get id(): string {
    return this.#id;
  }

  get label(): string {
    return this.#source.label;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    this.#updateMeter();
  }

  get muted(): boolean {
    return this.#muted;
  }

  get readyState(): MediaStreamTrackState {
    return this.#isLive ? 'live' : 'ended';
  }

  get isolated(): boolean {
    return this.#source.isolated;
  }

  get contentHint(): string {
    return this.#contentHint;
  }

  /** A hint for the other kind, or an unknown one, changes nothing. */
  set contentHint(hint: string) {
    if (contentHints[this.#source.kind].includes(hint)) this.#contentHint = hint;
  }

  get stats(): object | null {
    return this.#meter?.stats ?? null;
  }

  get #isLive(): boolean {
    return !this.#ended && !this.#source.ended;
  }

  clone(): MediaStreamTrack {
    return new MediaStreamTrack(internal, this.#source, {
      ended: !this.#isLive,
      enabled: this.#enabled,
      contentHint: this.#contentHint,
      constraints: this.#constraints,
      settings: this.#settings,
    });
  }

  stop(): void {
    if (this.#isLive) this.#finish();
  }

  getCapabilities(): MediaTrackCapabilities {
    return copy(this.#source.capabilities());
  }

  getConstraints(): MediaTrackConstraints {
    return copy(this.#constraints);
  }

  getSettings(): MediaTrackSettings {
    const settings = this.#source.hasSettingsOfTracks ? this.#settings : this.#source.settings();
    if (this.#isLive) return copy(settings);
    const inherent = inherentProperties.filter((name) => settings[name] !== undefined);
    return Object.fromEntries(inherent.map((name) => [name, settings[name]]));
  }

  applyConstraints(constraints?: MediaTrackConstraints): Promise<void>;
  async applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
    if (!this.#isLive) return;
    const outcome = selectSettings(this.#source, constraints);
    // Settings and promise change together in a task of their own; the tasks keep the order of the calls.
    await new Promise(setImmediate);
    if (outcome.error) throw outcome.error;
    this.#constraints = copy(constraints);
    this.#settings = copy(outcome.settings);
    this.#updateMeter();
  }

  #finish(): void {
    this.#ended = true;
    this.#updateSinks();
    this.#source.remove(this);
    this.#updateMeter();
  }

  #updateMeter(): void {
    this.#meter?.update(this.#enabled && this.#isLive, this.#settings);
  }

  #updateSinks(): void {
    this.#source.setWanted(this, this.#sinks.size > 0 && this.#isLive);
  }

  #end(): void {
    if (this.#ended) return;
    this.#finish();
    fire(this, new Event('ended'));
  }

  #setMuted(muted: boolean): void {
    if (this.#muted === muted) return;
    this.#muted = muted;
    fire(this, new Event(muted ? 'mute' : 'unmute'));
  }

  static {
    expose(this, {
      brand: (value) => #source in value,
      members: {
        kind: readonly,
        id: readonly,
        label: readonly,
        enabled: attribute(boolean),
        muted: readonly,
        onmute: eventHandler,
        onunmute: eventHandler,
        readyState: readonly,
        onended: eventHandler,
        clone: operation(),
        stop: operation(),
        getCapabilities: operation(),
        getConstraints: operation(),
        getSettings: operation(),
        applyConstraints: promiseOperation(optional(MediaTrackConstraintsInit, {})),
        contentHint: attribute(DOMString),
        stats: readonly,
        isolated: readonly,
        onisolationchange: eventHandler,
      },
    });
    friend = {
      source: (track) => track.#source,
      setMuted: (track, muted) => track.#setMuted(muted),
      end: (track) => track.#end(),
      deliver: (track, media) => {
        for (const sink of track.#sinks) sink(media);
      },
      hasSinks: (track) => track.#sinks.size > 0,
      addSink: (track, sink) => {
        track.#sinks.add(sink);
        track.#updateSinks();
      },
      removeSink: (track, sink) => {
        if (track.#sinks.delete(sink)) track.#updateSinks();
      },
    };
  }
}

function selectSettings(source: MediaSource, constraints: MediaTrackConstraints): { settings: MediaTrackSettings; error?: Error } {
  try {
    return { settings: source.select(constraints) };
  } catch (error) {
    return { settings: {}, error: error as Error };
  }
}

/** @internal */
export const trackFriend = friend!;

/** Makes a track of a source. */
export function createTrack(source: MediaSource, init?: TrackInit): MediaStreamTrack {
  return new MediaStreamTrack(internal, source, init);
}
