/** Media capture: streams, tracks, devices. */
export { InputDeviceInfo } from './input_device_info';
export { MediaDeviceInfo } from './media_device_info';
export { MediaDevices, mediaDevices } from './media_devices';
export { MediaStream } from './media_stream';
export { MediaStreamTrack } from './media_stream_track';
export { MediaStreamTrackAudioStats } from './media_stream_track_audio_stats';
export { MediaStreamTrackVideoStats } from './media_stream_track_video_stats';
