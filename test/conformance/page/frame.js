// `<iframe>`: a window of its own with intrinsics of its own. Permissions policy, process boundaries and history stay with browsers. HTML §4.8.5.

import { HTMLElement } from '../dom/html_element.js';
import { BrowsingContext } from './browsing_context.js';
import { bindMethods } from './global_scope.js';
import { frameRealm } from './realm.js';
import { createWindowClass, post } from './window.js';

const BLANK = 'about:blank';

/** @param {import('./browsing_context.js').Environment} environment */
export function createFrameClass(environment) {
  return class HTMLIFrameElement extends HTMLElement {
    #context = null;
    #loading = null;

    get contentWindow() { return this.#context?.outside ?? null; }
    get contentDocument() { return this.#context?.document ?? null; }
    /** Settles once the document that it has begun to load is there. */
    get loaded() { return this.#loading; }

    connected() { this.#navigate(); }
    disconnected() {
      this.#context?.discard();
      this.#context = null;
    }
    attributeSet(name) {
      if ((name === 'src' || name === 'srcdoc') && this.#context) this.#navigate();
    }

    #navigate() {
      this.#context?.discard();
      const parent = this.ownerDocument.defaultView;
      const { location, html } = this.#source(parent.location);
      const context = createContext(environment, parent, location);
      this.#context = context;
      this.#loading = (async () => {
        // A frame is loaded in tasks after the one that inserted it.
        await new Promise(resolve => setImmediate(resolve));
        await context.load(html);
        if (this.#context === context) this.dispatchEvent(new Event('load'));
      })();
    }

    #source(base) {
      if (this.hasAttribute('srcdoc')) return { location: new URL(base), html: this.srcdoc };
      const address = this.src || BLANK;
      if (address === BLANK) return { location: new URL(base), html: '' };
      const location = new URL(address, base);
      return { location, html: String(environment.server.get(location)?.body ?? '') };
    }
  };
}

function createContext(environment, parent, location) {
  const { Window } = createWindowClass();
  const template = new Window();
  bindMethods(template, template);
  const realm = frameRealm(template);
  const own = { location, secure: parent.isSecureContext && location.protocol === 'https:', Window, parent: null };
  const context = new BrowsingContext(realm, environment, own);
  const frame = realm.global;
  // Each side sees the other through an object that says who posts a message.
  const inside = speakingFor(parent, { origin: frame.origin, speaker: () => outside }, environment.messages);
  const outside = speakingFor(frame, { origin: parent.origin, speaker: () => inside }, environment.messages);
  frame.parent = inside;
  frame.top = inside;
  context.outside = outside;
  return context;
}

/** A window whose `postMessage` comes from another one. */
function speakingFor(window, { origin, speaker }, messages) {
  const postMessage = (data, ...rest) => post(window, messages, data, rest, { origin, source: speaker() });
  return new Proxy(window, {
    get: (target, name) => (name === 'postMessage' ? postMessage : Reflect.get(target, name)),
  });
}
