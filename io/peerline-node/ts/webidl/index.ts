/** Web IDL in JavaScript: conversions, dictionaries, interfaces. `converter.ts` begins with an example. */
export { converter, isObject, refuse, type Converted, type Converter } from './converter';
export {
  any, bigint, boolean, clamp, DOMString, double, enforceRange, enumeration, highResTimeStamp, long, longLong, object, octet, short,
  unsignedLong, unsignedLongLong, unsignedShort, USVString,
} from './primitives';
export { nullable, sequence, union } from './containers';
export { arrayBuffer, arrayBufferView, bufferSource, bytesOf, callback, interfaceType, isInstance, promise, uint8Array } from './references';
export { defaulted, dictionary, required } from './dictionary';
export { constructorOf, optional, overloads, rest, signature } from './signature';
export { eventTarget, fire } from './event_target';
export { assertInternal, internal, type Internal } from './internal';
export { attribute, eventHandler, expose, operation, promiseOperation, readonly, readonlyPromise } from './expose';
export { maplike, maplikeMembers } from './maplike';
