// Web IDL: conversions, dictionaries, overloads, and what a class looks like once it is exposed.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';

const require = createRequire(import.meta.url);
const idl = require('../dist/webidl/index.js');
const at = 'Failed to execute \'test\' on \'Thing\': parameter 1';

describe('conversions', () => {
  test('numbers wrap, clamp or are refused', () => {
    assert.equal(idl.unsignedShort(65537, at), 1);
    assert.equal(idl.clamp(idl.unsignedShort)(65537, at), 65535);
    assert.throws(() => idl.enforceRange(idl.unsignedShort)(65537, at), { name: 'TypeError', message: /^Failed to execute 'test' on 'Thing': parameter 1 / });
    assert.throws(() => idl.double(NaN, at), TypeError);
    assert.throws(() => idl.unsignedLong(1n, at), TypeError);
    assert.equal(idl.unsignedLong({ valueOf: () => '7' }, at), 7);
  });

  test('strings', () => {
    assert.equal(idl.DOMString(null, at), 'null');
    assert.equal(idl.USVString('a\ud800b', at), 'a\ufffdb');
    assert.equal(idl.DOMString('a\ud800b', at), 'a\ud800b');
    assert.throws(() => idl.DOMString(Symbol('x'), at), TypeError);
  });

  test('an enumeration names the value it refuses', () => {
    const Role = idl.enumeration('RTCIceRole', ['unknown', 'controlling', 'controlled']);
    assert.equal(Role('controlled', at), 'controlled');
    assert.throws(() => Role('boss', at), { name: 'TypeError', message: /'boss' is not a valid enum value of type RTCIceRole/ });
  });

  test('a sequence takes what can be iterated, and asks once how', () => {
    const numbers = idl.sequence(idl.unsignedLong);
    assert.deepEqual(numbers(new Set(['1', 2]), at), [1, 2]);
    assert.throws(() => numbers({ length: 1, 0: 1 }, at), TypeError);
    assert.throws(() => numbers('12', at), TypeError);
    let asked = 0;
    numbers({ get [Symbol.iterator]() { asked++; return [][Symbol.iterator]; } }, at);
    assert.equal(asked, 1);
  });

  test('a union chooses by type', () => {
    const inner = idl.dictionary('D', { a: idl.unsignedLong });
    const either = idl.union(idl.boolean, idl.DOMString, idl.sequence(idl.DOMString), inner);
    assert.equal(either(true, at), true);
    assert.equal(either(5, at), '5');
    assert.deepEqual(either(['x'], at), ['x']);
    assert.deepEqual(either({ a: 1 }, at), { a: 1 });
    assert.deepEqual(either(null, at), {});
    assert.equal(idl.nullable(idl.union(idl.DOMString, idl.bufferSource))(undefined, at), null);
    assert.throws(() => idl.union(idl.bufferSource, inner)(5, at), TypeError);
    const id = idl.union(idl.enforceRange(idl.unsignedLongLong), idl.bigint);
    assert.equal(id(2n ** 63n, at), 2n ** 63n);
    assert.equal(id('5', at), 5);
  });

  test('buffers: views and memory, not shared memory; detached ones are empty', () => {
    const view = new Uint16Array([1, 2, 3]).subarray(1);
    assert.deepEqual([...idl.bytesOf(idl.bufferSource(view, at))], [2, 0, 3, 0]);
    assert.throws(() => idl.bufferSource(new SharedArrayBuffer(1), at), TypeError);
    assert.throws(() => idl.bufferSource(new Uint8Array(new SharedArrayBuffer(1)), at), TypeError);
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    assert.equal(idl.bytesOf(idl.bufferSource(detached, at)).length, 0);
  });
});

describe('dictionaries', () => {
  const Parent = idl.dictionary('Parent', { zebra: idl.boolean });
  const Child = idl.dictionary('Child', { b: idl.required(idl.DOMString), a: idl.defaulted(idl.sequence(idl.DOMString), []), c: idl.unsignedLong }, Parent);

  test('members are read once, the parent\'s first, then by name', () => {
    const read = [];
    const from = new Proxy({ b: 1 }, { get: (target, key) => (read.push(key), target[key]) });
    assert.deepEqual(Child(from, at), { a: [], b: '1' });
    assert.deepEqual(read, ['zebra', 'a', 'b', 'c']);
  });

  test('defaults are not shared', () => {
    assert.notEqual(Child({ b: '' }, at).a, Child({ b: '' }, at).a);
  });

  test('what is required, and what is no dictionary', () => {
    assert.throws(() => Child(undefined, at), { name: 'TypeError', message: /'b'/ });
    assert.throws(() => Child(5, at), TypeError);
    assert.deepEqual(Parent(null, at), {});
    assert.deepEqual(Parent(() => {}, at), {});
    assert.throws(() => Child({ get a() { throw new RangeError('mine'); } }, at), RangeError);
  });
});

