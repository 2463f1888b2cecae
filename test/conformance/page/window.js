// The window of a page or a frame: `location`, `navigator`, `document`, messages, and the module's interfaces. HTML §7.2.

import { defineHandlers } from '../dom/handlers.js';
import { Document } from '../dom/document.js';
import { HTMLElement } from '../dom/html_element.js';
import { Element, Node, Text } from '../dom/node.js';
import { ErrorEvent, PromiseRejectionEvent } from './events.js';
import { createFetch } from './fetch.js';
import { FileReader } from './file_reader.js';
import { expose } from './global_scope.js';
import { messageEvent } from './messages.js';
import { createNavigator } from './navigator.js';
import { createWorkerClass } from './worker.js';

const HANDLERS = ['load', 'error', 'message', 'messageerror', 'unhandledrejection', 'pagehide', 'pageshow', 'beforeunload', 'unload'];
const FRAME_TIME = 16;

/** A class of its own for each global object, since named access lives in its prototype chain. */
export function createWindowClass() {
  class WindowProperties extends EventTarget {}
  class Window extends WindowProperties {}
  defineHandlers(Window.prototype, HANDLERS);
  return { Window, namedProperties: WindowProperties.prototype };
}

/**
 * Puts everything on a window that a page finds there.
 * @param {import('./realm.js').Realm} realm
 * @param {import('./browsing_context.js').Environment} environment what all windows of the process share
 * @param {{location: URL, secure: boolean, Window: Function, parent: object | null}} own
 */
export function furnish({ global }, environment, { location, secure, Window, parent }) {
  const { adapter, media, messages, server } = environment;
  for (const name of ['window', 'self', 'frames']) global[name] = global;
  for (const name of ['parent', 'top']) global[name] = parent ?? global;
  Object.assign(global, { opener: null, closed: false, origin: location.origin, isSecureContext: secure, devicePixelRatio: 1 });

  const document = new Document(environment.elements);
  const { navigator, classes } = createNavigator({ ...environment, secure });
  const fixed = { location: Object.assign(location, { assign() {}, replace() {}, reload() {} }), document, navigator };
  for (const [name, value] of Object.entries(fixed)) Object.defineProperty(global, name, { value, configurable: true, enumerable: true });
  Object.defineProperties(document, { location: { value: location }, defaultView: { value: global } });

  expose(global, { Window, Node, Text, Element, HTMLElement, Document, ErrorEvent, PromiseRejectionEvent, FileReader, ...classes });
  expose(global, interfacesFor(adapter, secure));
  expose(global, media.classes);
  expose(global, { Worker: createWorkerClass(environment, location), Image: elementMaker(document, 'img'), Audio: elementMaker(document, 'audio') });
  Object.assign(global, {
    fetch: createFetch(server, location),
    structuredClone: (value, options) => messages.clone(value, options).data,
    requestAnimationFrame: callback => setTimeout(() => callback(performance.now()), FRAME_TIME),
    cancelAnimationFrame: clearTimeout,
    getComputedStyle: element => element.style,
    postMessage: (data, ...rest) => post(global, messages, data, rest, { origin: location.origin, source: global }),
  });
  return { document };
}

/** `window.postMessage`: a clone, delivered in a task of its own. */
export function post(global, messages, data, rest, { origin, source }) {
  // (data, targetOrigin, transfer) or (data, options)
  const options = typeof rest[0] === 'string' ? rest[1] : rest[0];
  const parcel = messages.clone(data, options);
  setTimeout(() => global.dispatchEvent(messageEvent(parcel.data, { origin, source, ports: parcel.ports })), 0);
}

/** Interfaces that the specifications expose in a secure context only. */
const SECURE_ONLY = new Set(['MediaDevices', 'MediaDeviceInfo', 'InputDeviceInfo']);

function interfacesFor({ globals }, secure) {
  return Object.fromEntries(Object.entries(globals).filter(([name]) => secure || !SECURE_ONLY.has(name)));
}

/** A legacy factory function such as `Image`. */
const elementMaker = (document, tag) => function () { return document.createElement(tag); };
