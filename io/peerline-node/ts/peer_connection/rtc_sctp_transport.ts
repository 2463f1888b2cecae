/** `RTCSctpTransport` (webrtc-pc, section 6.1). */
import { assertInternal, eventHandler, eventTarget, expose, internal, type Internal, readonly } from '../webidl';
import type { NativeSctpView } from '../native';
import type { Registry } from './registry';
import type { RTCDtlsTransport } from './rtc_dtls_transport';

interface SctpTransportEventMap {
  statechange: Event;
}

export class RTCSctpTransport extends eventTarget<SctpTransportEventMap>() implements globalThis.RTCSctpTransport {
  readonly #registry: Registry;
  /** As it was last: a rolled back transport keeps its slots. */
  #last: NativeSctpView;
  declare onstatechange: ((this: globalThis.RTCSctpTransport, event: Event) => unknown) | null;

  /** @internal */
  constructor(token: Internal, registry: Registry, view: NativeSctpView) {
    assertInternal(token);
    super();
    this.#registry = registry;
    this.#last = view;
  }

  get #view(): NativeSctpView {
    this.#last = this.#registry.native.sctp() ?? { ...this.#last, state: 'closed' };
    return this.#last;
  }

  get transport(): RTCDtlsTransport {
    return this.#registry.transportOf(this.#view.transport);
  }

  get state(): RTCSctpTransportState {
    return this.#view.state as RTCSctpTransportState;
  }

  get maxMessageSize(): number {
    return this.#view.maxMessageSize;
  }

  get maxChannels(): number | null {
    return this.#view.maxChannels ?? null;
  }

  static {
    expose(this, {
      brand: (value) => #registry in value,
      members: { transport: readonly, state: readonly, maxMessageSize: readonly, maxChannels: readonly, onstatechange: eventHandler },
    });
  }
}

/** The SCTP transport of a connection. */
export function createSctpTransport(registry: Registry, view: NativeSctpView): RTCSctpTransport {
  return new RTCSctpTransport(internal, registry, view);
}
