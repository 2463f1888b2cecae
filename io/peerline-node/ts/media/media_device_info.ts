/** `MediaDeviceInfo` (mediacapture-main, section 9.3). */
import { assertInternal, expose, internal, type Internal, operation, readonly } from '../webidl';

/** What is known of a device; empty strings as long as scripts may not know more. */
export interface DeviceDescription {
  deviceId: string;
  kind: MediaDeviceKind;
  label: string;
  groupId: string;
}

export class MediaDeviceInfo implements globalThis.MediaDeviceInfo {
  readonly #description: Readonly<DeviceDescription>;

  /** @internal */
  constructor(token: Internal, description: DeviceDescription) {
    assertInternal(token);
    this.#description = description;
  }

  get deviceId(): string {
    return this.#description.deviceId;
  }

  get kind(): MediaDeviceKind {
    return this.#description.kind;
  }

  get label(): string {
    return this.#description.label;
  }

  get groupId(): string {
    return this.#description.groupId;
  }

  toJSON(): DeviceDescription {
    const { deviceId, kind, label, groupId } = this.#description;
    return { deviceId, kind, label, groupId };
  }

  static {
    expose(this, {
      brand: (value) => #description in value,
      members: { deviceId: readonly, kind: readonly, label: readonly, groupId: readonly, toJSON: operation() },
    });
  }
}

/** A device that takes nothing in: a loudspeaker. */
export function createDeviceInfo(description: DeviceDescription): MediaDeviceInfo {
  return new MediaDeviceInfo(internal, description);
}
