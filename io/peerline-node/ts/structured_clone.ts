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

/** How objects of one interface move: the object itself is of no use afterwards. */
export interface Transferable<T extends object, D> {
  /** The interface's name. */
  readonly name: string;
  matches(value: object): value is T;
  isTransferable(object: T): boolean;
  /** `transfer` is what of the data is transferred in turn. */
  transfer(object: T): { readonly data: D; readonly transfer: readonly object[] };
  receive(data: D): T;
}

const known: Serializable<object, unknown>[] = [];
const movable: Transferable<object, unknown>[] = [];

/** Makes the objects of an interface serializable. */
export function registerSerializable<T extends object, D>(serializable: Serializable<T, D>): void {
  known.push(serializable as unknown as Serializable<object, unknown>);
}

/** Makes the objects of an interface transferable. */
export function registerTransferable<T extends object, D>(transferable: Transferable<T, D>): void {
  movable.push(transferable as unknown as Transferable<object, unknown>);
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

/** Which objects are to be replaced, and by what; each is asked for once. */
interface Replacement {
  concerns(value: object): boolean;
  of(value: object): unknown;
}

/** The value with such objects replaced; the same value if there are none. */
function rebuild(value: unknown, replacement: Replacement): unknown {
  return contains(value, replacement, new Set()) ? copy(value, replacement, new Map()) : value;
}

function contains(value: unknown, replacement: Replacement, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  return replacement.concerns(value) || partsOf(value).some((part) => contains(part, replacement, seen));
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

function copy(value: unknown, replacement: Replacement, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const again = (part: unknown): unknown => copy(part, replacement, copies);
  if (replacement.concerns(value)) {
    const replaced = replacement.of(value);
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

/** Throws `DataCloneError` if an object of ours cannot go along; then none is moved. */
export function pack(value: unknown, transfer: readonly object[] = []): Packed {
  const kindOf = (object: object): Transferable<object, unknown> | undefined => movable.find((kind) => kind.matches(object));
  const ours = new Map<object, Stand>();
  const others = transfer.filter((object) => !kindOf(object));
  for (const object of transfer) {
    if (kindOf(object)?.isTransferable(object) === false) throw cannot('be transferred', object);
  }
  for (const object of transfer) {
    const kind = kindOf(object);
    if (!kind || ours.has(object)) continue;
    const moved = kind.transfer(object);
    ours.set(object, { [MARK]: kind.name, data: moved.data });
    others.push(...moved.transfer);
  }
  const cloneableAs = (object: object): Serializable<object, unknown> | undefined => known.find((kind) => kind.matches(object));
  const data = rebuild(value, {
    concerns: (object) => ours.has(object) || (cloneableAs(object) ?? kindOf(object)) !== undefined,
    of(object): Stand {
      const moved = ours.get(object);
      if (moved) return moved;
      const kind = cloneableAs(object);
      if (!kind) throw cannot('be cloned, only transferred', object);
      return { [MARK]: kind.name, data: kind.serialize(object) };
    },
  });
  return { data, transfer: others };
}

function cannot(what: string, object: object): DOMException {
  return new DOMException(`${object.constructor.name} cannot ${what} (any more)`, 'DataCloneError');
}

export function unpack(value: unknown): unknown {
  return rebuild(value, {
    concerns: isStand,
    of(object) {
      const { [MARK]: name, data } = object as Stand;
      return known.find((kind) => kind.name === name)?.deserialize(data) ?? movable.find((kind) => kind.name === name)?.receive(data);
    },
  });
}

/** The global `structuredClone`, which also clones objects of ours. */
function cloneWithOurs<T>(value: T, options: { transfer?: readonly object[] } = {}): T {
  const { data, transfer } = pack(value, options.transfer);
  return unpack(cloneNative(data, { transfer: transfer as ArrayBuffer[] })) as T;
}
export { cloneWithOurs as structuredClone };
