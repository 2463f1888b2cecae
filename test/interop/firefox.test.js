// Firefox against the echo peer, and against Chromium through our signaling. Skipped, loudly, where Firefox is not installed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exchange } from './exchange.js';
import { FIREFOX, connectedIn, hasFirefox, launchFirefox } from './firefox.js';
import { connected, launchBrowser, startServer, until } from './support.js';

describe('Firefox', { skip: hasFirefox ? false : `${FIREFOX} is not installed` }, () => {
  let server;
  let firefox;
  before(async () => {
    server = await startServer();
    firefox = await launchFirefox();
  });
  after(async () => {
    await firefox?.close();
    await server?.stop();
  });

  for (const [role, query] of [['offerer', ''], ['answerer', '?echo=offer']]) {
    test(`gets back text, binary, empty and 256 KiB messages from the echo peer as ${role}`, async () => {
      const page = await firefox.open(`${server.url}${query}`);
      await connectedIn(page, true);
      for (const result of await exchange(page)) {
        assert.equal(result.kindBack, result.kind, JSON.stringify(result));
        assert.ok(result.same, JSON.stringify(result));
      }
      await page.close();
      await until('the call has ended', async () => (await server.health()).echo_calls === 0);
    });
  }

  test('sees a server that stops close its channels', async () => {
    const doomed = await startServer();
    const page = await firefox.open(doomed.url);
    await connectedIn(page, true);
    await page.evaluate(() => {
      const [call] = globalThis.peerline.calls.values();
      globalThis.whenClosed = new Promise((resolve) => { call.chat.addEventListener('close', () => resolve(true)); });
    });
    await doomed.stop();
    assert.equal(await page.evaluate(() => globalThis.whenClosed), true);
    await page.close();
  });

  test('and Chromium talk peer to peer in one room', async () => {
    const chromium = await launchBrowser();
    const fox = await firefox.open(`${server.url}?echo=none#zoo`);
    const page = await chromium.open(`${server.url}?echo=none#zoo`);
    const card = await connected(page, 'peer');
    await connectedIn(fox, false);
    await fox.evaluate(() => [...globalThis.peerline.calls.values()][0].say('ring-ding-ding'));
    await until('what the fox says', async () => (await card.locator('.log .theirs').allTextContents()).includes('ring-ding-ding'));
    await fox.close();
    await until('Chromium sees it go', async () => (await page.locator('.call .state').textContent()) === 'closed');
    await chromium.close();
  });
});
