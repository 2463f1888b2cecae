// Makes the global object of a thread an instance of an interface: an EventTarget with handlers. HTML §7.2, §10.2.1.

/** Defines an interface object or a function the way Web IDL exposes it. */
export function expose(global, entries) {
  for (const [name, value] of Object.entries(entries)) {
    Object.defineProperty(global, name, { value, writable: true, enumerable: false, configurable: true });
  }
}

/**
 * Gives `global` the prototype and the inner state of an event target; methods work without a receiver, as on any global object.
 * @param {object} global @param {typeof EventTarget} Interface its class
 */
export function becomeEventTarget(global, Interface) {
  Object.setPrototypeOf(global, Interface.prototype);
  // Node.js keeps the state of an EventTarget in symbols of the object.
  const state = new EventTarget();
  for (const key of Reflect.ownKeys(state)) Object.defineProperty(global, key, Object.getOwnPropertyDescriptor(state, key));
  bindMethods(global, global);
}

/** Listeners can be added by a plain `addEventListener(…)`. */
export function bindMethods(global, target) {
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    const method = EventTarget.prototype[name];
    Object.defineProperty(global, name, { value: (...values) => method.apply(target, values), writable: true, configurable: true, enumerable: true });
  }
}
