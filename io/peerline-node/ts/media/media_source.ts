/**
 * What tracks come from (mediacapture-main, section 4.3): all tracks of a source share it, and it stops when the last of them has ended.
 *
 * Subclasses are devices, what an application feeds (`nonstandard`), and what a receiver gets.
 */
import type { MediaStreamTrack } from './media_stream_track';

export type Kind = 'audio' | 'video';

/** Statistics of one track of a device (mediacapture-extensions, section 4). */
export interface TrackMeter {
  /** What scripts see. */
  readonly stats: object;
  /** The track was enabled or disabled, or has other settings. */
  update(enabled: boolean, settings: MediaTrackSettings): void;
}

export abstract class MediaSource {
  readonly kind: Kind;
  readonly label: string;
  /** Only for the peer that was named (webrtc-identity, section 7). */
  readonly isolated: boolean;
  readonly #tracks = new Set<MediaStreamTrack>();
  #muted: boolean;
  #isStopped = false;

  constructor(kind: Kind, label: string, { muted = false, isolated = false } = {}) {
    this.kind = kind;
    this.label = label;
    this.isolated = isolated;
    this.#muted = muted;
  }

  /** The live tracks. */
  get tracks(): readonly MediaStreamTrack[] {
    return [...this.#tracks];
  }

  /** Unable to give media for the moment. */
  get muted(): boolean {
    return this.#muted;
  }

  /** Will never give media again. */
  get ended(): boolean {
    return this.#isStopped;
  }

  /** A live track of this source was made. */
  add(track: MediaStreamTrack): void {
    this.#tracks.add(track);
  }

  /** A track has ended: with the last one the source stops. */
  remove(track: MediaStreamTrack): void {
    if (this.#tracks.delete(track) && this.#tracks.size === 0) this.stopped();
  }

  /** Changes the muted state of all tracks; `change` fires their events. */
  setMuted(muted: boolean, change: (track: MediaStreamTrack) => void): void {
    this.#muted = muted;
    this.tracks.forEach(change);
  }

  /** No track needs it any more. */
  protected stopped(): void {
    this.#isStopped = true;
  }

  /** `getCapabilities()` of its tracks. */
  capabilities(): MediaTrackCapabilities {
    return {};
  }

  /** The settings of a track without constraints. */
  settings(): MediaTrackSettings {
    return {};
  }

  /** SelectSettings (section 13.3): the settings that satisfy the constraints, or the `OverconstrainedError` that none do. */
  abstract select(constraints: MediaTrackConstraints): MediaTrackSettings;

  /** Whether settings are the track's own (a device's) or what flows at the moment. */
  get hasSettingsOfTracks(): boolean {
    return false;
  }

  /** A track got its first sink, lost its last, or has ended: `wanted` says whether its media is looked at from now on. */
  setWanted(_track: MediaStreamTrack, _wanted: boolean): void {}

  /** `track.stats`, for sources that are devices. */
  createMeter(): TrackMeter | null {
    return null;
  }
}
