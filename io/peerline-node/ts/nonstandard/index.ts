/** What no W3C specification has: raw media in and out, with the names and shapes of node-webrtc; channels as streams. */
export { enterWorker, workerScope } from '../encoded_transform/worker_scope';
export { pack, structuredClone, unpack } from '../structured_clone';
export { streams, type ChannelStreams } from './channel_streams';
export { setPermission, type PermissionAnswer, type PermissionName } from '../media/permissions';
export { i420ToRgba, rgbaToI420, type ImageFrame } from './i420';
export { RTCAudioSink, type RTCAudioDataEvent } from './rtc_audio_sink';
export { RTCAudioSource } from './rtc_audio_source';
export { RTCVideoSink, type RTCVideoFrameEvent } from './rtc_video_sink';
export { RTCVideoSource } from './rtc_video_source';
