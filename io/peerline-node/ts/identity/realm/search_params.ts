/** `URLSearchParams` (URL, section 6). Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

export function searchParams({ expose }: Tools): void {
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

  expose('URLSearchParams', URLSearchParams);
}
