// What the README shows is run as it stands there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = path.join(import.meta.dirname, '..');
const [, example] = /```js\n([^]*?)```/.exec(readFileSync(path.join(folder, 'README.md'), 'utf8'));

// The package finds itself by its own name in its own folder.
const start = (code, type) => run(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: folder });

test('the twenty lines print hello, and the process ends', { timeout: 30_000 }, async () => {
  assert.equal((await start(example, 'module')).stdout, 'hello\n');
});

test('the twenty lines need no import after the polyfill', { timeout: 30_000 }, async () => {
  const [first, ...rest] = example.split('\n');
  assert.match(first, /^import \{ RTCPeerConnection \}/);
  assert.equal((await start(["import 'peerline/polyfill';", ...rest].join('\n'), 'module')).stdout, 'hello\n');
});

test('require gives the classes that import gives', { timeout: 30_000 }, async () => {
  const code = "import('peerline').then((m) => console.log(m.RTCPeerConnection === require('peerline').RTCPeerConnection))";
  assert.equal((await start(code, 'commonjs')).stdout, 'true\n');
});
