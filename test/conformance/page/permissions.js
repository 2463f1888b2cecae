// The browser's permission store, which a test may set. Permissions §5, §6.

// The media a powerful feature guards.
const GUARDED = { camera: 'video', microphone: 'audio' };

export class PermissionStore {
  #states = new Map();
  #listeners = [];

  /** `granted` unless a test said otherwise: the browsers that WPT is run in answer every prompt with yes. */
  state(name) { return this.#states.get(name) ?? 'granted'; }

  set(name, state) {
    this.#states.set(name, state);
    for (const listener of this.#listeners) listener(name, state);
  }

  onChange(listener) { this.#listeners.push(listener); }

  /** Whether `getUserMedia` may be asked for this. */
  allows(constraints) {
    return Object.entries(GUARDED).every(([name, kind]) => !constraints?.[kind] || this.state(name) !== 'denied');
  }
}

/** `navigator.permissions` over a store. */
export function createPermissions(store) {
  class PermissionStatus extends EventTarget {
    onchange = null;
    constructor(name) {
      super();
      this.name = name;
      store.onChange(changed => {
        if (changed !== name) return;
        const event = new Event('change');
        this.dispatchEvent(event);
        this.onchange?.(event);
      });
    }
    get state() { return store.state(this.name); }
  }
  class Permissions {
    async query(descriptor) { return new PermissionStatus(String(descriptor.name)); }
  }
  return { PermissionStatus, Permissions };
}
