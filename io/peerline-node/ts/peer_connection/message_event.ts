/**
 * The `message` events of data channels (HTML, section 9.1.1).
 *
 * They come by the hundred thousand, and the constructor of the global `MessageEvent` spends its time on converting a dictionary. These
 * events are made by `Event` alone and inherit from `MessageEvent.prototype`: to scripts they are `MessageEvent`s.
 */
class ChannelMessageEvent extends Event {
  readonly #data: unknown;

  constructor(data: unknown) {
    super('message');
    this.#data = data;
  }

  get data(): unknown {
    return this.#data;
  }

  /** Only data channels make these. */
  override get isTrusted(): boolean {
    return true;
  }

  get origin(): string {
    return '';
  }

  get lastEventId(): string {
    return '';
  }

  get source(): null {
    return null;
  }

  get ports(): readonly MessagePort[] {
    return NO_PORTS;
  }
}

const NO_PORTS: readonly MessagePort[] = Object.freeze([]);

for (const name of ['data', 'origin', 'lastEventId', 'source', 'ports']) {
  Object.defineProperty(ChannelMessageEvent.prototype, name, { enumerable: true });
}
Object.setPrototypeOf(ChannelMessageEvent.prototype, MessageEvent.prototype);
Object.defineProperty(ChannelMessageEvent.prototype, 'constructor', { value: MessageEvent });

/** A `message` event with a channel's message. */
export function messageEvent(data: unknown): Event {
  return new ChannelMessageEvent(data);
}
