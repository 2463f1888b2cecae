// The same script under every runtime: it must print the same, and end by itself.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const bin = (name) => path.join(import.meta.dirname, 'node_modules', '.bin', name);
const RUNTIMES = {
  node: [process.execPath, []],
  bun: [bin('bun'), []],
  deno: [bin('deno'), ['run', '--allow-all', '--no-lock']],
};

for (const [name, [program, options]] of Object.entries(RUNTIMES)) {
  test(`two connections talk under ${name}, and the process ends`, { timeout: 60_000 }, async () => {
    const { stdout } = await run(program, [...options, path.join(import.meta.dirname, 'call.js')]);
    assert.deepEqual(JSON.parse(stdout), {
      text: 'hello',
      equal: true,
      channels: 1,
      states: ['closed', 'closed'],
      isEventTarget: true,
    });
  });

  test(`frames can be encrypted and transformed in workers under ${name}`, { timeout: 60_000 }, async () => {
    const { stdout } = await run(program, [...options, path.join(import.meta.dirname, 'transform.js')]);
    assert.deepEqual(JSON.parse(stdout), { sframe: 'frame', thread: 'began test', worker: 'began test' });
  });
}
