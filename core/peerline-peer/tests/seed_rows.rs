//! The rows of the seed that the core can check, each by its number: `specs/seed-rows.md` says which test is whose.

mod support;

use peerline_crypto_aws_lc::generate_certificate;
use peerline_dtls::KeyAlgorithm;
use peerline_edge::Time;
use peerline_netsim::{Gateway, INTERNET, LinkConfig, Loss, Nat, NodeId, Simulation};
use peerline_peer::{
    AnswerOptions, BundlePolicy, Configuration, ConnectionState, DataChannelInit, Description, Direction,
    DtlsTransportState, Environment, Error, Event, IceCandidateInit, IceConnectionState, IceGatheringState, IceServer,
    IceTransportPolicy, LocalDescriptionInit, MediaKind, Misuse, OfferOptions, PeerConnection, SctpTransportState,
    SdpType, Settled, SignalingState, Track, TrackEvent, TransceiverId, TransportEvent,
};
use peerline_stun::binding_response;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use support::{Pair, Peer, environment, text};

fn neighbours(configuration: &Configuration) -> Pair {
    let mut sim = Simulation::<Peer>::new(47);
    let link = LinkConfig::with_delay_ms(5);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    Pair::with(sim, alice, bob, configuration)
}

fn pair() -> Pair {
    neighbours(&Configuration::default())
}

/// Alice behind a home router, with a STUN server on the internet that answers or does not.
fn with_stun(configuration: &Configuration, answers: bool) -> Pair {
    let mut sim = Simulation::<Peer>::new(48);
    let link = LinkConfig::with_delay_ms(5);
    let server = sim.network.host_at("stun", INTERNET, "198.51.100.1", link.clone());
    sim.network.name("stun.example.org", &["198.51.100.1"]);
    sim.network.service(server, "198.51.100.1:3478", move |_, path: peerline_edge::FiveTuple, contents: &[u8]| {
        let mut answer = Vec::new();
        (answers && binding_response(contents, path.remote, &mut answer)).then_some(answer)
    });
    let router = sim.network.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()));
    let alice = sim.network.host_at("alice", router, "192.168.1.10", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    Pair::with(sim, alice, bob, configuration)
}

fn stun() -> Configuration {
    let server = IceServer { urls: vec!["stun:stun.example.org".to_owned()], ..IceServer::default() };
    Configuration { ice_servers: vec![server], ..Configuration::default() }
}

fn add_track(pair: &mut Pair, node: NodeId, kind: MediaKind, id: &str) -> TransceiverId {
    let track = Track { id: id.to_owned(), kind };
    pair.call(node, |pc, now| pc.add_track(now, track, vec!["call".to_owned()])).expect("a new track")
}

/// The candidates that a side told, and its end marks.
fn candidates(peer: &Peer) -> Vec<IceCandidateInit> {
    let told = |event: &Event| if let Event::IceCandidate(candidate) = event { candidate.clone() } else { None };
    peer.history.iter().filter_map(told).collect()
}

fn candidates_of_type(peer: &Peer, kind: &str) -> Vec<String> {
    let all = candidates(peer).into_iter().map(|candidate| candidate.candidate);
    all.filter(|candidate| candidate.contains(&format!(" typ {kind}"))).collect()
}

