/** The messages of a data channel as an asynchronous iteration: taken when they are asked for, so that a slow reader holds the peer back. */
import { channelFriend, type RTCDataChannel } from './rtc_data_channel';

type Shown = string | ArrayBuffer | Blob;
type Result = IteratorResult<Shown, undefined>;

const DONE: Result = { value: undefined, done: true };

class MessageIteration implements AsyncIterableIterator<Shown> {
  readonly #channel: RTCDataChannel;
  readonly #stopListening: () => void;
  /** The turn of the last call: calls are answered one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};
  #isOver = false;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    channelFriend.inbox(channel).pull(() => this.#wake());
    this.#stopListening = channelFriend.onEnd(channel, () => this.#wake());
  }

  next(): Promise<Result> {
    const result = this.#last.then(() => this.#next());
    this.#last = result;
    return result;
  }

  /** Ends it: `break` in a loop. From now on messages are delivered as events again. */
  return(): Promise<Result> {
    this.#end();
    this.#wake();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<Result> {
    const inbox = channelFriend.inbox(this.#channel);
    while (!this.#isOver) {
      const message = inbox.take();
      if (message !== undefined) return { value: channelFriend.show(this.#channel, message), done: false };
      if (this.#channel.readyState === 'closed') {
        this.#end();
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    return DONE;
  }

  #end(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#stopListening();
      channelFriend.stopPulling(this.#channel);
    }
  }
}

/** All messages until the channel is closed. The messages that are there belong to it from this call on. */
export function iterateMessages(channel: RTCDataChannel): AsyncIterableIterator<Shown> & { return(): Promise<Result> } {
  if (channelFriend.inbox(channel).isPulled) {
    throw new DOMException('The messages of this data channel are iterated already.', 'InvalidStateError');
  }
  return new MessageIteration(channel);
}
