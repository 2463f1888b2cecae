//! What ends without `close()`: transports that no m-section uses any more, transceivers that stop, channels without a stream (W3C webrtc-pc §4.4.1.5).

mod support;

use peerline_netsim::{INTERNET, LinkConfig, Simulation};
use peerline_peer::{
    BundlePolicy, Configuration, DataChannelInit, Description, DtlsTransportState, Event, IceConnectionState,
    IceGatheringState, IceServer, MediaKind, Misuse, SdpType, SignalingState, TrackEvent, TransceiverInit,
    TransportEvent,
};
use std::time::Duration;
use support::{Pair, Peer};

const SECOND: Duration = Duration::from_secs(1);

fn pair_with(configuration: &Configuration) -> Pair {
    let mut sim = Simulation::<Peer>::new(61);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    Pair::with(sim, alice, bob, configuration)
}

fn pair() -> Pair {
    pair_with(&Configuration::default())
}

fn rollback() -> Description {
    Description { sdp_type: SdpType::Rollback, sdp: String::new() }
}

fn position(peer: &Peer, wanted: impl Fn(&Event) -> bool) -> usize {
    peer.history.iter().position(wanted).expect("it happened")
}

#[test]
fn a_rolled_back_first_offer_leaves_nothing_gathered() {
    let mut pair = pair();
    let alice = pair.alice;
    pair.call(alice, |pc, now| pc.add_transceiver(now, MediaKind::Audio, None, TransceiverInit::default()))
        .expect("valid");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.sim.run_for(SECOND);
    assert_eq!(pair.peer(alice).pc.ice_gathering_state(), IceGatheringState::Complete);
    pair.operate(alice, |pc, now| pc.set_local_description(now, rollback())).expect("it is ours");
    assert_eq!(pair.peer(alice).pc.ice_gathering_state(), IceGatheringState::New);
    let history = &pair.peer(alice).history;
    assert_eq!(
        history.iter().rev().find(|event| matches!(event, Event::IceGatheringStateChange(_))),
        Some(&Event::IceGatheringStateChange(IceGatheringState::New))
    );
    assert_eq!(pair.peer(alice).pc.transports().count(), 0);
}

#[test]
fn a_transport_that_bundling_made_superfluous_closes_after_the_answer_was_applied() {
    let configuration = Configuration { bundle_policy: BundlePolicy::MaxCompat, ..Configuration::default() };
    let mut pair = pair_with(&configuration);
    let (alice, bob) = (pair.alice, pair.bob);
    for kind in [MediaKind::Audio, MediaKind::Video] {
        pair.call(alice, |pc, now| pc.add_transceiver(now, kind, None, TransceiverInit::default())).expect("valid");
    }
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let second = pair.peer(alice).pc.transports().nth(1).expect("one for each section").id;
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    let operation = pair.call(alice, |pc, now| pc.set_remote_description(now, answer));
    let peer = pair.peer(alice);
    let settled =
        position(peer, |event| matches!(event, Event::OperationSettled { operation: id, .. } if *id == operation));
    let closed = |what: TransportEvent| position(peer, |event| *event == Event::Transport(second, what));
    assert!(settled < closed(TransportEvent::IceState(IceConnectionState::Closed)));
    assert!(settled < closed(TransportEvent::DtlsState(DtlsTransportState::Closed)));
    assert!(peer.pc.transports().all(|transport| transport.id != second));
}

