// Language features that test pages count on and an older Node.js lacks.

/** Adds them to a realm's intrinsics, where they are missing. */
export function completeLanguage(realm) {
  realm.evaluate(`(${fill})()`, 'language.js');
}

function fill() {
  const add = (object, name, value) => {
    if (!(name in object)) Object.defineProperty(object, name, { value, writable: true, configurable: true });
  };
  add(Promise, 'withResolvers', function withResolvers() {
    const parts = {};
    parts.promise = new this((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  });
  add(Promise, 'try', function (action, ...values) { return new this(resolve => resolve(action(...values))); });
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
  add(iterators, 'toArray', function toArray() { return [...this]; });
  for (const name of ['map', 'filter', 'flatMap']) add(iterators, name, function (callback) { return [...this][name](callback).values(); });
  for (const name of ['find', 'some', 'every', 'forEach', 'reduce']) add(iterators, name, function (...values) { return [...this][name](...values); });
}
