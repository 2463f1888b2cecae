/** `any`, `boolean`, numbers, strings, `object` (Web IDL, sections 3.2.1 to 3.2.14). */
import conversions = require('webidl-conversions');
import { converter, isObject, refuse, type Converter } from './converter';

type Range = 'enforceRange' | 'clamp';

const ranges = new WeakMap<Converter<number>, (range: Range) => Converter<number>>();

function numeric(idlName: string): Converter<number> {
  const convert = conversions[idlName]!;
  const plain = converter({ idlName, kind: 'numeric' }, (value, context) => convert(value, { context }) as number);
  ranges.set(plain, (range) => converter({ idlName, kind: 'numeric' }, (value, context) => convert(value, { context, [range]: true }) as number));
  return plain;
}

export const octet = numeric('octet');
export const short = numeric('short');
export const unsignedShort = numeric('unsigned short');
export const long = numeric('long');
export const unsignedLong = numeric('unsigned long');
export const longLong = numeric('long long');
export const unsignedLongLong = numeric('unsigned long long');
export const double = numeric('double');
/** `DOMHighResTimeStamp`: milliseconds. */
export const highResTimeStamp = double;

/** `[EnforceRange]`: a number out of range is a `TypeError`. */
export function enforceRange(type: Converter<number>): Converter<number> {
  return ranges.get(type)!('enforceRange');
}

/** `[Clamp]`: a number out of range becomes the nearest one in it. */
export function clamp(type: Converter<number>): Converter<number> {
  return ranges.get(type)!('clamp');
}

export const any = converter<unknown>({ idlName: 'any', kind: 'any' }, (value) => value);

export const boolean = converter({ idlName: 'boolean', kind: 'boolean' }, Boolean);

export const bigint = converter({ idlName: 'bigint', kind: 'bigint' }, (value, context) => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return refuse(context, 'is a number, not a bigint');
  return BigInt(value as string);
});

export const object = converter({ idlName: 'object', kind: 'object' }, (value, context) =>
  isObject(value) ? value : refuse(context, 'is not an object'),
);

function string(idlName: 'DOMString' | 'USVString'): Converter<string> {
  const convert = conversions[idlName]!;
  return converter({ idlName, kind: 'string' }, (value, context) => convert(value, { context }) as string);
}

export const DOMString = string('DOMString');
/** A string without lone surrogates: each becomes U+FFFD. */
export const USVString = string('USVString');

/** An IDL enumeration: any other string is a `TypeError`, or ignored if an attribute is set. */
export function enumeration<const V extends readonly string[]>(idlName: string, values: V): Converter<V[number]> {
  const known = new Set<string>(values);
  return converter({ idlName, kind: 'string', values }, (value, context) => {
    const text = DOMString(value, context);
    return known.has(text) ? (text as V[number]) : refuse(context, `'${text}' is not a valid enum value of type ${idlName}`);
  });
}