function exposeThing() {
  const construct = idl.constructorOf('Thing', idl.DOMString, idl.optional(idl.unsignedLong, 1));
  return class Thing extends idl.eventTarget() {
    #given;
    #mode = 'on';
    constructor(...given) {
      const converted = construct.convert(given);
      super();
      this.#given = converted;
    }
    get given() { return this.#given; }
    get mode() { return this.#mode; }
    set mode(value) { this.#mode = value; }
    get ready() { return Promise.resolve(1); }
    add(...numbers) { return numbers.reduce((sum, number) => sum + number, 0); }
    either(...args) { return args; }
    later(number) { if (number === 9) throw new RangeError('nine'); return number; }
    static make(name) { return new Thing(name); }
    static {
      const mode = idl.enumeration('Mode', ['on', 'off']);
      idl.expose(this, {
        brand: (value) => #given in value,
        construct,
        members: {
          given: idl.readonly,
          mode: idl.attribute(mode),
          ready: idl.readonlyPromise,
          add: idl.operation(idl.long, idl.rest(idl.long)),
          either: idl.operation(idl.overloads(idl.signature(idl.optional(idl.DOMString)), idl.signature(idl.boolean, idl.boolean, idl.boolean))),
          later: idl.promiseOperation(idl.unsignedLong),
          onping: idl.eventHandler,
        },
        statics: { make: idl.operation(idl.DOMString) },
      });
    }
  };
}

describe('an exposed class', () => {
  const Thing = exposeThing();

  test('looks like an interface object', () => {
    assert.equal(Thing.length, 1);
    assert.equal(Object.prototype.toString.call(new Thing('x')), '[object Thing]');
    const { get, set, enumerable } = Object.getOwnPropertyDescriptor(Thing.prototype, 'mode');
    assert.deepEqual([get.name, set.name, get.length, set.length, enumerable], ['get mode', 'set mode', 0, 1, true]);
    const add = Object.getOwnPropertyDescriptor(Thing.prototype, 'add');
    assert.deepEqual([add.enumerable, add.writable, add.value.length, add.value.name], [true, true, 1, 'add']);
    assert.equal('prototype' in Thing.prototype.add, false);
    assert.throws(() => new Thing.prototype.add(), TypeError);
    assert.equal(Object.getOwnPropertyDescriptor(Thing, 'make').enumerable, true);
    assert.equal(Object.getPrototypeOf(Thing), EventTarget);
  });

  test('converts arguments from left to right', () => {
    assert.deepEqual(new Thing(5).given, ['5', 1]);
    assert.throws(() => new Thing(), { name: 'TypeError', message: 'Failed to construct \'Thing\': 1 argument required, but only 0 present.' });
    assert.equal(new Thing('').add('1', 2.7, true), 4);
    assert.throws(() => new Thing('').add(), { message: /Failed to execute 'add' on 'Thing': 1 argument required/ });
    assert.equal(Thing.make('x').given[0], 'x');
  });

  test('chooses overloads by the number of arguments', () => {
    const thing = new Thing('');
    assert.deepEqual(thing.either(), [undefined]);
    assert.deepEqual(thing.either(1), ['1']);
    assert.deepEqual(thing.either(1, 0, 'x', 'too many'), [true, false, true]);
    assert.throws(() => thing.either(1, 2), TypeError);
  });

  test('refuses other objects, by exception or by rejection', async () => {
    assert.throws(() => Thing.prototype.given, { name: 'TypeError', message: /Illegal invocation/ });
    assert.throws(() => Thing.prototype.add.call({}, 1), TypeError);
    assert.throws(() => Thing.prototype.add.call(Object.create(Thing.prototype), 1), TypeError);
    assert.throws(() => { Thing.prototype.mode = 'on'; }, TypeError);
    await assert.rejects(Thing.prototype.ready, TypeError);
    await assert.rejects(Thing.prototype.later.call(null, 1), TypeError);
    await assert.rejects(new Thing('').later(), TypeError);
    await assert.rejects(new Thing('').later(9), RangeError);
    assert.equal(await new Thing('').later('3'), 3);
  });

  test('ignores an unknown value of an enumeration', () => {
    const thing = new Thing('');
    thing.mode = 'sideways';
    assert.equal(thing.mode, 'on');
    let asked = 0;
    thing.mode = { toString: () => (asked++, 'off') };
    assert.deepEqual([thing.mode, asked], ['off', 1]);
    assert.throws(() => { thing.mode = Symbol('x'); }, TypeError);
  });

  test('shows its attributes on the console', () => {
    assert.equal(inspect(new Thing('x')), "Thing { given: [ 'x', 1 ], mode: 'on' }");
    assert.equal(inspect({ deep: { deeper: new Thing('x') } }, { depth: 1 }), '{ deep: { deeper: [Thing] } }');
    assert.match(inspect(Thing.prototype), /mode: \[Getter\/Setter\]|Thing \{/);
  });

  test('must be described completely', () => {
    assert.throws(() => idl.expose(class Half { one() {} }, { brand: () => true }), /Half has members that are not described: one/);
    assert.throws(() => idl.expose(class Half {}, { brand: () => true, members: { two: idl.operation() } }), /Half lacks 'two'/);
  });

  test('without a constructor cannot be made by scripts', () => {
    class Made { constructor(token) { idl.assertInternal(token); } }
    assert.throws(() => new Made(), { name: 'TypeError', message: 'Illegal constructor' });
    assert.ok(new Made(idl.internal));
  });
});

describe('event handlers', () => {
  const Thing = exposeThing();
  const order = (target, make) => {
    const seen = [];
    make(seen);
    target.dispatchEvent(new Event('ping'));
    return seen.join();
  };

  test('keep their place when replaced, lose it when removed', () => {
    const thing = new Thing('');
    assert.equal(thing.onping, null);
    assert.equal(order(thing, (seen) => {
      thing.onping = () => seen.push('never');
      thing.addEventListener('ping', () => seen.push('listener'), { once: true });
      thing.onping = () => seen.push('handler');
    }), 'handler,listener');
    assert.equal(order(thing, (seen) => {
      thing.onping = null;
      thing.addEventListener('ping', () => seen.push('listener'), { once: true });
      thing.onping = () => seen.push('handler');
    }), 'listener,handler');
  });

  test('are functions; other objects are kept and do nothing, all else is null', () => {
    const thing = new Thing('');
    const object = {};
    thing.onping = object;
    assert.equal(thing.onping, object);
    thing.dispatchEvent(new Event('ping'));
    thing.onping = 5;
    assert.equal(thing.onping, null);
  });

  test('cancel by returning false; `this` is the target', () => {
    const thing = new Thing('');
    let self;
    thing.onping = function () { self = this; return false; };
    assert.equal(thing.dispatchEvent(new Event('ping', { cancelable: true })), false);
    assert.equal(self, thing);
  });
});

describe('maplike', () => {
  class Report {
    #map = new Map([['a', { id: 'a' }], ['b', { id: 'b' }]]);
    static {
      idl.expose(this, { brand: (value) => #map in value });
      idl.maplike(this, (self) => self.#map);
    }
  }
  test('reads, iterates, and checks who asks', () => {
    const report = new Report();
    assert.deepEqual([...report].map(([id]) => id), ['a', 'b']);
    assert.deepEqual([report.size, report.get('b').id, report.has('c')], [2, 'b', false]);
    assert.equal(Report.prototype.entries, Report.prototype[Symbol.iterator]);
    const seen = [];
    report.forEach(function (value, key, map) { seen.push([this.x, value.id, key, map === report]); }, { x: 1 });
    assert.deepEqual(seen, [[1, 'a', 'a', true], [1, 'b', 'b', true]]);
    assert.throws(() => Report.prototype.size, TypeError);
    assert.throws(() => Report.prototype.get.call(new Map(), 'a'), TypeError);
    assert.throws(() => report.forEach({}), TypeError);
    assert.equal(Object.getOwnPropertyDescriptor(Report.prototype, 'get').enumerable, true);
    assert.equal(Object.getOwnPropertyDescriptor(Report.prototype, Symbol.iterator).enumerable, false);
  });
});
