/**
 * `MediaDevices` (mediacapture-main, sections 9.2 and 10.2; screen-capture, section 5). Nobody is asked for permission: a process that
 * calls this has it.
 */
import {
  assertInternal, boolean, defaulted, dictionary, eventHandler, eventTarget, expose, internal, type Internal, operation, optional, promiseOperation, union,
} from '../webidl';
import type { NativeDevice } from '../native';
import { captureDevices, requireSelectable, selectSettings } from './capture';
import { constrainableProperties, MediaStreamConstraintsInit, MediaTrackConstraintsInit, type ConvertedStreamConstraints } from './constraints';
import { DeviceSource, deviceOf } from './device_source';
import { createInputDeviceInfo } from './input_device_info';
import type { MediaDeviceInfo } from './media_device_info';
import type { Kind } from './media_source';
import { MediaStream } from './media_stream';
import { isDenied } from './permissions';
import { createTrack, type MediaStreamTrack } from './media_stream_track';

const DisplayMediaStreamOptions = dictionary('DisplayMediaStreamOptions', {
  video: defaulted(union(boolean, MediaTrackConstraintsInit), true),
  audio: defaulted(union(boolean, MediaTrackConstraintsInit), false),
});

interface MediaDevicesEventMap {
  devicechange: Event;
}

export class MediaDevices extends eventTarget<MediaDevicesEventMap>() implements globalThis.MediaDevices {
  /** Whether scripts may know devices of a kind: once they captured one (section 9.5). */
  readonly #exposed = { audio: false, video: false };

  declare ondevicechange: globalThis.MediaDevices['ondevicechange'];

  /** @internal */
  constructor(token: Internal) {
    assertInternal(token);
    super();
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    await nextTask();
    const devices = captureDevices().list();
    return (['audio', 'video'] as const).flatMap((kind) => {
      const ofKind = devices.filter((device) => device.kind === kind);
      return this.#exposed[kind] ? ofKind.map(describe) : ofKind.slice(0, 1).map(describeNamelessly);
    });
  }

  getSupportedConstraints(): MediaTrackSupportedConstraints {
    return Object.fromEntries(constrainableProperties.map((name) => [name, true]));
  }

  getUserMedia(constraints?: MediaStreamConstraints): Promise<MediaStream>;
  async getUserMedia(constraints?: MediaStreamConstraints | ConvertedStreamConstraints): Promise<MediaStream> {
    const { audio, video, peerIdentity } = constraints as ConvertedStreamConstraints;
    const requested = (Object.entries({ audio, video }) as [Kind, boolean | MediaTrackConstraints][]).filter(([, wanted]) => wanted !== false);
    if (requested.length === 0) throw new TypeError('At least one of audio and video must be requested');
    const wishes = requested.map(([kind, wanted]) => [kind, wanted === true ? {} : (wanted as MediaTrackConstraints)] as const);
    await nextTask();
    // "getUserMedia specific failure is allowed" only if nothing is denied: no other error shows first.
    if (wishes.some(([kind]) => isDenied(kind))) throw new DOMException('The permission is denied', 'NotAllowedError');
    wishes.forEach(([kind, wanted]) => requireSelectable(kind, wanted));
    const selections = wishes.map(([kind, wanted]) => [selectSettings(kind, wanted), wanted] as const);
    for (const [kind] of wishes) this.#exposed[kind] = true;
    const isolated = peerIdentity !== undefined;
    return new MediaStream(
      selections.map(([selection, wanted]) => {
        const source = new DeviceSource(deviceOf(selection.deviceId), selection, { isolated });
        return createTrack(source, { constraints: wanted });
      }),
    );
  }

  getDisplayMedia(options?: DisplayMediaStreamOptions): Promise<MediaStream>;
  async getDisplayMedia(options: DisplayMediaStreamOptions): Promise<MediaStream> {
    const { audio = false, video = true } = options;
    for (const wanted of [audio, video]) refuseDisplayRequirements(wanted);
    if (video === false) throw new TypeError('A display is always captured as video');
    await nextTask();
    // The synthetic screen has no sound, which applications must reckon with: audio is only ever a wish.
    const wanted = video === true ? {} : video;
    const device = captureDevices().display();
    return new MediaStream([createDisplayTrack(device, wanted)]);
  }

  static {
    expose(this, {
      brand: (value) => #exposed in value,
      members: {
        ondevicechange: eventHandler,
        enumerateDevices: promiseOperation(),
        getSupportedConstraints: operation(),
        getUserMedia: promiseOperation(optional(MediaStreamConstraintsInit, {})),
        getDisplayMedia: promiseOperation(optional(DisplayMediaStreamOptions, {})),
      },
    });
  }
}

function createDisplayTrack(device: NativeDevice, wanted: MediaTrackConstraints): MediaStreamTrack {
  const selection = selectSettings('video', wanted, device.deviceId);
  return createTrack(new DeviceSource(device, selection, { isDisplay: true }), { constraints: wanted });
}

/** What was found out in parallel is told in a task. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function describe(device: NativeDevice): MediaDeviceInfo {
  const { deviceId, groupId, label, kind, capabilities } = device;
  return createInputDeviceInfo({ deviceId, kind: `${kind}input`, label, groupId }, capabilities as MediaTrackCapabilities);
}

function describeNamelessly({ kind }: NativeDevice): MediaDeviceInfo {
  return createInputDeviceInfo({ deviceId: '', kind: `${kind}input`, label: '', groupId: '' }, {});
}

/** Screen-capture, section 5.1, steps 3 and 4: the user chooses, so nothing may be demanded. */
function refuseDisplayRequirements(wanted: boolean | MediaTrackConstraints): void {
  if (typeof wanted === 'boolean') return;
  const { advanced, ...basic } = wanted;
  if (advanced !== undefined) throw new TypeError("getDisplayMedia doesn't take advanced constraints");
  for (const [name, constraint] of Object.entries(basic)) {
    const { min, exact } = (typeof constraint === 'object' ? constraint : {}) as { min?: unknown; exact?: unknown };
    if (min !== undefined || exact !== undefined) throw new TypeError(`getDisplayMedia doesn't take a '${name}' with min or exact`);
  }
}

/** `navigator.mediaDevices`. */
export const mediaDevices = new MediaDevices(internal);
