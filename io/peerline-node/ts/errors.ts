/** The exceptions of the core as what W3C says is thrown: `TypeError`, `RangeError`, `RTCError` or `DOMException`. */
import { RTCError } from './events/rtc_error';
import type { NativeError } from './native';

/** The real exception of one that the addon tells of. */
export function toException(error: NativeError): Error {
  const { name, message, errorDetail } = error;
  if (errorDetail !== undefined) return new RTCError({ ...error, errorDetail: errorDetail as RTCErrorDetailType }, message);
  if (name === 'TypeError') return new TypeError(message);
  if (name === 'RangeError') return new RangeError(message);
  return new DOMException(message, name);
}

/** Whether an operation was refused at once. */
export function isRefused<T>(operation: T | NativeError): operation is NativeError {
  return typeof operation === 'object' && operation !== null && 'name' in operation && 'message' in operation;
}

const exceptionName = /^(?:TypeError|RangeError|[A-Z][A-Za-z]+Error)$/;

/** Throws the real exception of an error that the addon threw: its `code` is the exception's name. Anything else is a fault of ours, and thrown as it is. */
export function rethrow(error: unknown): never {
  if (error instanceof Error && !(error instanceof DOMException)) {
    const { code } = error as Error & { code?: unknown };
    if (typeof code === 'string' && exceptionName.test(code)) throw toException({ name: code, message: error.message });
  }
  throw error;
}

/** Calls the addon; what it throws becomes a real exception. */
export function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    return rethrow(error);
  }
}
