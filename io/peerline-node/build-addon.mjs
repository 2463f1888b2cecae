// Builds the addon with cargo and puts it beside the compiled shells: `npm run build:native`, with --dev for a development build.
// The release tool (@napi-rs/cli) could do it too, but it brings sixty packages, and some of them ask for a newer Node than the addon does.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import platform from './dist/platform.js';

const isDevelopment = process.argv.includes('--dev');
const cargo = spawn(
  'cargo',
  ['build', '--package', 'peerline-node', '--message-format', 'json-render-diagnostics', ...(isDevelopment ? [] : ['--release'])],
  { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
);
cargo.on('error', (error) => {
  console.error(error.code === 'ENOENT' ? 'cargo is missing: install Rust from https://rustup.rs, then run this again' : error.message);
  process.exit(1);
});

let library;
createInterface({ input: cargo.stdout }).on('line', (line) => {
  const { reason, target, filenames } = JSON.parse(line);
  if (reason === 'compiler-artifact' && target.kind.includes('cdylib') && target.name === 'peerline_node') {
    library = filenames.find((name) => /\.(so|dylib|dll)$/.test(name));
  }
});

cargo.on('close', (code) => {
  if (code !== 0 || !library) {
    console.error('the addon was not built: see what cargo says above');
    process.exit(code || 1);
  }
  const addon = path.join(import.meta.dirname, 'dist', `peerline.${platform.platformName()}.node`);
  mkdirSync(path.dirname(addon), { recursive: true });
  // Renamed into place: a process that has the old one open keeps it.
  copyFileSync(library, `${addon}.new`);
  renameSync(`${addon}.new`, addon);
  console.log(`built ${path.relative(process.cwd(), addon)}${isDevelopment ? ' (development build)' : ''}`);
});
