// Finds the tests of a WPT checkout: which files are tests, in which variants and scopes, and which of them no window can run.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { metadataOfPage, metadataOfScript } from './metadata.js';

/** The directories whose tests are about WebRTC. */
export const DIRECTORIES = [
  'mediacapture-extensions', 'mediacapture-streams', 'mst-content-hint', 'webrtc', 'webrtc-encoded-transform',
  'webrtc-extensions', 'webrtc-ice', 'webrtc-identity', 'webrtc-priority', 'webrtc-stats', 'webrtc-svc',
];

const NO_TESTS_IN = new Set(['resources', 'support', 'tools', 'third_party']);
const SCRIPT_TEST = /^(.*)\.(window|any|worker|serviceworker|sharedworker)\.js$/;

/**
 * One test.
 * @typedef {object} Test
 * @property {string} id its address on the server, with the variant's query: how browsers' reports name it
 * @property {boolean} secure whether it is loaded over https
 * @property {boolean} long whether it may take a minute
 * @property {string} [cannot] why it isn't run at all
 */

/**
 * @param {string} root the checkout @param {string[]} entries files and directories in it
 * @returns {Test[]} in the order of their names
 */
export function discover(root, entries) {
  const files = entries.flatMap(entry => [...walk(root, entry.replace(/\/+$/, ''))]);
  return [...new Set(files)].flatMap(file => [...testsIn(root, file)]);
}

function* walk(root, entry) {
  if (!statSync(path.join(root, entry)).isDirectory()) {
    yield entry;
    return;
  }
  for (const name of readdirSync(path.join(root, entry)).sort()) {
    if (!NO_TESTS_IN.has(name)) yield* walk(root, path.posix.join(entry, name));
  }
}

function* testsIn(root, file) {
  const script = SCRIPT_TEST.exec(file);
  if (!script && !/\.html?$/.test(file)) return;
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = script ? scriptTest(script, text) : pageTest(file, text);
  if (!found) return;
  const { metadata, addresses } = found;
  const common = { secure: /\.https\./.test(file), long: metadata.timeout === 'long' };
  for (const { address, cannot } of addresses) {
    for (const variant of metadata.variants.length ? metadata.variants : ['']) yield { id: address + variant, ...common, cannot };
  }
}

function pageTest(file, text) {
  const crash = /(^|\/)crashtests\//.test(file);
  if (!crash && !/<script\b[^>]*testharness\.js/.test(text)) return null;
  const cannot = crash ? 'a crash test has no subtest' : /-manual\./.test(file) ? 'a person has to do it' : undefined;
  return { metadata: metadataOfPage(text), addresses: [{ address: file, cannot }] };
}

function scriptTest([, stem, kind], text) {
  const metadata = metadataOfScript(text);
  if (kind !== 'any') return { metadata, addresses: [{ address: `${stem}.${kind}.html`, cannot: whyNot(SCOPE_OF[kind] ?? kind) }] };
  const addresses = expand(metadata.scopes).map(scope => ({ address: `${stem}${SUFFIX_OF[scope] ?? `.any.${scope}`}.html`, cannot: whyNot(scope) }));
  return { metadata, addresses };
}

const SCOPE_OF = { worker: 'dedicatedworker' };
const SUFFIX_OF = { window: '.any', dedicatedworker: '.any.worker' };
const whyNot = scope => (scope === 'window' || scope === 'dedicatedworker' ? undefined : `there is no ${scope} outside a browser`);

// `worker` in META stands for all three kinds.
const expand = scopes => scopes.flatMap(scope => (scope === 'worker' ? ['dedicatedworker', 'sharedworker', 'serviceworker'] : [scope]));
