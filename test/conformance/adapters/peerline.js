// Peerline: everything has its W3C name; what a message may carry between threads is its own business.

import adaptDefault from './default.js';

const interfaces = module => Object.fromEntries(Object.entries(module).filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function'));

/** @returns {import('./load.js').Adapter} */
export default function adapt(module) {
  const { setPermission, pack, unpack, enterWorker } = module.nonstandard;
  return { ...adaptDefault(module), globals: interfaces(module), setPermission, pack, unpack, enterWorker };
}
