// Messages between windows, frames and workers: structured clones, and what the module under test adds to them.
//
// Node.js cannot clone or transfer an object that a module made. A module that has such platform objects gives, through its
// adapter, `pack` and `unpack`: the first turns a value into what Node.js can carry, the second makes the objects again.

/** @typedef {{data: unknown, ports: MessagePort[], transfer: object[]}} Parcel */

// A window has a `structuredClone` of its own, which leads here.
const structuredCloneOfNode = globalThis.structuredClone;

export class Messages {
  #adapter;

  /** @param {import('../adapters/load.js').Adapter} adapter */
  constructor(adapter) {
    this.#adapter = adapter;
  }

  /**
   * Makes a message ready for another thread; throws `DataCloneError` as the module under test does.
   * @param {unknown} data @param {object[] | {transfer?: object[]}} [options] as in `postMessage(data, options)` @returns {Parcel}
   */
  pack(data, options) {
    const transfer = transferOf(options);
    const ports = transfer.filter(object => object instanceof MessagePort);
    if (!this.#adapter.pack) return { data, ports, transfer };
    const packed = this.#adapter.pack(data, transfer);
    return { data: packed.data, ports, transfer: packed.transfer };
  }

  /** What came, as its receiver sees it. */
  unpack(data) {
    return this.#adapter.unpack ? this.#adapter.unpack(data) : data;
  }

  /** A clone for another global object of this thread. */
  clone(data, options) {
    const { transfer, ...parcel } = this.pack(data, options);
    const { data: copy, ports } = structuredCloneOfNode(parcel, { transfer });
    return { data: this.unpack(copy), ports };
  }
}

/** A `message` event; Node.js takes no window for its source. */
export function messageEvent(data, { origin = '', source = null, ports = [] } = {}) {
  const event = new MessageEvent('message', { data, origin, ports });
  Object.defineProperty(event, 'source', { value: source, enumerable: true });
  return event;
}

/** `postMessage` has the list of what is transferred as its last argument, or in a dictionary. */
function transferOf(options) {
  if (Array.isArray(options)) return options;
  return options?.transfer ? [...options.transfer] : [];
}
