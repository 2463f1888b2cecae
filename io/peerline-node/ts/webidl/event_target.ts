/** `EventTarget` as a base class, and event handler attributes (HTML, section 8.1.8.1). */

type Listener<E> = ((event: E) => unknown) | { handleEvent(event: E): unknown };

export interface EventMethods<Map> {
  addEventListener<K extends keyof Map>(type: K, listener: ((this: this, event: Map[K]) => unknown) | null, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: Listener<Event> | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof Map>(type: K, listener: ((this: this, event: Map[K]) => unknown) | null, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: Listener<Event> | null, options?: boolean | EventListenerOptions): void;
  dispatchEvent(event: Event): boolean;
}

/** The global `EventTarget`, to be extended; the map names the type of each event. */
export function eventTarget<Map>(): new () => EventMethods<Map> {
  return EventTarget as never;
}

const { dispatchEvent } = EventTarget.prototype;
/** Node's events have `isTrusted` on their prototype; where it is each event's own, it cannot be said of an event. */
const canTrust = !Object.hasOwn(new Event(''), 'isTrusted');

/** "Fire an event" (DOM, section 2.10): trusted, and whatever a script has made of `dispatchEvent`. False if it was cancelled. */
export function fire(target: EventTarget, event: Event): boolean {
  if (canTrust && !event.isTrusted) Object.defineProperty(event, 'isTrusted', { value: true, enumerable: true });
  return Reflect.apply(dispatchEvent, target, [event]);
}

interface Handler {
  callback: object;
  listener: (event: Event) => void;
}

const handlers = new WeakMap<EventTarget, Map<string, Handler>>();

/** The value of an `on…` attribute. */
export function getHandler(target: EventTarget, type: string): object | null {
  return handlers.get(target)?.get(type)?.callback ?? null;
}

/** Sets an `on…` attribute. A handler that replaces another keeps its place among the listeners; one that was removed loses it. */
export function setHandler(target: EventTarget, type: string, value: unknown): void {
  const callback = (typeof value === 'object' || typeof value === 'function') && value !== null ? value : null;
  let ofTarget = handlers.get(target);
  const present = ofTarget?.get(type);
  if (callback === null) {
    if (present) target.removeEventListener(type, present.listener);
    ofTarget?.delete(type);
    return;
  }
  if (present) {
    present.callback = callback;
    return;
  }
  if (!ofTarget) handlers.set(target, (ofTarget = new Map()));
  const handler: Handler = { callback, listener: (event) => run(handler, target, event) };
  ofTarget.set(type, handler);
  target.addEventListener(type, handler.listener);
}

/** An object that isn't callable is kept, and does nothing. */
function run(handler: Handler, target: EventTarget, event: Event): void {
  if (typeof handler.callback !== 'function') return;
  if (Reflect.apply(handler.callback, target, [event]) === false) event.preventDefault();
}
