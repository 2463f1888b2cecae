/**
 * The global scope of an identity provider's script (`RTCIdentityProviderGlobalScope`, webrtc-identity, section 5.1).
 *
 * The functions of this folder are never called here: their text runs in the realm that the script will run in, before it. All that they
 * have of the world outside is `post`, which no script can reach: what crosses the border is text, and every object that the script
 * meets is of its own realm. None may refer to anything outside itself but its arguments.
 */
import { addresses } from './addresses';
import { answers } from './answers';
import { base64 } from './base64';
import { errors } from './errors';
import { registrar } from './registrar';
import { requests } from './requests';
import { searchParams } from './search_params';
import { time } from './time';
import type { Kind, Parts, Post, Tools } from './tools';

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

export type MakeRealm = (post: Post, address: string) => Realm;

/** The parts by the names under which {@link realm} has them. */
const parts = { addresses, answers, base64, errors, registrar, requests, searchParams, time };

/** JavaScript for a {@link MakeRealm}. */
export function realmText(): string {
  const texts = Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`);
  return `(() => { 'use strict'; return (post, address) => (${realm.toString()})(post, address, { ${texts.join(',\n')} }); })()`;
}

function realm(post: Post, address: string, part: typeof parts): Realm {
  const { stringify, parse } = JSON;
  const { apply, deleteProperty, defineProperty } = Reflect;
  const promiseThen = Promise.prototype.then;
  const scope = globalThis as unknown as Record<string, unknown>;

  // What is outside the JavaScript heap, nobody would bound; the limit of the heap is the limit of the script.
  for (const name of Object.getOwnPropertyNames(scope)) {
    if (/Array$|^(?:ArrayBuffer|SharedArrayBuffer|DataView|WebAssembly|Atomics)$/.test(name) && name !== 'Array') deleteProperty(scope, name);
  }

  function tell(kind: Kind, text: string, number: number): string {
    try {
      return post(kind, text, number);
    } catch {
      // At the end of the stack: that error is none of this realm's.
      throw new RangeError('Maximum call stack size exceeded');
    }
  }

  function partsOf(url: unknown, base?: unknown): Parts {
    const found = tell('url', stringify([`${url}`, base === undefined ? null : `${base}`]), 0);
    if (found === '') throw new TypeError('Invalid URL');
    return parse(found) as Parts;
  }

  const tools: Tools = {
    scope, own: partsOf(address), tell, partsOf, stringify, parse, apply,
    expose: (name, value) => void defineProperty(scope, name, { value, writable: true, enumerable: false, configurable: true }),
    then: (promise, fulfilled, rejected) => void apply(promiseThen, promise, [fulfilled, rejected]),
  };
  tools.expose('self', scope);
  tools.expose('isSecureContext', true);
  part.searchParams(tools);
  part.addresses(tools);
  part.base64(tools);
  part.errors(tools);
  const { fire } = part.time(tools);
  const { receive } = part.requests(tools);
  const { succeed, fail } = part.answers(tools);
  const { close } = part.registrar(tools);

  return {
    fire,
    receive,
    close: () => close() !== null,
    ask(question) {
      const { contents, assertion, origin, options } = parse(question) as { contents?: string; assertion?: string; origin: string; options?: object };
      const isGeneration = contents !== undefined;
      const { generateAssertion, validateAssertion } = close()!;
      const asked = new Promise((resolve) => {
        resolve(isGeneration ? generateAssertion(contents, origin, options) : validateAssertion(assertion, origin));
      });
      tools.then(asked, (result) => succeed(isGeneration, result), fail);
    },
  };
}
