/** What `console.log` shows of a platform object in Node: its attributes, as a browser's console does. */
import { inspect, type InspectOptionsStylized } from 'node:util';

type Class = abstract new (...args: never[]) => object;

/** The plain attributes of each class; those of promise type and event handlers say nothing. */
const attributes = new WeakMap<Class, readonly string[]>();

/** Lets Node show the objects of a class by these attributes, and those of the classes it extends. */
export function makeInspectable(exposed: Class, names: readonly string[]): void {
  attributes.set(exposed, names);
  Object.defineProperty(exposed.prototype, inspect.custom, { value: show, writable: true, configurable: true });
}

function show(this: object, depth: number, options: InspectOptionsStylized, recurse: typeof inspect): string {
  const name = (Object.getPrototypeOf(this) as { constructor?: { name?: string } } | null)?.constructor?.name ?? 'Object';
  if (depth < 0) return options.stylize(`[${name}]`, 'special');
  try {
    return `${name} ${recurse(shownOf(this), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  } catch {
    // A prototype, or an object that only looks like one of ours.
    return `${name} {}`;
  }
}

function shownOf(object: object): Record<string, unknown> {
  const classes: Class[] = [];
  for (let holder = Object.getPrototypeOf(object) as object | null; holder; holder = Object.getPrototypeOf(holder) as object | null) {
    classes.unshift(holder.constructor as Class);
  }
  const names = [...(object instanceof Event ? ['type'] : []), ...classes.flatMap((one) => attributes.get(one) ?? [])];
  return Object.fromEntries(names.map((name) => [name, (object as Record<string, unknown>)[name]]));
}
