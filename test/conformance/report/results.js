// Results as files: all of them in one JSON document, and one line a file with messages and times.

import { readFileSync, writeFileSync } from 'node:fs';

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

/** @param {string} file @param {import('../run/child.js').Outcome[]} outcomes */
export function writeLog(file, outcomes) {
  writeFileSync(file, outcomes.map(outcome => `${JSON.stringify(outcome)}\n`).join(''));
}

/** @param {string} file a log written by {@link writeLog} @returns {import('../run/child.js').Outcome[]} */
export function readLog(file) {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));
}
