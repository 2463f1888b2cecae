// Chromium and the echo peer: one tab and the native peer inside the server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exchange } from './exchange.js';
import { connected, launchBrowser, startServer, until } from './support.js';

describe('the echo peer', () => {
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

  async function withPage(query, work) {
    const page = await browser.open(`${server.url}${query}`);
    try {
      await work(page);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.close();
    }
  }

  for (const [role, query] of [['offerer', ''], ['answerer', '?echo=offer']]) {
    test(`sends back text, binary, empty and 256 KiB messages with the browser as ${role}`, async () => {
      await withPage(query, async (page) => {
        await connected(page, 'echo');
        const initiator = await page.evaluate(() => [...globalThis.peerline.calls.values()][0].initiator);
        assert.equal(initiator, role === 'offerer');
        for (const result of await exchange(page)) {
          assert.equal(result.kindBack, result.kind, JSON.stringify(result));
          assert.ok(result.same, JSON.stringify(result));
        }
      });
    });
  }

  test('is called on load, and the page shows states, the pair in use, the round trip and what was said', async () => {
    await withPage('', async (page) => {
      const card = await connected(page, 'echo');
      for (const [name, state] of [['signaling', 'stable'], ['ice', /connected|completed/], ['dtls', 'connected'], ['channel', 'open']]) {
        await until(`${name} is ${state}`, async () => (await card.locator(`[data-state="${name}"]`).textContent()).match(state));
      }
      await until('a round trip', async () => Number(await card.locator('.rtt').textContent()) > 0);
      await until('a pair', async () => /:\d+$/.test(await card.locator('.remote-address').textContent()));
      await card.locator('.text').fill('Is anybody there?');
      await card.locator('.text').press('Enter');
      await until('the echo', async () => (await card.locator('.log .theirs').allTextContents()).includes('Is anybody there?'));
    });
  });

  test('keeps up with the throughput test, every byte intact', async () => {
    await withPage('', async (page) => {
      const card = await connected(page, 'echo');
      await card.locator('.size').selectOption('4');
      await card.locator('.measure').click();
      await until('a result', async () => /intact|Failed/.test(await card.locator('.measured').textContent()));
      assert.match(await card.locator('.measured').textContent(), /4 MiB there and back/);
      assert.ok(Number(await card.locator('.rate').textContent()) > 0);
    });
  });

  test('echoes over unordered, unreliable and many channels at once, in order where order is promised', async () => {
    await withPage('', async (page) => {
      await connected(page, 'echo');
      const counts = await page.evaluate(async () => {
        const { pc } = [...globalThis.peerline.calls.values()][0];
        const over = (label, options, count) => new Promise((resolve, reject) => {
          const channel = pc.createDataChannel(label, options);
          const back = [];
          channel.onopen = () => { for (let i = 0; i < count; i += 1) channel.send(`${label} ${i}`); };
          channel.onmessage = ({ data }) => {
            back.push(Number(data.split(' ')[1]));
            if (back.length === count) {
              channel.onclose = () => resolve({ ordered: back.every((n, i) => n === i), all: new Set(back).size });
              channel.close();
            }
          };
          channel.onerror = () => reject(new Error(label));
        });
        const kinds = [{}, { ordered: false }, { ordered: false, maxRetransmits: 3 }, { maxPacketLifeTime: 5000 }, { protocol: 'x' }];
        return Promise.all(Array.from({ length: 40 }, (_, i) => over(`c${i}`, kinds[i % kinds.length], 50)));
      });
      assert.equal(counts.length, 40);
      counts.forEach(({ ordered, all }, i) => {
        assert.equal(all, 50, `channel ${i}`);
        if (i % 5 === 0 || i % 5 === 3 || i % 5 === 4) assert.ok(ordered, `channel ${i} is ordered`);
      });
    });
  });

  test('ends its call when the page hangs up, when it closes without a word, and when the tab goes away', async () => {
    const calls = async () => (await server.health()).echo_calls;
    for (const leave of [
      (page) => page.locator('.hang-up').click(),
      (page) => page.evaluate(() => globalThis.peerline.signaling.close()),
      (page) => page.close(),
    ]) {
      const page = await browser.open(server.url);
      await connected(page, 'echo');
      await until('one call', async () => (await calls()) === 1);
      await leave(page);
      await until('no call', async () => (await calls()) === 0);
      if (!page.isClosed()) await page.close();
    }
  });
});

describe('clean closes', () => {
  let browser;
  before(async () => { browser = await launchBrowser(); });
  after(() => browser?.close());

  test('a channel that the browser closes is closed by the echo peer too', async () => {
    const server = await startServer();
    const page = await browser.open(server.url);
    await connected(page, 'echo');
    const state = await page.evaluate(() => new Promise((resolve) => {
      const { channels } = [...globalThis.peerline.calls.values()][0];
      channels.bulk.onclose = () => resolve(channels.bulk.readyState);
      channels.bulk.close();
    }));
    assert.equal(state, 'closed');
    await page.close();
    await server.stop();
  });

  test('a server that stops exits with 0 and closes its channels at once', async () => {
    const server = await startServer();
    const page = await browser.open(server.url);
    await connected(page, 'echo');
    await page.evaluate(() => {
      const [call] = globalThis.peerline.calls.values();
      globalThis.whenClosed = new Promise((resolve) => { call.chat.addEventListener('close', () => resolve(performance.now())); });
      globalThis.started = performance.now();
    });
    const { code, signal } = await server.stop();
    assert.deepEqual({ code, signal }, { code: 0, signal: null });
    const took = await page.evaluate(async () => (await globalThis.whenClosed) - globalThis.started);
    assert.ok(took < 4000, `closed after ${took} ms: not by a time-out`);
    await page.close();
  });
});
