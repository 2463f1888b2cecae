/**
 * A data channel in another thread than its connection (webrtc-pc, section 6.2: `RTCDataChannel` is transferable).
 *
 * At home, beside the connection, a channel that no script sees takes the transferred one's place; a {@link Home} passes between it and a
 * port. Away, the channel that scripts see is an `RTCDataChannel` like any other: what it takes for its connection is an {@link Away},
 * which knows what home told last and sends the rest over the port.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { RTCErrorEvent, type RTCError } from '../events';
import { toException } from '../errors';
import type { Connection, NativeChannelView, NativeError } from '../native';
import { registerTransferable } from '../structured_clone';
import { fire, internal, isInstance } from '../webidl';
import { messageEvent } from './message_event';
import type { Registry } from './registry';
import { channelFriend, RTCDataChannel } from './rtc_data_channel';

/** What away has to know of the channel and its connection. */
interface Facts {
  view: NativeChannelView;
  maxMessageSize: number;
}

type ToAway =
  | { is: 'message'; message: string | ArrayBuffer }
  | { is: 'event'; type: 'open' | 'closing' | 'close'; facts: Facts }
  | { is: 'error'; error: NativeError; facts: Facts }
  | { is: 'buffered'; passed: number; amount: number }
  /** The channel is closed, and nobody is told. */
  | { is: 'end'; facts: Facts };

type ToHome = { is: 'send'; message: string | Uint8Array } | { is: 'close' } | { is: 'threshold'; threshold: number };

/** What may be on its way to home and unsent there. */
const MAX_BUFFERED = 16 * 1024 * 1024;
/** How often home tells what is unsent, and tries again what was refused. */
const PAUSE_MS = 5;

