/**
 * Finds and loads the addon: beside the compiled shells if it was built here, else in the package for this platform, which npm installs
 * as an optional dependency.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Native } from './native.js';

/** The name that the addon's file and package carry for this platform, as @napi-rs/cli spells it. */
function platformName(): string {
  const { platform, arch } = process;
  switch (platform) {
    case 'linux':
      return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`;
    case 'win32':
      return `win32-${arch}-msvc`;
    default:
      return `${platform}-${arch}`;
  }
}

/** A Node that stands on musl reports no version of glibc. */
function isMusl(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header !== undefined && report.header.glibcVersionRuntime === undefined;
}

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
