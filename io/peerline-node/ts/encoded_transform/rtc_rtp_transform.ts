/** `RTCRtpTransform` (webrtc-encoded-transform, section 2): the type of the attribute `transform` of senders and receivers. */
import { interfaceType, nullable, union } from '../webidl';
import { RTCRtpScriptTransform } from './rtc_rtp_script_transform';
import { SFrameTransform } from './sframe_transform';

export type RTCRtpTransform = SFrameTransform | RTCRtpScriptTransform;

/** `RTCRtpTransform?`. */
export const RTCRtpTransformOrNull = nullable(
  union(
    interfaceType<SFrameTransform>('SFrameTransform', () => SFrameTransform),
    interfaceType<RTCRtpScriptTransform>('RTCRtpScriptTransform', () => RTCRtpScriptTransform),
  ),
);
