/** `RTCPeerConnectionIceEvent` (webrtc-pc, section 4.8.2). */
import { RTCIceCandidate } from '../peer_connection/rtc_ice_candidate';
import { constructorOf, dictionary, DOMString, expose, interfaceType, nullable, optional, readonly, USVString } from '../webidl';
import { EventInit } from './event_init';

const RTCPeerConnectionIceEventInit = dictionary(
  'RTCPeerConnectionIceEventInit',
  {
    candidate: nullable(interfaceType('RTCIceCandidate', () => RTCIceCandidate)),
    url: nullable(USVString),
  },
  EventInit,
);

const construct = constructorOf('RTCPeerConnectionIceEvent', DOMString, optional(RTCPeerConnectionIceEventInit, {}));

export class RTCPeerConnectionIceEvent extends Event implements globalThis.RTCPeerConnectionIceEvent {
  readonly #candidate: RTCIceCandidate | null;
  readonly #url: string | null;

  constructor(type: string, eventInitDict?: globalThis.RTCPeerConnectionIceEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#candidate = init.candidate ?? null;
    this.#url = init.url ?? null;
  }

  get candidate(): RTCIceCandidate | null {
    return this.#candidate;
  }

  get url(): string | null {
    return this.#url;
  }

  static {
    expose(this, {
      brand: (value) => #candidate in value,
      construct,
      members: { candidate: readonly, url: readonly },
    });
  }
}
