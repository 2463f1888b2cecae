/** `fetch`, which reaches the provider's own server and no other. Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

export function requests({ expose, own, parse, partsOf, stringify, tell }: Tools): { receive(fetch: number, response: string): void } {
  const MAX_FETCHES = 32;
  const MAX_TEXT = 256 * 1024;

  interface Received { status: number; statusText: string; headers: [string, string][]; body: string }
  const fetches = new Map<number, (response: Received | null) => void>();
  let lastFetch = 0;

  class Response {
    #received: Received;
    constructor(received: Received) { this.#received = received; }
    get ok(): boolean { return this.status >= 200 && this.status < 300; }
    get status(): number { return this.#received.status; }
    get statusText(): string { return this.#received.statusText; }
    get headers(): { get(name: unknown): string | null; has(name: unknown): boolean } {
      const find = (name: unknown) => this.#received.headers.find(([other]) => other === `${name}`.toLowerCase())?.[1] ?? null;
      return { get: find, has: (name) => find(name) !== null };
    }
    async text(): Promise<string> { return this.#received.body; }
    async json(): Promise<unknown> { return parse(this.#received.body) as unknown; }
  }

  expose('fetch', async function fetch(url: unknown, init: { method?: unknown; headers?: unknown; body?: unknown } = {}): Promise<Response> {
    const { href, origin } = partsOf(url, own.href);
    if (origin !== own.origin) throw new TypeError('only the origin of the identity provider can be reached');
    const id = ++lastFetch;
    if (id > MAX_FETCHES) throw new TypeError('too many requests');
    const { method = 'GET', headers = {}, body } = init;
    const entries = Object.entries(headers as object).map(([name, value]) => [name, `${value}`]);
    const text = stringify({ url: href, method: `${method}`, headers: entries, body: body === undefined ? null : `${body}` });
    if (text.length > MAX_TEXT) throw new TypeError('the request is too long');
    const received = await new Promise<Received | null>((resolve) => {
      fetches.set(id, resolve);
      tell('fetch', text, id);
    });
    if (!received) throw new TypeError('the request failed');
    return new Response(received);
  });

  return {
    receive(id, response) {
      const resolve = fetches.get(id);
      fetches.delete(id);
      resolve?.(response === '' ? null : (parse(response) as Received));
    },
  };
}
