// The implementations that Peerline is tried against, each as a maker of peers (peer.js).

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPeer } from './peer.js';

const require = createRequire(import.meta.url);
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
// werift asks a public server unless it is told of none.
const CONFIGURATION = { iceServers: [] };

/**
 * @typedef {object} Stack
 * @property {string} name
 * @property {number} largest message in bytes that it takes
 * @property {boolean} media whether it negotiates media
 * @property {string[]} faults what it does wrong, so that it cannot be asked (the names are explained where they are used)
 * @property {(send: Function) => Promise<Record<string, Function>>} create a peer; its methods may be asynchronous
 * @property {() => Promise<void>} end
 */

const inProcess = (name, load, { largest, media, faults = [] }) => ({
  name,
  largest,
  media,
  faults,
  create: async send => {
    const { RTCPeerConnection } = await load();
    return createPeer(RTCPeerConnection, CONFIGURATION, send);
  },
  end: async () => {},
});

export const peerline = inProcess('peerline', () => require('../../io/peerline-node'), { largest: 262_144, media: true });

/** @type {Stack[]} */
export const others = [
  // A channel that came says 65535 where it has no maxPacketLifeTime.
  inProcess('@roamhq/wrtc', () => require('@roamhq/wrtc'), { largest: 262_144, media: true, faults: ['maxPacketLifeTime'] }),
  // A channel that came does not tell its options.
  inProcess('node-datachannel', () => import('node-datachannel/polyfill'), { largest: 262_144, media: false, faults: ['options'] }),
  // An empty message becomes a DATA chunk without data, which RFC 9260 §3.3.1 forbids. A channel that is unordered and limits
  // retransmissions is announced as ordered (RFC 8832 §5.1). An answer that rejects media keeps it in its BUNDLE group (RFC 9143 §7.3.3).
  inProcess('werift', () => require('werift'), { largest: 65_536, media: true, faults: ['empty', 'unordered', 'rejects'] }),
  chromium(),
];

/** A tab of a headless Chromium; the same peer.js runs in it. */
function chromium() {
  let context;
  const profile = mkdtempSync(join(tmpdir(), 'peerline-interop-node-'));
  const launch = async () => {
    ensureChromium();
    const { chromium: browsers } = await import('playwright-core');
    return browsers.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  };
  const create = async send => {
    context ??= await launch();
    const page = await context.newPage();
    await page.exposeFunction('signal', signal => send(signal));
    const script = readFileSync(fileURLToPath(new URL('./peer.js', import.meta.url)), 'utf8').replace('export function', 'function');
    await page.evaluate(`${script}; globalThis.peer = createPeer(RTCPeerConnection, ${JSON.stringify(CONFIGURATION)}, signal)`);
    const call = (method, values) => page.evaluate(([name, given]) => globalThis.peer[name](...given), [method, values]);
    return new Proxy({}, { get: (_, method) => (method === 'then' ? undefined : (...values) => call(method, values)) });
  };
  const end = async () => {
    await context?.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { name: 'Chromium', largest: 262_144, media: true, faults: [], create, end };
}

function ensureChromium() {
  if (existsSync(CHROMIUM)) return;
  console.error(`${CHROMIUM} is missing: installing it with apt-get`);
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [program, ...words] = [...root, 'apt-get', 'install', '-y', '--no-install-recommends', 'chromium'];
  execFileSync(program, words, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
