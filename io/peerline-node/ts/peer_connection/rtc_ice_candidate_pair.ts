/** `RTCIceCandidatePair` (webrtc-pc, section 5.6.4). */
import { assertInternal, expose, type Internal, readonly } from '../webidl';
import type { RTCIceCandidate } from './rtc_ice_candidate';

export class RTCIceCandidatePair implements globalThis.RTCIceCandidatePair {
  readonly #local: RTCIceCandidate;
  readonly #remote: RTCIceCandidate;

  /** @internal */
  constructor(token: Internal, local: RTCIceCandidate, remote: RTCIceCandidate) {
    assertInternal(token);
    this.#local = local;
    this.#remote = remote;
  }

  get local(): RTCIceCandidate {
    return this.#local;
  }

  get remote(): RTCIceCandidate {
    return this.#remote;
  }

  static {
    expose(this, { brand: (value) => #local in value, members: { local: readonly, remote: readonly } });
  }
}
