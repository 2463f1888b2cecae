// Events that Node.js does not have: errors and rejections that nobody handled. HTML §8.1.4.

export class ErrorEvent extends Event {
  constructor(type, { message = '', filename = '', lineno = 0, colno = 0, error = null, ...init } = {}) {
    super(type, init);
    Object.assign(this, { message, filename, lineno, colno, error });
  }
}

export class PromiseRejectionEvent extends Event {
  constructor(type, { promise, reason, ...init }) {
    super(type, init);
    Object.assign(this, { promise, reason });
  }
}

/**
 * Hands what nobody caught in this thread to the page's global object, as a browser does.
 * @param {object} global @param {(message: string) => void} [unhandled] told of errors that the page did not handle either
 */
export function reportUncaught(global, unhandled) {
  process.on('uncaughtException', error => reportException(global, error, unhandled));
  process.on('unhandledRejection', (reason, promise) => {
    global.dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { cancelable: true, reason, promise }));
  });
}

/** "Report an exception". */
export function reportException(global, error, unhandled) {
  const message = `Uncaught ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  const isUnhandled = global.dispatchEvent(new ErrorEvent('error', { cancelable: true, error, message }));
  if (isUnhandled) unhandled?.(message);
}
