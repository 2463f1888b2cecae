// Two tabs of one room, peer to peer through our signaling and page; no native peer takes part.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connected, launchBrowser, startServer, until } from './support.js';

describe('two tabs', () => {
  let server;
  let browser;
  before(async () => {
    server = await startServer();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('of one room find each other, talk, measure, and see the other leave', async () => {
    const [ada, bob] = [await browser.open(`${server.url}?echo=none#kitchen`), await browser.open(`${server.url}?echo=none#kitchen`)];
    const [cardOfAda, cardOfBob] = [await connected(ada, 'peer'), await connected(bob, 'peer')];
    for (const [from, to, text] of [[cardOfAda, cardOfBob, 'Hello Bob'], [cardOfBob, cardOfAda, 'Hello Ada']]) {
      await from.locator('.text').fill(text);
      await from.locator('.text').press('Enter');
      await until(text, async () => (await to.locator('.log .theirs').allTextContents()).includes(text));
    }
    await until('round trips', async () => Number(await cardOfAda.locator('.rtt').textContent()) > 0);
    await cardOfBob.locator('.size').selectOption('4');
    await cardOfBob.locator('.measure').click();
    await until('a result', async () => /intact|Failed/.test(await cardOfBob.locator('.measured').textContent()));
    assert.match(await cardOfBob.locator('.measured').textContent(), /intact/);

    await bob.close();
    await until('Ada sees it', async () => (await ada.locator('.call .state').textContent()) === 'closed');
    assert.deepEqual(ada.faults, []);
    await ada.close();
  });

  test('of different rooms do not', async () => {
    const [ada, bob] = [await browser.open(`${server.url}?echo=none#one`), await browser.open(`${server.url}?echo=none#two`)];
    await until('both are in', async () => (await server.health()).rooms === 2);
    assert.equal(await ada.locator('.call').count() + await bob.locator('.call').count(), 0);
    await bob.evaluate(() => { location.hash = '#one'; });
    await connected(ada, 'peer');
    await ada.close();
    await bob.close();
  });

  test('find each other again after the server was away', async () => {
    const { port } = new URL(server.url);
    const [ada, bob] = [await browser.open(`${server.url}?echo=none#hall`), await browser.open(`${server.url}?echo=none#hall`)];
    await connected(ada, 'peer');
    await server.stop();
    await until('Ada knows', async () => /lost|connecting/.test(await ada.locator('#signaling').textContent()));
    server = await startServer({ port });
    await until('both are back', async () => (await server.health()).clients === 2);
    await connected(ada, 'peer');
    await connected(bob, 'peer');
    await ada.close();
    await bob.close();
  });
});
