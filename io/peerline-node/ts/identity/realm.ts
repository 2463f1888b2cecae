/**
 * The global scope of an identity provider's script (`RTCIdentityProviderGlobalScope`, webrtc-identity, section 5.1).
 *
 * This function is never called here: its text runs in the realm that the script will run in, before it. All that it has of the world
 * outside is `post`, which no script can reach: what crosses the border is text, and every object that the script meets is of its own
 * realm. It must not refer to anything outside itself.
 */

/** What the proxy process holds of the realm. */
export interface Realm {
  /** The script has run to its end: whether a provider has registered. */
  close(): boolean;
  /** Asks the provider; the answer is posted. `question` is JSON. */
  ask(question: string): void;
  /** A timer has fired. */
  fire(timer: number): void;
  /** An answer to a `fetch`; JSON, or empty if it failed. */
  receive(fetch: number, response: string): void;
}

/** Tells the process something. `url` answers with the parts of an address as JSON, or with nothing; the others with nothing. */
export type Post = (kind: 'url' | 'timer' | 'fetch' | 'answer', text: string, number: number) => string;

export function realm(post: Post, address: string): Realm {
  'use strict';
  const { stringify, parse } = JSON;
  const { defineProperty, freeze } = Object;
  const scope = globalThis as unknown as Record<string, unknown>;
  const { apply } = Reflect;
  const then = Promise.prototype.then;
  const MAX_TEXT = 256 * 1024;
  const MAX_TIMERS = 1000;
  const MAX_FETCHES = 32;

  // What is outside the JavaScript heap, nobody would bound; the limit of the heap is the limit of the script.
  for (const name of Object.getOwnPropertyNames(scope)) {
    if (/Array$|^(?:ArrayBuffer|SharedArrayBuffer|DataView|WebAssembly|Atomics|console)$/.test(name) && name !== 'Array') delete scope[name];
  }

  function tell(kind: 'url' | 'timer' | 'fetch' | 'answer', text: string, number: number): string {
    try {
      return post(kind, text, number);
    } catch {
      // At the end of the stack: that error is none of this realm's.
      throw new RangeError('Maximum call stack size exceeded');
    }
  }

  function expose(name: string, value: unknown): void {
    defineProperty(scope, name, { value, writable: true, enumerable: false, configurable: true });
  }

  // Addresses.

  interface Parts {
    href: string; origin: string; protocol: string; username: string; password: string; host: string; hostname: string; port: string;
    pathname: string; search: string; hash: string;
  }

  function partsOf(url: unknown, base?: unknown): Parts {
    const parts = tell('url', stringify([`${url}`, base === undefined ? null : `${base}`]), 0);
    if (parts === '') throw new TypeError('Invalid URL');
    return parse(parts) as Parts;
  }

  const decode = (text: string): string => {
    const spaced = text.replace(/\+/g, ' ');
    try { return decodeURIComponent(spaced); } catch { return spaced; }
  };
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()~]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

  class URLSearchParams {
    #list: [string, string][] = [];

    constructor(init: unknown = '') {
      if (typeof init === 'object' && init !== null) {
        const entries = Symbol.iterator in init ? (init as Iterable<[unknown, unknown]>) : Object.entries(init);
        for (const [name, value] of entries) this.append(name, value);
        return;
      }
      for (const pair of `${init}`.replace(/^\?/, '').split('&')) {
        if (pair === '') continue;
        const at = pair.indexOf('=');
        this.#list.push(at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]);
      }
    }

    get size(): number { return this.#list.length; }
    append(name: unknown, value: unknown): void { this.#list.push([`${name}`, `${value}`]); }
    delete(name: unknown): void { this.#list = this.#list.filter(([other]) => other !== `${name}`); }
    get(name: unknown): string | null { return this.#list.find(([other]) => other === `${name}`)?.[1] ?? null; }
    getAll(name: unknown): string[] { return this.#list.filter(([other]) => other === `${name}`).map(([, value]) => value); }
    has(name: unknown): boolean { return this.#list.some(([other]) => other === `${name}`); }
    set(name: unknown, value: unknown): void {
      this.delete(name);
      this.append(name, value);
    }
    forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void {
      for (const [name, value] of this) callback(value, name, this);
    }
    *entries(): IterableIterator<[string, string]> { for (const [name, value] of this.#list) yield [name, value]; }
    *keys(): IterableIterator<string> { for (const [name] of this.#list) yield name; }
    *values(): IterableIterator<string> { for (const [, value] of this.#list) yield value; }
    [Symbol.iterator](): IterableIterator<[string, string]> { return this.entries(); }
    toString(): string { return this.#list.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'); }
  }

  class URL {
    #parts: Parts;
    #params: URLSearchParams;

    constructor(url: unknown, base?: unknown) {
      this.#parts = partsOf(url, base);
      this.#params = new URLSearchParams(this.#parts.search);
    }

    get href(): string { return this.#parts.href; }
    get origin(): string { return this.#parts.origin; }
    get protocol(): string { return this.#parts.protocol; }
    get username(): string { return this.#parts.username; }
    get password(): string { return this.#parts.password; }
    get host(): string { return this.#parts.host; }
    get hostname(): string { return this.#parts.hostname; }
    get port(): string { return this.#parts.port; }
    get pathname(): string { return this.#parts.pathname; }
    get search(): string { return this.#parts.search; }
    get hash(): string { return this.#parts.hash; }
    get searchParams(): URLSearchParams { return this.#params; }
    toString(): string { return this.href; }
    toJSON(): string { return this.href; }
  }

  expose('URL', URL);
  expose('URLSearchParams', URLSearchParams);

  const { username: _user, password: _password, ...own } = partsOf(address);
  const location = { ...own };
  defineProperty(location, 'toString', { value: () => own.href });
  expose('location', freeze(location));
  expose('origin', own.origin);
  expose('self', scope);
  expose('isSecureContext', true);

  // Base64 (HTML, section 8.3).

  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  expose('btoa', function btoa(data: unknown): string {
    const text = `${data}`;
    let out = '';
    for (let at = 0; at < text.length; at += 3) {
      const [first, second, third] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
      if (first > 255 || second > 255 || third > 255) throw new TypeError('a character is not a byte');
      const bits = (first << 16) | (second << 8) | third;
      out += alphabet[bits >> 18]! + alphabet[(bits >> 12) & 63]!;
      out += at + 1 < text.length ? alphabet[(bits >> 6) & 63]! : '=';
      out += at + 2 < text.length ? alphabet[bits & 63]! : '=';
    }
    return out;
  });

  expose('atob', function atob(data: unknown): string {
    let text = `${data}`.replace(/[\t\n\f\r ]/g, '');
    if (text.length % 4 === 0) text = text.replace(/==?$/, '');
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new TypeError('not base64');
    let out = '';
    let bits = 0;
    let count = 0;
    for (const digit of text) {
      bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        out += String.fromCharCode((bits >> count) & 255);
      }
    }
    return out;
  });

  // Time.

  const timers = new Map<number, () => void>();
  let lastTimer = 0;

  expose('setTimeout', function setTimeout(handler: unknown, delay: unknown = 0, ...args: unknown[]): number {
    if (typeof handler !== 'function') throw new TypeError('the handler is not a function');
    if (timers.size >= MAX_TIMERS) throw new RangeError('too many timers');
    const id = ++lastTimer;
    timers.set(id, () => apply(handler, scope, args));
    tell('timer', '', id * 65536 + Math.min(Math.max(Math.trunc(Number(delay)) || 0, 0), 60000));
    return id;
  });
  expose('clearTimeout', function clearTimeout(id: unknown): void {
    timers.delete(Number(id));
  });
  expose('queueMicrotask', function queueMicrotask(callback: () => void): void {
    if (typeof callback !== 'function') throw new TypeError('the callback is not a function');
    void apply(then, Promise.resolve(), [() => callback()]);
  });

  const silent = (): void => {};
  expose('console', { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent, assert: silent });

  // The provider's own server, and no other.

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
    const { href, origin } = partsOf(url, address);
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

  // Errors by which a provider says what is wrong. Earlier drafts had the detail as the first argument.

  class RTCError extends Error {
    readonly errorDetail: string;
    constructor(init: unknown, message?: unknown) {
      super(message === undefined ? '' : `${message}`);
      const detail = typeof init === 'object' && init !== null ? (init as { errorDetail?: unknown }).errorDetail : init;
      this.errorDetail = `${detail}`;
    }
    override get name(): string { return 'OperationError'; }
  }
  expose('RTCError', RTCError);

  // Registration.

  type Callback = (...args: unknown[]) => unknown;
  let provider: { generateAssertion: Callback; validateAssertion: Callback } | null = null;
  let isOpen = true;

  class RTCIdentityProviderRegistrar {
    register(idp: unknown): void {
      const { generateAssertion, validateAssertion } = Object(idp) as { generateAssertion?: unknown; validateAssertion?: unknown };
      if (typeof generateAssertion !== 'function' || typeof validateAssertion !== 'function') {
        throw new TypeError('an identity provider has generateAssertion and validateAssertion');
      }
      if (isOpen) provider = { generateAssertion: generateAssertion as Callback, validateAssertion: validateAssertion as Callback };
    }
  }
  expose('RTCIdentityProviderRegistrar', RTCIdentityProviderRegistrar);
  expose('rtcIdentityProvider', new RTCIdentityProviderRegistrar());

  // Answers.

  function answer(value: object): void {
    const text = stringify(value);
    tell('answer', text.length > MAX_TEXT ? '{}' : text, 0);
  }

  function textIn(value: unknown, name: string): string | undefined {
    try {
      const member = (value as Record<string, unknown>)[name];
      return member === undefined || member === null ? undefined : `${member}`.slice(0, 64 * 1024);
    } catch {
      return undefined;
    }
  }

  function fail(error: unknown): void {
    const detail = textIn(error, 'errorDetail');
    const own = ['idp-need-login', 'idp-token-expired', 'idp-token-invalid'];
    answer({
      error: detail !== undefined && own.includes(detail) ? detail : 'idp-execution-failure',
      loginUrl: textIn(error, 'idpLoginUrl'),
      errorInfo: textIn(error, 'idpErrorInfo'),
    });
  }

  /** Web IDL's conversion of a required string. */
  function required(dictionary: unknown, name: string): string {
    const value = (dictionary as Record<string, unknown>)[name];
    if (value === undefined) throw new TypeError(`${name} is missing`);
    return `${value}`;
  }

  function succeed(isGeneration: boolean, result: unknown): void {
    let converted: object = {};
    try {
      if ((typeof result !== 'object' && typeof result !== 'function') || result === null) throw new TypeError('not an object');
      if (isGeneration) {
        const assertion = required(result, 'assertion');
        const idp = (result as { idp?: unknown }).idp;
        if ((typeof idp !== 'object' && typeof idp !== 'function') || idp === null) throw new TypeError('no idp');
        const domain = required(idp, 'domain');
        const protocol = (idp as { protocol?: unknown }).protocol;
        converted = { assertion, domain, protocol: protocol === undefined ? 'default' : `${protocol}` };
      } else {
        converted = { contents: required(result, 'contents'), identity: required(result, 'identity') };
      }
    } catch {
      // Something else than was asked.
    }
    answer(converted);
  }

  return {
    close() {
      isOpen = false;
      return provider !== null;
    },
    ask(question) {
      const { contents, assertion, origin, options } = parse(question) as { contents?: string; assertion?: string; origin: string; options?: object };
      const isGeneration = contents !== undefined;
      const { generateAssertion, validateAssertion } = provider!;
      const asked = new Promise((resolve) => {
        resolve(isGeneration ? generateAssertion(contents, origin, options) : validateAssertion(assertion, origin));
      });
      void apply(then, asked, [(result: unknown) => succeed(isGeneration, result), fail]);
    },
    fire(timer) {
      const handler = timers.get(timer);
      timers.delete(timer);
      handler?.();
    },
    receive(id, response) {
      const resolve = fetches.get(id);
      fetches.delete(id);
      resolve?.(response === '' ? null : (parse(response) as Received));
    },
  };
}
