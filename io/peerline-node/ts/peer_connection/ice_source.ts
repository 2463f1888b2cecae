/** What an `RTCIceTransport` shows, wherever it comes from: a connection, or an agent of the transport's own. */
import type { NativeCandidateInit, NativeIceParameters, NativeTransportView, TransportId } from '../native';
import type { Registry } from './registry';
import type { RTCIceCandidate } from './rtc_ice_candidate';

export interface IceSource {
  readonly role: RTCIceRole;
  readonly state: RTCIceTransportState;
  readonly gatheringState: RTCIceGathererState;
  readonly localCandidates: RTCIceCandidate[];
  readonly remoteCandidates: RTCIceCandidate[];
  readonly selectedPair: { local: RTCIceCandidate; remote: RTCIceCandidate } | null;
  readonly localParameters: NativeIceParameters | null;
  readonly remoteParameters: NativeIceParameters | null;
}

const GONE: NativeTransportView = {
  iceState: 'closed',
  gatheringState: 'new',
  role: 'unknown',
  dtlsState: 'closed',
  localCandidates: [],
  remoteCandidates: [],
  remoteCertificates: [],
};

/** What a transport of a connection shows; one that the core has forgotten is closed. */
export function transportView(registry: Registry, id: TransportId): NativeTransportView {
  return registry.native.transport(id) ?? GONE;
}

/** A connection's transport. */
export class ConnectionIce implements IceSource {
  readonly #registry: Registry;
  readonly #id: TransportId;

  constructor(registry: Registry, id: TransportId) {
    this.#registry = registry;
    this.#id = id;
  }

  get #view(): NativeTransportView {
    return transportView(this.#registry, this.#id);
  }

  #show(candidate: NativeCandidateInit): RTCIceCandidate {
    return this.#registry.candidates.show(candidate);
  }

  get role(): RTCIceRole {
    return this.#view.role as RTCIceRole;
  }

  get state(): RTCIceTransportState {
    return this.#view.iceState as RTCIceTransportState;
  }

  get gatheringState(): RTCIceGathererState {
    return this.#view.gatheringState as RTCIceGathererState;
  }

  get localCandidates(): RTCIceCandidate[] {
    return this.#view.localCandidates.map((candidate) => this.#show(candidate));
  }

  get remoteCandidates(): RTCIceCandidate[] {
    return this.#view.remoteCandidates.map((candidate) => this.#show(candidate));
  }

  get selectedPair(): { local: RTCIceCandidate; remote: RTCIceCandidate } | null {
    const { selectedPair } = this.#view;
    return selectedPair ? { local: this.#show(selectedPair.local), remote: this.#show(selectedPair.remote) } : null;
  }

  get localParameters(): NativeIceParameters | null {
    return this.#view.localParameters ?? null;
  }

  get remoteParameters(): NativeIceParameters | null {
    return this.#view.remoteParameters ?? null;
  }
}
