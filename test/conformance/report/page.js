// Writes docs/conformance.md: our figures beside those of others, and what does not pass, by reason.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { SKIP, directoryOf } from './expectations.js';
import { REASONS, UNEXPLAINED } from './reasons.js';
import { MEASURED, outsideTheComparison, scores } from './reference.js';

/**
 * @param {string} file
 * @param {{outcomes: import('../run/child.js').Outcome[], expectations: import('./expectations.js').Expectations, options: object}} run
 */
export function writePage(file, { outcomes, expectations, options }) {
  if (!options.isWhole) throw new Error('--page needs all tests: no PATH and no --filter');
  const text = [introduction(outcomes, options), figures(outcomes), failures(outcomes, expectations), howTo()].join('\n');
  writeFileSync(file, text);
}

function introduction(outcomes, { root, wptCommit }) {
  const date = new Date().toISOString().slice(0, 10);
  const subtests = outcomes.flatMap(outcome => outcome.subtests);
  const passed = subtests.filter(isPassed).length;
  return `# Conformance

How \`peerline\` for Node.js does in the browsers' own tests, [web-platform-tests](https://github.com/web-platform-tests/wpt). This page is written by
\`cargo xtask wpt\`.

- **${passed} of ${subtests.length}** subtests that ran passed, in ${outcomes.length} files.
- WPT commit \`${wptCommit ?? commitOf(root)}\`, Node.js ${process.version}, ${date}.
- The module under test provides everything that is WebRTC; [the runner](../test/conformance) provides what is a browser: a document, windows, frames, workers,
  media elements that pass frames on. No test has a special case anywhere.
`;
}

function figures(outcomes) {
  const outside = outsideTheComparison();
  return `## Figures

Others were measured on 22 November 2026 with the same commit: Chromium 156 and Firefox 153 ESR, headless, with WPT's own runner; \`@roamhq/wrtc\` 0.10.0,
\`node-datachannel\` 0.33.4 (its polyfill) and \`werift\` 0.24.4 in Node.js 20. *Subtests* are all that any of those runs reported, so that a run that stopped
early in a file is not counted out of its failures.

### All files

${table('all', outcomes)}
### Without what only browsers were expected to run

Without ${outside.size} files that need workers, frames, screen capture, permissions policy, rendering and the like
([the list](../test/conformance/reference/outside_the_comparison.tsv)). Some of them run here nevertheless, and count above.

${table('compared', outcomes.filter(outcome => !outside.has(outcome.id)))}`;
}

function table(scope, outcomes) {
  const names = ['peerline', ...MEASURED];
  const passed = new Map();
  for (const outcome of outcomes) {
    const directory = directoryOf({ file: outcome.id });
    passed.set(directory, (passed.get(directory) ?? 0) + outcome.subtests.filter(isPassed).length);
  }
  const rows = scores(scope).map(row => ({ ...row, passed: { peerline: passed.get(row.directory) ?? 0, ...row.passed } }));
  const sum = key => rows.reduce((total, row) => total + key(row), 0);
  rows.push({
    directory: '**all**', files: sum(row => row.files), subtests: sum(row => row.subtests),
    passed: Object.fromEntries(names.map(name => [name, sum(row => row.passed[name])])),
  });
  const cells = ({ directory, files, subtests, passed: by }) => [directory, files, subtests, ...names.map(name => share(by[name], subtests))];
  return markdownTable(['directory', 'files', 'subtests', ...names], rows.map(cells));
}

function failures(outcomes, expectations) {
  const failing = new Map(outcomes.flatMap(({ id, subtests }) => subtests.filter(test => !isPassed(test)).map(test => [JSON.stringify([id, test.name]), id])));
  const groups = new Map();
  for (const [key, id] of failing) {
    const { reason = UNEXPLAINED, note = '' } = expectations.of(...JSON.parse(key)) ?? {};
    const group = groups.get(reason) ?? new Map();
    const row = JSON.stringify([id, note]);
    groups.set(reason, group.set(row, (group.get(row) ?? 0) + 1));
  }
  const order = [...Object.keys(REASONS), UNEXPLAINED];
  const sorted = [...groups].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const sections = sorted.map(([reason, rows]) => section(reason, rows));
  return `## What does not pass\n\n${markdownTable(['reason', 'what it says', 'subtests'], summary(sorted))}\n${sections.join('\n')}\n${skipped(expectations)}`;
}

const summary = groups => Array.from(groups, ([reason, rows]) => [`\`${reason}\``, REASONS[reason] ?? 'nobody has looked yet', total(rows)]);
const total = rows => [...rows.values()].reduce((sum, count) => sum + count, 0);

function section(reason, rows) {
  const lines = Array.from(rows, ([key, count]) => {
    const [file, note] = JSON.parse(key);
    return [file, count, note];
  });
  return `### \`${reason}\`\n\n${markdownTable(['file', 'subtests', 'note'], lines)}`;
}

function skipped(expectations) {
  const rows = expectations.rows.filter(row => row.status === SKIP && !row.subtest);
  if (!rows.length) return '';
  return `### Not run\n\n${markdownTable(['file', 'reason', 'note'], rows.map(({ file, reason, note }) => [file, `\`${reason}\``, note]))}`;
}

function howTo() {
  return `## To run it

The tests are fetched, never committed:

\`\`\`sh
git clone --filter=blob:none --no-checkout https://github.com/web-platform-tests/wpt && cd wpt
git sparse-checkout set .well-known common interfaces resources mediacapture-extensions mediacapture-streams mst-content-hint \\
  webrtc webrtc-encoded-transform webrtc-extensions webrtc-ice webrtc-identity webrtc-priority webrtc-stats webrtc-svc
git checkout ${pinnedCommit()}
\`\`\`

\`\`\`sh
cargo xtask wpt --wpt ../wpt                          # all of it, held against the expectations; fails if anything is worse
cargo xtask wpt --wpt ../wpt --filter RTCDataChannel  # some of it
cargo xtask wpt --wpt ../wpt --update                 # rewrites the expectations and this page
\`\`\`

Any other module: [test/conformance](../test/conformance/README.md). Each subtest that does not pass is named with its reason in
[expectations](../test/conformance/expectations).
`;
}

/** The commit that the expectations are for. */
export const pinnedCommit = () => readFileSync(new URL('../reference/wpt-commit', import.meta.url), 'utf8').trim();

function commitOf(root) {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

const isPassed = test => test.status === 'PASS';
const share = (part, whole) => `${part} (${whole ? ((100 * part) / whole).toFixed(1) : '0.0'}%)`;

function markdownTable(header, rows) {
  const line = cells => `| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |\n`;
  const align = header.map((_, at) => (rows.length && typeof rows[0][at] === 'number' ? '--:' : '---'));
  return line(header) + line(align) + rows.map(line).join('');
}
