/**
 * The process that a provider's script runs in. The script is a stranger's: it may loop for ever, eat all memory it can get, and look for
 * a way out. So it has a process of its own that may end at any time, without files, environment, children and addons (Node's permission
 * model), with a small heap; in it a realm of its own; and outside that realm nothing that would help whoever gets there.
 *
 * This function is never called here: its text is what the process runs. It must not refer to anything outside itself.
 */
import type { MakeRealm, Realm } from './realm/realm';
import type { Post } from './realm/tools';

/** What the parent says first. */
export interface Start {
  source: string;
  url: string;
  /** JSON for {@link Realm.ask}. */
  question: string;
}

/** An answer to a `fetch`. */
export interface Fetched {
  fetch: number;
  /** JSON; empty if it failed. */
  response: string;
}

/** What the process says. */
export type Said = { answer: string } | { fetch: number; request: string } | { failed: 'idp-bad-script-failure' };

export function proxyProcess(realmText: string): void {
  'use strict';
  const node = process;
  const vm = require('node:vm') as typeof import('node:vm');
  const { URL, setTimeout, JSON, Math, Object, Reflect, String, Boolean } = globalThis;

  function say(message: Said): void {
    if (node.connected) node.send!(message);
  }

  /** Whoever gets out of the script's realm finds the language, frozen, and nothing of Node's. */
  function lockDown(): void {
    const kept = /^(?:Object|Function|Array|Number|parseFloat|parseInt|Infinity|NaN|undefined|Boolean|String|Symbol|Date|Promise|RegExp|Error|[A-Za-z]+Error|JSON|Math|Intl|Map|BigInt|Set|WeakMap|WeakSet|WeakRef|Proxy|Reflect|globalThis|decodeURI|decodeURIComponent|encodeURI|encodeURIComponent|escape|unescape|isFinite|isNaN)$/;
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!kept.test(String(name))) Reflect.deleteProperty(globalThis, name);
    }
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      const value = (globalThis as unknown as Record<string, unknown>)[name];
      if (typeof value !== 'function') continue;
      const { prototype } = value as { prototype?: object };
      if (prototype) Object.freeze(prototype);
      Object.freeze(value);
    }
  }

  function parse(text: string): string {
    const [url, base] = JSON.parse(text) as [string, string | null];
    try {
      const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = new URL(url, base ?? undefined);
      return JSON.stringify({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash });
    } catch {
      return '';
    }
  }

  function start({ source, url, question }: Start): void {
    // What a script throws is an object of its realm: nobody here looks at it.
    const quietly = (work: () => void): void => {
      try {
        work();
      } catch {
        // Its own affair.
      }
    };
    let inside: Realm;
    const post: Post = (kind, text, number) => {
      if (kind === 'url') return parse(text);
      if (kind === 'answer') say({ answer: text });
      if (kind === 'fetch') say({ fetch: number, request: text });
      if (kind === 'timer') setTimeout(() => quietly(() => inside.fire(Math.floor(number / 65536))), number % 65536);
      return '';
    };
    const context = vm.createContext(Object.create(null) as object, { codeGeneration: { strings: true, wasm: false } });
    inside = (vm.runInContext(`(${realmText})`, context) as MakeRealm)(post, url);
    node.on('message', (message: Fetched) => quietly(() => inside.receive(message.fetch, message.response)));
    let isRegistered = false;
    try {
      new vm.Script(source, { filename: url }).runInContext(context);
    } catch {
      // No JavaScript, or it failed; perhaps after it had registered.
    }
    quietly(() => { isRegistered = Boolean(inside.close()); });
    if (isRegistered) quietly(() => inside.ask(question));
    else say({ failed: 'idp-bad-script-failure' });
  }

  node.on('disconnect', () => node.exit());
  node.on('uncaughtException', () => {});
  node.on('unhandledRejection', () => {});
  lockDown();
  node.once('message', start);
}
