// The manifest: what counts as worse, what `--update` keeps, what is not accepted.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { compare, update } from '../report/compare.js';
import { Expectations } from '../report/expectations.js';
import { formatTsv, parseTsv } from '../report/tsv.js';

const row = (subtest, status, reason = 'media-plane', note = '') => ({ file: 'd/f.html', subtest, status, reason, note });
const outcome = (subtests, status = 'OK') => ({ id: 'd/f.html', status, subtests: Object.entries(subtests).map(([name, result]) => ({ name, status: result })) });
const names = surprises => surprises.map(({ subtest, expected, got }) => `${subtest}: ${expected} -> ${got}`);

test('a failure that is not listed is worse, a pass that is listed is better', () => {
  const expectations = new Expectations([row('a', 'FAIL'), row('b', 'FAIL'), row('c', 'FAIL|PASS'), row('gone', 'FAIL')]);
  const { regressions, improvements } = compare([outcome({ a: 'FAIL', b: 'PASS', c: 'PASS', d: 'TIMEOUT', e: 'PASS' })], expectations);
  assert.deepEqual(names(regressions), ['d: PASS -> TIMEOUT']);
  assert.deepEqual(names(improvements), ['b: FAIL -> PASS', 'gone: FAIL -> ABSENT']);
});

test('a file that ends badly is worse, whatever its subtests did', () => {
  const { regressions } = compare([outcome({ a: 'PASS' }, 'CRASH')], new Expectations());
  assert.deepEqual(names(regressions), [': OK -> CRASH']);
});

test('an update keeps reasons and leaves what is new unexplained', () => {
  const expectations = new Expectations([row('a', 'FAIL', 'turn', 'why'), row('b', 'FAIL'), row('c', 'FAIL|PASS'), row('gone', 'FAIL')]);
  update(expectations, [outcome({ a: 'TIMEOUT', b: 'PASS', c: 'PASS', d: 'FAIL' })]);
  assert.deepEqual(expectations.rows.map(each => [each.subtest, each.status, each.reason, each.note]), [
    ['a', 'TIMEOUT', 'turn', 'why'], ['c', 'FAIL|PASS', 'media-plane', ''], ['d', 'FAIL', 'unexplained', ''],
  ]);
  assert.equal(expectations.complaints().length, 1);
});

test('reasons are of the closed list, and some need a note', () => {
  const expectations = new Expectations([row('a', 'FAIL', 'flaky'), row('b', 'FAIL', 'browser-only'), row('c', 'FAIL', 'browser-only', 'history')]);
  assert.deepEqual(expectations.complaints().map(text => text.split(': ')[1]), ['a', 'b']);
});

test('names with tabs and line breaks survive', () => {
  const rows = [{ a: 'x\ty\\n', b: 'line\nline\\' }];
  assert.deepEqual(parseTsv(formatTsv(['a', 'b'], rows)), rows);
  const folder = mkdtempSync(path.join(tmpdir(), 'expectations-'));
  try {
    new Expectations([row('a\tb', 'FAIL')]).write(folder);
    assert.deepEqual(Expectations.read(folder).rows, [row('a\tb', 'FAIL')]);
    assert.equal(readFileSync(path.join(folder, 'd.tsv'), 'utf8').split('\n').length, 3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
