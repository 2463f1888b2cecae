// What the browser tests share: the server under test, a browser from the distribution, and small helpers.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

// Nothing here needs more than a few seconds, except on a busy machine.
export const PATIENCE = Number(process.env.PATIENCE_MS ?? 30_000);

// The binary: the one that is named, or a release build made now.
export function peerlineBinary() {
  if (process.env.PEERLINE_BIN) return process.env.PEERLINE_BIN;
  execFileSync('cargo', ['build', '--release', '-p', 'peerline-server'], { cwd: ROOT, stdio: 'inherit' });
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  return join(target, 'release', 'peerline');
}

// Starts a server on free ports; gives its link and a way to stop it.
export async function startServer({ port = 0 } = {}) {
  const child = spawn(peerlineBinary(), ['serve', '--port', String(port), '--stun-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const found = line.match(/http:\/\/\S+/);
      if (found) resolve(found[0]);
    });
    exited.then(() => reject(new Error('the server ended before it printed its link')));
  });
  return {
    url,
    child,
    health: async () => (await fetch(new URL('health', url))).json(),
    // As Ctrl-C would; gives the exit code.
    stop: async () => {
      child.kill('SIGINT');
      return exited;
    },
  };
}

function ensureChromium() {
  if (existsSync(CHROMIUM)) return;
  console.error(`${CHROMIUM} is missing: installing it with apt-get`);
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [program, ...rest] = [...root, 'apt-get', ...args];
    execFileSync(program, rest, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'chromium');
  } catch (error) {
    throw new Error(`no browser: install Chromium yourself and name it with CHROMIUM=… (${error.message})`);
  }
}

// A browser with a profile of its own. Each page of it is a tab; host addresses are hidden behind mDNS names, as for any user.
export async function launchBrowser() {
  ensureChromium();
  const profile = mkdtempSync(join(tmpdir(), 'peerline-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1280, height: 900 },
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
  context.setDefaultTimeout(PATIENCE);
  return {
    context,
    // Opens a page and lets its errors fail the test.
    open: async (url) => {
      const page = await context.newPage();
      page.faults = [];
      page.on('pageerror', (error) => page.faults.push(error.message));
      page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
      await page.goto(url);
      return page;
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// Waits until a check in Node is true.
export async function until(what, check) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Waits until the page's call of this kind ("echo" or "peer") has an open chat channel.
export async function connected(page, kind) {
  const card = page.locator(`.call[data-kind="${kind}"][data-live]`);
  try {
    await card.waitFor();
  } catch (error) {
    const story = await page.locator('.call .events').allTextContents();
    throw new Error(`no ${kind} call: ${error.message}\n${story.join('\n')}\n${page.faults.join('\n')}`);
  }
  return card;
}