fn offer(pair: &mut Pair, node: NodeId) -> Description {
    pair.operate(node, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.peer(node).pc.local_description().expect("an offer")
}

fn created(settled: Result<Settled, Error>) -> Description {
    match settled.expect("a description") {
        Settled::Description(description) => description,
        other => panic!("{other:?}"),
    }
}

fn lines<'s>(sdp: &'s str, prefix: &'s str) -> Vec<&'s str> {
    sdp.lines().filter(|line| line.starts_with(prefix)).collect()
}

fn position(peer: &Peer, wanted: impl Fn(&Event) -> bool) -> usize {
    peer.history.iter().position(wanted).expect("it happened")
}

#[test]
fn s010_without_servers_only_host_candidates_are_gathered_and_with_stun_reflexive_ones_too() {
    for (configuration, reflexive) in [(Configuration::default(), 0), (stun(), 1)] {
        let mut pair = with_stun(&configuration, true);
        pair.create_channel(pair.alice, "data", DataChannelInit::default());
        let alice = pair.alice;
        offer(&mut pair, alice);
        pair.run_until(Duration::from_secs(20), |a, _| a.pc.ice_gathering_state() == IceGatheringState::Complete);
        let alice = pair.peer(pair.alice);
        assert_eq!(candidates_of_type(alice, "host").len(), 1);
        assert_eq!(candidates_of_type(alice, "srflx").len(), reflexive);
        assert!(candidates_of_type(alice, "relay").is_empty());
    }
}

#[test]
fn s017_s107_with_all_every_type_is_used_and_the_reflexive_address_is_the_mapped_one() {
    let mut pair = with_stun(&stun(), true);
    pair.create_channel(pair.alice, "data", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    pair.negotiate(alice, bob);
    pair.run_until(Duration::from_secs(20), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == ConnectionState::Connected)
    });
    let reflexive = candidates_of_type(pair.peer(alice), "srflx");
    assert!(reflexive.iter().all(|candidate| candidate.contains(" 203.0.113.1 ")), "{reflexive:?}");
    assert!(reflexive.iter().all(|candidate| candidate.contains("raddr 192.168.1.10")), "{reflexive:?}");
}

#[test]
fn s018_with_relay_no_host_address_appears_anywhere() {
    let configuration = Configuration { ice_transport_policy: IceTransportPolicy::Relay, ..stun() };
    let mut pair = with_stun(&configuration, true);
    pair.create_channel(pair.alice, "data", DataChannelInit::default());
    for node in [pair.alice, pair.bob] {
        pair.sim.machine_mut(node).recording = true;
    }
    let (alice, bob) = (pair.alice, pair.bob);
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(10));
    for peer in [pair.peer(alice), pair.peer(bob)] {
        assert!(candidates(peer).iter().all(|candidate| candidate.candidate.is_empty()), "{:?}", candidates(peer));
        let sdp = peer.pc.local_description().expect("a description").sdp;
        assert!(!sdp.contains("a=candidate:") && !sdp.contains("192.168.") && !sdp.contains("203.0.113."), "{sdp}");
        assert!(peer.sent.is_empty(), "{} packets", peer.sent.len());
    }
}

#[test]
fn s024_fingerprints_of_all_sections_are_equal() {
    let mut pair = neighbours(&Configuration { bundle_policy: BundlePolicy::MaxCompat, ..Configuration::default() });
    let alice = pair.alice;
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    add_track(&mut pair, alice, MediaKind::Video, "cam");
    pair.create_channel(alice, "data", DataChannelInit::default());
    let sdp = offer(&mut pair, alice).sdp;
    let fingerprints: BTreeSet<&str> = lines(&sdp, "a=fingerprint:").into_iter().collect();
    assert_eq!(fingerprints.len(), 1, "{sdp}");
}

#[test]
fn s025_an_offer_that_requires_rtcp_mux_says_so() {
    let mut pair = pair();
    let alice = pair.alice;
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    let sdp = offer(&mut pair, alice).sdp;
    assert_eq!((lines(&sdp, "a=rtcp-mux").len(), lines(&sdp, "a=rtcp-mux-only").len()), (2, 1), "{sdp}");
}

#[test]
fn s028_one_certificate_gives_one_fingerprint_and_an_expired_one_is_refused() {
    let certificate = Arc::new(generate_certificate(KeyAlgorithm::EcdsaP256).expect("a certificate"));
    let configuration = Configuration { certificates: vec![Arc::clone(&certificate)], ..Configuration::default() };
    let fingerprint = |seed| {
        let environment = Environment { unix_millis_at_epoch: certificate.expires - 1000, ..environment(seed) };
        let mut pc = PeerConnection::new(Time::ZERO, configuration.clone(), environment).expect("a good certificate");
        pc.create_data_channel(Time::ZERO, "data", DataChannelInit::default()).expect("a channel");
        pc.set_local_description(Time::ZERO, None);
        while pc.poll_event(Time::ZERO).is_some() {}
        let sdp = pc.local_description().expect("an offer").sdp;
        lines(&sdp, "a=fingerprint:").concat()
    };
    assert!(fingerprint(1).len() > 64);
    assert_eq!(fingerprint(1), fingerprint(2));
    let mut late = environment(9);
    late.unix_millis_at_epoch = certificate.expires + 1;
    let error = PeerConnection::new(Time::ZERO, configuration, late).expect_err("an expired certificate");
    assert_eq!(error, Error::Misuse(Misuse::ExpiredCertificate));
}

