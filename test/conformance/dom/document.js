// Document: the root of a page's tree. HTML §3.1.

import { defineHandlers } from './handlers.js';
import { HTMLElement } from './html_element.js';
import { Node, Text } from './node.js';

export class Document extends Node {
  readyState = 'loading';
  hidden = false;
  visibilityState = 'visible';
  cookie = '';
  referrer = '';
  characterSet = 'UTF-8';
  currentScript = null;
  #classes;

  /** @param {Record<string, typeof HTMLElement>} classes by tag name; the rest are plain HTMLElements */
  constructor(classes = {}) {
    super();
    this.#classes = classes;
    this.documentElement = this.appendChild(this.createElement('html'));
    this.head = this.documentElement.appendChild(this.createElement('head'));
    this.body = this.documentElement.appendChild(this.createElement('body'));
  }

  /** Tells the root of a page from the root of a detached tree. */
  get documentNode() { return this; }
  get title() { return this.querySelector('title')?.textContent.trim() ?? ''; }
  set title(text) {
    const element = this.querySelector('title') ?? this.head.appendChild(this.createElement('title'));
    element.textContent = text;
  }
  get scripts() { return this.querySelectorAll('script'); }

  createElement(tag) {
    const name = String(tag).toLowerCase();
    const Class = Object.hasOwn(this.#classes, name) ? this.#classes[name] : HTMLElement;
    const element = new Class(name);
    Object.defineProperty(element, 'ownerDocument', { value: this });
    return element;
  }
  createElementNS(_namespace, tag) { return this.createElement(tag); }
  createTextNode(data) { return new Text(String(data)); }
  getElementById(id) {
    for (const node of this.inclusiveDescendants()) if (node instanceof HTMLElement && node.id === id) return node;
    return null;
  }
  hasFocus() { return true; }
}
defineHandlers(Document.prototype, ['readystatechange', 'visibilitychange', 'DOMContentLoaded']);
