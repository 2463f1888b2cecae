/** `InputDeviceInfo` (mediacapture-main, section 9.4). */
import { expose, internal, type Internal, operation } from '../webidl';
import { copy } from './copy';
import { MediaDeviceInfo, type DeviceDescription } from './media_device_info';

export class InputDeviceInfo extends MediaDeviceInfo implements globalThis.InputDeviceInfo {
  readonly #capabilities: MediaTrackCapabilities;

  /** @internal */
  constructor(token: Internal, description: DeviceDescription, capabilities: MediaTrackCapabilities) {
    super(token, description);
    this.#capabilities = capabilities;
  }

  getCapabilities(): MediaTrackCapabilities {
    return copy(this.#capabilities);
  }

  static {
    expose(this, { brand: (value) => #capabilities in value, members: { getCapabilities: operation() } });
  }
}

/** A camera or microphone. */
export function createInputDeviceInfo(description: DeviceDescription, capabilities: MediaTrackCapabilities): InputDeviceInfo {
  return new InputDeviceInfo(internal, description, capabilities);
}
