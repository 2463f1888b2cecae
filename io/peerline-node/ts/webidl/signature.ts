/** Argument lists and overloads (Web IDL, sections 3.6 and 3.7.7): how many arguments there must be, and what they become. */
import { type Converter } from './converter';

/** An argument that may be left out. */
export interface OptionalArgument<T> {
  readonly optional: Converter<T>;
  readonly fallback: unknown;
}

/** The rest of the arguments. */
export interface RestArgument<T> {
  readonly rest: Converter<T>;
}

type Argument = Converter<unknown> | OptionalArgument<unknown> | RestArgument<unknown>;

type ArgumentValues<A extends readonly unknown[]> = A extends readonly [infer Head, ...infer Tail]
  ? Head extends RestArgument<infer T>
    ? T[]
    : Head extends Converter<infer T> | OptionalArgument<infer T>
      ? [T, ...ArgumentValues<Tail>]
      : never
  : [];

/** `optional T argument`; without a default value it is `undefined`. A dictionary's default is `{}`. */
export function optional<T>(type: Converter<T>): OptionalArgument<T | undefined>;
export function optional<T>(type: Converter<T>, fallback: unknown): OptionalArgument<T>;
export function optional<T>(type: Converter<T>, fallback?: unknown): OptionalArgument<T | undefined> {
  return { optional: type, fallback };
}

/** `T... arguments`. */
export function rest<T>(type: Converter<T>): RestArgument<T> {
  return { rest: type };
}

/** A list of arguments. `T` is what they convert to. */
export interface Signature<T extends readonly unknown[] = readonly unknown[]> {
  /** How many are required: the `length` of the function. */
  readonly length: number;
  /** How many it takes; `Infinity` if variadic. */
  readonly most: number;
  /** Converts what a caller gave, from left to right. `doing` is what failed if it fails: `Failed to execute 'x' on 'Y'`. */
  convert(given: readonly unknown[], doing: string): T;
}

/** The arguments of an operation or constructor. */
export function signature<const A extends readonly Argument[]>(...args: A): Signature<ArgumentValues<A>> {
  const length = args.filter((argument) => typeof argument === 'function').length;
  const last = args.at(-1);
  const variadic = last !== undefined && 'rest' in last ? last.rest : undefined;
  const fixed = variadic ? args.slice(0, -1) : args;
  const convert = (given: readonly unknown[], doing: string): unknown[] => {
    if (given.length < length) throw tooFew(doing, length, given.length);
    const converted = fixed.map((argument, index) => convertOne(argument, given[index], `${doing}: parameter ${index + 1}`));
    if (!variadic) return converted;
    const others = given.slice(fixed.length).map((value, index) => variadic(value, `${doing}: parameter ${fixed.length + index + 1}`));
    return converted.concat(others);
  };
  return { length, most: variadic ? Infinity : args.length, convert: convert as Signature<ArgumentValues<A>>['convert'] };
}

function convertOne(argument: Argument, value: unknown, context: string): unknown {
  if (typeof argument === 'function') return argument(value, context);
  const { optional: type, fallback } = argument as OptionalArgument<unknown>;
  const given = value === undefined ? fallback : value;
  return given === undefined ? undefined : type(given, context);
}

function tooFew(doing: string, needed: number, present: number): TypeError {
  return new TypeError(`${doing}: ${needed} argument${needed === 1 ? '' : 's'} required, but only ${present} present.`);
}

/** Several signatures that differ in the number of their arguments. Too many arguments are too many for all but the longest. */
export function overloads(...signatures: readonly Signature[]): Signature {
  const length = Math.min(...signatures.map((one) => one.length));
  const most = Math.max(...signatures.map((one) => one.most));
  const convert = (given: readonly unknown[], doing: string): readonly unknown[] => {
    if (given.length < length) throw tooFew(doing, length, given.length);
    const count = Math.min(given.length, most);
    const chosen = signatures.find((one) => one.length <= count && count <= one.most);
    if (!chosen) throw new TypeError(`${doing}: no overload takes ${count} arguments.`);
    return chosen.convert(given, doing);
  };
  return { length, most, convert };
}

/** A signature with the name of the interface it constructs; a class calls it before `super`. */
export interface ConstructorSignature<T extends readonly unknown[] = readonly unknown[]> {
  readonly length: number;
  convert(given: readonly unknown[]): T;
}

/** `constructorOf('RTCTrackEvent', DOMString, RTCTrackEventInit)`. */
export function constructorOf<const A extends readonly Argument[]>(idlName: string, ...args: A): ConstructorSignature<ArgumentValues<A>> {
  const { length, convert } = signature(...args);
  return { length, convert: (given) => convert(given, `Failed to construct '${idlName}'`) };
}
