// The declarations: browser code compiles against them, with the DOM's types in the project or without.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const code = fileURLToPath(new URL('./types/browser_code.ts', import.meta.url));

function compile(lib) {
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16', '--types', 'node', '--lib', lib];
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, code], { encoding: 'utf8' });
  return { status, stdout };
}

for (const lib of ['es2023,dom,dom.iterable', 'es2023']) {
  test(`browser code compiles with ${lib}`, () => assert.deepEqual(compile(lib), { status: 0, stdout: '' }));
}
