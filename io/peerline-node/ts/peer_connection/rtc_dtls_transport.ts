/** `RTCDtlsTransport` (webrtc-pc, section 5.5). */
import { assertInternal, eventHandler, eventTarget, expose, internal, type Internal, operation, readonly } from '../webidl';
import type { TransportId } from '../native';
import type { Registry } from './registry';
import { ConnectionIce, transportView } from './ice_source';
import { RTCIceTransport } from './rtc_ice_transport';

export class RTCDtlsTransport extends eventTarget<RTCDtlsTransportEventMap>() implements globalThis.RTCDtlsTransport {
  readonly #registry: Registry;
  readonly #id: TransportId;
  readonly #iceTransport: RTCIceTransport;
  declare onstatechange: ((this: globalThis.RTCDtlsTransport, event: Event) => unknown) | null;
  declare onerror: ((this: globalThis.RTCDtlsTransport, event: Event) => unknown) | null;

  /** @internal */
  constructor(token: Internal, registry: Registry, id: TransportId) {
    assertInternal(token);
    super();
    this.#registry = registry;
    this.#id = id;
    this.#iceTransport = new RTCIceTransport(internal, new ConnectionIce(registry, id));
  }

  get iceTransport(): RTCIceTransport {
    return this.#iceTransport;
  }

  get state(): RTCDtlsTransportState {
    return transportView(this.#registry, this.#id).dtlsState as RTCDtlsTransportState;
  }

  getRemoteCertificates(): ArrayBuffer[] {
    return transportView(this.#registry, this.#id).remoteCertificates;
  }

  static {
    expose(this, {
      brand: (value) => #registry in value,
      members: { iceTransport: readonly, state: readonly, getRemoteCertificates: operation(), onstatechange: eventHandler, onerror: eventHandler },
    });
  }
}

/** A DTLS transport with its ICE transport. */
export function createDtlsTransport(registry: Registry, id: TransportId): RTCDtlsTransport {
  return new RTCDtlsTransport(internal, registry, id);
}
