// The manifest: what is expected of each subtest that does not pass, and why. One file a WPT directory, one line a subtest.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NEED_NOTE, REASONS, UNEXPLAINED } from './reasons.js';
import { formatTsv, parseTsv } from './tsv.js';

const COLUMNS = ['file', 'subtest', 'status', 'reason', 'note'];
/** The status of a file that is not run. */
export const SKIP = 'SKIP';

/**
 * @typedef {object} Expectation
 * @property {string} file
 * @property {string} subtest empty for the status of the file itself (TIMEOUT, ERROR, CRASH, SKIP)
 * @property {string} status `FAIL`, or `FAIL|PASS` for one that changes by itself
 * @property {string} reason one of {@link REASONS}
 * @property {string} note
 */

export class Expectations {
  #rows = new Map();

  /** @param {Expectation[]} rows */
  constructor(rows = []) {
    for (const row of rows) this.#rows.set(keyOf(row.file, row.subtest), row);
  }

  /** @param {string} folder */
  static read(folder) {
    if (!existsSync(folder)) return new Expectations();
    const files = readdirSync(folder).filter(name => name.endsWith('.tsv')).sort();
    return new Expectations(files.flatMap(name => parseTsv(readFileSync(path.join(folder, name), 'utf8'))));
  }

  /** @param {string} folder */
  write(folder) {
    mkdirSync(folder, { recursive: true });
    const byDirectory = groupBy(this.rows, directoryOf);
    for (const name of readdirSync(folder)) if (name.endsWith('.tsv') && !byDirectory.has(name.slice(0, -4))) rmSync(path.join(folder, name));
    for (const [directory, rows] of byDirectory) writeFileSync(path.join(folder, `${directory}.tsv`), formatTsv(COLUMNS, rows));
  }

  get rows() { return [...this.#rows.values()].sort(byName); }

  /** @returns {Expectation | undefined} none: it passes */
  of(file, subtest) { return this.#rows.get(keyOf(file, subtest)); }

  /** Why a file is not run, if it isn't. */
  skipped(file) { return this.of(file, '')?.status === SKIP; }

  set(row) { this.#rows.set(keyOf(row.file, row.subtest), row); }
  delete(file, subtest) { this.#rows.delete(keyOf(file, subtest)); }

  /** What is wrong with the manifest itself. */
  complaints() {
    return this.rows.flatMap(({ file, subtest, reason, note }) => {
      const name = subtest ? `${file}: ${subtest}` : file;
      if (reason === UNEXPLAINED) return [`${name}: nobody has said yet why it fails`];
      if (!Object.hasOwn(REASONS, reason)) return [`${name}: there is no reason ${JSON.stringify(reason)}`];
      return NEED_NOTE.has(reason) && !note ? [`${name}: ${reason} needs a note`] : [];
    });
  }
}

/** The WPT directory of a test. */
export const directoryOf = ({ file }) => file.split('/')[0];

const keyOf = (file, subtest) => JSON.stringify([file, subtest]);
const byName = (a, b) => compare(a.file, b.file) || compare(a.subtest, b.subtest);
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function groupBy(rows, keyOfRow) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOfRow(row), [...(groups.get(keyOfRow(row)) ?? []), row]);
  return groups;
}
