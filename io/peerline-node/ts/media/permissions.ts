/**
 * Who may use camera and microphone (mediacapture-main, sections 10.2 and 4.3.1). A process that asks has the permission, unless the
 * application says otherwise (`nonstandard.setPermission`): it may have a user who is asked.
 */
import type { Kind } from './media_source';

export type PermissionName = 'camera' | 'microphone';
export type PermissionAnswer = 'granted' | 'denied' | 'prompt';

const kinds: Record<PermissionName, Kind> = { camera: 'video', microphone: 'audio' };
const denied = new Set<Kind>();
const revocationListeners = new Set<(kind: Kind) => void>();

/** Whether `getUserMedia` may have this kind. */
export function isDenied(kind: Kind): boolean {
  return denied.has(kind);
}

/** Calls back when a permission is taken away. */
export function onRevocation(listener: (kind: Kind) => void): void {
  revocationListeners.add(listener);
}

/** What the user answered. `denied` ends the tracks that are captured with this permission; names of other permissions mean nothing here. */
export function setPermission(name: PermissionName, answer: PermissionAnswer): void {
  if (!Object.hasOwn(kinds, name)) return;
  const kind = kinds[name];
  if (answer !== 'denied') {
    denied.delete(kind);
    return;
  }
  denied.add(kind);
  for (const listener of revocationListeners) listener(kind);
}
