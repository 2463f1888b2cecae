/**
 * What a script sends over a data channel, in the order of its calls (webrtc-pc, section 6.2, `send`).
 *
 * Text and bytes go to the addon at once. A `Blob` has to be read first; until that is done, what is sent after it waits here, and so
 * does `close`.
 */
import type { ChannelId, Connection } from '../native';
import { attempt } from '../errors';

/** What `send` takes, converted. */
export type Sendable = string | Uint8Array | Blob;

interface Waiting {
  message: Sendable;
  size: number;
}

/** What may wait unsent, unless the configuration says otherwise. */
const MAX_WAITING = 16 * 1024 * 1024;
/** How long to wait when other channels have filled the send buffer. */
const RETRY_MS = 5;

export class Outbox {
  readonly #native: Connection;
  readonly #id: ChannelId;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #isClosing = false;
  #limit: number | undefined;

  constructor(native: Connection, id: ChannelId) {
    this.#native = native;
    this.#id = id;
  }

  /** Bytes that count as buffered but that the addon has not seen. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `close` was called and waits for a `Blob`. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Sends, or throws what W3C says. */
  send(message: Sendable): void {
    if (this.#waiting.length === 0 && !(message instanceof Blob)) {
      attempt(() => this.#pass(message));
      return;
    }
    const size = sizeOf(message);
    this.#check(size);
    // What the caller does with its buffer afterwards must not change the message.
    this.#waiting.push({ message: message instanceof Uint8Array ? message.slice() : message, size });
    this.#bytes += size;
    if (this.#waiting.length === 1) {
      void this.#drain();
    }
  }

  /** Closes the channel behind what waits. */
  close(): void {
    if (this.#waiting.length === 0) {
      this.#native.closeChannel(this.#id);
    } else {
      this.#isClosing = true;
    }
  }

  #pass(message: string | Uint8Array): void {
    if (typeof message === 'string') {
      this.#native.sendText(this.#id, message);
    } else {
      this.#native.sendBinary(this.#id, message);
    }
  }

  /** The checks that the addon makes of what it sees itself. */
  #check(size: number): void {
    if (this.#isClosing || this.#native.channelState(this.#id) !== 'open') {
      throw new DOMException('The data channel is not open.', 'InvalidStateError');
    }
    const { maxMessageSize } = this.#native.sctp() ?? { maxMessageSize: Infinity };
    if (size > maxMessageSize) {
      throw new TypeError(`The message is larger than the peer takes: ${size} bytes of at most ${maxMessageSize}.`);
    }
    this.#limit ??= this.#native.getConfiguration().native?.maxSendBuffer ?? MAX_WAITING;
    if (this.#native.bufferedAmount(this.#id) + this.#bytes + size > this.#limit) {
      throw new DOMException('Too much waits unsent.', 'OperationError');
    }
  }

  async #drain(): Promise<void> {
    try {
      for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
        await this.#passInTime(first.message instanceof Blob ? new Uint8Array(await first.message.arrayBuffer()) : first.message);
        this.#waiting.shift();
        this.#bytes -= first.size;
      }
    } catch {
      // The Blob cannot be read, or the channel is no longer open: nothing behind it can be sent in order.
      this.#waiting.length = 0;
      this.#bytes = 0;
      this.#isClosing = true;
    }
    if (this.#isClosing) {
      this.#native.closeChannel(this.#id);
    }
  }

  /** Other channels may have filled the send buffer meanwhile: then later. */
  async #passInTime(message: string | Uint8Array): Promise<void> {
    for (;;) {
      try {
        return this.#pass(message);
      } catch (error) {
        if ((error as { code?: string }).code !== 'OperationError') throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function sizeOf(message: Sendable): number {
  if (typeof message === 'string') return Buffer.byteLength(message);
  return message instanceof Blob ? message.size : message.byteLength;
}
