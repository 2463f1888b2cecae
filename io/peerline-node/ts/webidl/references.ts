/** Types whose values are references: interfaces, buffers, callback functions, promises (Web IDL, sections 3.2.15 to 3.2.25). */
import { isAnyArrayBuffer, isArrayBuffer } from 'node:util/types';
import { converter, isObject, refuse, type Converter } from './converter';

type Class = abstract new (...args: never[]) => object;
type Brand = (value: object) => boolean;

const brands = new WeakMap<Class, Brand>();

/** Remembers how to tell that an object was made by this class. */
export function setBrand(exposed: Class, brand: Brand): void {
  brands.set(exposed, brand);
}

/** Whether the value is a platform object that implements the interface; what it inherits from by prototype doesn't count. */
export function isInstance<T extends object>(exposed: abstract new (...args: never[]) => T, value: unknown): value is T {
  if (!isObject(value)) return false;
  const brand = brands.get(exposed);
  return brand ? brand(value) : value instanceof exposed;
}

/** An interface type. The class is named by a function because modules import each other in circles. */
export function interfaceType<T extends object>(idlName: string, exposed: () => abstract new (...args: never[]) => T): Converter<T> {
  const matches = (value: object): boolean => isInstance(exposed(), value);
  return converter({ idlName, kind: 'interface', matches }, (value, context) =>
    isObject(value) && matches(value) ? (value as T) : refuse(context, `is not of type '${idlName}'`),
  );
}

function buffer<T extends object>(idlName: string, matches: (value: object) => boolean): Converter<T> {
  return converter({ idlName, kind: 'buffer', matches }, (value, context) => {
    if (!isObject(value) || !matches(value)) return refuse(context, `is not of type '${idlName}'`);
    const memory = ArrayBuffer.isView(value) ? value.buffer : value;
    if (!isArrayBuffer(memory)) return refuse(context, 'is shared memory, which is not allowed here');
    if ((memory as { resizable?: boolean }).resizable) return refuse(context, 'is resizable memory, which is not allowed here');
    return value as T;
  });
}

export const arrayBuffer = buffer<ArrayBuffer>('ArrayBuffer', isAnyArrayBuffer);
export const arrayBufferView = buffer<ArrayBufferView>('ArrayBufferView', ArrayBuffer.isView);
export const bufferSource = buffer<BufferSource>('BufferSource', (value) => isAnyArrayBuffer(value) || ArrayBuffer.isView(value));
export const uint8Array = buffer<Uint8Array>('Uint8Array', (value) => value instanceof Uint8Array);

/** The bytes of a buffer source, not copied; none if it is detached. */
export function bytesOf(source: BufferSource): Uint8Array {
  // A detached buffer has no bytes, and takes no view.
  if (source.byteLength === 0) return new Uint8Array(0);
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}

/** A callback function type; the caller calls it, and reports what it throws. */
export function callback<F extends (...args: never[]) => unknown>(idlName: string): Converter<F> {
  return converter({ idlName, kind: 'callback' }, (value, context) =>
    typeof value === 'function' ? (value as F) : refuse(context, `is not a function, as ${idlName} has to be`),
  );
}

/** `Promise<T>`: whatever is given, resolved. */
export const promise = converter({ idlName: 'Promise', kind: 'any' }, (value) => Promise.resolve(value));