#[test]
fn s031_without_voice_activity_detection_comfort_noise_is_not_offered() {
    let mut pair = pair();
    let alice = pair.alice;
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    for (wanted, voice_activity_detection) in [(true, true), (false, false)] {
        let options = OfferOptions { voice_activity_detection, ..OfferOptions::default() };
        let offer = created(pair.operate(alice, |pc, now| pc.create_offer(now, options)));
        assert_eq!(offer.sdp.contains(" CN/8000"), wanted, "{}", offer.sdp);
    }
}

#[test]
fn s036_servers_of_a_new_configuration_are_used_after_a_restart() {
    let mut pair = with_stun(&Configuration::default(), true);
    let (alice, bob) = (pair.alice, pair.bob);
    pair.create_channel(alice, "data", DataChannelInit::default());
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(5));
    pair.call(alice, |pc, now| pc.set_configuration(now, stun())).expect("servers may change");
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(5));
    assert!(candidates_of_type(pair.peer(alice), "srflx").is_empty(), "nothing is gathered without a restart");
    pair.call(alice, |pc, now| pc.restart_ice(now));
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(5));
    assert_eq!(candidates_of_type(pair.peer(alice), "srflx").len(), 1);
}

#[test]
fn s037_a_restart_brings_a_failed_connection_back() {
    let mut pair = pair();
    let (hers, _) = pair.open_channel("data", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    let interface = pair.sim.network.first_interface(pair.sim.network.host_of(bob));
    let set = |pair: &mut Pair, link: &LinkConfig| {
        pair.sim.network.set_link(interface, peerline_netsim::Direction::Both, link);
    };
    set(&mut pair, &LinkConfig::perfect().loss(Loss::Random(1.0)));
    let failed = |peer: &Peer| peer.pc.ice_connection_state() == IceConnectionState::Failed;
    pair.run_until(Duration::from_secs(90), |a, b| failed(a) && failed(b));
    set(&mut pair, &LinkConfig::with_delay_ms(5));
    pair.call(alice, |pc, now| pc.restart_ice(now));
    pair.negotiate(alice, bob);
    pair.run_until(Duration::from_secs(20), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == ConnectionState::Connected)
    });
    pair.send(alice, hers, text("again")).expect("open");
    pair.run_until(Duration::from_secs(20), |_, b| b.messages.len() == 1);
}

#[test]
fn s038_an_answer_with_empty_options_is_an_answer_without() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    let offer = offer(&mut pair, alice);
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    let mut answer = || {
        let answer = created(pair.operate(bob, |pc, now| pc.create_answer(now, AnswerOptions::default())));
        // The session version counts up, and credentials are drawn anew until an answer is applied.
        let changes = ["o=", "a=ice-ufrag:", "a=ice-pwd:"];
        let kept = answer.sdp.lines().filter(|line| !changes.iter().any(|start| line.starts_with(start)));
        kept.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(answer(), answer());
}

#[test]
fn s040_a_candidate_before_the_remote_description_is_an_invalid_state() {
    let mut pair = pair();
    let init = IceCandidateInit {
        candidate: "candidate:1 1 udp 2130706431 203.0.113.9 9 typ host".to_owned(),
        sdp_mid: Some("0".to_owned()),
        ..IceCandidateInit::default()
    };
    let early = pair.operate(pair.alice, |pc, now| pc.add_ice_candidate(now, Some(init)));
    let Err(Error::Description(error)) = early else { panic!("{early:?}") };
    assert_eq!(error.name(), peerline_peer::DescriptionErrorName::InvalidStateError);
}

#[test]
fn s041_without_any_server_the_pair_of_host_candidates_is_chosen() {
    let mut pair = pair();
    pair.open_channel("data", DataChannelInit::default());
    let alice = &pair.peer(pair.alice).pc;
    let id = alice.transports().next().expect("a transport").id;
    let chosen = alice.selected_candidate_pair(id).expect("a pair");
    assert!(chosen.local.contains("203.0.113.1") && chosen.local.contains("typ host"), "{chosen:?}");
    assert!(chosen.remote.contains("203.0.113.2"), "{chosen:?}");
}

