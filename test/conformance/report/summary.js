// What a run prints when it is over.

import { directoryOf } from './expectations.js';

const MOST = 40;
const SLOWEST = 5;

/** One line a directory: files, subtests, passed. */
export function printSummary(outcomes) {
  const byDirectory = new Map();
  for (const { id, status, subtests } of outcomes) {
    const directory = directoryOf({ file: id });
    const sum = byDirectory.get(directory) ?? { files: 0, subtests: 0, passed: 0, bad: 0 };
    sum.files++;
    sum.subtests += subtests.length;
    sum.passed += subtests.filter(test => test.status === 'PASS').length;
    if (status !== 'OK') sum.bad++;
    byDirectory.set(directory, sum);
  }
  const all = { files: 0, subtests: 0, passed: 0, bad: 0 };
  for (const sum of byDirectory.values()) for (const key of Object.keys(all)) all[key] += sum[key];
  for (const [name, { files, subtests, passed, bad }] of [...byDirectory, ['all', all]]) {
    console.log(`${name.padEnd(26)} ${String(passed).padStart(5)} of ${String(subtests).padStart(5)} subtests passed, ${files} files${bad ? `, ${bad} of them not OK` : ''}`);
  }
}

export function printSlowest(outcomes) {
  const slowest = [...outcomes].sort((a, b) => b.duration - a.duration).slice(0, SLOWEST);
  const largest = Math.max(0, ...outcomes.map(outcome => outcome.megabytes ?? 0));
  console.log(`slowest: ${slowest.map(({ id, duration }) => `${id} ${(duration / 1000).toFixed(1)} s`).join(', ')}; largest process ${largest} MB`);
}

/** Processes that had their results and then did not end well. */
export function printBadEnds(outcomes) {
  for (const { id, badEnd } of outcomes) if (badEnd) console.log(`ended badly: ${id}: ${badEnd}`);
}

/** @param {{regressions: import('./compare.js').Surprise[], improvements: import('./compare.js').Surprise[]}} surprises */
export function printSurprises({ regressions, improvements }) {
  list('worse than expected', regressions);
  list('better than expected', improvements);
}

function list(title, surprises) {
  if (!surprises.length) return;
  console.log(`${title}: ${surprises.length}`);
  for (const { file, subtest, expected, got, message } of surprises.slice(0, MOST)) {
    console.log(`  ${file}${subtest ? `: ${subtest}` : ''}: ${got} instead of ${expected}${message ? ` (${message.split('\n')[0].slice(0, 160)})` : ''}`);
  }
  if (surprises.length > MOST) console.log(`  and ${surprises.length - MOST} more`);
}
