// Holds results against the manifest: what passes unexpectedly, what fails unexpectedly, what was not there at all.

import { SKIP } from './expectations.js';
import { UNEXPLAINED } from './reasons.js';

/**
 * @typedef {object} Surprise
 * @property {string} file
 * @property {string} subtest empty for the file itself
 * @property {string} expected
 * @property {string} got `ABSENT` if the file ran without reporting it
 * @property {string} [message]
 */

const good = subtest => (subtest ? 'PASS' : 'OK');
const ABSENT = 'ABSENT';

/**
 * @param {import('../run/child.js').Outcome[]} outcomes @param {import('./expectations.js').Expectations} expectations
 * @returns {{regressions: Surprise[], improvements: Surprise[]}}
 */
export function compare(outcomes, expectations) {
  const regressions = [];
  const improvements = [];
  for (const outcome of outcomes) {
    for (const surprise of surprises(outcome, expectations)) (isGood(surprise) ? improvements : regressions).push(surprise);
  }
  return { regressions, improvements };
}

// A subtest that is no longer reported by a file that otherwise ended well has gone from WPT.
const isGood = ({ subtest, got }) => got === good(subtest) || got === ABSENT;

function* surprises(outcome, expectations) {
  for (const { subtest, got, message } of observed(outcome)) {
    const expected = expectations.of(outcome.id, subtest)?.status ?? good(subtest);
    if (!expected.split('|').includes(got)) yield { file: outcome.id, subtest, expected, got, message };
  }
  const seen = new Set(outcome.subtests.map(test => test.name));
  for (const { file, subtest, status } of expectations.rows) {
    if (file === outcome.id && subtest && !seen.has(subtest)) yield { file, subtest, expected: status, got: ABSENT };
  }
}

function observed({ status, message, subtests }) {
  return [{ subtest: '', got: status, message }, ...subtests.map(test => ({ subtest: test.name, got: test.status, message: test.message }))];
}

/** The same subtests as the manifest wants, after a run: reasons are kept, what is new is unexplained, what passes goes. */
export function update(expectations, outcomes) {
  for (const outcome of outcomes) {
    const seen = new Set(['']);
    for (const { subtest, got } of observed(outcome)) {
      seen.add(subtest);
      const before = expectations.of(outcome.id, subtest);
      if (before?.status.split('|').includes(got)) continue;
      if (got === good(subtest)) expectations.delete(outcome.id, subtest);
      else {
        expectations.set({ file: outcome.id, subtest, status: got, reason: before?.reason ?? UNEXPLAINED, note: before?.note ?? '' });
      }
    }
    for (const { file, subtest, status } of expectations.rows) {
      if (file === outcome.id && !seen.has(subtest) && status !== SKIP) expectations.delete(file, subtest);
    }
  }
}
