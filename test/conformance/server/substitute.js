// What the WPT server replaces in files whose name has `.sub.`: `{{host}}`, `{{ports[http][0]}}`, `{{location[server]}}` and the like.

import { HOST, OTHER_HOST, PORTS, domain } from './hosts.js';

/** @param {string} text @param {URL} location of the page that asks for it */
export function substitute(text, location) {
  return text.replace(/\{\{([^{}]+)\}\}/g, (whole, expression) => evaluate(expression.trim(), location) ?? whole);
}

function evaluate(expression, location) {
  const keys = Array.from(expression.matchAll(/\[([^\]]*)\]/g), ([, key]) => key);
  switch (/^\w+/.exec(expression)?.[0]) {
    case 'host': return HOST;
    case 'ports': return PORTS[keys[0]]?.[Number(keys[1])] ?? '';
    case 'domains': return domain(keys[0]);
    case 'hosts': return domain(keys[1], keys[0] === 'alt' ? OTHER_HOST : HOST);
    case 'location': return partOf(location, keys[0]);
    case 'GET': return location.searchParams.get(keys[0]) ?? '';
    default: return undefined;
  }
}

function partOf(location, part) {
  switch (part) {
    case 'server': return location.origin;
    case 'scheme': return location.protocol.slice(0, -1);
    case 'host': return location.host;
    case 'hostname': return location.hostname;
    case 'port': return location.port;
    case 'path':
    case 'pathname': return location.pathname;
    case 'query': return location.search;
    default: return undefined;
  }
}
