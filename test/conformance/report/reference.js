// What browsers and other modules passed when they were measured, to set a run beside.

import { readFileSync } from 'node:fs';
import { parseTsv } from './tsv.js';

const read = name => parseTsv(readFileSync(new URL(`../reference/${name}`, import.meta.url), 'utf8'));

/** Who was measured, in the order of the columns. */
export const MEASURED = ['Chromium', 'Firefox', 'wrtc', 'node-datachannel', 'werift'];

/**
 * Figures by directory: of all files, or of those without {@link outsideTheComparison}.
 * @param {'all' | 'compared'} scope @returns {{directory: string, files: number, subtests: number, passed: Record<string, number>}[]}
 */
export function scores(scope) {
  return read('scores.tsv').filter(row => row.scope === scope).map(row => ({
    directory: row.directory,
    files: Number(row.files),
    subtests: Number(row.subtests),
    passed: Object.fromEntries(MEASURED.map(name => [name, Number(row[name])])),
  }));
}

/** Files that only a browser was expected to run when the others were measured. */
export const outsideTheComparison = () => new Set(read('outside_the_comparison.tsv').map(row => row.file));
