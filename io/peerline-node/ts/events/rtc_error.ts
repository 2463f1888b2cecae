/** `RTCError` (webrtc-pc, section 11.1; webrtc-identity, section 10). */
import { constructorOf, dictionary, DOMString, enumeration, expose, long, optional, readonly, required, unsignedLong } from '../webidl';

/** `RTCErrorDetailType`, with the identity extension's values. */
export const RTCErrorDetailType = enumeration('RTCErrorDetailType', [
  'data-channel-failure', 'dtls-failure', 'fingerprint-failure', 'sctp-failure', 'sdp-syntax-error', 'hardware-encoder-not-available', 'hardware-encoder-error',
  'idp-bad-script-failure', 'idp-execution-failure', 'idp-load-failure', 'idp-need-login', 'idp-timeout', 'idp-tls-failure', 'idp-token-expired', 'idp-token-invalid',
]);

const RTCErrorInit = dictionary('RTCErrorInit', {
  errorDetail: required(RTCErrorDetailType),
  sdpLineNumber: long,
  sctpCauseCode: long,
  receivedAlert: unsignedLong,
  sentAlert: unsignedLong,
  httpRequestStatusCode: long,
});

const construct = constructorOf('RTCError', RTCErrorInit, optional(DOMString, ''));

export class RTCError extends DOMException implements globalThis.RTCError {
  readonly #init: ReturnType<typeof construct.convert>[0];

  constructor(init: globalThis.RTCErrorInit & { httpRequestStatusCode?: number }, message?: string);
  constructor(...given: unknown[]) {
    const [init, message] = construct.convert(given);
    super(message, 'OperationError');
    this.#init = init;
  }

  get errorDetail(): RTCErrorDetailType {
    return this.#init.errorDetail as RTCErrorDetailType;
  }

  get sdpLineNumber(): number | null {
    return this.#init.sdpLineNumber ?? null;
  }

  get sctpCauseCode(): number | null {
    return this.#init.sctpCauseCode ?? null;
  }

  get receivedAlert(): number | null {
    return this.#init.receivedAlert ?? null;
  }

  get sentAlert(): number | null {
    return this.#init.sentAlert ?? null;
  }

  get httpRequestStatusCode(): number | null {
    return this.#init.httpRequestStatusCode ?? null;
  }

  static {
    expose(this, {
      brand: (value) => #init in value,
      construct,
      members: {
        errorDetail: readonly,
        sdpLineNumber: readonly,
        sctpCauseCode: readonly,
        receivedAlert: readonly,
        sentAlert: readonly,
        httpRequestStatusCode: readonly,
      },
    });
  }
}
