/** `URL` (URL, section 6) without setters, and `location`. Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Parts, Tools } from './tools';

export function addresses({ expose, own, partsOf, scope }: Tools): void {
  type Search = object;
  const URLSearchParams = scope.URLSearchParams as new (init: string) => Search;

  class URL {
    #parts: Parts;
    #params: Search;

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
    get searchParams(): Search { return this.#params; }
    toString(): string { return this.href; }
    toJSON(): string { return this.href; }
  }

  expose('URL', URL);
  const { username: _user, password: _password, ...shown } = own;
  const location = { ...shown };
  Object.defineProperty(location, 'toString', { value: () => own.href });
  expose('location', Object.freeze(location));
  expose('origin', own.origin);
}
