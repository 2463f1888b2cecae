// The runner's command line.

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DIRECTORIES } from './suite/discover.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));

export const USAGE = `usage: main.js --wpt DIR [options] [PATH...]

Runs the WebRTC tests of a web-platform-tests checkout against a Node.js module. PATH is a directory or a file of the checkout
(default: ${DIRECTORIES.length} directories).

  --wpt DIR                  the checkout
  --module NAME              npm module (resolved from the current folder) or path (default: this repository's package)
  --adapter NAME|FILE        where the module's things are: ${['peerline', 'wrtc', 'werift', 'default'].join(', ')}, or a file (default: peerline;
                             with --module: default)
  --filter REGEXP            only tests whose name matches
  --jobs N                   tests at a time (default 2)
  --timeout-multiplier X     scales the 10 s and 60 s that testharness.js allows (default 1)
  --memory MB                JavaScript heap of a test (default 1024)
  --out FILE                 results: {file: {status, subtests: {name: status}}}
  --log FILE                 one JSON line a file, with messages, times and memory
  --from FILE                run nothing: take the outcomes from such a log
  --check                    hold the results against the expectations; 1 is the exit code if they differ for the worse
  --update                   make the expectations say what happened; what is new in them is unexplained
  --expectations DIR         default: expectations/ beside this file
  --retry N                  run a test again that did worse than expected, so often (default 1; only with --check or --update)
  --page FILE                write the results page (needs all tests)
  --wpt-commit HASH          for the page, if the checkout is no git repository
  --verbose                  one line a test, and what the tests print
  --help`;

/** @param {string[]} argv @returns {object | null} `null`: show the usage */
export function parse(argv) {
  const text = name => ({ [name]: { type: 'string' } });
  const flag = name => ({ [name]: { type: 'boolean', default: false } });
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      ...text('wpt'), ...text('module'), ...text('adapter'), ...text('filter'), ...text('jobs'), ...text('timeout-multiplier'), ...text('memory'),
      ...text('out'), ...text('log'), ...text('from'), ...text('expectations'), ...text('retry'), ...text('page'), ...text('wpt-commit'),
      ...flag('check'), ...flag('update'), ...flag('verbose'), ...flag('help'),
    },
  });
  if (values.help || !values.wpt) return null;
  return {
    ...values,
    root: path.resolve(values.wpt),
    entries: positionals.length ? positionals : DIRECTORIES,
    isWhole: !positionals.length && !values.filter,
    module: values.module ?? path.join(HERE, '../../io/peerline-node'),
    adapter: adapterFile(values.adapter ?? (values.module ? 'default' : 'peerline')),
    base: process.cwd(),
    filter: new RegExp(values.filter ?? ''),
    jobs: number(values.jobs, 'jobs', Math.min(2, availableParallelism())),
    timeoutMultiplier: number(values['timeout-multiplier'], 'timeout-multiplier', 1),
    memory: number(values.memory, 'memory', 1024),
    retry: number(values.retry, 'retry', 1),
    expectations: path.resolve(values.expectations ?? path.join(HERE, 'expectations')),
    wptCommit: values['wpt-commit'],
  };
}

function adapterFile(name) {
  return /^\w+$/.test(name) ? path.join(HERE, 'adapters', `${name}.js`) : path.resolve(name);
}

function number(text, name, standard) {
  const value = text === undefined ? standard : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number, not ${JSON.stringify(text)}`);
  return value;
}
