// The tree: nodes, text, and the search in them. DOM §4.2, §4.4, as far as test pages need it.

import { matcher } from './selectors.js';

export class Node extends EventTarget {
  #parent = null;
  #children = [];

  get parentNode() { return this.#parent; }
  get parentElement() { return this.#parent instanceof Element ? this.#parent : null; }
  get childNodes() { return [...this.#children]; }
  get children() { return this.#children.filter(node => node instanceof Element); }
  get firstChild() { return this.#children[0] ?? null; }
  get lastChild() { return this.#children.at(-1) ?? null; }
  get nextSibling() { return this.#sibling(1); }
  get previousSibling() { return this.#sibling(-1); }
  get isConnected() { return Boolean(this.getRootNode().documentNode); }
  get textContent() { return this.#children.map(node => node.textContent).join(''); }
  set textContent(text) { this.replaceChildren(...(text === '' || text === null ? [] : [new Text(String(text))])); }
  // HTML turns line breaks into elements; no test reads them back.
  get innerText() { return this.textContent; }
  set innerText(text) { this.textContent = text; }

  getRootNode() {
    let node = this;
    while (node.#parent) node = node.#parent;
    return node;
  }

  contains(other) {
    for (let node = other; node; node = node.parentNode) if (node === this) return true;
    return false;
  }

  appendChild(node) { return this.insertBefore(node, null); }

  insertBefore(node, before) {
    if (node.contains(this)) throw new DOMException('a node cannot be inside itself', 'HierarchyRequestError');
    node.remove();
    const at = before === null || before === undefined ? this.#children.length : this.#children.indexOf(before);
    if (at < 0) throw new DOMException('the reference is not a child of this node', 'NotFoundError');
    this.#children.splice(at, 0, node);
    node.#parent = this;
    if (this.isConnected) for (const each of node.inclusiveDescendants()) each.connected?.();
    return node;
  }

  removeChild(node) {
    const at = this.#children.indexOf(node);
    if (at < 0) throw new DOMException('not a child of this node', 'NotFoundError');
    const wasConnected = this.isConnected;
    this.#children.splice(at, 1);
    node.#parent = null;
    if (wasConnected) for (const each of node.inclusiveDescendants()) each.disconnected?.();
    return node;
  }

  append(...nodes) { for (const node of nodes) this.appendChild(asNode(node)); }
  prepend(...nodes) { for (const node of nodes.reverse()) this.insertBefore(asNode(node), this.firstChild); }
  remove() { this.#parent?.removeChild(this); }
  replaceChildren(...nodes) {
    for (const child of this.childNodes) child.remove();
    this.append(...nodes);
  }

  getElementsByTagName(name) { return this.querySelectorAll(name); }
  getElementsByClassName(name) { return this.querySelectorAll(`.${name}`); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  querySelectorAll(selector) {
    const matches = matcher(String(selector));
    return [...this.inclusiveDescendants()].filter(node => node !== this && node instanceof Element && matches(node));
  }

  /** This node and all below it, in tree order. */
  *inclusiveDescendants() {
    yield this;
    for (const child of this.childNodes) yield* child.inclusiveDescendants();
  }

  #sibling(step) {
    const siblings = this.#parent?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + step] ?? null;
  }
}

const asNode = value => (value instanceof Node ? value : new Text(String(value)));

export class Text extends Node {
  constructor(data = '') {
    super();
    this.data = data;
  }
  get textContent() { return this.data; }
  set textContent(data) { this.data = String(data); }
}

export class Element extends Node {
  #attributes = new Map();
  #localName;

  constructor(localName = 'unknown') {
    super();
    this.#localName = localName;
  }
  get localName() { return this.#localName; }
  get tagName() { return this.#localName.toUpperCase(); }
  get nodeName() { return this.tagName; }

  getAttribute(name) { return this.#attributes.get(name.toLowerCase()) ?? null; }
  hasAttribute(name) { return this.#attributes.has(name.toLowerCase()); }
  removeAttribute(name) { this.#attributes.delete(name.toLowerCase()); }
  setAttribute(name, value) {
    const key = name.toLowerCase();
    this.#attributes.set(key, String(value));
    this.attributeSet?.(key, String(value));
  }
  getAttributeNames() { return [...this.#attributes.keys()]; }
}
