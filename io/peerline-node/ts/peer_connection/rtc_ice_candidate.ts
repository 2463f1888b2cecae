/** `RTCIceCandidate` (webrtc-pc, section 4.8.1). */
import {
  constructorOf, defaulted, dictionary, DOMString, enumeration, expose, internal, type Internal, nullable, operation, optional, readonly,
  unsignedShort, USVString,
} from '../webidl';
import type { NativeCandidateFields, NativeCandidateInit } from '../native';
import { native } from '../load';

const RTCIceServerTransportProtocol = enumeration('RTCIceServerTransportProtocol', ['udp', 'tcp', 'tls']);
type RelayProtocol = 'udp' | 'tcp' | 'tls';

export const RTCIceCandidateInit = dictionary('RTCIceCandidateInit', {
  candidate: defaulted(DOMString, ''),
  sdpMLineIndex: defaulted(nullable(unsignedShort), null),
  sdpMid: defaulted(nullable(DOMString), null),
  usernameFragment: defaulted(nullable(DOMString), null),
});

const RTCLocalIceCandidateInit = dictionary(
  'RTCLocalIceCandidateInit',
  { relayProtocol: defaulted(nullable(RTCIceServerTransportProtocol), null), url: defaulted(nullable(USVString), null) },
  RTCIceCandidateInit,
);

const construct = constructorOf('RTCIceCandidate', optional(RTCLocalIceCandidateInit, {}));

interface ConvertedInit {
  candidate: string;
  sdpMLineIndex: number | null;
  sdpMid: string | null;
  usernameFragment: string | null;
}

export class RTCIceCandidate implements globalThis.RTCIceCandidate {
  readonly #init: ConvertedInit;
  readonly #relayProtocol: RelayProtocol | null;
  readonly #url: string | null;
  /** Parsed when it is asked for first. */
  #fields: NativeCandidateFields | null = null;

  constructor(candidateInitDict?: RTCLocalIceCandidateInit);
  constructor(...given: unknown[]) {
    const isOurs = given[0] === internal;
    const [init] = construct.convert(isOurs ? given.slice(1) : given);
    if (!isOurs && init.sdpMid === null && init.sdpMLineIndex === null) {
      throw new TypeError("Failed to construct 'RTCIceCandidate': sdpMid and sdpMLineIndex are both null.");
    }
    this.#init = init;
    this.#relayProtocol = init.relayProtocol;
    this.#url = init.url;
  }

  get #parsed(): NativeCandidateFields {
    return (this.#fields ??= native.parseCandidate(this.#init.candidate));
  }

  get candidate(): string {
    return this.#init.candidate;
  }

  get sdpMid(): string | null {
    return this.#init.sdpMid;
  }

  get sdpMLineIndex(): number | null {
    return this.#init.sdpMLineIndex;
  }

  get foundation(): string | null {
    return this.#parsed.foundation ?? null;
  }

  get component(): RTCIceComponent | null {
    return (this.#parsed.component as RTCIceComponent | undefined) ?? null;
  }

  get priority(): number | null {
    return this.#parsed.priority ?? null;
  }

  get address(): string | null {
    return this.#parsed.address ?? null;
  }

  get protocol(): RTCIceProtocol | null {
    return (this.#parsed.protocol as RTCIceProtocol | undefined) ?? null;
  }

  get port(): number | null {
    return this.#parsed.port ?? null;
  }

  get type(): RTCIceCandidateType | null {
    return (this.#parsed.type as RTCIceCandidateType | undefined) ?? null;
  }

  get tcpType(): RTCIceTcpCandidateType | null {
    return (this.#parsed.tcpType as RTCIceTcpCandidateType | undefined) ?? null;
  }

  get relatedAddress(): string | null {
    return this.#parsed.relatedAddress ?? null;
  }

  get relatedPort(): number | null {
    return this.#parsed.relatedPort ?? null;
  }

  get usernameFragment(): string | null {
    return this.#init.usernameFragment;
  }

  get relayProtocol(): RelayProtocol | null {
    return this.#relayProtocol;
  }

  get url(): string | null {
    return this.#url;
  }

  toJSON(): RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this.#init;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }

  static {
    expose(this, {
      brand: (value) => #init in value,
      construct,
      members: {
        candidate: readonly,
        sdpMid: readonly,
        sdpMLineIndex: readonly,
        foundation: readonly,
        component: readonly,
        priority: readonly,
        address: readonly,
        protocol: readonly,
        port: readonly,
        type: readonly,
        tcpType: readonly,
        relatedAddress: readonly,
        relatedPort: readonly,
        usernameFragment: readonly,
        relayProtocol: readonly,
        url: readonly,
        toJSON: operation(),
      },
    });
  }
}

/** A converted dictionary for the addon: what is null is absent. */
export function toNativeCandidate(init: ConvertedInit): NativeCandidateInit {
  return {
    candidate: init.candidate,
    sdpMid: init.sdpMid ?? undefined,
    sdpMLineIndex: init.sdpMLineIndex ?? undefined,
    usernameFragment: init.usernameFragment ?? undefined,
  };
}

/** "Creating an RTCIceCandidate": without the constructor's look at the m-section. */
const UncheckedCandidate = RTCIceCandidate as unknown as new (token: Internal, init: object) => RTCIceCandidate;

/** The candidates that one connection shows: the same object for the same candidate. */
export class Candidates {
  readonly #shown = new Map<string, RTCIceCandidate>();

  /** The object that shows a candidate; `url` is the server that gave it. */
  show(init: NativeCandidateInit, url?: string): RTCIceCandidate {
    const key = `${init.sdpMLineIndex}/${init.sdpMid}/${init.usernameFragment}/${init.candidate}`;
    let candidate = this.#shown.get(key);
    if (!candidate) {
      const local = { ...init, url: url ?? null };
      candidate = new UncheckedCandidate(internal, local);
      this.#shown.set(key, candidate);
    }
    return candidate;
  }
}
