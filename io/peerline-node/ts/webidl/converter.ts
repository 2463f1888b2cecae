/**
 * Conversions from JavaScript values to IDL values (Web IDL, section 3.2): what a conversion is.
 *
 * One worked example of everything in this folder:
 *
 * ```ts
 * const RTCToneInit = dictionary('RTCToneInit', { duration: defaulted(enforceRange(unsignedShort), 100), label: required(DOMString) });
 *
 * export class RTCTone extends eventTarget<RTCToneEventMap>() implements globalThis.RTCTone {
 *   readonly #duration: number;
 *   declare onend: ((this: RTCTone, event: Event) => unknown) | null;
 *
 *   constructor(init: RTCToneInit);
 *   constructor(...given: unknown[]) {
 *     const [init] = toneConstructor.convert(given);
 *     super();
 *     this.#duration = init.duration;
 *   }
 *   get duration(): number { return this.#duration; }
 *   play(times?: number): Promise<void>;
 *   async play(times: number): Promise<void> { … }
 *
 *   static {
 *     expose(this, {
 *       brand: (value) => #duration in value,
 *       construct: toneConstructor,
 *       members: { duration: readonly, play: promiseOperation(optional(unsignedLong, 1)), onend: eventHandler },
 *     });
 *   }
 * }
 * ```
 *
 * The class body holds behaviour only: its methods are given converted arguments, and `this` is what it should be.
 */

/** The distinguishable types of Web IDL, as far as a union has to tell them apart. */
export type Kind =
  | 'undefined'
  | 'any'
  | 'boolean'
  | 'numeric'
  | 'bigint'
  | 'string'
  | 'object'
  | 'interface'
  | 'buffer'
  | 'callback'
  | 'dictionary'
  | 'sequence';

/** Turns a JavaScript value into an IDL value, or throws a `TypeError` that begins with `context`. */
export interface Converter<T> {
  (value: unknown, context: string): T;
  /** The type's name as IDL has it. */
  readonly idlName: string;
  readonly kind: Kind;
  /** `null` is one of its values, or a dictionary's. */
  readonly nullable: boolean;
  /** Of kinds `interface` and `buffer`: whether the value is one already. */
  readonly matches?: (value: object) => boolean;
  /** Of an enumeration: its values. */
  readonly values?: readonly string[];
  /** Of a union: its flattened member types. */
  readonly memberTypes?: readonly Converter<unknown>[];
}

/** The IDL value that a converter gives. */
export type Converted<C> = C extends Converter<infer T> ? T : never;

type Traits<T> = Pick<Converter<T>, 'idlName' | 'kind'> & Partial<Pick<Converter<T>, 'nullable' | 'matches' | 'values' | 'memberTypes'>>;

/** Makes a converter of a function and what unions need to know of it. */
export function converter<T>(traits: Traits<T>, convert: (value: unknown, context: string) => T): Converter<T> {
  return Object.assign((value: unknown, context: string) => convert(value, context), { nullable: false, ...traits });
}

/** Throws the `TypeError` of a failed conversion. */
export function refuse(context: string, message: string): never {
  throw new TypeError(`${context} ${message}.`);
}

/** What ECMAScript calls an object: functions are. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
