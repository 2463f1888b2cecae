/** `RTCDataChannel` (webrtc-pc, section 6.2). */
import {
  arrayBuffer, arrayBufferView, assertInternal, attribute, boolean, bytesOf, type Converted, defaulted, dictionary, enforceRange,
  enumeration, eventHandler, eventTarget, expose, fire, internal, type Internal, operation, readonly, unsignedLong, unsignedShort,
  USVString,
} from '../webidl';
import type { ChannelId, NativeChannelInit, NativeChannelView } from '../native';
import { RTCPriorityType } from '../rtp/rtc_priority_type';
import type { Registry } from './registry';
import { Inbox, type Message } from './inbox';
import { messageEvent } from './message_event';
import { iterateMessages } from './message_iteration';
import { Outbox, type Sendable } from './outbox';

const BinaryType = enumeration('BinaryType', ['blob', 'arraybuffer']);
type Priority = Converted<typeof RTCPriorityType>;

export const RTCDataChannelInit = dictionary('RTCDataChannelInit', {
  id: enforceRange(unsignedShort),
  maxPacketLifeTime: enforceRange(unsignedShort),
  maxRetransmits: enforceRange(unsignedShort),
  negotiated: defaulted(boolean, false),
  ordered: defaulted(boolean, true),
  priority: defaulted(RTCPriorityType, 'low'),
  protocol: defaulted(USVString, ''),
});

interface DataChannelEventMap extends RTCDataChannelEventMap {
  bufferedamountlow: Event;
  closing: Event;
  error: RTCErrorEvent;
}

const NO_BYTES = new Uint8Array(0);

/** The four overloads of `send`, told apart without a list of conversions: this is the hot path. */
const sendSignature = {
  length: 1,
  most: 1,
  convert(given: readonly unknown[], doing: string): readonly [Sendable] {
    if (given.length < 1) throw new TypeError(`${doing}: 1 argument required, but only 0 present.`);
    const [data] = given;
    if (typeof data === 'string') return [data];
    if (ArrayBuffer.isView(data)) return [copyable(arrayBufferView(data, doing))];
    if (data instanceof Blob) return [data];
    const isBuffer = data instanceof ArrayBuffer || data instanceof SharedArrayBuffer;
    return [isBuffer ? copyable(arrayBuffer(data, doing)) : USVString(data, doing)];
  },
};

/** The bytes of a buffer; none if it is detached. */
function copyable(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return source.byteLength === 0 ? NO_BYTES : bytesOf(source as BufferSource);
}

/** What the rest of the package may do with a channel, and scripts may not. */
interface Friend {
  inbox(channel: RTCDataChannel): Inbox;
  /** Whether so little waits unsent as the core, which does not know of a `Blob` that is being read, says. */
  lowBufferIsReal(channel: RTCDataChannel): boolean;
  /** The closing procedure is done. */
  close(channel: RTCDataChannel): void;
  /** The channel is closed, with or without an event: whoever waits for it goes on. */
  end(channel: RTCDataChannel): void;
  /** Calls back once the channel has ended; returns how to be called no more. */
  onEnd(channel: RTCDataChannel, callback: () => void): () => void;
  /** A message as `binaryType` says. */
  show(channel: RTCDataChannel, message: Message): string | ArrayBuffer | Blob;
  /** It may go to another thread: it was made in this task, and has sent nothing. */
  isTransferable(channel: RTCDataChannel): boolean;
  /** The channel is closed for scripts, and its connection's number another object's. */
  detach(channel: RTCDataChannel): { registry: Registry; id: ChannelId };
  /** Nobody pulls messages any more: what is left is delivered, or forgotten with a closed channel. */
  stopPulling(channel: RTCDataChannel): void;
}

/** @internal */
export let channelFriend: Friend;

export class RTCDataChannel extends eventTarget<DataChannelEventMap>() implements globalThis.RTCDataChannel {
  readonly #registry: Registry;
  readonly #id: ChannelId;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  /** As it was last seen: what never changes, and all of it once the channel is closed. */
  #view: NativeChannelView;
  #isReleased = false;
  /** `close` was called: what comes is thrown away. */
  #isDeaf = false;
  /** [[IsTransferable]] */
  #isTransferable = true;
  #binaryType: BinaryType = 'arraybuffer';
  readonly #endListeners = new Set<() => void>();
  declare onopen: ((this: globalThis.RTCDataChannel, event: Event) => unknown) | null;
  declare onbufferedamountlow: ((this: globalThis.RTCDataChannel, event: Event) => unknown) | null;
  declare onerror: ((this: globalThis.RTCDataChannel, event: RTCErrorEvent) => unknown) | null;
  declare onclosing: ((this: globalThis.RTCDataChannel, event: Event) => unknown) | null;
  declare onclose: ((this: globalThis.RTCDataChannel, event: Event) => unknown) | null;
  declare onmessage: ((this: globalThis.RTCDataChannel, event: MessageEvent) => unknown) | null;

  /** @internal */
  constructor(token: Internal, registry: Registry, id: ChannelId, view: NativeChannelView) {
    assertInternal(token);
    super();
    this.#registry = registry;
    this.#id = id;
    this.#view = view;
    this.#inbox = new Inbox(registry.native, id, (message) => this.#deliver(message));
    this.#outbox = new Outbox(registry.native, id);
    setTimeout(() => {
      this.#isTransferable = false;
    }, 0).unref();
  }

  get label(): string {
    return this.#view.label;
  }

  get ordered(): boolean {
    return this.#view.ordered;
  }

