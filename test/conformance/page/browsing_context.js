// Loads a document into a window: parses it, runs its scripts in order, fires the events of its life. HTML §7.4, §13.2.7.

import { parseDocument } from '../dom/parser.js';
import { completeLanguage } from './language.js';
import { reportException } from './events.js';
import { furnish } from './window.js';

/**
 * What all windows of a process share.
 * @typedef {object} Environment
 * @property {import('../server/server.js').Server} server
 * @property {import('../adapters/load.js').Adapter} adapter
 * @property {import('./messages.js').Messages} messages
 * @property {import('./permissions.js').PermissionStore} permissions
 * @property {{classes: object}} media stand-ins for media elements
 * @property {Record<string, Function>} elements classes of elements by tag name
 * @property {object} job what the runner asked for
 * @property {Record<string, () => void>} replaced scripts of WPT that stand for the browser's own part, by path
 */

const SCRIPT_TYPES = new Set(['', 'text/javascript', 'application/javascript']);
const turn = () => new Promise(resolve => setImmediate(resolve));

export class BrowsingContext {
  #realm;
  #environment;
  #location;
  #document;
  #discarded = false;

  /**
   * @param {import('./realm.js').Realm} realm @param {Environment} environment
   * @param {{location: URL, secure: boolean, Window: Function, parent: object | null}} own
   */
  constructor(realm, environment, own) {
    this.#realm = realm;
    this.#environment = environment;
    this.#location = own.location;
    completeLanguage(realm);
    this.#document = furnish(realm, environment, own).document;
  }

  get window() { return this.#realm.global; }
  get document() { return this.#document; }

  /** Its frame is gone: nothing of it runs any more. */
  discard() {
    this.#discarded = true;
    this.window.closed = true;
  }

  /** @param {string} html */
  async load(html) {
    for (const script of parseDocument(this.#document, html)) {
      if (this.#discarded) return;
      if (SCRIPT_TYPES.has(script.type)) this.#run(script);
      await turn();
    }
    await this.#finish();
  }

  #run(script) {
    this.#document.currentScript = script;
    if (!script.hasAttribute('src')) this.#evaluate(script.textContent, this.#location.pathname.slice(1));
    else this.#runExternal(script, new URL(script.src, this.#location));
    this.#document.currentScript = null;
  }

  #runExternal(script, url) {
    const path = url.pathname.slice(1);
    if (Object.hasOwn(this.#environment.replaced, path)) {
      this.#environment.replaced[path](this.window);
      return;
    }
    const found = this.#environment.server.get(url);
    if (found) this.#evaluate(String(found.body), path);
    script.dispatchEvent(new Event(found ? 'load' : 'error'));
  }

  #evaluate(code, filename) {
    try {
      this.#realm.evaluate(code, filename);
    } catch (error) {
      reportException(this.window, error);
    }
  }

  async #finish() {
    this.#document.readyState = 'interactive';
    this.#document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
    await this.#environment.subresourcesOf?.(this.#document);
    if (this.#discarded) return;
    this.#document.readyState = 'complete';
    this.#document.dispatchEvent(new Event('readystatechange'));
    this.window.dispatchEvent(new Event('load'));
  }
}
