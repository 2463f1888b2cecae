/** `import 'peerline/polyfill'`: every interface as a global, as in a window, and `navigator.mediaDevices`. */
import * as peerline from './index';

/** What {@link install} may do. */
export interface InstallOptions {
  /** Also replace what the environment has already (a browser, Deno, another polyfill). */
  override?: boolean;
}

/** Interface objects are named as such; all else of the package is not a global in a browser either. */
function isInterfaceName(name: string): boolean {
  return /^[A-Z]/.test(name);
}

/** Installs the globals on an object: `globalThis`, or the global object of a `vm` context. */
export function install(target: object = globalThis, { override = false }: InstallOptions = {}): void {
  const defineAbsent = (holder: object, name: string, descriptor: PropertyDescriptor): void => {
    if (override || !(name in holder)) Object.defineProperty(holder, name, { configurable: true, ...descriptor });
  };
  const { mediaDevices, ...exported } = peerline as Record<string, unknown>;
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'function' && isInterfaceName(name)) defineAbsent(target, name, { value, writable: true, enumerable: false });
  }
  if (mediaDevices === undefined) return;
  // Node 20 has no `navigator`; a browser's is an object whose class has the attribute.
  defineAbsent(target, 'navigator', { value: {}, writable: true, enumerable: true });
  const { navigator } = target as { navigator: object };
  defineAbsent(navigator, 'mediaDevices', { get: () => mediaDevices, enumerable: true });
}

install();
