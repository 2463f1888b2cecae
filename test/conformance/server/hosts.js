// The names and ports that a web-platform-tests server listens on; nothing is listening here, they only make addresses.

export const HOST = 'web-platform.test';
export const OTHER_HOST = 'not-web-platform.test';
export const PORTS = {
  http: ['8000', '8001'],
  https: ['8443', '8444'],
  ws: ['8666'],
  wss: ['8667'],
};

/** The host name of a subdomain; the empty one is the host itself. */
export const domain = (label, base = HOST) => (label ? `${label}.${base}` : base);

/** Whether the WPT server would answer at this address. */
export function isServed(url) {
  const ours = [HOST, OTHER_HOST].some(base => url.hostname === base || url.hostname.endsWith(`.${base}`));
  const scheme = url.protocol.slice(0, -1);
  // Identity providers are addressed by their domain alone, on the default port.
  return ours && (url.port === '' || (PORTS[scheme]?.includes(url.port) ?? false));
}

/** The address of a test page. */
export function addressOf(path, { secure }) {
  const scheme = secure ? 'https' : 'http';
  return `${scheme}://${HOST}:${PORTS[scheme][0]}/${path}`;
}
