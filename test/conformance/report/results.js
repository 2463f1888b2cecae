// Results as files: all of them in one JSON document, and one line a file with messages and times.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Statuses by file and subtest.
 * @typedef {Record<string, {status: string, subtests: Record<string, string>}>} Results
 */

/** @param {import('../run/child.js').Outcome[]} outcomes @returns {Results} */
export function resultsOf(outcomes) {
  const sorted = [...outcomes].sort((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(sorted.map(({ id, status, subtests }) =>
    [id, { status, subtests: Object.fromEntries(subtests.map(test => [test.name, test.status])) }]));
}

/** @param {string} file @param {Results} results */
export function writeResults(file, results) {
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}

/** Begins a log: outcomes are added as they come, so that a run can be watched. @param {string} file */
export function openLog(file) {
  writeFileSync(file, '');
  return outcome => appendFileSync(file, `${JSON.stringify(outcome)}\n`);
}

/** The outcomes in a log; of a test that was run again, the last. @param {string} file @returns {import('../run/child.js').Outcome[]} */
export function readLog(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return [...new Map(lines.map(line => JSON.parse(line)).map(outcome => [outcome.id, outcome])).values()];
}
