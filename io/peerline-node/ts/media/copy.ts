/** A deep copy of a dictionary: what scripts get is theirs to change. */

/** Taken at load: a page may put another function in its place. */
const { structuredClone } = globalThis;

export function copy<T extends object>(dictionary: T): T {
  return structuredClone(dictionary);
}
