/** A device that is captured: what tracks of `getUserMedia` and `getDisplayMedia` come from. */
import type { NativeDevice } from '../native';
import { captureDevices, selectSettings, type Selection } from './capture';
import { black, silence } from './blank';
import { MediaSource, type Kind, type TrackMeter } from './media_source';
import { trackFriend, type AudioData, type MediaStreamTrack, type VideoFrame } from './media_stream_track';
import { createAudioMeter } from './media_stream_track_audio_stats';
import { createVideoMeter } from './media_stream_track_video_stats';
import { onRevocation } from './permissions';
import { SyntheticPlayer } from './synthetic_player';

/** Sources that are captured, as long as anybody holds them. */
const captured = new Set<WeakRef<DeviceSource>>();
const collected = new FinalizationRegistry<WeakRef<DeviceSource>>((source) => captured.delete(source));

onRevocation((kind: Kind) => {
  // "Device permission revocation algorithm": each track ends in a task of its own.
  const sources = [...captured].map((source) => source.deref()).filter((source) => source?.kind === kind && !source.isDisplay);
  for (const track of sources.flatMap((source) => source?.tracks ?? [])) setImmediate(() => trackFriend.end(track));
});

export class DeviceSource extends MediaSource {
  readonly #device: NativeDevice;
  readonly #initial: Selection;
  /** Frames a second that the camera gives; tracks with less leave some out. */
  #nativeFrameRate: number;
  readonly #players = new WeakMap<MediaStreamTrack, SyntheticPlayer>();
  readonly #self = new WeakRef(this);
  /** Whether it was captured by `getDisplayMedia`. */
  readonly isDisplay: boolean;

  constructor(device: NativeDevice, initial: Selection, { isolated = false, isDisplay = false } = {}) {
    super(device.kind, device.label, { isolated });
    this.isDisplay = isDisplay;
    captured.add(this.#self);
    collected.register(this, this.#self);
    this.#device = device;
    this.#initial = initial;
    this.#nativeFrameRate = initial.nativeFrameRate ?? 0;
  }

  override get hasSettingsOfTracks(): boolean {
    return true;
  }

  override capabilities(): MediaTrackCapabilities {
    return this.#device.capabilities as MediaTrackCapabilities;
  }

  override settings(): MediaTrackSettings {
    return this.#initial.settings as MediaTrackSettings;
  }

  select(constraints: MediaTrackConstraints): MediaTrackSettings {
    const { settings, nativeFrameRate = 0 } = selectSettings(this.kind, constraints, this.#device.deviceId);
    // The camera never slows down for one track: others may need its rate.
    this.#nativeFrameRate = Math.max(this.#nativeFrameRate, nativeFrameRate);
    return settings as MediaTrackSettings;
  }

  protected override stopped(): void {
    super.stopped();
    captured.delete(this.#self);
  }

  override setWanted(track: MediaStreamTrack, wanted: boolean): void {
    let player = this.#players.get(track);
    if (!player) this.#players.set(track, (player = this.#createPlayer(track)));
    player.playing = wanted;
  }

  #createPlayer(track: MediaStreamTrack): SyntheticPlayer {
    const blank = (media: VideoFrame | AudioData): VideoFrame | AudioData => ('samples' in media ? silence(media) : black(media));
    const deliver = (media: VideoFrame | AudioData): void => trackFriend.deliver(track, track.enabled ? media : blank(media));
    return new SyntheticPlayer(this.kind, () => track.getSettings(), deliver);
  }

  override createMeter(): TrackMeter {
    return this.kind === 'audio' ? createAudioMeter() : createVideoMeter(() => this.#nativeFrameRate);
  }
}

/** The device of an id. */
export function deviceOf(deviceId: string): NativeDevice {
  const devices = captureDevices();
  return devices.list().find((device) => device.deviceId === deviceId) ?? devices.display();
}
