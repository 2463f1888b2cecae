/** `setTimeout`, `queueMicrotask`, and a `console` that says nothing. Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

export function time({ apply, expose, scope, tell, then }: Tools): { fire(timer: number): void } {
  const MAX_TIMERS = 1000;
  const timers = new Map<number, () => void>();
  let lastTimer = 0;

  expose('setTimeout', function setTimeout(handler: unknown, delay: unknown = 0, ...args: unknown[]): number {
    if (typeof handler !== 'function') throw new TypeError('the handler is not a function');
    if (timers.size >= MAX_TIMERS) throw new RangeError('too many timers');
    const id = ++lastTimer;
    timers.set(id, () => apply(handler, scope, args));
    tell('timer', '', id * 65536 + Math.min(Math.max(Math.trunc(Number(delay)) || 0, 0), 60000));
    return id;
  });
  expose('clearTimeout', function clearTimeout(id: unknown): void {
    timers.delete(Number(id));
  });
  expose('queueMicrotask', function queueMicrotask(callback: () => void): void {
    if (typeof callback !== 'function') throw new TypeError('the callback is not a function');
    then(Promise.resolve(), () => callback());
  });

  const silent = (): void => {};
  expose('console', { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent, assert: silent });

  return {
    fire(timer) {
      const handler = timers.get(timer);
      timers.delete(timer);
      handler?.();
    },
  };
}
