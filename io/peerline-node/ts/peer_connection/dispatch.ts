/** From the core's events to the events that scripts see: which object, which interface, which type. */
import type { NativeEvent } from '../native';
import type { Work } from '../event_loop';
import { toException } from '../errors';
import { RTCDataChannelEvent, RTCErrorEvent, RTCPeerConnectionIceErrorEvent, RTCPeerConnectionIceEvent, type RTCError } from '../events';
import { dispatchMediaEvent } from '../rtp/dispatch';
import type { Registry } from './registry';
import { channelFriend } from './rtc_data_channel';

type EventOf<T extends NativeEvent['type'], E = NativeEvent> = E extends { type: infer U } ? (T extends U ? E & { type: T } : never) : never;
type Dispatchers = { [T in NativeEvent['type']]: (registry: Registry, event: EventOf<T>) => void };

/** The events of one task. */
export class EventsWork implements Work {
  readonly #registry: Registry;
  readonly #events: readonly NativeEvent[];
  #next = 0;

  constructor(registry: Registry, events: readonly NativeEvent[]) {
    this.#registry = registry;
    this.#events = events;
  }

  dispatchNext(): boolean {
    const event = this.#events[this.#next];
    if (!event) return false;
    if (this.#dispatchUnread(event)) return true;
    this.#next += 1;
    dispatch(this.#registry, event);
    return true;
  }

  /** Messages that came before a channel ended are delivered before it is told of. */
  #dispatchUnread(event: NativeEvent): boolean {
    if (event.type !== 'closing' && event.type !== 'close' && event.type !== 'channelerror') return false;
    const channel = this.#registry.existingChannel(event.channel);
    const inbox = channel && channelFriend.inbox(channel);
    return inbox !== undefined && !inbox.isPulled && inbox.dispatchNext();
  }
}

function dispatch<T extends NativeEvent['type']>(registry: Registry, event: EventOf<T>): void {
  const dispatcher = dispatchers[event.type as T];
  dispatcher(registry, event);
}

function fireAtConnection(registry: Registry, event: NativeEvent): void {
  registry.connection.dispatchEvent(new Event(event.type));
}

function fireAtChannel(registry: Registry, event: EventOf<'open' | 'closing'>): void {
  registry.existingChannel(event.channel)?.dispatchEvent(new Event(event.type));
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
    registry.connection.dispatchEvent(new RTCPeerConnectionIceEvent('icecandidate', eventInit));
  },
  icecandidateerror: (registry, { address, port, url, errorCode, errorText }) => {
    const init = { address: address ?? null, port: port ?? null, url, errorCode, errorText };
    registry.connection.dispatchEvent(new RTCPeerConnectionIceErrorEvent('icecandidateerror', init));
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
    registry.connection.dispatchEvent(new RTCDataChannelEvent('datachannel', { channel }));
  },
  open: fireAtChannel,
  closing: fireAtChannel,
  readable: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel && channelFriend.inbox(channel).noteReadable()) {
      registry.deliverFrom(channelFriend.inbox(channel));
    }
  },
  bufferedamountlow: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel && channelFriend.lowBufferIsReal(channel)) {
      channel.dispatchEvent(new Event('bufferedamountlow'));
    }
  },
  close: (registry, event) => {
    const channel = registry.existingChannel(event.channel);
    if (channel) {
      channelFriend.close(channel);
      channel.dispatchEvent(new Event('close'));
    }
  },
  channelerror: (registry, event) => {
    registry.existingChannel(event.channel)?.dispatchEvent(errorEvent(event));
  },

  icestatechange: (registry, event) => {
    registry.transportOf(event.transport).iceTransport.dispatchEvent(new Event('statechange'));
  },
  icetransportgatheringstatechange: (registry, event) => {
    registry.transportOf(event.transport).iceTransport.dispatchEvent(new Event('gatheringstatechange'));
  },
  selectedcandidatepairchange: (registry, event) => {
    registry.transportOf(event.transport).iceTransport.dispatchEvent(new Event(event.type));
  },
  dtlsstatechange: (registry, event) => {
    registry.transportOf(event.transport).dispatchEvent(new Event('statechange'));
  },
  dtlserror: (registry, event) => {
    registry.transportOf(event.transport).dispatchEvent(errorEvent(event));
  },
  sctpstatechange: (registry) => {
    registry.sctp()?.dispatchEvent(new Event('statechange'));
  },

  identityrequest: (registry, event) => registry.identity.dispatch(event),
  peeridentity: (registry, event) => registry.identity.dispatch(event),
};
