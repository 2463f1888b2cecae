/** How asking an identity provider fails (webrtc-identity, section 9). */

/** The values of `RTCErrorDetailTypeIdp` that the browser finds out, and those that a provider may say of itself. */
export type Detail =
  | 'idp-bad-script-failure'
  | 'idp-execution-failure'
  | 'idp-load-failure'
  | 'idp-need-login'
  | 'idp-timeout'
  | 'idp-tls-failure'
  | 'idp-token-expired'
  | 'idp-token-invalid';

export class Failure extends Error {
  readonly detail: Detail;
  /** HTTP status code, with `idp-load-failure`. */
  readonly status?: number;

  constructor(detail: Detail, status?: number) {
    super(detail);
    this.detail = detail;
    this.status = status;
  }
}
