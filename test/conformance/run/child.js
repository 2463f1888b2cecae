// One test in a process of its own: results as they come, and an end in any case — done, too slow, or dead.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addressOf } from '../server/hosts.js';

const PAGE = fileURLToPath(new URL('../page/process.js', import.meta.url));
// testharness.js gives a page 10 s, or 60 s if it says `timeout=long`; it stops the test itself unless the page hangs.
const SHORT = 10_000;
const LONG = 60_000;
const GRACE = 15_000;
// A process that has its results is told to end, as a program does that called `process.exit`.
const TO_EXIT = 3_000;
const KEPT_OUTPUT = 2_000;

/**
 * @typedef {object} Outcome
 * @property {string} id
 * @property {'OK' | 'ERROR' | 'TIMEOUT' | 'CRASH' | 'PRECONDITION_FAILED'} status of the whole file
 * @property {string} [message]
 * @property {{name: string, status: string, message?: string}[]} subtests
 * @property {number} duration in milliseconds
 * @property {number} [megabytes] at most, resident
 * @property {string} [badEnd] how the process ended if it did not end well although its results were in
 */

/**
 * @param {import('../suite/discover.js').Test} test
 * @param {{root: string, module: string, adapter: string, base: string, timeoutMultiplier: number, verbose: boolean, memory: number, grace?: number}} options
 * @returns {Promise<Outcome>}
 */
export function runTest(test, options) {
  return new Promise(resolve => new Run(test, options, resolve).start());
}

class Run {
  #test;
  #options;
  #resolve;
  #child;
  #deadline;
  #begun = Date.now();
  #subtests = new Map();
  #complete = null;
  #stderr = '';
  #stopped = false;

  constructor(test, options, resolve) {
    this.#test = test;
    this.#options = options;
    this.#resolve = resolve;
  }

  start() {
    const { root, module, adapter, base, timeoutMultiplier, verbose, memory, grace = GRACE } = this.#options;
    const job = { root, module, adapter, base, timeoutMultiplier, url: addressOf(this.#test.id, { secure: this.#test.secure }) };
    this.#child = fork(PAGE, [JSON.stringify(job)], {
      execArgv: ['--expose-gc', '--no-warnings', `--max-old-space-size=${memory}`],
      stdio: ['ignore', verbose ? 'inherit' : 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr.on('data', text => {
      if (verbose) process.stderr.write(text);
      this.#stderr = (this.#stderr + text).slice(-KEPT_OUTPUT);
    });
    this.#child.on('message', message => this.#heard(message));
    this.#child.on('close', (code, signal) => this.#ended(code, signal));
    this.#deadline = setTimeout(() => this.#stop(), (this.#test.long ? LONG : SHORT) * timeoutMultiplier + grace);
  }

  #heard(message) {
    if (message.type === 'begun' && !this.#subtests.has(message.name)) this.#subtests.set(message.name, { name: message.name, status: 'NOTRUN' });
    if (message.type === 'result') this.#subtests.set(message.test.name, message.test);
    if (message.type !== 'complete') return;
    this.#complete = message;
    for (const test of message.tests) this.#subtests.set(test.name, test);
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#stop(), TO_EXIT);
    this.#child.send('end', () => {});
  }

  #stop() {
    this.#stopped = true;
    this.#child.kill('SIGKILL');
  }

  #ended(code, signal) {
    clearTimeout(this.#deadline);
    const common = { id: this.#test.id, duration: Date.now() - this.#begun };
    this.#resolve({ ...common, ...this.#verdict(signal ?? `exit code ${code}`), subtests: [...this.#subtests.values()] });
  }

  #verdict(end) {
    if (this.#complete) {
      const { status, message, megabytes } = this.#complete;
      const badEnd = this.#stopped ? 'did not end when it was asked to' : end === 'exit code 0' ? undefined : end;
      return { status, message, megabytes, badEnd };
    }
    if (!this.#stopped) return { status: 'CRASH', message: `${end}: ${this.#stderr.trim()}` };
    for (const test of this.#subtests.values()) if (test.status === 'NOTRUN') test.status = 'TIMEOUT';
    return { status: 'TIMEOUT', message: 'stopped by the runner: the page no longer answered' };
  }
}
