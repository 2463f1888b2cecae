/** The connection and what hangs on it. */
import './transferred_channel';

export { RTCCertificate } from './rtc_certificate';
export { RTCDataChannel } from './rtc_data_channel';
export { RTCDtlsTransport } from './rtc_dtls_transport';
export { RTCIceCandidate } from './rtc_ice_candidate';
export { RTCIceCandidatePair } from './rtc_ice_candidate_pair';
export { RTCIceTransport } from './rtc_ice_transport';
export { RTCPeerConnection } from './rtc_peer_connection';
export { RTCSctpTransport } from './rtc_sctp_transport';
export { RTCSessionDescription } from './rtc_session_description';
export { RTCStatsReport } from './rtc_stats_report';
export type { PeerConfiguration } from './rtc_configuration';
