/** `RTCTransformEvent` (webrtc-encoded-transform, section 4.6). */
import { assertInternal, expose, readonly, type Internal } from '../webidl';
import type { RTCRtpScriptTransformer } from './rtc_rtp_script_transformer';

export class RTCTransformEvent extends Event {
  readonly #transformer: RTCRtpScriptTransformer;

  /** @internal */
  constructor(token: Internal, transformer: RTCRtpScriptTransformer) {
    assertInternal(token);
    super('rtctransform');
    this.#transformer = transformer;
  }

  get transformer(): RTCRtpScriptTransformer {
    return this.#transformer;
  }

  static {
    expose(this, { brand: (value) => #transformer in value, members: { transformer: readonly } });
  }
}