#[test]
fn s044_s045_s046_both_forms_of_set_local_description_go_through_the_states() {
    for explicit in [false, true] {
        let mut pair = pair();
        let (alice, bob) = (pair.alice, pair.bob);
        let mic = add_track(&mut pair, alice, MediaKind::Audio, "mic");
        let init = |description: Description| LocalDescriptionInit::from(explicit.then_some(description));
        let offer = created(pair.operate(alice, |pc, now| pc.create_offer(now, OfferOptions::default())));
        pair.operate(alice, |pc, now| pc.set_local_description(now, init(offer.clone()))).expect("an offer");
        assert_eq!(pair.peer(alice).pc.signaling_state(), SignalingState::HaveLocalOffer);
        pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
        let track = position(pair.peer(bob), |event| matches!(event, Event::Track(TrackEvent::Track { .. })));
        let settled = position(pair.peer(bob), |event| matches!(event, Event::OperationSettled { .. }));
        assert!(track < settled);
        let answer = created(pair.operate(bob, |pc, now| pc.create_answer(now, AnswerOptions::default())));
        pair.operate(bob, |pc, now| pc.set_local_description(now, init(answer.clone()))).expect("an answer");
        pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
        assert_eq!(pair.peer(alice).pc.signaling_state(), SignalingState::Stable);
        let current = pair.peer(alice).pc.transceiver(mic).and_then(|t| t.current_direction());
        assert_eq!(current, Some(Some(Direction::SendOnly)));
    }
}

#[test]
fn s055_s056_gathering_goes_from_new_to_complete_and_each_candidate_has_its_place() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    assert_eq!(pair.peer(alice).pc.ice_gathering_state(), IceGatheringState::New);
    pair.create_channel(alice, "data", DataChannelInit::default());
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(5));
    let peer = pair.peer(alice);
    let state = |state| position(peer, |event| *event == Event::IceGatheringStateChange(state));
    let end = position(peer, |event| matches!(event, Event::IceCandidate(Some(c)) if c.candidate.is_empty()));
    let null = position(peer, |event| *event == Event::IceCandidate(None));
    assert!(state(IceGatheringState::Gathering) < end && end < state(IceGatheringState::Complete));
    assert!(state(IceGatheringState::Complete) < null);
    let all = candidates(peer);
    assert_eq!(all.iter().filter(|candidate| candidate.candidate.is_empty()).count(), 1);
    assert_eq!(peer.count(&Event::IceCandidate(None)), 1);
    let sdp = peer.pc.local_description().expect("a description").sdp;
    for candidate in all {
        assert_eq!((candidate.sdp_mid.as_deref(), candidate.sdp_m_line_index), (Some("0"), Some(0)));
        let ufrag = candidate.username_fragment.expect("a ufrag");
        assert!(sdp.contains(&format!("a=ice-ufrag:{ufrag}\r\n")));
    }
}

#[test]
fn s061_a_dead_stun_server_is_an_error_701() {
    let mut pair = with_stun(&stun(), false);
    pair.create_channel(pair.alice, "data", DataChannelInit::default());
    let alice = pair.alice;
    offer(&mut pair, alice);
    pair.run_until(Duration::from_secs(60), |a, _| a.pc.ice_gathering_state() == IceGatheringState::Complete);
    let code = |event: &Event| if let Event::IceCandidateError(error) = event { Some(error.error_code) } else { None };
    let codes: Vec<u16> = pair.peer(alice).history.iter().filter_map(code).collect();
    assert_eq!(codes, [701]);
}

