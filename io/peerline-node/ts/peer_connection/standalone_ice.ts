/** The agent behind an `RTCIceTransport` that a script made (webrtc-ice): its native object, its tasks, and the candidates it shows. */
import { attempt } from '../errors';
import { eventLoop, type Work } from '../event_loop';
import { RTCPeerConnectionIceEvent } from '../events/rtc_peer_connection_ice_event';
import { native as addon } from '../load';
import type { IceTransport, NativeIceParameters, NativeIceServer, NativeIceTransportEvent } from '../native';
import type { IceSource } from './ice_source';
import { fire, type Converted } from '../webidl';
import { Candidates, RTCIceCandidate, type RTCIceCandidateInit } from './rtc_ice_candidate';

export class StandaloneIce implements IceSource {
  readonly native: IceTransport;
  /** Where events fire. */
  readonly #target: EventTarget;
  readonly #candidates = new Candidates();
  readonly #local: RTCIceCandidate[] = [];
  #remote: RTCIceCandidate[] = [];

  constructor(target: EventTarget) {
    const loop = eventLoop();
    this.native = attempt(() => new addon.IceTransport(loop.native));
    this.#target = target;
    loop.add(this);
  }

  get role(): RTCIceRole {
    return this.native.view().role as RTCIceRole;
  }

  get state(): RTCIceTransportState {
    return this.native.view().state as RTCIceTransportState;
  }

  get gatheringState(): RTCIceGathererState {
    return this.native.view().gatheringState as RTCIceGathererState;
  }

  get localCandidates(): RTCIceCandidate[] {
    return [...this.#local];
  }

  get remoteCandidates(): RTCIceCandidate[] {
    return [...this.#remote];
  }

  get selectedPair(): { local: RTCIceCandidate; remote: RTCIceCandidate } | null {
    const { selectedPair } = this.native.view();
    return selectedPair ? { local: this.#show(selectedPair.local, this.#local), remote: this.#show(selectedPair.remote, this.#remote) } : null;
  }

  get localParameters(): NativeIceParameters {
    return this.native.view().localParameters;
  }

  get remoteParameters(): NativeIceParameters | null {
    return this.native.view().remoteParameters ?? null;
  }

  /** The candidate that a script knows already, or a peer-reflexive one. */
  #show(candidate: string, known: RTCIceCandidate[]): RTCIceCandidate {
    return known.find((one) => one.candidate === candidate) ?? this.#candidates.show({ candidate });
  }

  gather(policy: RTCIceTransportPolicy, servers: NativeIceServer[]): void {
    this.#call((agent) => agent.gather(policy, servers));
  }

  /** Other remote parameters than before bring candidates of their own. */
  start(usernameFragment: string, password: string, role: string): void {
    const before = this.remoteParameters;
    this.#call((agent) => agent.start(usernameFragment, password, role));
    if (before && (before.usernameFragment !== usernameFragment || before.password !== password)) this.#remote = [];
  }

  /** A candidate that a script has as an object is shown as that object. */
  addRemoteCandidate(candidate: RTCIceCandidate | Converted<typeof RTCIceCandidateInit>): void {
    this.#call((agent) => agent.addRemoteCandidate(candidate.candidate));
    if (candidate.candidate === '') return;
    this.#remote.push(candidate instanceof RTCIceCandidate ? candidate : this.#candidates.show({ candidate: candidate.candidate }));
  }

  stop(): void {
    this.#call((agent) => agent.stop());
  }

  #call(call: (agent: IceTransport) => void): void {
    attempt(() => call(this.native));
    eventLoop().schedule(this);
  }

  /** For the event loop. */
  nextWork(): Work | null {
    const events = this.native.runTask();
    if (!events) return null;
    return {
      dispatchNext: () => {
        const event = events.shift();
        if (event) this.#dispatch(event);
        return event !== undefined;
      },
    };
  }

  #dispatch({ type, candidate }: NativeIceTransportEvent): void {
    if (type !== 'icecandidate') {
      fire(this.#target, new Event(type));
      return;
    }
    const shown = candidate === undefined ? null : this.#candidates.show({ candidate });
    if (shown) this.#local.push(shown);
    fire(this.#target, new RTCPeerConnectionIceEvent('icecandidate', { candidate: shown }));
  }
}
