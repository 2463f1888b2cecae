/** Makes a class an interface object (Web IDL, section 3.7): what its members look like from JavaScript, and who may call them. */
import { inspect } from 'node:util';
import { isObject, type Converter } from './converter';
import { getHandler, setHandler } from './event_target';
import { makeInspectable } from './inspect';
import { DOMString } from './primitives';
import { setBrand } from './references';
import { signature, type ConstructorSignature, type OptionalArgument, type RestArgument, type Signature } from './signature';

type Argument = Converter<unknown> | OptionalArgument<unknown> | RestArgument<unknown>;

/** How one member behaves; made by {@link operation}, {@link attribute} and the others. */
export type Member =
  | { readonly is: 'attribute'; readonly type?: Converter<unknown>; readonly promise?: boolean }
  | { readonly is: 'eventHandler' }
  | { readonly is: 'operation'; readonly signature: Signature; readonly promise?: boolean };

/** A read-only attribute: the class has a getter. */
export const readonly: Member = { is: 'attribute' };
/** A read-only attribute of a promise type: on a wrong `this` it rejects. */
export const readonlyPromise: Member = { is: 'attribute', promise: true };
/** `attribute EventHandler on…`: the class only declares it. */
export const eventHandler: Member = { is: 'eventHandler' };

/** An attribute: the class has a getter, and a setter that is given the converted value. */
export function attribute(type: Converter<unknown>): Member {
  return { is: 'attribute', type };
}

function signatureOf(args: readonly (Argument | Signature)[]): Signature {
  const [first] = args;
  return first && 'convert' in first && 'most' in first ? first : signature(...(args as Argument[]));
}

/** An operation: its arguments, or {@link overloads} of them. The class's method is given them converted. */
export function operation(...args: readonly Argument[] | readonly [Signature]): Member {
  return { is: 'operation', signature: signatureOf(args) };
}

/** An operation that returns a promise: whatever goes wrong, it rejects. */
export function promiseOperation(...args: readonly Argument[] | readonly [Signature]): Member {
  return { is: 'operation', signature: signatureOf(args), promise: true };
}

/** What {@link expose} is told of a class. */
export interface Definition {
  /** Tells the class's own objects from all others: `(value) => #field in value`. */
  readonly brand: (value: object) => boolean;
  /** The constructor's arguments, if scripts may construct it. The constructor itself calls `convert`, before `super`. */
  readonly construct?: ConstructorSignature;
  /** Every public member of the class, by name. */
  readonly members?: Readonly<Record<string, Member>>;
  readonly statics?: Readonly<Record<string, Member>>;
  /** Public by symbol, or described elsewhere (maplike). */
  readonly others?: readonly PropertyKey[];
}

type Class = (abstract new (...args: never[]) => object) & { prototype: object };
type Method = (...args: unknown[]) => unknown;
type Check = (self: unknown) => boolean;

/** Static members don't look at `this`. */
const anything: Check = () => true;

/** Makes the class an interface object. To be called in a static block, where the private fields are in sight. */
export function expose(exposed: Class, definition: Definition): void {
  const { brand, construct, members = {}, statics = {}, others = [] } = definition;
  setBrand(exposed, brand);
  Object.defineProperty(exposed, 'length', { value: construct?.length ?? 0, configurable: true });
  Object.defineProperty(exposed.prototype, Symbol.toStringTag, { value: exposed.name, configurable: true });
  const isOwn: Check = (self) => isObject(self) && brand(self);
  for (const [name, member] of Object.entries(members)) defineMember(exposed, exposed.prototype, name, member, isOwn);
  for (const [name, member] of Object.entries(statics)) defineMember(exposed, exposed, name, member, anything);
  const isShown = exposed.prototype instanceof Error || Object.hasOwn(exposed.prototype, inspect.custom);
  if (!isShown) makeInspectable(exposed, attributeNames(members));
  const known = new Set<PropertyKey>(['constructor', Symbol.toStringTag, inspect.custom, ...Object.keys(members), ...others]);
  const unknown = Reflect.ownKeys(exposed.prototype).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`${exposed.name} has members that are not described: ${unknown.map(String).join(', ')}`);
}

function attributeNames(members: Readonly<Record<string, Member>>): string[] {
  return Object.keys(members).filter((name) => {
    const member = members[name]!;
    return member.is === 'attribute' && !member.promise;
  });
}

