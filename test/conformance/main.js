#!/usr/bin/env node
// Runs web-platform-tests against a module and says what became of them. See README.md.

import { USAGE, parse } from './arguments.js';
import { compare, update } from './report/compare.js';
import { Expectations } from './report/expectations.js';
import { writePage } from './report/page.js';
import { openLog, readLog, resultsOf, writeResults } from './report/results.js';
import { printBadEnds, printSlowest, printSummary, printSurprises } from './report/summary.js';
import { runAll } from './run/pool.js';
import { Progress } from './run/progress.js';
import { discover } from './suite/discover.js';

const NO_WORSE = 0;
const WORSE = 1;
const WRONG_USE = 2;

async function main() {
  const options = parse(process.argv.slice(2));
  if (!options) {
    console.error(USAGE);
    return WRONG_USE;
  }
  const expectations = Expectations.read(options.expectations);
  const manifest = options.check || options.update;
  const found = discover(options.root, options.entries).filter(test => options.filter.test(test.id));
  const runnable = found.filter(test => !test.cannot && !(manifest && expectations.skipped(test.id)));
  const outcomes = options.from ? taken(runnable, options.from) : await run(runnable, options, manifest ? expectations : null);

  if (options.out) writeResults(options.out, resultsOf(outcomes));
  printSummary(outcomes);
  printSlowest(outcomes);
  printBadEnds(outcomes);
  const code = manifest ? judge(outcomes, expectations, options) : NO_WORSE;
  if (options.page) writePage(options.page, { outcomes, expectations: manifest ? expectations : new Expectations(), found, options });
  return code;
}

async function run(tests, options, expectations) {
  const progress = new Progress(tests.length, { perFile: options.verbose });
  const log = options.log ? openLog(options.log) : () => {};
  const outcomes = await runAll(tests, options, outcome => {
    progress.add(outcome);
    log(outcome);
  });
  progress.end();
  for (let round = 0; expectations && round < options.retry; round++) {
    const worse = new Set(compare(outcomes, expectations).regressions.map(surprise => surprise.file));
    const again = tests.filter(test => worse.has(test.id));
    if (!again.length) break;
    console.error(`once more, one at a time: ${again.length} files that did worse than expected`);
    const second = new Progress(again.length, { perFile: options.verbose });
    // A heavy neighbour is the commonest cause of a test that fails now and then.
    const repeated = await runAll(again, { ...options, jobs: 1 }, outcome => {
      second.add(outcome);
      log(outcome);
    });
    second.end();
    for (const outcome of repeated) outcomes[outcomes.findIndex(each => each.id === outcome.id)] = outcome;
  }
  return outcomes;
}

/** The outcomes of a run before; each test must have been in it. */
function taken(tests, file) {
  const before = new Map(readLog(file).map(outcome => [outcome.id, outcome]));
  return tests.map(({ id }) => before.get(id) ?? fail(`${file} has nothing of ${id}`));
}

function fail(message) {
  throw new Error(message);
}

function judge(outcomes, expectations, options) {
  const { regressions, improvements } = compare(outcomes, expectations);
  printSurprises({ regressions, improvements });
  if (options.update) {
    update(expectations, outcomes);
    expectations.write(options.expectations);
  }
  const complaints = expectations.complaints();
  for (const complaint of complaints.slice(0, 20)) console.error(`expectations: ${complaint}`);
  if (complaints.length > 20) console.error(`expectations: and ${complaints.length - 20} more`);
  const worse = (regressions.length > 0 && !options.update) || complaints.length > 0;
  return worse ? WORSE : NO_WORSE;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = WRONG_USE;
}
