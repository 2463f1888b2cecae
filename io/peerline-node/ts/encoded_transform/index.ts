/** webrtc-encoded-transform: what a window has of it. Workers have more: `worker_scope.ts`. */
import './transferred_streams';

export { RTCEncodedAudioFrame } from './rtc_encoded_audio_frame';
export { RTCEncodedVideoFrame } from './rtc_encoded_video_frame';
export { RTCRtpScriptTransform } from './rtc_rtp_script_transform';
export { SFrameDecrypterStream } from './sframe_decrypter_stream';
export { SFrameEncrypterStream } from './sframe_encrypter_stream';
export { SFrameTransform } from './sframe_transform';
