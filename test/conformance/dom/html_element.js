// HTMLElement: what all elements of a page share. HTML §3.2.2.

import { defineHandlers } from './handlers.js';
import { Element, Text } from './node.js';
import { parseFragment } from './parser.js';

// IDL name -> content attribute it reflects.
const REFLECTED = {
  id: 'id', name: 'name', content: 'content', src: 'src', type: 'type', href: 'href', value: 'value', title: 'title',
  className: 'class', allow: 'allow', srcdoc: 'srcdoc', lang: 'lang',
};

export class HTMLElement extends Element {
  style = {};
  dataset = {};
  get innerHTML() { return this.childNodes.map(serialize).join(''); }
  set innerHTML(html) {
    this.replaceChildren();
    parseFragment(this, String(html), this.ownerDocument);
  }
  click() { this.dispatchEvent(new Event('click', { bubbles: true, cancelable: true })); }
  focus() {}
  blur() {}
  getBoundingClientRect() { return { x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 }; }
}

for (const [name, attribute] of Object.entries(REFLECTED)) {
  Object.defineProperty(HTMLElement.prototype, name, {
    configurable: true,
    enumerable: true,
    get() { return this.getAttribute(attribute) ?? ''; },
    set(value) { this.setAttribute(attribute, value); },
  });
}
defineHandlers(HTMLElement.prototype, ['load', 'error', 'click']);

function serialize(node) {
  if (node instanceof Text) return node.data;
  const attributes = node.getAttributeNames().map(name => ` ${name}="${node.getAttribute(name)}"`).join('');
  return `<${node.localName}${attributes}>${node.childNodes.map(serialize).join('')}</${node.localName}>`;
}
