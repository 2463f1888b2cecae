/** Transceivers, senders, receivers. */
export { RTCDTMFSender } from './rtc_dtmf_sender';
export { RTCRtpReceiver } from './rtc_rtp_receiver';
export { RTCRtpSender } from './rtc_rtp_sender';
export { RTCRtpTransceiver } from './rtc_rtp_transceiver';
