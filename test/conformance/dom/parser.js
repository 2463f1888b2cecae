// An HTML parser for well-meant pages: no error recovery beyond what test pages need. HTML §13.2 in spirit.

import { Text } from './node.js';

const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title']);
const IN_HEAD = new Set(['title', 'meta', 'link', 'base', 'style', 'script']);
const SKELETON = new Set(['html', 'head', 'body']);
const TOKEN = /<!--[\s\S]*?-->|<![^>]*>|<\/([\w-]+)\s*>|<([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>|[^<]+|</g;
const ATTRIBUTE = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

const decode = text => text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
  (name ? ENTITIES[name] ?? whole : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16))));

/**
 * Builds a document and stops after each script, so that it sees the tree as far as it has been parsed.
 * @param {import('./document.js').Document} document @param {string} html
 * @returns {Generator<import('./html_element.js').HTMLElement>} its script elements
 */
export function* parseDocument(document, html) {
  yield* new TreeBuilder(document, document.body, true).build(html);
}

/** Puts the elements of `html` into `root`; scripts in it do not run, as HTML has it for `innerHTML`. */
export function parseFragment(root, html, document) {
  if (!document) throw new DOMException('the element is in no document', 'InvalidStateError');
  Array.from(new TreeBuilder(document, root, false).build(html));
}

class TreeBuilder {
  #document;
  #open;
  #isPage;
  #inHead;

  constructor(document, root, isPage) {
    this.#document = document;
    this.#open = [root];
    this.#isPage = isPage;
    this.#inHead = isPage;
  }

  *build(html) {
    const tokens = new RegExp(TOKEN);
    for (let match; (match = tokens.exec(html)) !== null;) {
      const [text, closed, opened, attributes] = match;
      if (closed) {
        this.#close(closed.toLowerCase());
      } else if (opened) {
        const tag = opened.toLowerCase();
        const element = this.#insert(tag, attributes);
        if (!element) continue;
        if (RAW_TEXT.has(tag)) tokens.lastIndex = this.#rawText(element, html, tokens.lastIndex);
        else if (!VOID.has(tag) && !attributes.trimEnd().endsWith('/')) this.#open.push(element);
        if (tag === 'script') yield element;
      } else if (!text.startsWith('<!') && (text.trim() || this.#open.length > 1)) {
        this.#open.at(-1).append(decode(text));
      }
    }
  }

  #close(tag) {
    const at = this.#open.findLastIndex(element => element.localName === tag);
    if (at > 0) this.#open.length = at;
    if (tag === 'head') this.#inHead = false;
  }

  #insert(tag, rest) {
    const attributes = Array.from(rest.matchAll(ATTRIBUTE), ([, name, ...values]) =>
      [name.toLowerCase(), decode(values.find(value => value !== undefined) ?? '')]);
    if (this.#isPage && SKELETON.has(tag)) {
      if (tag === 'body') this.#inHead = false;
      const existing = tag === 'html' ? this.#document.documentElement : this.#document[tag];
      for (const [name, value] of attributes) existing.setAttribute(name, value);
      return null;
    }
    const element = this.#document.createElement(tag);
    for (const [name, value] of attributes) element.setAttribute(name, value);
    if (!IN_HEAD.has(tag)) this.#inHead = false;
    const parent = this.#inHead ? this.#document.head : this.#open.at(-1);
    // An iframe loads when it is connected: its attributes are there by then.
    parent.appendChild(element);
    return element;
  }

  #rawText(element, html, from) {
    const end = new RegExp(`</${element.localName}\\s*>`, 'gi');
    end.lastIndex = from;
    const found = end.exec(html);
    const raw = html.slice(from, found?.index ?? html.length);
    const verbatim = element.localName === 'script' || element.localName === 'style';
    if (raw) element.appendChild(new Text(verbatim ? raw : decode(raw)));
    return found ? end.lastIndex : html.length;
  }
}
