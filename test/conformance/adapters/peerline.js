// Peerline: everything has its W3C name; what a message may carry between threads is its own business.

import adaptDefault from './default.js';

const interfaces = module => Object.fromEntries(Object.entries(module).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function'));

/** @returns {import('./load.js').Adapter} */
export default function adapt(module, { beside }) {
  const { nonstandard = {} } = module;
  return {
    ...adaptDefault(module),
    globals: interfaces(module),
    setPermission: nonstandard.setPermission,
    structuredClone: nonstandard.structuredClone,
    pack: nonstandard.pack,
    unpack: nonstandard.unpack,
    // It knows what a worker has and a window doesn't.
    workerGlobals: {},
    enterWorker: scope => beside('polyfill.js').install(scope),
  };
}
