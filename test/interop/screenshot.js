// Takes pictures of the page at work, to look at: node screenshot.js [directory]

import { connected, launchBrowser, startServer, until } from './support.js';

const directory = process.argv[2] ?? '.';
const server = await startServer();
const browser = await launchBrowser();
const echo = process.env.ECHO ?? 'answer';
const page = await browser.open(`${server.url}?echo=${echo}#kitchen`);
const other = await browser.open(`${server.url}?echo=none#kitchen`);
const cards = [await connected(page, 'peer')];
if (echo !== 'none') cards.push(await connected(page, 'echo'));
for (const card of cards) {
  await card.locator('.text').fill('Hello, is anybody there?');
  await card.locator('.text').press('Enter');
  await card.locator('.measure').click();
  await until('a result', async () => /intact|Failed/.test(await card.locator('.measured').textContent()));
}
await new Promise((resolve) => setTimeout(resolve, 4000));
for (const [name, scheme, width] of [['light', 'light', 1280], ['dark', 'dark', 1280], ['phone', 'light', 390]]) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: 900 });
  await page.screenshot({ path: `${directory}/page-${name}.png`, fullPage: true });
}
console.log(page.faults, other.faults);
await browser.close();
await server.stop();
