/** `RTCCertificate` (webrtc-pc, section 4.9). */
import { assertInternal, expose, internal, type Internal, isInstance, operation, readonly } from '../webidl';
import { native as addon } from '../load';
import type { NativeCertificate } from '../native';
import { registerSerializable } from '../structured_clone';

let nativeOf: (certificate: RTCCertificate) => NativeCertificate;

export class RTCCertificate implements globalThis.RTCCertificate {
  readonly #native: NativeCertificate;
  readonly #expires: number;

  /** @internal */
  constructor(token: Internal, native: NativeCertificate, expires = native.expires) {
    assertInternal(token);
    this.#native = native;
    this.#expires = expires;
  }

  get expires(): number {
    return this.#expires;
  }

  getFingerprints(): RTCDtlsFingerprint[] {
    return this.#native.getFingerprints();
  }

  static {
    nativeOf = (certificate) => certificate.#native;
    expose(this, { brand: (value) => #native in value, members: { expires: readonly, getFingerprints: operation() } });
  }
}

/** The addon's object behind a certificate. */
export function nativeCertificate(certificate: RTCCertificate): NativeCertificate {
  return nativeOf(certificate);
}

/** A certificate of the addon's as scripts see it. */
export function createCertificate(native: NativeCertificate): RTCCertificate {
  return new RTCCertificate(internal, native);
}

// [Serializable] (section 4.9.3): to another thread of this process, private key and all.
registerSerializable<RTCCertificate, { pem: string; expires: number }>({
  name: 'RTCCertificate',
  matches: (value): value is RTCCertificate => isInstance(RTCCertificate, value),
  // X.509 knows whole seconds only.
  serialize: (certificate) => ({ pem: addon.certificateToPem(nativeCertificate(certificate)), expires: certificate.expires }),
  deserialize: ({ pem, expires }) => new RTCCertificate(internal, addon.certificateFromPem(pem), expires),
});
