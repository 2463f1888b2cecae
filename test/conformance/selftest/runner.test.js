// Runs pages with a known outcome: what passes, fails, hangs, dies or is never begun must be told apart.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { resultsOf } from '../report/results.js';
import { runAll } from '../run/pool.js';
import { discover } from '../suite/discover.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, 'tree');
const options = {
  root, module: './module.cjs', adapter: path.join(here, 'adapter.js'), base: here, timeoutMultiplier: 0.2, grace: 2000, memory: 256, jobs: 2, verbose: false,
};
const all = (status, ...names) => Object.fromEntries(names.map(name => [name, status]));

const EXPECTED = {
  't/bad_end.html': ['OK', all('PASS', 'done')],
  't/canvas.https.html': ['OK', all('PASS', 'pixels')],
  't/crash.html': ['CRASH', { before: 'PASS', never: 'NOTRUN' }],
  't/elsewhere.any.html': ['OK', all('PASS', 'never here')],
  't/frame.html': ['OK', all('PASS', 'a frame in the page', 'a frame by script', 'structured clones')],
  't/hang.html': ['TIMEOUT', { before: 'PASS', spins: 'TIMEOUT' }],
  't/pass.html': ['OK', all('PASS', 'Named by the title', 'scripts share a scope', 'elements by their id', 'the window', 'interfaces of the module',
    'no secure context', 'load', 'fetch', 'fetch of nothing', 'fetch of elsewhere')],
  't/permissions.https.html': ['OK', all('PASS', 'denied')],
  't/rejection.html': ['ERROR', all('PASS', 'passes')],
  't/script.window.html?one': ['OK', { 'From meta': 'FAIL', variant: 'PASS' }],
  't/script.window.html?two': ['OK', { 'From meta': 'FAIL', variant: 'FAIL' }],
  't/substituted.sub.https.html': ['OK', all('PASS', 'names', 'other hosts', 'devices')],
  't/syntax_error.html': ['ERROR', all('PASS', 'the next script runs')],
  't/timeout.html': ['TIMEOUT', { never: 'TIMEOUT', after: 'NOTRUN' }],
  't/worker.html': ['OK', all('PASS', 'messages and ports', 'blob', 'platform objects', 'error', 'no script')],
};

test('finds every test and says why some cannot run', () => {
  const found = discover(root, ['t']);
  assert.deepEqual(found.filter(each => each.cannot).map(({ id, cannot }) => [id, cannot]), [
    ['t/elsewhere.any.serviceworker.html', 'there is no serviceworker outside a browser'],
    ['t/thing-manual.html', 'a person has to do it'],
  ]);
  assert.deepEqual(found.filter(each => !each.cannot).map(each => each.id).sort(), Object.keys(EXPECTED).sort());
});

test('tells the outcomes of pages apart', async () => {
  const outcomes = await runAll(discover(root, ['t']).filter(each => !each.cannot), options, () => {});
  const seen = Object.entries(resultsOf(outcomes)).map(([id, { status, subtests }]) => [id, [status, subtests]]);
  const messages = outcomes.flatMap(({ id, subtests }) => subtests.filter(each => each.message).map(each => `${id}: ${each.name}: ${each.message}`));
  assert.deepEqual(Object.fromEntries(seen), EXPECTED, messages.join('\n'));
  const of = id => outcomes.find(each => each.id === id);
  assert.match(of('t/bad_end.html').badEnd, /SIGABRT/);
  assert.match(of('t/crash.html').message, /SIGABRT/);
  assert.match(of('t/rejection.html').message, /lost/);
  assert.ok(of('t/pass.html').megabytes > 10);
  assert.equal(of('t/pass.html').badEnd, undefined);
});
