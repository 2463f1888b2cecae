/**
 * Structured clones of values with objects of ours in them (HTML, section 2.7).
 *
 * No JavaScript environment can clone an object that a package made. {@link pack} turns a value into what it can clone, {@link unpack}
 * makes the objects again on the other side; a value without objects of ours stays what it is.
 */

/** The environment's own, whatever a script makes of the global later: it may well put ours in its place. */
export const { structuredClone: cloneNative } = globalThis;

/** How objects of one interface become data and again objects. */
export interface Serializable<T extends object, D> {
  /** The interface's name. */
  readonly name: string;
  matches(value: object): value is T;
  serialize(object: T): D;
  deserialize(data: D): T;
}

const known: Serializable<object, unknown>[] = [];

/** Makes the objects of an interface serializable. */
export function registerSerializable<T extends object, D>(serializable: Serializable<T, D>): void {
  known.push(serializable as unknown as Serializable<object, unknown>);
}

/** The one property of what stands for an object of ours. */
const MARK = 'peerline:object';

interface Stand {
  readonly [MARK]: string;
  readonly data: unknown;
}

function isStand(value: object): value is Stand {
  return MARK in value;
}

type Replace = (value: object) => unknown;

/** The value with the objects replaced that `replace` gives another value for; the same value if there are none. */
function rebuild(value: unknown, replace: Replace): unknown {
  return contains(value, replace, new Set()) ? copy(value, replace, new Map()) : value;
}

function contains(value: unknown, replace: Replace, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  if (replace(value) !== undefined) return true;
  return partsOf(value).some((part) => contains(part, replace, seen));
}

/** What a structured clone of the value would clone too. Objects of other kinds are left to the environment. */
function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  return isPlain(value) ? Object.values(value) : [];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}

function copy(value: unknown, replace: Replace, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const replaced = replace(value);
  const again = (part: unknown): unknown => copy(part, replace, copies);
  if (replaced !== undefined) {
    copies.set(value, replaced);
    return replaced;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    copies.set(value, map);
    for (const [key, item] of value) map.set(again(key), again(item));
    return map;
  }
  if (value instanceof Set) {
    const set = new Set<unknown>();
    copies.set(value, set);
    for (const item of value) set.add(again(item));
    return set;
  }
  if (!isPlain(value)) return value;
  const target: Record<string, unknown> = Array.isArray(value) ? (new Array(value.length) as unknown as Record<string, unknown>) : {};
  copies.set(value, target);
  for (const [key, part] of Object.entries(value)) Object.defineProperty(target, key, { value: again(part), writable: true, enumerable: true, configurable: true });
  return target;
}

/** A value and its transfer list, ready for `postMessage` or `structuredClone`. */
export interface Packed {
  readonly data: unknown;
  readonly transfer: object[];
}

export function pack(value: unknown, transfer: readonly object[] = []): Packed {
  const stand = (object: object): Stand | undefined => {
    const kind = known.find((serializable) => serializable.matches(object));
    return kind && { [MARK]: kind.name, data: kind.serialize(object) };
  };
  return { data: rebuild(value, stand), transfer: [...transfer] };
}

export function unpack(value: unknown): unknown {
  return rebuild(value, (object) => {
    if (!isStand(object)) return undefined;
    return known.find(({ name }) => name === object[MARK])?.deserialize(object.data);
  });
}

/** The global `structuredClone`, which also clones objects of ours. */
function cloneWithOurs<T>(value: T, options: { transfer?: readonly object[] } = {}): T {
  const { data, transfer } = pack(value, options.transfer);
  return unpack(cloneNative(data, { transfer: transfer as Transferable[] })) as T;
}
export { cloneWithOurs as structuredClone };
