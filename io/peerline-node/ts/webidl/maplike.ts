/** `readonly maplike<…>` (Web IDL, section 3.7.11). */
import { inspect } from 'node:util';
import { isInstance } from './references';

type Class = (abstract new (...args: never[]) => object) & { prototype: object };

/** Gives a class the members of a read-only maplike; `mapOf` finds the map of one of its objects. Name them in `others` of `expose`: {@link maplikeMembers}. */
export function maplike<T extends object>(exposed: Class & { prototype: T }, mapOf: (self: T) => Map<string, unknown>): void {
  const own = (self: unknown, name: string): Map<string, unknown> => {
    if (!isInstance(exposed, self)) throw new TypeError(`Failed to execute '${name}' on '${exposed.name}': Illegal invocation`);
    return mapOf(self as T);
  };
  const needed = (given: number, name: string): void => {
    if (given < 1) throw new TypeError(`Failed to execute '${name}' on '${exposed.name}': 1 argument required, but only 0 present.`);
  };
  const methods = {
    entries(this: unknown) { return own(this, 'entries').entries(); },
    forEach(this: unknown, ...given: unknown[]) {
      const map = own(this, 'forEach');
      needed(given.length, 'forEach');
      const [callback, thisArg] = given;
      if (typeof callback !== 'function') throw new TypeError(`Failed to execute 'forEach' on '${exposed.name}': parameter 1 is not a function.`);
      for (const [key, value] of map) Reflect.apply(callback, thisArg, [value, key, this]);
    },
    get(this: unknown, ...given: unknown[]) { return ((map) => (needed(given.length, 'get'), map.get(`${given[0] as string}`)))(own(this, 'get')); },
    has(this: unknown, ...given: unknown[]) { return ((map) => (needed(given.length, 'has'), map.has(`${given[0] as string}`)))(own(this, 'has')); },
    keys(this: unknown) { return own(this, 'keys').keys(); },
    values(this: unknown) { return own(this, 'values').values(); },
    get size() { return own(this, 'size').size; },
  };
  for (const name of maplikeMembers) {
    const descriptor = Object.getOwnPropertyDescriptor(methods, name)!;
    if (typeof descriptor.value === 'function') {
      Object.defineProperty(descriptor.value, 'length', { value: ['forEach', 'get', 'has'].includes(name) ? 1 : 0, configurable: true });
    }
    Object.defineProperty(exposed.prototype, name, { ...descriptor, enumerable: true });
  }
  const show = (self: unknown): unknown => (isInstance(exposed, self) ? mapOf(self as T) : {});
  Object.defineProperty(exposed.prototype, inspect.custom, { value(this: unknown) { return show(this); }, writable: true, configurable: true });
  Object.defineProperty(exposed.prototype, Symbol.iterator, { value: methods.entries, writable: true, enumerable: false, configurable: true });
}

/** The names that {@link maplike} defines. */
export const maplikeMembers: readonly string[] = ['entries', 'forEach', 'get', 'has', 'keys', 'size', 'values'];
