/** From the core's events to the events that scripts see: which object, which interface, which type. */
import type { ChannelId, NativeEvent } from '../native';
import type { Work } from '../event_loop';
import { toException } from '../errors';
import { RTCDataChannelEvent, RTCErrorEvent, RTCPeerConnectionIceErrorEvent, RTCPeerConnectionIceEvent, type RTCError } from '../events';
import { dispatchMediaEvent } from '../rtp/dispatch';
import type { Registry } from './registry';
import { channelFriend } from './rtc_data_channel';
import { fire } from '../webidl';

type EventOf<T extends NativeEvent['type'], E = NativeEvent> = E extends { type: infer U } ? (T extends U ? E & { type: T } : never) : never;
/** `readable` is no event of a script's: the messages are. */
type Dispatchable = Exclude<NativeEvent['type'], 'readable'>;
type Dispatchers = { [T in Dispatchable]: (registry: Registry, event: EventOf<T>) => void };

/** The events of one task. */
export class EventsWork implements Work {
  readonly #registry: Registry;
  readonly #events: readonly NativeEvent[];
  #next = 0;
  /** What a `readable` event gave to deliver. */
  #messages: Work | null = null;

  constructor(registry: Registry, events: readonly NativeEvent[]) {
    this.#registry = registry;
    this.#events = events;
  }

  dispatchNext(): boolean {
    for (;;) {
      if (this.#messages?.dispatchNext()) return true;
      this.#messages = null;
      const event = this.#events[this.#next];
      if (!event) return false;
      if (this.#dispatchUnread(event)) return true;
      this.#next += 1;
      if (event.type !== 'readable') {
        dispatch(this.#registry, event as EventOf<Dispatchable>);
        return true;
      }
      this.#messages = this.#messagesOf(event.channel);
    }
  }

  #messagesOf(id: ChannelId): Work | null {
    const channel = this.#registry.existingChannel(id);
    const inbox = channel && channelFriend.inbox(channel);
    return inbox?.noteReadable() ? this.#registry.slabOf(inbox) : null;
  }

  /** Messages that came before a channel ended are delivered before it is told of. */
  #dispatchUnread(event: NativeEvent): boolean {
    if (event.type !== 'closing' && event.type !== 'close' && event.type !== 'channelerror') return false;
    const channel = this.#registry.existingChannel(event.channel);
    const inbox = channel && channelFriend.inbox(channel);
    return inbox !== undefined && !inbox.isPulled && inbox.dispatchNext();
  }
}

function dispatch<T extends Dispatchable>(registry: Registry, event: EventOf<T>): void {
  const dispatcher = dispatchers[event.type as T];
  dispatcher(registry, event);
}

function fireAtConnection(registry: Registry, event: NativeEvent): void {
  fire(registry.connection, new Event(event.type));
}

function fireAtChannel(registry: Registry, event: EventOf<'open' | 'closing'>): void {
  const channel = registry.existingChannel(event.channel);
  if (channel) fire(channel, new Event(event.type));
}

function errorEvent(event: EventOf<'channelerror' | 'dtlserror'>): Event {
  return new RTCErrorEvent('error', { error: toException(event.error) as RTCError });
}

const dispatchers: Dispatchers = {
  settled: (registry, event) => registry.settle(event),

  negotiationneeded: fireAtConnection,
  signalingstatechange: fireAtConnection,
  icegatheringstatechange: fireAtConnection,
  iceconnectionstatechange: fireAtConnection,
  connectionstatechange: fireAtConnection,
  icecandidate: (registry, { candidate: init, url }) => {
    const candidate = init ? registry.candidates.show(init, url) : null;
    const eventInit = { candidate, url: url ?? null };
    fire(registry.connection, new RTCPeerConnectionIceEvent('icecandidate', eventInit));
  },
  icecandidateerror: (registry, { address, port, url, errorCode, errorText }) => {
    const init = { address: address ?? null, port: port ?? null, url, errorCode, errorText };
    fire(registry.connection, new RTCPeerConnectionIceErrorEvent('icecandidateerror', init));
  },

  track: dispatchMediaEvent,
  addtrack: dispatchMediaEvent,
  removetrack: dispatchMediaEvent,
  mute: dispatchMediaEvent,
  unmute: dispatchMediaEvent,
  ended: dispatchMediaEvent,
  tonechange: dispatchMediaEvent,

  datachannel: (registry, event) => {
    const channel = registry.channelOf(event.channel);
    fire(registry.connection, new RTCDataChannelEvent('datachannel', { channel }));
  },
  open: fireAtChannel,
  closing: fireAtChannel,
  bufferedamountlow: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel && channelFriend.lowBufferIsReal(channel)) {
      fire(channel, new Event('bufferedamountlow'));
    }
  },
  close: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel) {
      channelFriend.close(channel);
      fire(channel, new Event('close'));
    }
  },
  channelerror: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel) fire(channel, errorEvent(event));
  },

  icestatechange: (registry, event) => {
    fire(registry.transportOf(event.transport).iceTransport, new Event('statechange'));
  },
  icetransportgatheringstatechange: (registry, event) => {
    fire(registry.transportOf(event.transport).iceTransport, new Event('gatheringstatechange'));
  },
  selectedcandidatepairchange: (registry, event) => {
    fire(registry.transportOf(event.transport).iceTransport, new Event(event.type));
  },
  dtlsstatechange: (registry, event) => {
    fire(registry.transportOf(event.transport), new Event('statechange'));
  },
  dtlserror: (registry, event) => {
    fire(registry.transportOf(event.transport), errorEvent(event));
  },
  sctpstatechange: (registry) => {
    const sctp = registry.sctp();
    if (sctp) fire(sctp, new Event('statechange'));
  },

  identityrequest: (registry, event) => registry.identity.dispatch(event),
  peeridentity: (registry, event) => registry.identity.dispatch(event),
};
