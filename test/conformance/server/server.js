// Answers requests as the WPT server would, out of a checkout. No socket is involved.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isServed } from './hosts.js';
import { windowPage, workerPage, workerScript } from './script_pages.js';
import { substitute } from './substitute.js';

// Files that the WPT server gives another name.
const ALIASES = { 'resources/WebIDLParser.js': 'resources/webidl2/lib/webidl2.js' };
const GENERATED = /^(.*?)\.(window|any|worker|any\.worker)\.(html|js)$/;
const TYPES = {
  '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.txt': 'text/plain', '.idl': 'text/plain',
  '.png': 'image/png', '.webm': 'video/webm', '.mp4': 'video/mp4', '.wav': 'audio/wav',
};

export class Server {
  #root;

  /** @param {string} root the WPT checkout */
  constructor(root) {
    this.#root = path.resolve(root);
  }

  /**
   * The body at an address, or `null` if there is none.
   * @param {URL} url @returns {{body: Buffer | string, type: string} | null}
   */
  get(url) {
    if (!isServed(url)) return null;
    const name = decodeURIComponent(url.pathname).slice(1);
    return this.#stored(name, url) ?? this.#generated(name);
  }

  /** The text at an address; throws if there is none. */
  text(url) {
    const found = this.get(url);
    if (!found) throw new Error(`${url} is not served`);
    return String(found.body);
  }

  #stored(name, url) {
    const bytes = this.#read(ALIASES[name] ?? name);
    if (!bytes) return null;
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    return { body: path.basename(name).includes('.sub.') ? substitute(bytes.toString(), url) : bytes, type };
  }

  #generated(name) {
    const [, stem, kind, extension] = GENERATED.exec(name) ?? [];
    if (!stem) return null;
    const source = `${stem}.${kind === 'any.worker' ? 'any' : kind}.js`;
    const text = this.#read(source)?.toString();
    if (text === undefined) return null;
    if (extension === 'js') return { body: workerScript(source, text), type: TYPES['.js'] };
    const inWorker = kind === 'worker' || kind === 'any.worker';
    return { body: inWorker ? workerPage(`${stem}.${kind}.js`, text) : windowPage(source, text), type: TYPES['.html'] };
  }

  #read(name) {
    const file = path.join(this.#root, name);
    if (!file.startsWith(this.#root + path.sep)) return null;
    try {
      return readFileSync(file);
    } catch {
      return null;
    }
  }
}
