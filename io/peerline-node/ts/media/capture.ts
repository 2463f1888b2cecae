/** The devices of this process, and which settings satisfy which constraints: the addon's `peerline-capture`. */
import { OverconstrainedError } from '../events';
import { native } from '../load';
import type { CaptureDevices, NativeConstraints, NativeSelection } from '../native';
import { toNativeConstraints } from './constraints';
import type { Kind } from './media_source';

let devices: CaptureDevices | null = null;

/** Device ids are stable for the life of the process and differ from those of any other. */
export function captureDevices(): CaptureDevices {
  devices ??= new native.CaptureDevices();
  return devices;
}

/** A device with settings. */
export type Selection = Exclude<NativeSelection, { failedConstraint: string }>;

/** SelectSettings (mediacapture-main, section 13.3) over all devices of a kind, or over one; throws `OverconstrainedError`. */
export function selectSettings(kind: Kind, constraints: MediaTrackConstraints, deviceId?: string): Selection {
  const outcome = captureDevices().select(kind, toNativeConstraints(constraints), deviceId);
  if ('failedConstraint' in outcome) throw overconstrained(outcome.failedConstraint);
  return outcome;
}

/** The `TypeError` of `getUserMedia` for constraints that may not select a device (mediacapture-main, section 10.2, step 10.4). */
export function requireSelectable(kind: Kind, constraints: MediaTrackConstraints): void {
  const refused = captureDevices().refusedForSelection(kind, toNativeConstraints(constraints));
  if (refused !== null) throw new TypeError(`'${refused}' can't be required of a device; apply it to the track`);
}

/** For a source that is as it is: throws `OverconstrainedError` unless its settings satisfy what is required. */
export function requireSettings(kind: Kind, constraints: MediaTrackConstraints, settings: MediaTrackSettings): void {
  const wanted: NativeConstraints = toNativeConstraints(constraints);
  const failed = captureDevices().unsatisfied(kind, wanted, settings as Record<string, number | string | boolean>);
  if (failed !== null) throw overconstrained(failed);
}

function overconstrained(constraint: string): OverconstrainedError {
  return new OverconstrainedError(constraint, `No source can satisfy the constraint '${constraint}'`);
}
