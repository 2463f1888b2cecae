// Runs tests, several at a time.

import { runTest } from './child.js';

/**
 * @param {import('../suite/discover.js').Test[]} tests @param {object} options as for `runTest`, and `jobs`
 * @param {(outcome: import('./child.js').Outcome) => void} onOutcome called as each one ends
 * @returns {Promise<import('./child.js').Outcome[]>} in the order of `tests`
 */
export async function runAll(tests, options, onOutcome) {
  const outcomes = new Array(tests.length);
  let next = 0;
  const worker = async () => {
    while (next < tests.length) {
      const at = next++;
      outcomes[at] = await runTest(tests[at], options);
      onOutcome(outcomes[at]);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return outcomes;
}
