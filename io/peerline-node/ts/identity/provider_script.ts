/** Where the script of an identity provider is, and how it is loaded (webrtc-identity, section 5; RFC 8827, section 7.5). */
import { Failure } from './failure';

/** No provider's script is as long. */
const MAX_LENGTH = 1024 * 1024;
const MAX_REDIRECTS = 20;
const WELL_KNOWN = '/.well-known/idp-proxy/';

export interface ProviderScript {
  /** After redirects: the origin that the script runs in. */
  readonly url: URL;
  readonly source: string;
}

/** The well-known address of a provider; `null` if domain or protocol lead elsewhere. */
export function addressOf(domain: string, protocol: string): URL | null {
  let base: URL;
  let address: URL;
  try {
    base = new URL(`https://${domain}/`);
    address = new URL(`https://${base.host}${WELL_KNOWN}${protocol}`);
  } catch {
    return null;
  }
  const isHost = base.pathname === '/' && !base.search && !base.hash && !base.username && !base.password;
  const name = address.pathname.slice(WELL_KNOWN.length);
  return isHost && address.pathname.startsWith(WELL_KNOWN) && name !== '' && !name.includes('/') ? address : null;
}

/** Loads a script over https and nothing else, with the application's `fetch`. Throws a {@link Failure}. */
export async function loadScript(domain: string, protocol: string, signal: AbortSignal): Promise<ProviderScript> {
  let url = addressOf(domain, protocol);
  for (let redirects = 0; url && url.protocol === 'https:' && redirects <= MAX_REDIRECTS; redirects++) {
    const response = await request(url, { signal });
    const location = isRedirect(response.status) ? response.headers.get('location') : null;
    if (location === null) {
      if (!response.ok) throw new Failure('idp-load-failure', response.status);
      const source = await textOf(response, MAX_LENGTH);
      if (source === null) throw new Failure('idp-load-failure', response.status);
      return { url, source };
    }
    url = resolve(location, url);
  }
  throw new Failure('idp-load-failure');
}

/** One request that follows no redirect and brings no credentials. */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await globalThis.fetch(url.href, { ...init, redirect: 'manual', credentials: 'omit' });
  } catch (error) {
    throw new Failure(isTlsFailure(error) ? 'idp-tls-failure' : 'idp-load-failure');
  }
}

/** The body as text; `null` if it is longer than allowed or breaks off. */
export async function textOf(response: Response, maxLength: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > maxLength) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function resolve(location: string, base: URL): URL | null {
  try {
    return new URL(location, base);
  } catch {
    return null;
  }
}

/** Node hides why a connection failed in the error's cause. */
function isTlsFailure(error: unknown): boolean {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === 'string' && /^(?:CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/.test(code);
}
