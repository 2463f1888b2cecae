// Event handler IDL attributes (`onload` …), HTML §8.1.8.1, as accessors on a prototype.

/**
 * A handler keeps the place among the listeners that it got when one was first set.
 * @param {object} target prototype (or object) that gets the accessors @param {string[]} types
 */
export function defineHandlers(target, types) {
  for (const type of types) {
    const slots = new WeakMap();
    Object.defineProperty(target, `on${type}`, {
      configurable: true,
      enumerable: true,
      get() { return slots.get(this)?.handler ?? null; },
      set(value) {
        const handler = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null;
        const slot = slots.get(this);
        if (slot) {
          slot.handler = handler;
          return;
        }
        if (!handler) return;
        const fresh = { handler };
        slots.set(this, fresh);
        this.addEventListener(type, event => {
          if (typeof fresh.handler === 'function') fresh.handler.call(this, event);
        });
      },
    });
  }
}
