/** Dictionaries (Web IDL, section 3.2.17): inherited members first, then in lexicographical order, each read once. */
import { converter, isObject, refuse, type Converter } from './converter';

/** A member that must be there. */
export interface RequiredMember<T> {
  readonly required: true;
  readonly type: Converter<T>;
}

/** A member with a default value. */
export interface DefaultedMember<T> {
  readonly fallback: unknown;
  readonly type: Converter<T>;
}

type Member = Converter<unknown> | RequiredMember<unknown> | DefaultedMember<unknown>;
/** The members of a dictionary; a bare type is one that may be absent. */
export type Members = Record<string, Member>;

type Flat<T> = { [K in keyof T]: T[K] };
type MemberValue<M> = M extends Converter<infer T> | RequiredMember<infer T> | DefaultedMember<infer T> ? T : never;
type Absent<M extends Members> = { [K in keyof M]: M[K] extends Converter<unknown> ? K : never }[keyof M];
/** The type of the values that a dictionary with these members converts to. */
export type DictionaryOf<M extends Members> = Flat<
  { [K in Absent<M>]?: MemberValue<M[K]> } & { [K in Exclude<keyof M, Absent<M>>]: MemberValue<M[K]> }
>;

/** `required T member`. */
export function required<T>(type: Converter<T>): RequiredMember<T> {
  return { required: true, type };
}

/** `T member = fallback`. The fallback is converted anew for each dictionary: `[]` and `{}` are never shared. */
export function defaulted<T>(type: Converter<T>, fallback: unknown): DefaultedMember<T> {
  return { type, fallback };
}

type Reader = (from: Record<string, unknown>, to: Record<string, unknown>, context: string) => void;
const readers = new WeakMap<Converter<object>, readonly Reader[]>();

function reader(idlName: string, name: string, member: Member): Reader {
  const type = typeof member === 'function' ? member : member.type;
  const fallback = 'fallback' in member ? member.fallback : undefined;
  const isRequired = 'required' in member;
  return (from, to, context) => {
    const value = from[name];
    const given = value === undefined ? fallback : value;
    if (given !== undefined) to[name] = type(given, `${context}: member '${name}' of ${idlName}`);
    else if (isRequired) refuse(context, `has no member '${name}', which ${idlName} requires`);
  };
}

/** A dictionary type: `dictionary('Name', { member: type, … }, Parent)`. `undefined` and `null` are the empty dictionary. */
export function dictionary<M extends Members>(idlName: string, members: M): Converter<DictionaryOf<M>>;
export function dictionary<M extends Members, P extends object>(idlName: string, members: M, parent: Converter<P>): Converter<Flat<P & DictionaryOf<M>>>;
export function dictionary(idlName: string, members: Members, parent?: Converter<object>): Converter<object> {
  const own = Object.keys(members)
    .sort()
    .map((name) => reader(idlName, name, members[name]!));
  const all = [...(parent ? readers.get(parent)! : []), ...own];
  const type = converter<object>({ idlName, kind: 'dictionary', nullable: true }, (value, context) => {
    if (value !== undefined && value !== null && !isObject(value)) refuse(context, `is not an object that can be converted to ${idlName}`);
    const from = (value ?? {}) as Record<string, unknown>;
    const to: Record<string, unknown> = {};
    for (const read of all) read(from, to, context);
    return to;
  });
  readers.set(type, all);
  return type;
}
