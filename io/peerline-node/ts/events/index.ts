/** Every event, and the two exceptions that are interfaces of their own. */
export { DeviceChangeEvent } from './device_change_event';
export { MediaStreamTrackEvent } from './media_stream_track_event';
export { OverconstrainedError } from './overconstrained_error';
export { RTCDataChannelEvent } from './rtc_data_channel_event';
export { RTCDTMFToneChangeEvent } from './rtc_dtmf_tone_change_event';
export { RTCError } from './rtc_error';
export { RTCErrorEvent } from './rtc_error_event';
export { RTCPeerConnectionIceErrorEvent } from './rtc_peer_connection_ice_error_event';
export { RTCPeerConnectionIceEvent } from './rtc_peer_connection_ice_event';
export { RTCTrackEvent } from './rtc_track_event';
export { SFrameTransformErrorEvent } from './sframe_transform_error_event';
