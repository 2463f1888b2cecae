/** `RTCCertificate` (webrtc-pc, section 4.9). */
import { assertInternal, expose, internal, type Internal, operation, readonly } from '../webidl';
import type { NativeCertificate } from '../native';

let nativeOf: (certificate: RTCCertificate) => NativeCertificate;

export class RTCCertificate implements globalThis.RTCCertificate {
  readonly #native: NativeCertificate;

  /** @internal */
  constructor(token: Internal, native: NativeCertificate) {
    assertInternal(token);
    this.#native = native;
  }

  get expires(): number {
    return this.#native.expires;
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