/** The connection's side. */
class Home {
  readonly #channel: RTCDataChannel;
  readonly #native: Connection;
  readonly #port: MessagePort;
  readonly #waiting: (string | Uint8Array)[] = [];
  /** Bytes taken from the port and given to the channel. */
  #passed = 0;
  #closes = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(channel: RTCDataChannel, native: Connection, port: MessagePort) {
    this.#channel = channel;
    this.#native = native;
    this.#port = port;
    channel.binaryType = 'arraybuffer';
    for (const type of ['open', 'closing'] as const) {
      channel.addEventListener(type, () => this.#post({ is: 'event', type, facts: this.facts }));
    }
    channel.addEventListener('bufferedamountlow', () => this.#tellBuffered());
    channel.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#port.postMessage({ is: 'message', message: data } satisfies ToAway, typeof data === 'string' ? [] : [data]);
    });
    channel.addEventListener('error', ({ error }) => this.#post({ is: 'error', error: asNative(error), facts: this.facts }));
    channel.addEventListener('close', () => this.#end({ is: 'event', type: 'close', facts: this.facts }));
    // `close` of the connection ends its channels without an event; if one comes, it comes in this task.
    channelFriend.onEnd(channel, () => setImmediate(() => this.#end({ is: 'end', facts: this.facts })));
    port.on('message', (message: ToHome) => this.#receive(message));
    // The other thread has ended.
    port.on('close', () => channel.close());
    port.unref();
  }

  get facts(): Facts {
    const { label, ordered, maxPacketLifeTime, maxRetransmits, protocol, negotiated, id, priority, readyState, bufferedAmountLowThreshold } = this.#channel;
    const view: NativeChannelView = {
      label, ordered, protocol, negotiated, priority, readyState, bufferedAmountLowThreshold, bufferedAmount: 0,
      maxPacketLifeTime: maxPacketLifeTime ?? undefined, maxRetransmits: maxRetransmits ?? undefined, id: id ?? undefined,
    };
    return { view, maxMessageSize: this.#native.sctp()?.maxMessageSize ?? Infinity };
  }

  #post(message: ToAway): void {
    this.#port.postMessage(message);
  }

  #end(last: ToAway): void {
    clearTimeout(this.#timer ?? undefined);
    this.#post(last);
    this.#port.close();
  }

  #receive(message: ToHome): void {
    if (message.is === 'threshold') {
      this.#channel.bufferedAmountLowThreshold = message.threshold;
      return;
    }
    if (message.is === 'send') this.#waiting.push(message.message);
    else this.#closes = true;
    if (!this.#timer) this.#pass();
  }

  #tellBuffered(): number {
    const amount = this.#channel.bufferedAmount;
    this.#post({ is: 'buffered', passed: this.#passed, amount });
    return amount;
  }

  /** Gives the channel what waits, tells what is unsent, and comes back while anything is. */
  #pass(): void {
    this.#timer = null;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        this.#channel.send(next as string);
        this.#waiting.shift();
        this.#passed += sizeOf(next);
      }
    } catch (error) {
      // Too much waits unsent: later. A channel that is not open any more tells so itself.
      if ((error as DOMException).name !== 'OperationError') this.#waiting.length = 0;
    }
    if (this.#closes && this.#waiting.length === 0) this.#channel.close();
    const amount = this.#tellBuffered();
    if (amount > 0 || this.#waiting.length > 0) this.#timer = setTimeout(() => this.#pass(), PAUSE_MS).unref();
  }
}

/** What a channel takes for its connection where the connection is not. */
class Away {
  readonly #port: MessagePort;
  #facts: Facts;
  /** Bytes sent over the port; of them, those that home has passed on; and what of these is unsent. */
  #sent = 0;
  #passed = 0;
  #unsent = 0;

  constructor(port: MessagePort, facts: Facts) {
    this.#port = port;
    this.#facts = facts;
  }

  /** The channel that scripts see. */
  open(): RTCDataChannel {
    const registry = { native: this as unknown as Connection, isClosed: false, touch() {}, forgetChannel() {} };
    const channel: RTCDataChannel = new RTCDataChannel(internal, registry as unknown as Registry, 0, this.#facts.view);
    this.#port.on('message', (message: ToAway) => this.#receive(channel, message));
    return channel;
  }

  #receive(channel: RTCDataChannel, message: ToAway): void {
    if ('facts' in message) this.#facts = message.facts;
    if (message.is === 'message') {
      fire(channel, messageEvent(channelFriend.show(channel, message.message)));
    } else if (message.is === 'buffered') {
      this.#update(channel, message.passed, message.amount);
    } else if (message.is === 'error') {
      fire(channel, new RTCErrorEvent('error', { error: toException(message.error) as RTCError }));
    } else if (message.is === 'end' || message.type === 'close') {
      channelFriend.close(channel);
      if (message.is === 'event') fire(channel, new Event('close'));
    } else {
      fire(channel, new Event(message.type));
    }
  }

  #update(channel: RTCDataChannel, passed: number, unsent: number): void {
    const { bufferedAmountLowThreshold } = channel;
    const before = this.bufferedAmount();
    this.#passed = passed;
    this.#unsent = unsent;
    const isLow = before > bufferedAmountLowThreshold && this.bufferedAmount() <= bufferedAmountLowThreshold;
    if (isLow) fire(channel, new Event('bufferedamountlow'));
  }

  #send(message: string | Uint8Array): void {
    const size = sizeOf(message);
    if (this.#facts.view.readyState !== 'open') throw refusal('InvalidStateError', 'The data channel is not open.');
    if (size > this.#facts.maxMessageSize) throw refusal('TypeError', 'The message is larger than the peer takes.');
    if (this.bufferedAmount() + size > MAX_BUFFERED) throw refusal('OperationError', 'Too much waits unsent.');
    this.#sent += size;
    this.#port.postMessage({ is: 'send', message } satisfies ToHome);
  }

  // What of `Connection` a channel calls.
  channel(): NativeChannelView { return this.#facts.view; }
  channelState(): string { return this.#facts.view.readyState; }
  bufferedAmount(): number { return this.#sent - this.#passed + this.#unsent; }
  sendText(_: number, text: string): void { this.#send(text); }
  sendBinary(_: number, bytes: Uint8Array): void { this.#send(bytes.slice()); }
  sctp(): { maxMessageSize: number } { return this.#facts; }
  getConfiguration(): object { return {}; }
  receive(): null { return null; }
  releaseChannel(): void {}

  setBufferedAmountLowThreshold(_: number, threshold: number): void {
    this.#port.postMessage({ is: 'threshold', threshold } satisfies ToHome);
  }

  closeChannel(): void {
    this.#facts.view.readyState = 'closing';
    this.#port.postMessage({ is: 'close' } satisfies ToHome);
  }
}

function sizeOf(message: string | Uint8Array): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.byteLength;
}

/** As the addon throws it. */
function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function asNative({ name, message, errorDetail, sctpCauseCode, sdpLineNumber, receivedAlert, sentAlert }: globalThis.RTCError): NativeError {
  const numbers = { sctpCauseCode, sdpLineNumber, receivedAlert, sentAlert };
  const present = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== null));
  return { name, message, errorDetail, ...present };
}

registerTransferable<RTCDataChannel, { port: MessagePort; facts: Facts }>({
  name: 'RTCDataChannel',
  matches: (value): value is RTCDataChannel => isInstance(RTCDataChannel, value),
  isTransferable: channelFriend.isTransferable,
  transfer(channel) {
    const { registry, id } = channelFriend.detach(channel);
    const { port1, port2 } = new MessageChannel();
    // The registry makes another object for the number; it is home's.
    registry.forgetChannel(id);
    const { facts } = new Home(registry.channelOf(id), registry.native, port1);
    return { data: { port: port2, facts }, transfer: [port2] };
  },
  receive: ({ port, facts }) => new Away(port, facts).open(),
});
