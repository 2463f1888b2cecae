// Elements by their id, and frames by their number, as if they were global variables. HTML §7.2.2.2, §7.2.2.3.

/**
 * Puts an accessor for every id that the document has, now or later, into the chain behind the global object.
 * @param {object} properties the object in the prototype chain @param {import('../dom/document.js').Document} document @param {object} global
 */
export function addNamedAccess(properties, document, global) {
  const handler = {
    has: (target, name) => Reflect.has(target, name) || namedIn(document, name) !== null,
    get: (target, name, receiver) => (Reflect.has(target, name) ? Reflect.get(target, name, receiver) : namedIn(document, name) ?? undefined),
    set: (target, name, value, receiver) => {
      if (Reflect.has(target, name)) return Reflect.set(target, name, value, receiver);
      return Reflect.defineProperty(global, name, { value, writable: true, enumerable: true, configurable: true });
    },
  };
  const link = Object.create(Object.getPrototypeOf(properties));
  Object.setPrototypeOf(properties, new Proxy(link, handler));
}

function namedIn(document, name) {
  if (typeof name !== 'string' || !name) return null;
  if (/^\d+$/.test(name)) return document.querySelectorAll('iframe')[name]?.contentWindow ?? null;
  return document.getElementById(name);
}