#[test]
fn s063_s064_s105_a_channel_arrives_as_it_was_made_and_opens_once_after_it_was_announced() {
    let mut pair = pair();
    let label = "ü€𝄞".repeat(1000);
    let init = DataChannelInit {
        ordered: false,
        max_retransmits: Some(3),
        protocol: "chat".to_owned(),
        ..DataChannelInit::default()
    };
    let (_, his) = pair.open_channel(&label, init);
    let bob = pair.peer(pair.bob);
    let channel = bob.pc.channel(his).expect("announced");
    assert_eq!((channel.label(), channel.protocol(), channel.ordered()), (label.as_str(), "chat", false));
    assert_eq!((channel.max_retransmits(), channel.max_packet_life_time()), (Some(3), None));
    let open = Event::Channel(his, peerline_peer::ChannelEvent::Open);
    assert_eq!(bob.count(&open), 1);
    assert!(position(bob, |event| *event == Event::DataChannel(his)) < position(bob, |event| *event == open));
}

#[test]
fn s068_the_configuration_can_be_read_back() {
    let mut pair = neighbours(&stun());
    let alice = pair.alice;
    assert_eq!(pair.peer(alice).pc.configuration().ice_servers, stun().ice_servers);
    assert_eq!(pair.peer(alice).pc.configuration().bundle_policy, BundlePolicy::Balanced);
    let relay = Configuration { ice_transport_policy: IceTransportPolicy::Relay, ..Configuration::default() };
    pair.call(alice, |pc, now| pc.set_configuration(now, relay)).expect("both may change");
    let configuration = pair.peer(alice).pc.configuration();
    assert_eq!(configuration.ice_transport_policy, IceTransportPolicy::Relay);
    assert!(configuration.ice_servers.is_empty());
}

#[test]
fn s072_restart_ice_asks_for_negotiation_and_the_next_offer_has_new_credentials() {
    let mut pair = pair();
    pair.open_channel("data", DataChannelInit::default());
    let alice = pair.alice;
    let asked = pair.peer(alice).count(&Event::NegotiationNeeded);
    let before = pair.peer(alice).pc.local_description().expect("one").sdp;
    pair.call(alice, |pc, now| pc.restart_ice(now));
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), asked + 1);
    let after = offer(&mut pair, alice).sdp;
    for attribute in ["a=ice-ufrag:", "a=ice-pwd:"] {
        assert_ne!(lines(&before, attribute), lines(&after, attribute));
    }
}

#[test]
fn s073_s110_a_removed_track_is_muted_and_then_leaves_its_stream() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let mic = add_track(&mut pair, alice, MediaKind::Audio, "mic");
    pair.negotiate(alice, bob);
    pair.call(alice, |pc, now| pc.remove_track(now, mic)).expect("ours");
    pair.negotiate(alice, bob);
    let receiver = pair.peer(bob).pc.transceivers().next().expect("his transceiver");
    assert!(receiver.receiver().track().muted && !receiver.receiver().track().ended);
    let id = receiver.id();
    let removed = |event: &Event| {
        matches!(event, Event::Track(TrackEvent::RemovedFromStream { stream, transceiver })
            if stream == "call" && *transceiver == id)
    };
    position(pair.peer(bob), removed);
    let muted = pair.peer(bob).history.iter().position(|event| *event == Event::Track(TrackEvent::Muted(id)));
    assert!(muted.is_none_or(|muted| muted < position(pair.peer(bob), removed)));
}

#[test]
fn s081_to_s086_the_six_descriptions_change_as_an_exchange_goes_on() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    // local, current local, pending local, remote, current remote, pending remote
    let types = |pair: &Pair, node| {
        let pc = &pair.peer(node).pc;
        let local = [pc.local_description(), pc.current_local_description(), pc.pending_local_description()];
        let remote = [pc.remote_description(), pc.current_remote_description(), pc.pending_remote_description()];
        [local, remote].map(|slots| slots.map(|slot| slot.map(|description| description.sdp_type)))
    };
    let (offer_type, answer_type) = (Some(SdpType::Offer), Some(SdpType::Answer));
    assert_eq!(types(&pair, alice), [[None; 3]; 2]);
    let description = offer(&mut pair, alice);
    assert_eq!(types(&pair, alice), [[offer_type, None, offer_type], [None; 3]]);
    pair.operate(bob, |pc, now| pc.set_remote_description(now, description)).expect("a good offer");
    assert_eq!(types(&pair, bob), [[None; 3], [offer_type, None, offer_type]]);
    let answer = offer(&mut pair, bob);
    assert_eq!(types(&pair, bob), [[answer_type, answer_type, None], [offer_type, offer_type, None]]);
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    assert_eq!(types(&pair, alice), [[offer_type, offer_type, None], [answer_type, answer_type, None]]);
}

