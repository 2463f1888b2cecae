/** `RTCIceTransport` (W3C webrtc-pc, section 5.6). */
import { assertInternal, eventHandler, eventTarget, expose, internal, type Internal, operation, readonly } from '../webidl';
import type { NativeCandidateInit, NativeIceParameters, NativeTransportView, TransportId } from '../native';
import type { RTCIceCandidate } from './rtc_ice_candidate';
import { RTCIceCandidatePair } from './rtc_ice_candidate_pair';
import type { Registry } from './registry';

const GONE: NativeTransportView = {
  iceState: 'closed',
  gatheringState: 'new',
  role: 'unknown',
  dtlsState: 'closed',
  localCandidates: [],
  remoteCandidates: [],
  remoteCertificates: [],
};

/** What a transport shows; one that the core has forgotten is closed. */
export function transportView(registry: Registry, id: TransportId): NativeTransportView {
  return registry.native.transport(id) ?? GONE;
}

export interface RTCIceParameters {
  usernameFragment: string;
  password: string;
}

export class RTCIceTransport extends eventTarget<RTCIceTransportEventMap>() implements globalThis.RTCIceTransport {
  readonly #registry: Registry;
  readonly #id: TransportId;
  #selected: RTCIceCandidatePair | null = null;
  declare onstatechange: ((this: globalThis.RTCIceTransport, event: Event) => unknown) | null;
  declare ongatheringstatechange: ((this: globalThis.RTCIceTransport, event: Event) => unknown) | null;
  declare onselectedcandidatepairchange: ((this: globalThis.RTCIceTransport, event: Event) => unknown) | null;

  /** @internal */
  constructor(token: Internal, registry: Registry, id: TransportId) {
    assertInternal(token);
    super();
    this.#registry = registry;
    this.#id = id;
  }

  get #view(): NativeTransportView {
    return transportView(this.#registry, this.#id);
  }

  get role(): RTCIceRole {
    return this.#view.role as RTCIceRole;
  }

  /** RTCP shares the transport of RTP, always. */
  get component(): RTCIceComponent {
    return 'rtp';
  }

  get state(): RTCIceTransportState {
    return this.#view.iceState as RTCIceTransportState;
  }

  get gatheringState(): RTCIceGathererState {
    return this.#view.gatheringState as RTCIceGathererState;
  }

  getLocalCandidates(): RTCIceCandidate[] {
    return this.#show(this.#view.localCandidates);
  }

  getRemoteCandidates(): RTCIceCandidate[] {
    return this.#show(this.#view.remoteCandidates);
  }

  #show(candidates: NativeCandidateInit[]): RTCIceCandidate[] {
    return candidates.map((candidate) => this.#registry.candidates.show(candidate));
  }

  /** The same object until another pair is selected. */
  getSelectedCandidatePair(): RTCIceCandidatePair | null {
    const { selectedPair } = this.#view;
    if (!selectedPair) {
      this.#selected = null;
      return null;
    }
    const [local, remote] = this.#show([selectedPair.local, selectedPair.remote]) as [RTCIceCandidate, RTCIceCandidate];
    if (this.#selected?.local !== local || this.#selected.remote !== remote) {
      this.#selected = new RTCIceCandidatePair(internal, local, remote);
    }
    return this.#selected;
  }

  getLocalParameters(): RTCIceParameters | null {
    return showParameters(this.#view.localParameters);
  }

  getRemoteParameters(): RTCIceParameters | null {
    return showParameters(this.#view.remoteParameters);
  }

  static {
    expose(this, {
      brand: (value) => #registry in value,
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
      },
    });
  }
}

function showParameters(parameters: NativeIceParameters | undefined): RTCIceParameters | null {
  return parameters ? { usernameFragment: parameters.usernameFragment, password: parameters.password } : null;
}
