// `navigator`: the browser's own parts, and the module's media devices.

import { createPermissions } from './permissions.js';

/**
 * @param {{adapter: import('../adapters/load.js').Adapter, permissions: import('./permissions.js').PermissionStore, secure: boolean}} page
 */
export function createNavigator({ adapter, permissions, secure }) {
  const { Permissions, PermissionStatus } = createPermissions(permissions);
  class Navigator {}
  const navigator = new Navigator();
  const attributes = { userAgent: 'conformance', platform: process.platform, language: 'en', onLine: true, permissions: new Permissions() };
  // Media Capture and Streams §9: a secure context only.
  if (secure && adapter.mediaDevices) attributes.mediaDevices = guarded(adapter, permissions);
  for (const [name, value] of Object.entries(attributes)) defineAttribute(Navigator.prototype, navigator, name, value);
  return { navigator, classes: { Navigator, Permissions, PermissionStatus } };
}

/** A read-only attribute as Web IDL defines it: an accessor on the prototype, for this one object. */
function defineAttribute(prototype, only, name, value) {
  const attribute = {
    get [name]() {
      if (this !== only) throw new TypeError(`${name} belongs to another object`);
      return value;
    },
  };
  Object.defineProperty(prototype, name, Object.getOwnPropertyDescriptor(attribute, name));
}

/** A prompt that is answered with no belongs to the browser: a module that knows permissions is told, for others it is said here. */
function guarded({ mediaDevices, setPermission }, permissions) {
  if (setPermission) permissions.onChange(setPermission);
  // Until then the object is as the module made it.
  else if (mediaDevices.getUserMedia) permissions.onChange(() => guard(mediaDevices, permissions));
  return mediaDevices;
}

const guards = new WeakSet();

function guard(mediaDevices, permissions) {
  const ask = mediaDevices.getUserMedia;
  if (guards.has(ask)) return;
  const guarding = function getUserMedia(constraints) {
    return permissions.allows(constraints)
      ? Reflect.apply(ask, this, arguments)
      : Promise.reject(new DOMException('the permission is denied', 'NotAllowedError'));
  };
  guards.add(guarding);
  Object.defineProperty(mediaDevices, 'getUserMedia', { value: guarding, writable: true, configurable: true });
}
