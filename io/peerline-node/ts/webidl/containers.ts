/** `sequence<T>`, `T?` and unions (Web IDL, sections 3.2.20, 3.2.21 and 3.2.24). */
import { converter, isObject, refuse, type Converted, type Converter } from './converter';

/** `sequence<T>`: any iterable object. */
export function sequence<T>(type: Converter<T>): Converter<T[]> {
  const idlName = `sequence<${type.idlName}>`;
  return converter({ idlName, kind: 'sequence' }, (value, context) => {
    const iterate = isObject(value) ? (value as Partial<Iterable<unknown>>)[Symbol.iterator] : undefined;
    if (iterate === undefined || iterate === null) return refuse(context, `cannot be converted to ${idlName}: it is not iterable`);
    const items: T[] = [];
    for (const item of { [Symbol.iterator]: () => iterate.call(value as Iterable<unknown>) }) {
      items.push(type(item, `${context}: element ${items.length}`));
    }
    return items;
  });
}

/** `T?`: `null` and `undefined` are `null`. */
export function nullable<T>(type: Converter<T>): Converter<T | null> {
  const { kind, matches, memberTypes } = type;
  const traits = { idlName: `${type.idlName}?`, kind, nullable: true, ...(matches && { matches }), ...(memberTypes && { memberTypes }) };
  return converter(traits, (value, context) => (value === null || value === undefined ? null : type(value, context)));
}

/** `(A or B or …)`. */
export function union<const C extends readonly Converter<unknown>[]>(...types: C): Converter<Converted<C[number]>> {
  const memberTypes = types.flatMap((type) => type.memberTypes ?? [type]);
  const idlName = `(${types.map((type) => type.idlName).join(' or ')})`;
  const nullableType = types.find((type) => type.nullable);
  const convert = (value: unknown, context: string): unknown => {
    if (value === null || value === undefined) {
      if (nullableType) return nullableType(value, context);
    }
    const chosen = isObject(value) ? chooseForObject(memberTypes, value) : chooseForPrimitive(memberTypes, value);
    const type = chosen ?? chooseAny(memberTypes);
    return type ? type(value, context) : refuse(context, `is not of type '${idlName}'`);
  };
  type Convert = (value: unknown, context: string) => Converted<C[number]>;
  return converter({ idlName, kind: 'any', nullable: nullableType !== undefined, memberTypes }, convert as Convert);
}

type Candidates = readonly Converter<unknown>[];

function ofKind(types: Candidates, ...kinds: Converter<unknown>['kind'][]): Converter<unknown> | undefined {
  return types.find((type) => kinds.includes(type.kind));
}

function chooseForObject(types: Candidates, value: object): Converter<unknown> | undefined {
  const matching = types.find((type) => type.matches?.(value));
  if (matching) return matching;
  if (typeof value === 'function') {
    const callback = ofKind(types, 'callback');
    if (callback) return callback;
  }
  const asSequence = ofKind(types, 'sequence');
  if (asSequence && (value as Partial<Iterable<unknown>>)[Symbol.iterator] != null) return asSequence;
  return ofKind(types, 'dictionary', 'object');
}

function chooseForPrimitive(types: Candidates, value: unknown): Converter<unknown> | undefined {
  const kind = ({ boolean: 'boolean', number: 'numeric', bigint: 'bigint' } as const)[typeof value as 'boolean'];
  return kind && ofKind(types, kind);
}

/** What takes any value, in the order of the union algorithm's last steps. */
function chooseAny(types: Candidates): Converter<unknown> | undefined {
  return ofKind(types, 'string') ?? ofKind(types, 'numeric') ?? ofKind(types, 'boolean') ?? ofKind(types, 'bigint') ?? ofKind(types, 'any');
}
