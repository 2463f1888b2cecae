// Makes the corpus: runs the stacks named on the command line (all of them without names) and writes test/corpus/sdp/<stack>-<version>/.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { stacks } from './stacks.js';
import { scrub } from './scrub.js';

const CORPUS = new URL('../sdp/', import.meta.url);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stacks.some((stack) => stack.name === name));
if (unknown.length > 0) {
  console.error(`no such stack: ${unknown.join(', ')}; there are ${stacks.map((stack) => stack.name).join(', ')}`);
  process.exit(2);
}

/// The first exchange is `<scenario>.offer.sdp`, the second of the same two connections `<scenario>-2.offer.sdp`.
function fileNames(scenario, records) {
  let round = 0;
  return records.map(({ type, sdp }) => {
    if (type === 'offer') round += 1;
    return [`${scenario}${round > 1 ? `-${round}` : ''}.${type}.sdp`, sdp];
  });
}

async function write(name, { version, scenarios, skipped }) {
  await mkdir(CORPUS, { recursive: true });
  for (const old of await readdir(CORPUS)) {
    if (old.startsWith(`${name}-`) && /^\d/.test(old.slice(name.length + 1))) await rm(new URL(`${old}/`, CORPUS), { recursive: true });
  }
  const folder = new URL(`${name}-${version}/`, CORPUS);
  await mkdir(folder, { recursive: true });
  let files = 0;
  for (const [scenario, records] of Object.entries(scenarios)) {
    for (const [file, sdp] of fileNames(scenario, records)) {
      await writeFile(new URL(file, folder), scrub(sdp));
      files += 1;
    }
  }
  const lines = Object.entries(skipped).map(([scenario, why]) => `${scenario}: ${why.split('\n')[0]}\n`);
  if (lines.length > 0) await writeFile(new URL('skipped.txt', folder), lines.join(''));
  console.log(`${name}-${version}: ${files} descriptions, ${lines.length} scenarios stopped short`);
}

let failed = false;
for (const stack of stacks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const missing = stack.needs();
  if (missing) {
    console.log(`${stack.name}: left out, it needs ${missing}`);
    continue;
  }
  try {
    await write(stack.name, await stack.run());
  } catch (error) {
    failed = true;
    console.error(`${stack.name}: ${error.stack ?? error}`);
  }
}
// Some stacks keep threads that would hold the process.
process.exit(failed ? 1 : 0);