  get maxPacketLifeTime(): number | null {
    return this.#view.maxPacketLifeTime ?? null;
  }

  get maxRetransmits(): number | null {
    return this.#view.maxRetransmits ?? null;
  }

  get protocol(): string {
    return this.#view.protocol;
  }

  get negotiated(): boolean {
    return this.#view.negotiated;
  }

  get id(): number | null {
    // It may come late, and does not change then.
    if (this.#view.id === undefined && !this.#isReleased) {
      this.#view = this.#registry.native.channel(this.#id) ?? this.#view;
    }
    return this.#view.id ?? null;
  }

  get priority(): Priority {
    return this.#view.priority as Priority;
  }

  get readyState(): RTCDataChannelState {
    const state = this.#isReleased ? 'closed' : this.#registry.native.channelState(this.#id);
    return state === 'open' && this.#outbox.isClosing ? 'closing' : (state as RTCDataChannelState);
  }

  get bufferedAmount(): number {
    const passed = this.#isReleased ? this.#view.bufferedAmount : this.#registry.native.bufferedAmount(this.#id);
    return passed + this.#outbox.bytes;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#view.bufferedAmountLowThreshold;
  }

  set bufferedAmountLowThreshold(threshold: number) {
    this.#view.bufferedAmountLowThreshold = threshold;
    if (!this.#isReleased) {
      this.#registry.native.setBufferedAmountLowThreshold(this.#id, threshold);
    }
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(type: BinaryType) {
    this.#binaryType = type;
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void;
  send(data: Sendable): void {
    if (this.#isReleased) throw new DOMException('The data channel is closed.', 'InvalidStateError');
    this.#isTransferable = false;
    this.#outbox.send(data);
  }

  close(): void {
    if (this.#isReleased || this.#isDeaf) return;
    this.#isDeaf = !this.#inbox.isPulled;
    this.#outbox.close();
    if (this.#isDeaf) {
      this.#inbox.discard();
    }
    this.#registry.touch();
  }

  #deliver(message: Message): void {
    if (this.#isDeaf || this.#registry.isClosed) return;
    fire(this, messageEvent(this.#show(message)));
  }

  #show(message: Message): string | ArrayBuffer | Blob {
    return typeof message === 'string' || this.#binaryType === 'arraybuffer' ? message : new Blob([message]);
  }

  /**
   * The channel's messages, one after the other until it is closed: `for await (const message of channel)`. Not in W3C's specification.
   * While they are iterated no `message` event fires, and a slow loop holds the peer back.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<string | ArrayBuffer | Blob> {
    return iterateMessages(this);
  }

  /** The closing procedure is done: keep what a closed channel shows, and let the core forget it. */
  #release(): void {
    this.#view = this.#registry.native.channel(this.#id) ?? this.#view;
    this.#isReleased = true;
    this.#registry.forgetChannel(this.#id);
    if (!this.#inbox.isPulled) {
      this.#registry.native.releaseChannel(this.#id);
    }
    this.#end();
  }

  #end(): void {
    for (const listener of this.#endListeners) {
      listener();
    }
    this.#endListeners.clear();
  }

  #stopPulling(): void {
    this.#inbox.pull(null);
    if (this.#isReleased) {
      this.#registry.native.releaseChannel(this.#id);
    } else if (this.#inbox.hasMore) {
      this.#registry.deliverFrom(this.#inbox);
    }
  }

  static {
    channelFriend = {
      inbox: (channel) => channel.#inbox,
      lowBufferIsReal: (channel) => channel.#outbox.bytes <= channel.#view.bufferedAmountLowThreshold,
      close: (channel) => channel.#release(),
      end: (channel) => channel.#end(),
      onEnd: (channel, callback) => {
        channel.#endListeners.add(callback);
        return () => channel.#endListeners.delete(callback);
      },
      show: (channel, message) => channel.#show(message),
      isTransferable: (channel) => channel.#isTransferable,
      detach: (channel) => {
        channel.#view = { ...channel.#view, readyState: 'closed' };
        channel.#isTransferable = false;
        channel.#isReleased = true;
        return { registry: channel.#registry, id: channel.#id };
      },
      stopPulling: (channel) => channel.#stopPulling(),
    };
    expose(this, {
      brand: (value) => #outbox in value,
      members: {
        label: readonly,
        ordered: readonly,
        maxPacketLifeTime: readonly,
        maxRetransmits: readonly,
        protocol: readonly,
        negotiated: readonly,
        id: readonly,
        priority: readonly,
        readyState: readonly,
        bufferedAmount: readonly,
        bufferedAmountLowThreshold: attribute(enforceRange(unsignedLong)),
        onopen: eventHandler,
        onbufferedamountlow: eventHandler,
        onerror: eventHandler,
        onclosing: eventHandler,
        onclose: eventHandler,
        close: operation(),
        onmessage: eventHandler,
        binaryType: attribute(BinaryType),
        send: operation(sendSignature),
      },
      others: [Symbol.asyncIterator],
    });
    Object.defineProperty(this.prototype, Symbol.asyncIterator, { enumerable: false });
  }
}

/** The shell of a channel that the core has. */
export function createDataChannel(registry: Registry, id: ChannelId): RTCDataChannel {
  const view = registry.native.channel(id);
  if (!view) throw new Error(`there is no channel ${id}`);
  return new RTCDataChannel(internal, registry, id, view);
}

/** What `createDataChannel` of the addon takes. */
export function toNativeChannelInit(init: Converted<typeof RTCDataChannelInit>): NativeChannelInit {
  return init;
}