#[test]
fn s091_trickling_is_possible_if_the_peer_says_so() {
    for (strip, expected) in [(false, Some(true)), (true, Some(false))] {
        let mut pair = pair();
        let (alice, bob) = (pair.alice, pair.bob);
        pair.create_channel(alice, "data", DataChannelInit::default());
        assert_eq!(pair.peer(bob).pc.can_trickle_ice_candidates(), None);
        let mut offer = offer(&mut pair, alice);
        if strip {
            offer.sdp = offer.sdp.replace("a=ice-options:trickle", "a=ice-options:other");
        }
        pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
        assert_eq!(pair.peer(bob).pc.can_trickle_ice_candidates(), expected);
    }
}

#[test]
fn s092_the_sctp_transport_shows_what_was_negotiated() {
    let mut pair = pair();
    assert_eq!(pair.peer(pair.alice).pc.sctp(), None);
    pair.open_channel("data", DataChannelInit::default());
    for node in [pair.alice, pair.bob] {
        let sctp = pair.peer(node).pc.sctp().expect("an association");
        assert_eq!((sctp.state, sctp.max_message_size), (SctpTransportState::Connected, Some(262_144)));
        assert!(sctp.max_channels.is_some_and(|max| max > 0), "{sctp:?}");
    }
}

#[test]
fn s097_stable_says_nothing_of_the_connection() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let pc = &pair.peer(alice).pc;
    assert_eq!((pc.signaling_state(), pc.ice_connection_state()), (SignalingState::Stable, IceConnectionState::New));
    pair.negotiate(alice, bob);
    let pc = &pair.peer(alice).pc;
    assert_eq!((pc.signaling_state(), pc.connection_state()), (SignalingState::Stable, ConnectionState::New));
}

#[test]
fn s104_the_id_65535_is_refused_and_the_dtls_role_decides_odd_or_even() {
    let mut pair = pair();
    let init = |id| DataChannelInit { negotiated: true, id: Some(id), ..DataChannelInit::default() };
    let alice = pair.alice;
    let refused = pair.call(alice, |pc, now| pc.create_data_channel(now, "x", init(65_535)));
    assert_eq!(refused, Err(Error::Misuse(Misuse::ChannelIdOutOfRange)));
    let (hers, _) = pair.open_channel("in-band", DataChannelInit::default());
    let his = pair.create_channel(pair.bob, "in-band too", DataChannelInit::default());
    let id = |node, channel| pair.peer(node).pc.channel(channel).and_then(|channel| channel.id()).expect("an id");
    // RFC 8832 §6: the DTLS client takes even ones, and the answerer is the client.
    assert_eq!((id(alice, hers) % 2, id(pair.bob, his) % 2), (1, 0));
}