/** `check` tells whether `this` is what it must be. */
function defineMember(exposed: Class, holder: object, name: string, member: Member, check: Check): void {
  const found = Object.getOwnPropertyDescriptor(holder, name);
  if (!found && member.is !== 'eventHandler') throw new Error(`${exposed.name} lacks '${name}'`);
  if (member.is === 'operation') {
    const doing = `Failed to execute '${name}' on '${exposed.name}'`;
    const value = wrapOperation(name, found!.value as Method, member, doing, check);
    Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
    return;
  }
  const accessors = member.is === 'eventHandler' ? handlerAccessors(name) : attributeAccessors(exposed, name, found!, member.type);
  const isPromise = member.is === 'attribute' && member.promise === true;
  const get = wrapGetter(accessors.get, check, `Failed to read the '${name}' property from '${exposed.name}'`, isPromise);
  const set = accessors.set && wrapSetter(accessors.set, check, `Failed to set the '${name}' property on '${exposed.name}'`);
  nameFunction(get, `get ${name}`, 0);
  if (set) nameFunction(set, `set ${name}`, 1);
  Object.defineProperty(holder, name, { get, set, enumerable: true, configurable: true });
}

function wrapOperation(name: string, method: Method, member: Member & { is: 'operation' }, doing: string, check: Check): Method {
  const { signature: args, promise } = member;
  const call = (self: unknown, given: unknown[]): unknown => {
    if (!check(self)) throw illegalInvocation(doing);
    return Reflect.apply(method, self, args.convert(given, doing));
  };
  // Method shorthand: such a function is no constructor and has no `prototype`.
  const { wrapped } = promise
    ? { wrapped(this: unknown, ...given: unknown[]): unknown { return rejecting(() => call(this, given)); } }
    : { wrapped(this: unknown, ...given: unknown[]): unknown { return call(this, given); } };
  nameFunction(wrapped, name, args.length);
  return wrapped;
}

/** A promise of what the call returns; what it throws is its rejection. */
function rejecting(call: () => unknown): Promise<unknown> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return Promise.reject(error);
  }
}

interface Accessors {
  get(self: object): unknown;
  set?(self: object, value: unknown): void;
}

function handlerAccessors(name: string): Accessors {
  const type = name.slice('on'.length);
  return { get: (self) => getHandler(self as EventTarget, type), set: (self, value) => setHandler(self as EventTarget, type, value) };
}

function attributeAccessors(exposed: Class, name: string, found: PropertyDescriptor, type: Converter<unknown> | undefined): Accessors {
  const { get, set } = found;
  if (!get || (set === undefined) !== (type === undefined)) throw new Error(`${exposed.name}.${name}: its accessors don't fit its description`);
  const read = (self: object): unknown => Reflect.apply(get, self, []);
  if (!set || !type) return { get: read };
  const doing = `Failed to set the '${name}' property on '${exposed.name}': the value`;
  const write = (self: object, value: unknown): void => {
    // What an enumeration doesn't know is ignored.
    const given = type.values ? DOMString(value, doing) : value;
    if (type.values && !type.values.includes(given as string)) return;
    Reflect.apply(set, self, [type(given, doing)]);
  };
  return { get: read, set: write };
}

function wrapGetter(read: Accessors['get'], check: Check, doing: string, promise: boolean): Method {
  const { wrapped } = {
    wrapped(this: unknown): unknown {
      if (check(this)) return read(this as object);
      if (promise) return Promise.reject(illegalInvocation(doing));
      throw illegalInvocation(doing);
    },
  };
  return wrapped;
}

function wrapSetter(write: NonNullable<Accessors['set']>, check: Check, doing: string): Method {
  const { wrapped } = {
    wrapped(this: unknown, value: unknown): void {
      if (!check(this)) throw illegalInvocation(doing);
      write(this as object, value);
    },
  };
  return wrapped as Method;
}

function illegalInvocation(doing: string): TypeError {
  return new TypeError(`${doing}: Illegal invocation`);
}

function nameFunction(target: Method, name: string, length: number): void {
  Object.defineProperty(target, 'name', { value: name, configurable: true });
  Object.defineProperty(target, 'length', { value: length, configurable: true });
}
