// `fetch` that reaches the WPT tree and nothing else.

import { isServed } from '../server/hosts.js';

const fetchOfNode = globalThis.fetch;

/**
 * @param {import('../server/server.js').Server} server @param {URL} base of relative addresses
 * @returns {typeof fetch}
 */
export function createFetch(server, base) {
  return async function fetch(input, init) {
    const url = new URL(typeof input === 'object' && 'url' in input ? input.url : String(input), base);
    if (url.protocol === 'blob:' || url.protocol === 'data:') return fetchOfNode(url, init);
    if (!isServed(url)) throw new TypeError(`${url.origin} cannot be reached from a test`);
    return answer(server.get(url), url);
  };
}

function answer(found, url) {
  const response = found
    ? new Response(found.body, { status: 200, headers: { 'content-type': found.type } })
    : new Response('not found', { status: 404, statusText: 'Not Found' });
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}