/// Every value of the state enumerations is reached, and the getter shows the value of the last event.
#[test]
fn s087_to_s090_and_s116_to_s137_every_state_is_reached_and_told() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    let mut seen = BTreeSet::new();
    let mut look = |pair: &Pair| {
        for node in [alice, bob] {
            let pc = &pair.peer(node).pc;
            seen.insert(format!("signaling {}", pc.signaling_state()));
            seen.insert(format!("gathering {}", pc.ice_gathering_state()));
            seen.insert(format!("ice {}", pc.ice_connection_state()));
            seen.insert(format!("connection {}", pc.connection_state()));
        }
    };
    look(&pair);
    // Offer, provisional answer, answer: S112 to S114.
    let description = offer(&mut pair, alice);
    look(&pair);
    pair.operate(bob, |pc, now| pc.set_remote_description(now, description)).expect("a good offer");
    look(&pair);
    let provisional = LocalDescriptionInit { sdp_type: Some(SdpType::Pranswer), sdp: String::new() };
    pair.operate(bob, |pc, now| pc.set_local_description(now, provisional)).expect("a provisional answer");
    look(&pair);
    let provisional = pair.peer(bob).pc.local_description().expect("one");
    assert_eq!(provisional.sdp_type, SdpType::Pranswer);
    pair.operate(alice, |pc, now| pc.set_remote_description(now, provisional)).expect("good");
    look(&pair);
    let answer = offer(&mut pair, bob);
    assert_eq!(answer.sdp_type, SdpType::Answer);
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    for _ in 0..2000 {
        pair.sim.run_for(Duration::from_millis(1));
        look(&pair);
    }
    pair.run_until(Duration::from_secs(30), |a, _| a.pc.ice_connection_state() == IceConnectionState::Completed);
    look(&pair);
    let interface = pair.sim.network.first_interface(pair.sim.network.host_of(bob));
    let gone = LinkConfig::perfect().loss(Loss::Random(1.0));
    pair.sim.network.set_link(interface, peerline_netsim::Direction::Both, &gone);
    for state in [ConnectionState::Disconnected, ConnectionState::Failed] {
        pair.run_until(Duration::from_secs(90), |a, _| a.pc.connection_state() == state);
        look(&pair);
    }
    for node in [alice, bob] {
        let (pc, history) = (&pair.peer(node).pc, &pair.peer(node).history);
        let last = |state: &dyn Fn(&Event) -> Option<String>| history.iter().rev().find_map(state).expect("an event");
        let signaling = last(&|e| if let Event::SignalingStateChange(s) = e { Some(s.to_string()) } else { None });
        let gathering = last(&|e| if let Event::IceGatheringStateChange(s) = e { Some(s.to_string()) } else { None });
        let ice = last(&|e| if let Event::IceConnectionStateChange(s) = e { Some(s.to_string()) } else { None });
        let connection = last(&|e| if let Event::ConnectionStateChange(s) = e { Some(s.to_string()) } else { None });
        assert_eq!(signaling, pc.signaling_state().to_string());
        assert_eq!(gathering, pc.ice_gathering_state().to_string());
        assert_eq!(ice, pc.ice_connection_state().to_string());
        assert_eq!(connection, pc.connection_state().to_string());
    }
    pair.call(alice, |pc, now| pc.close(now));
    look(&pair);
    let expected = [
        "signaling stable, have-local-offer, have-remote-offer, have-local-pranswer, have-remote-pranswer, closed",
        "gathering new, gathering, complete",
        "ice new, checking, connected, completed, disconnected, failed, closed",
        "connection new, connecting, connected, disconnected, failed, closed",
    ];
    for row in expected {
        let (group, values) = row.split_once(' ').expect("a group");
        for value in values.split(", ") {
            assert!(seen.contains(&format!("{group} {value}")), "{group} {value} in {seen:?}");
        }
    }
}

#[test]
fn s060_the_connection_is_connected_after_its_dtls_transport() {
    let mut pair = pair();
    pair.open_channel("data", DataChannelInit::default());
    let peer = pair.peer(pair.alice);
    let dtls =
        |event: &Event| matches!(event, Event::Transport(_, TransportEvent::DtlsState(DtlsTransportState::Connected)));
    let connected = position(peer, |event| *event == Event::ConnectionStateChange(ConnectionState::Connected));
    assert!(position(peer, dtls) <= connected + 1);
}

#[test]
fn s098_s115_a_remote_offer_can_be_taken_back_and_answered_provisionally() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic");
    let description = offer(&mut pair, alice);
    pair.operate(bob, |pc, now| pc.set_remote_description(now, description.clone())).expect("a good offer");
    let rollback = Description { sdp_type: SdpType::Rollback, sdp: String::new() };
    pair.operate(bob, |pc, now| pc.set_remote_description(now, rollback)).expect("a rollback");
    assert_eq!(pair.peer(bob).pc.signaling_state(), SignalingState::Stable);
    assert_eq!(pair.peer(bob).pc.remote_description(), None);
    pair.operate(bob, |pc, now| pc.set_remote_description(now, description)).expect("the same offer");
    for sdp_type in [SdpType::Pranswer, SdpType::Answer] {
        let init = LocalDescriptionInit { sdp_type: Some(sdp_type), sdp: String::new() };
        pair.operate(bob, |pc, now| pc.set_local_description(now, init)).expect("an answer");
        let answer = pair.peer(bob).pc.local_description().expect("an answer");
        pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    }
    assert_eq!(pair.peer(alice).pc.signaling_state(), SignalingState::Stable);
}
