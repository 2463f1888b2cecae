/**
 * Finds and loads the addon: beside the compiled shells if it was built here, else in the package for this platform, which npm installs
 * as an optional dependency.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Native } from './native.js';
import { platformName } from './platform.js';

function load(): Native {
  const name = platformName();
  const beside = join(__dirname, `peerline.${name}.node`);
  if (existsSync(beside)) return require(beside) as Native;
  const packageName = `peerline-${name}`;
  try {
    return require(packageName) as Native;
  } catch (cause) {
    throw new Error(
      `peerline has no addon for ${name}: neither ${beside} nor the package ${packageName} can be loaded. ` +
        'If your platform is among the optionalDependencies, install again without --omit=optional and on the machine that runs it; ' +
        'else build it from source: npm run build, with a Rust toolchain.',
      { cause },
    );
  }
}

export const native: Native = load();
