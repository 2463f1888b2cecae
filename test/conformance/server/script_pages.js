// The documents that the WPT server makes up around tests that are only a script (`x.window.js`, `x.any.js`).

import { metadataOfScript } from '../suite/metadata.js';

const scope = (window, worker) =>
  `self.GLOBAL = { isWindow: () => ${window}, isWorker: () => ${worker}, isShadowRealm: () => false };`;

/** The page in which a script test runs. */
export function windowPage(path, text) {
  const { title, timeout, scripts } = metadataOfScript(text);
  return page({ title, timeout, body: [
    `<script>${scope(true, false)}</script>`,
    ...scripts.map(script => `<script src="${script}"></script>`),
    `<script src="/${path}"></script>`,
  ] });
}

/** The page that starts a dedicated worker for a script test and shows its results. */
export function workerPage(address, text) {
  const { title, timeout } = metadataOfScript(text);
  return page({ title, timeout, body: [`<script>fetch_tests_from_worker(new Worker("/${address}" + location.search));</script>`] });
}

/** The script that such a worker runs. */
export function workerScript(path, text) {
  const scripts = ['/resources/testharness.js', ...metadataOfScript(text).scripts, `/${path}`];
  return `${scope(false, true)}\n${scripts.map(script => `importScripts(${JSON.stringify(script)});`).join('\n')}\ndone();\n`;
}

function page({ title, timeout, body }) {
  return [
    '<!doctype html><meta charset=utf-8>',
    title ? `<title>${title}</title>` : '',
    timeout ? `<meta name=timeout content=${timeout}>` : '',
    '<script src="/resources/testharness.js"></script>',
    '<script src="/resources/testharnessreport.js"></script>',
    '<div id=log></div>',
    ...body,
  ].join('\n');
}
