/** Interfaces without a constructor: only this package can make their objects. */

/** The first argument of a constructor that scripts may not call. */
export const internal: unique symbol = Symbol('internal');
export type Internal = typeof internal;

/** Throws what `new` of an interface without a constructor throws. To be called first, with the constructor's first argument. */
export function assertInternal(token: unknown): asserts token is Internal {
  if (token !== internal) throw new TypeError('Illegal constructor');
}
