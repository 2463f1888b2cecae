// A global object with what runs code in it: this process's own, or that of a frame.

import vm from 'node:vm';

/** @typedef {{global: object, evaluate: (code: string, filename: string) => unknown}} Realm */

/**
 * The realm of the process. The page under test lives here, so that it shares every intrinsic with the module under test.
 * @returns {Realm}
 */
export const mainRealm = () => ({
  global: globalThis,
  evaluate: (code, filename) => vm.runInThisContext(code, { filename }),
});

// What a frame's realm takes over from the process: everything that is not part of the language itself.
const HOST_NAMES = [
  'AbortController', 'AbortSignal', 'Blob', 'BroadcastChannel', 'ByteLengthQueuingStrategy', 'CountQueuingStrategy', 'CryptoKey', 'DOMException',
  'Event', 'EventTarget', 'File', 'FormData', 'Headers', 'MessageChannel', 'MessageEvent', 'MessagePort', 'ReadableStream', 'Request', 'Response',
  'TextDecoder', 'TextEncoder', 'TransformStream', 'URL', 'URLSearchParams', 'WritableStream', 'atob', 'btoa', 'clearInterval', 'clearTimeout',
  'console', 'crypto', 'gc', 'performance', 'queueMicrotask', 'setInterval', 'setTimeout',
];

/**
 * A new global object with intrinsics of its own; host objects are shared with the process.
 * @param {object} template becomes what the global object looks names up in @returns {Realm}
 */
export function frameRealm(template) {
  for (const name of HOST_NAMES) {
    if (name in globalThis) Object.defineProperty(template, name, { value: globalThis[name], writable: true, configurable: true });
  }
  const context = vm.createContext(template);
  const evaluate = (code, filename) => vm.runInContext(code, context, { filename });
  return { global: evaluate('globalThis', 'realm.js'), evaluate };
}
