// For module.cjs: like most modules, and with platform objects that can be cloned.

import adaptDefault from '../adapters/default.js';

export default function adapt(module) {
  return { ...adaptDefault(module), ...module.nonstandard };
}
