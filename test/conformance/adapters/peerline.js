// Peerline: everything has its W3C name; what a message may carry between threads is its own business.

import adaptDefault from './default.js';

/** @returns {import('./load.js').Adapter} */
export default function adapt(module) {
  const { nonstandard = {} } = module;
  return {
    ...adaptDefault(module),
    globals: Object.fromEntries(Object.entries(module).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function')),
    setPermission: nonstandard.setPermission,
    structuredClone: nonstandard.structuredClone,
    pack: nonstandard.pack,
    unpack: nonstandard.unpack,
    enterWorker: nonstandard.enterWorker,
  };
}
