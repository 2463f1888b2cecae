/** A device that is captured: what tracks of `getUserMedia` and `getDisplayMedia` come from. */
import type { NativeDevice } from '../native';
import { captureDevices, selectSettings, type Selection } from './capture';
import { MediaSource, type TrackMeter } from './media_source';
import { createAudioMeter } from './media_stream_track_audio_stats';
import { createVideoMeter } from './media_stream_track_video_stats';

export class DeviceSource extends MediaSource {
  readonly #device: NativeDevice;
  readonly #initial: Selection;
  /** Frames a second that the camera gives; tracks with less leave some out. */
  #nativeFrameRate: number;

  constructor(device: NativeDevice, initial: Selection, isolated = false) {
    super(device.kind, device.label, { isolated });
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

  override createMeter(): TrackMeter {
    return this.kind === 'audio' ? createAudioMeter() : createVideoMeter(() => this.#nativeFrameRate);
  }
}

/** The device of an id. */
export function deviceOf(deviceId: string): NativeDevice {
  const devices = captureDevices();
  return devices.list().find((device) => device.deviceId === deviceId) ?? devices.display();
}
