/** `RTCIceTransport` (webrtc-pc, section 5.6; webrtc-ice: those that scripts make). */
import {
  boolean, constructorOf, type Converted, defaulted, dictionary, DOMString, enumeration, eventHandler, eventTarget, expose, interfaceType,
  internal, type Internal, operation, optional, readonly, sequence, union,
} from '../webidl';
import type { NativeIceParameters } from '../native';
import type { IceSource } from './ice_source';
import { RTCIceServer, RTCIceTransportPolicy, toNativeServer, type IceServer } from './rtc_configuration';
import { RTCIceCandidate, RTCIceCandidateInit } from './rtc_ice_candidate';
import { RTCIceCandidatePair } from './rtc_ice_candidate_pair';
import { StandaloneIce } from './standalone_ice';

const RTCIceRole = enumeration('RTCIceRole', ['unknown', 'controlling', 'controlled']);
const RTCIceGatherOptions = dictionary('RTCIceGatherOptions', {
  gatherPolicy: defaulted(RTCIceTransportPolicy, 'all'),
  iceServers: sequence(RTCIceServer),
});
const RTCIceParameters = dictionary('RTCIceParameters', { iceLite: boolean, password: DOMString, usernameFragment: DOMString });
const construct = constructorOf('RTCIceTransport');

export interface RTCIceParameters {
  usernameFragment: string;
  password: string;
}

interface EventMap extends RTCIceTransportEventMap {
  icecandidate: RTCPeerConnectionIceEvent;
  error: Event;
}

type Handler<E extends Event = Event> = ((this: globalThis.RTCIceTransport, event: E) => unknown) | null;

export class RTCIceTransport extends eventTarget<EventMap>() implements globalThis.RTCIceTransport {
  readonly #source: IceSource;
  #selected: RTCIceCandidatePair | null = null;
  declare onstatechange: Handler;
  declare ongatheringstatechange: Handler;
  declare onselectedcandidatepairchange: Handler;
  declare onerror: Handler;
  declare onicecandidate: Handler<RTCPeerConnectionIceEvent>;

  /** @internal A connection's transport. */
  constructor(token: Internal, source: IceSource);
  constructor();
  constructor(...given: unknown[]) {
    super();
    if (given[0] === internal) {
      this.#source = given[1] as IceSource;
      return;
    }
    construct.convert(given);
    this.#source = new StandaloneIce(this);
  }

  get role(): RTCIceRole {
    return this.#source.role;
  }

  /** RTCP shares the transport of RTP, always. */
  get component(): RTCIceComponent {
    return 'rtp';
  }

  get state(): RTCIceTransportState {
    return this.#source.state;
  }

  get gatheringState(): RTCIceGathererState {
    return this.#source.gatheringState;
  }

  getLocalCandidates(): RTCIceCandidate[] {
    return this.#source.localCandidates;
  }

  getRemoteCandidates(): RTCIceCandidate[] {
    return this.#source.remoteCandidates;
  }

  /** The same object until another pair is selected. */
  getSelectedCandidatePair(): RTCIceCandidatePair | null {
    const pair = this.#source.selectedPair;
    if (!pair) this.#selected = null;
    else if (this.#selected?.local !== pair.local || this.#selected.remote !== pair.remote) {
      this.#selected = new RTCIceCandidatePair(internal, pair.local, pair.remote);
    }
    return this.#selected;
  }

  getLocalParameters(): RTCIceParameters | null {
    return showParameters(this.#source.localParameters);
  }

  getRemoteParameters(): RTCIceParameters | null {
    return showParameters(this.#source.remoteParameters);
  }

  // webrtc-ice: what only scripts do that made the transport.

  get #agent(): StandaloneIce {
    if (this.#source instanceof StandaloneIce) return this.#source;
    throw new DOMException("The transport is a connection's.", 'InvalidStateError');
  }

  gather(options?: { gatherPolicy?: globalThis.RTCIceTransportPolicy; iceServers?: IceServer[] }): void;
  gather({ gatherPolicy, iceServers = [] }: Converted<typeof RTCIceGatherOptions>): void {
    this.#agent.gather(gatherPolicy, iceServers.map(toNativeServer));
  }

  start(remoteParameters?: Partial<RTCIceParameters>, role?: 'controlling' | 'controlled'): void;
  start({ usernameFragment, password }: Partial<RTCIceParameters> = {}, role = ''): void {
    if (usernameFragment === undefined || password === undefined) throw new TypeError('Both usernameFragment and password are needed.');
    if (role === 'unknown') throw new TypeError('The role has to be known.');
    this.#agent.start(usernameFragment, password, role);
  }

  stop(): void {
    this.#agent.stop();
  }

  addRemoteCandidate(remoteCandidate?: RTCIceCandidate | globalThis.RTCIceCandidateInit): void;
  addRemoteCandidate(candidate: RTCIceCandidate | Converted<typeof RTCIceCandidateInit>): void {
    this.#agent.addRemoteCandidate(candidate);
  }

  static {
    expose(this, {
      brand: (value) => #source in value,
      construct,
      members: {
        role: readonly,
        component: readonly,
        state: readonly,
        gatheringState: readonly,
        getLocalCandidates: operation(),
        getRemoteCandidates: operation(),
        getSelectedCandidatePair: operation(),
        getLocalParameters: operation(),
        getRemoteParameters: operation(),
        onstatechange: eventHandler,
        ongatheringstatechange: eventHandler,
        onselectedcandidatepairchange: eventHandler,
        gather: operation(optional(RTCIceGatherOptions, {})),
        start: operation(optional(RTCIceParameters, {}), optional(RTCIceRole, 'controlled')),
        stop: operation(),
        addRemoteCandidate: operation(optional(union(interfaceType('RTCIceCandidate', () => RTCIceCandidate), RTCIceCandidateInit), {})),
        onerror: eventHandler,
        onicecandidate: eventHandler,
      },
    });
  }
}

function showParameters(parameters: NativeIceParameters | null): RTCIceParameters | null {
  return parameters && { usernameFragment: parameters.usernameFragment, password: parameters.password };
}
