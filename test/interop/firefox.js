// Firefox from the distribution, driven over WebDriver BiDi (W3C): playwright only drives a build of its own.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { PATIENCE, until } from './support.js';

export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
export const hasFirefox = existsSync(FIREFOX);

// A browser with a profile of its own, as `launchBrowser` of support.js gives it for Chromium; its pages have `evaluate` and `close`.
export async function launchFirefox() {
  const profile = mkdtempSync(join(tmpdir(), 'peerline-firefox-'));
  // Nothing here calls out, and nothing asks questions.
  const preferences = {
    'app.update.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'browser.startup.page': 0,
    'datareporting.policy.dataSubmissionEnabled': false, 'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false, 'toolkit.telemetry.reportingpolicy.firstRun': false,
    'browser.safebrowsing.update.enabled': false, 'services.settings.server': 'data:,', 'extensions.update.enabled': false,
  };
  writeFileSync(join(profile, 'user.js'), Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const child = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1', HOME: profile },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = line.match(/WebDriver BiDi listening on (ws:\S+)/);
      if (found) resolve(found[1]);
    });
    exited.then((code) => reject(new Error(`Firefox ended with ${code}`)));
    setTimeout(() => reject(new Error('Firefox does not listen')), PATIENCE * 2).unref();
  });
  const command = await connect(`${address}/session`);
  await command('session.new', { capabilities: {} });
  return {
    open: async (url) => {
      const { context } = await command('browsingContext.create', { type: 'tab' });
      await command('browsingContext.navigate', { context, url, wait: 'complete' });
      return {
        evaluate: (work, argument) => evaluate(command, context, work, argument),
        close: () => command('browsingContext.close', { context }),
      };
    },
    close: async () => {
      await command('browser.close', {}).catch(() => {});
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 5000))]);
      child.kill('SIGKILL');
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

// Speaks BiDi: commands with numbers, results by the same numbers.
async function connect(address) {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
  const waiting = new Map();
  let last = 0;
  socket.on('message', (text) => {
    const { id, type, result, error, message } = JSON.parse(text);
    const settle = waiting.get(id);
    if (!settle) return;
    waiting.delete(id);
    if (type === 'success') settle.resolve(result);
    else settle.reject(new Error(`${error}: ${message}`));
  });
  socket.on('close', () => waiting.forEach(({ reject }) => reject(new Error('Firefox is gone'))));
  return (method, params) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
}

// Runs a function in the page and gives what its promise settles with; argument and result travel as JSON.
async function evaluate(command, context, work, argument) {
  const expression = `Promise.resolve((${work})(${JSON.stringify(argument) ?? ''})).then((value) => JSON.stringify(value))`;
  const outcome = await command('script.evaluate', { expression, target: { context }, awaitPromise: true });
  if (outcome.type !== 'success') throw new Error(outcome.exceptionDetails?.text ?? 'the page threw');
  return outcome.result.value === undefined ? undefined : JSON.parse(outcome.result.value);
}

// Waits until the page has a call of this kind with an open channel; throws its story if not.
export async function connectedIn(page, echo) {
  const state = () => page.evaluate((echo) => {
    const call = [...globalThis.peerline?.calls.values() ?? []].find((call) => call.echo === echo);
    return { open: call?.chat?.readyState === 'open', story: call?.story };
  }, echo);
  await until('an open channel', async () => (await state()).open).catch(async (error) => {
    throw new Error(`${error.message}\n${JSON.stringify((await state()).story, null, 1)}`);
  });
}
