/** `import 'peerline/polyfill'`: every interface as a global, as in a window, and `navigator.mediaDevices`. */
/// <reference lib="dom" preserve="true" />
/// <reference lib="dom.iterable" preserve="true" />
import { enterWorker, isWorker } from './encoded_transform/worker_scope';
import * as peerline from './index';

/** What {@link install} may do. */
export interface InstallOptions {
  /** Also replace what the environment has already (a browser, Deno, another polyfill). */
  override?: boolean;
}

/** Interface objects are named as such; nothing else of the package is a global in a browser either. */
function interfaceObjects(): [name: string, value: unknown][] {
  return Object.entries(peerline).filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name));
}

/** Installs the globals on an object: `globalThis`, or the global object of a `vm` context. */
export function install(target: object = globalThis, { override = false }: InstallOptions = {}): void {
  const define = (holder: object, name: string, descriptor: PropertyDescriptor): void => {
    if (override || !(name in holder)) Object.defineProperty(holder, name, { configurable: true, ...descriptor });
  };
  for (const [name, value] of interfaceObjects()) define(target, name, { value, writable: true, enumerable: false });
  if (isWorker) enterWorker(target);
  // Node 20 has no `navigator`. Where there is one its attributes are its class's.
  if (!('navigator' in target)) define(target, 'navigator', { value: Object.create({}) as object, writable: true, enumerable: true });
  const { navigator } = target as { navigator: object };
  define(Object.getPrototypeOf(navigator) as object, 'mediaDevices', { get: () => peerline.mediaDevices, enumerable: true });
}

install();