#[test]
fn a_stopped_transceiver_stays_until_the_answer_and_its_track_ends_in_a_task_of_its_own() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let hers = pair
        .call(alice, |pc, now| pc.add_transceiver(now, MediaKind::Audio, None, TransceiverInit::default()))
        .expect("valid");
    pair.negotiate(alice, bob);
    let his = pair.peer(bob).pc.transceivers().next().expect("made by the offer").id();
    pair.call(alice, |pc, now| pc.stop_transceiver(now, hers)).expect("it can be stopped");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    let operation = pair.call(bob, |pc, now| pc.set_remote_description(now, offer));
    let peer = pair.peer(bob);
    let transceiver = peer.pc.transceiver(his).expect("it is still there");
    assert!(transceiver.is_stopped() && transceiver.mid().is_some());
    assert_eq!(peer.pc.transceivers().count(), 1);
    let settled =
        position(peer, |event| matches!(event, Event::OperationSettled { operation: id, .. } if *id == operation));
    assert!(settled < position(peer, |event| *event == Event::Track(TrackEvent::Ended(his))));
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 0);
    // Whoever holds its objects still may call.
    assert_eq!(pair.call(bob, |pc, now| pc.stop_transceiver(now, his)), Ok(()));
    assert_eq!(pair.call(bob, |pc, now| pc.set_streams(now, his, Vec::new())), Ok(()));
    assert!(pair.call(bob, |pc, _| pc.send_parameters(his)).expect("of a stopped sender").encodings.is_empty());
    let refused = pair.call(bob, |pc, now| pc.set_direction(now, his, peerline_peer::Direction::SendOnly));
    assert_eq!(refused, Err(Misuse::TransceiverStopped.into()));
}

#[test]
fn channels_have_their_ids_once_the_dtls_role_is_negotiated() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let channels: Vec<_> = (0..3).map(|_| pair.create_channel(alice, "chat", DataChannelInit::default())).collect();
    let id = |pair: &Pair, channel| pair.peer(alice).pc.channel(channel).expect("it is there").id();
    assert!(channels.iter().all(|channel| id(&pair, *channel).is_none()));
    pair.negotiate(alice, bob);
    // The answerer is the client and has the even ones (RFC 8832 §6).
    let ids: Vec<_> = channels.iter().filter_map(|channel| id(&pair, *channel)).collect();
    assert_eq!(ids, [1, 3, 5]);
}

#[test]
fn dtls_tells_that_it_is_connecting_and_shows_certificates_once_connected() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    pair.create_channel(alice, "chat", DataChannelInit::default());
    pair.negotiate(alice, bob);
    pair.run_until(SECOND * 10, |a, b| {
        let state = |peer: &Peer| peer.pc.transports().next().map(|transport| transport.dtls_state);
        for peer in [a, b] {
            let Some(transport) = peer.pc.transports().next() else { continue };
            let connected = transport.dtls_state == DtlsTransportState::Connected;
            assert_eq!(!transport.remote_certificates.is_empty(), connected);
        }
        [a, b].iter().all(|peer| state(peer) == Some(DtlsTransportState::Connected))
    });
    for node in [alice, bob] {
        let states: Vec<_> = pair
            .peer(node)
            .history
            .iter()
            .filter_map(|event| match event {
                Event::Transport(_, TransportEvent::DtlsState(state)) => Some(*state),
                _ => None,
            })
            .collect();
        assert_eq!(states, [DtlsTransportState::Connecting, DtlsTransportState::Connected]);
    }
}

#[test]
fn a_turn_server_is_told_as_an_error_as_long_as_nothing_can_be_relayed() {
    let server = IceServer {
        urls: vec!["turn:relay.example.org".to_owned()],
        username: Some("user".to_owned()),
        credential: Some("secret".to_owned()),
        ..IceServer::default()
    };
    let mut pair = pair_with(&Configuration { ice_servers: vec![server], ..Configuration::default() });
    let alice = pair.alice;
    pair.create_channel(alice, "chat", DataChannelInit::default());
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.sim.run_for(SECOND);
    let errors: Vec<_> = pair
        .peer(alice)
        .history
        .iter()
        .filter_map(|event| if let Event::IceCandidateError(error) = event { Some(error) } else { None })
        .collect();
    assert_eq!(errors.len(), 1);
    assert_eq!((errors[0].error_code, errors[0].url.as_str()), (701, "turn:relay.example.org"));
    assert_eq!((errors[0].address, errors[0].port), (None, Some(0)));
    assert_eq!(pair.peer(alice).pc.signaling_state(), SignalingState::HaveLocalOffer);
}
