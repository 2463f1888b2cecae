/** What came over a data channel and was not delivered yet: taken from the addon in slabs, handed out one message at a time. */
import type { ChannelId, Connection } from '../native';
import type { Work } from '../event_loop';

/** About how many bytes are taken with one call. */
const SLAB_BYTES = 256 * 1024;
/** How many messages are delivered before others get their turns. */
const MESSAGES_A_TURN = 128;

/** A message as it came. */
export type Message = string | ArrayBuffer;

export class Inbox {
  readonly #native: Connection;
  readonly #id: ChannelId;
  readonly #deliver: (message: Message) => void;
  #data: ArrayBuffer = new ArrayBuffer(0);
  #bytes: Buffer = Buffer.alloc(0);
  #lengths: Uint32Array = new Uint32Array(0);
  /** Where the next message's length and bytes stand in the slab. */
  #index = 0;
  #offset = 0;
  /** The addon may have more than the slab. */
  #more = false;
  /** Set by who takes messages at a pace of its own, instead of having them delivered. */
  #puller: (() => void) | null = null;

  constructor(native: Connection, id: ChannelId, deliver: (message: Message) => void) {
    this.#native = native;
    this.#id = id;
    this.#deliver = deliver;
  }

  /** The addon says that there is something to take. True if it is to be delivered, false if somebody pulls. */
  noteReadable(): boolean {
    this.#more = true;
    this.#puller?.();
    return this.#puller === null;
  }

  /** Messages are taken with {@link take} from now on, and `onReadable` is called when there are some; with `null`, they are delivered again. */
  pull(onReadable: (() => void) | null): void {
    this.#puller = onReadable;
  }

  get isPulled(): boolean {
    return this.#puller !== null;
  }

  /** True if a message may be left. */
  get hasMore(): boolean {
    return this.#more || this.#index < this.#lengths.length;
  }

  /** Delivers some messages, from one slab; `goOn` is called if there are more. */
  slab(goOn: () => void): Work {
    let delivered = 0;
    return {
      dispatchNext: () => {
        if (this.isPulled) return false;
        if (delivered > 0 && (this.#isAtEndOfSlab || delivered === MESSAGES_A_TURN)) {
          if (this.hasMore) goOn();
          return false;
        }
        delivered += 1;
        return this.dispatchNext();
      },
    };
  }

  /** Delivers one message; false if none is left now. */
  dispatchNext(): boolean {
    const message = this.take();
    if (message === undefined) return false;
    this.#deliver(message);
    return true;
  }

  get #isAtEndOfSlab(): boolean {
    return this.#index >= this.#lengths.length;
  }

  /** The next message. */
  take(): Message | undefined {
    if (this.#isAtEndOfSlab && !this.#load()) return undefined;
    const length = this.#lengths[this.#index]!;
    const isText = this.#lengths[this.#index + 1] === 1;
    const start = this.#offset;
    this.#index += 2;
    this.#offset += length;
    if (isText) return this.#bytes.toString('utf8', start, start + length);
    if (length === this.#data.byteLength) {
      // It has the slab for itself: no copy.
      return this.#data;
    }
    return this.#data.slice(start, start + length);
  }

  /** Throws away everything that is there. */
  discard(): void {
    do {
      this.#index = this.#lengths.length;
    } while (this.#load());
  }

  #load(): boolean {
    const slab = this.#more ? this.#native.receive(this.#id, SLAB_BYTES) : null;
    this.#more = slab?.more ?? false;
    this.#data = slab?.data ?? new ArrayBuffer(0);
    this.#bytes = Buffer.from(this.#data);
    this.#lengths = slab?.lengths ?? new Uint32Array(0);
    this.#index = 0;
    this.#offset = 0;
    return slab !== null;
  }
}
