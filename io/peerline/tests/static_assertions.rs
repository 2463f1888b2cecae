//! Every public type is what a user's tasks need: Send, Sync, and `'static`; every future can be moved to another thread.

use peerline::*;
use std::future::Future;

const fn handle<T: Send + Sync + Clone + Unpin + std::fmt::Debug + 'static>() {}
const fn value<T: Send + Sync + Clone + Unpin + std::fmt::Debug + PartialEq + 'static>() {}
const fn stream<T: Send + Sync + Unpin + std::fmt::Debug + 'static>() {}
const fn future<T: Future + Send + Unpin + std::fmt::Debug + 'static>() {}
const fn error<T: std::error::Error + Send + Sync + 'static>() {}

const _: () = {
    handle::<RtcPeerConnection>();
    handle::<RtcDataChannel>();
    handle::<RtcSctpTransport>();
    handle::<RtcDtlsTransport>();
    handle::<RtcIceTransport>();
    handle::<RtcCertificate>();
    handle::<RtcConfiguration>();
    handle::<RtcOfferOptions>();
    handle::<RtcAnswerOptions>();
    value::<RtcPeerConnection>();
    value::<RtcDataChannel>();
    value::<RtcPeerConnectionEvent>();
    value::<RtcDataChannelMessage>();
    value::<RtcDataChannelInit>();
    value::<RtcSessionDescription>();
    value::<RtcIceCandidate>();
    value::<RtcIceCandidateInit>();
    value::<RtcIceCandidatePair>();
    value::<RtcPeerConnectionIceError>();
    value::<RtcIceServer>();
    value::<RtcNativeSettings>();
    value::<RtcDtlsFingerprint>();
    value::<RtcError>();
    value::<RtcErrorDetail>();
    value::<RtcErrorDetailType>();
    value::<RtcErrorName>();
    value::<RtcSignalingState>();
    value::<RtcPeerConnectionState>();
    value::<RtcIceConnectionState>();
    value::<RtcIceGatheringState>();
    value::<RtcIceTransportState>();
    value::<RtcIceGathererState>();
    value::<RtcDtlsTransportState>();
    value::<RtcSctpTransportState>();
    value::<RtcDataChannelState>();
    value::<RtcPriorityType>();
    value::<RtcSdpType>();
    value::<RtcBundlePolicy>();
    value::<RtcIceTransportPolicy>();
    value::<RtcRtcpMuxPolicy>();
    value::<RtcIceCandidateType>();
    value::<RtcIceComponent>();
    value::<RtcIceProtocol>();
    value::<RtcIceTcpCandidateType>();
    value::<RtcKeyAlgorithm>();
    value::<UnknownValue>();
    stream::<RtcPeerConnectionEvents>();
    stream::<RtcDataChannelMessages>();
    future::<Operation<()>>();
    future::<Operation<RtcSessionDescription>>();
    error::<RtcError>();
    error::<UnknownValue>();
};

const fn moves<T: Send>(_: &T) {}

/// Never called: it compiles if every future can be moved to another thread.
#[allow(dead_code, reason = "a proof, not a program")]
fn every_future_moves(connection: &RtcPeerConnection, channel: &RtcDataChannel) {
    moves(&connection.create_offer(RtcOfferOptions::default()));
    moves(&connection.create_answer(RtcAnswerOptions::default()));
    moves(&connection.set_local_description(None));
    moves(&connection.set_remote_description(RtcSessionDescription::rollback()));
    moves(&connection.add_ice_candidate(None));
    moves(&connection.next_event());
    moves(&connection.gathering_complete());
    moves(&connection.connected());
    moves(&channel.send_when_writable(Bytes::new()));
    moves(&channel.send_text_when_writable(""));
    moves(&channel.send_all(futures_util::stream::iter([Bytes::new()])));
    moves(&channel.writable());
    moves(&channel.opened());
    moves(&channel.closed());
    moves(&channel.receive());
    moves(&RtcCertificate::generate(RtcKeyAlgorithm::EcdsaP256));
}

#[test]
fn enumeration_strings_round_trip() {
    for state in RtcDataChannelState::ALL {
        assert_eq!(state.as_str().parse(), Ok(*state));
    }
    for kind in RtcErrorDetailType::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    assert_eq!(RtcSignalingState::HaveLocalOffer.as_str(), "have-local-offer");
    assert_eq!("srflx".parse(), Ok(RtcIceCandidateType::Srflx));
    assert_eq!(RtcErrorName::InvalidStateError.as_str(), "InvalidStateError");
}
