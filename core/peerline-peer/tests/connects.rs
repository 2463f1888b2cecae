//! Two peers, a network between them: what it takes until they are connected.

mod support;

use peerline_netsim::{Gateway, INTERNET, LinkConfig, Loss, Nat, Simulation};
use peerline_peer::{
    Configuration, ConnectionState, DataChannelInit, Event, IceCandidateInit, IceConnectionState, IceGatheringState,
    IceServer, SignalingState,
};
use peerline_stun::binding_response;
use std::time::Duration;
use support::{Pair, Peer, call, text};

/// Two hosts on the internet, `rtt` apart.
fn neighbours(seed: u64, rtt_ms: u64) -> Pair {
    let mut sim = Simulation::<Peer>::new(seed);
    let link = LinkConfig::with_delay_ms(rtt_ms / 4);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    Pair::on(sim, alice, bob)
}

/// Each behind a home router, a STUN server on the internet, links that lose packets.
fn behind_nats(seed: u64, nat: Nat, loss: f64) -> Pair {
    let mut sim = Simulation::<Peer>::new(seed);
    let lossy = LinkConfig::with_delay_ms(10).loss(Loss::Random(loss));
    let server = sim.network.host_at("stun", INTERNET, "198.51.100.1", LinkConfig::with_delay_ms(5));
    sim.network.name("stun.example.org", &["198.51.100.1"]);
    sim.network.service(server, "198.51.100.1:3478", |_, path: peerline_edge::FiveTuple, contents: &[u8]| {
        let mut answer = Vec::new();
        binding_response(contents, path.remote, &mut answer).then_some(answer)
    });
    let left = sim.network.gateway(INTERNET, Gateway::nat("203.0.113.1", nat));
    let right = sim.network.gateway(INTERNET, Gateway::nat("203.0.113.2", nat));
    let alice = sim.network.host_at("alice", left, "192.168.1.10", lossy.clone());
    let bob = sim.network.host_at("bob", right, "192.168.1.10", lossy);
    let stun = IceServer { urls: vec!["stun:stun.example.org".to_owned()], ..IceServer::default() };
    Pair::with(sim, alice, bob, &Configuration { ice_servers: vec![stun], ..Configuration::default() })
}

#[test]
fn two_peers_connect_and_exchange_a_message_each_way() {
    let mut pair = neighbours(1, 40);
    let (hers, his) = pair.open_channel("chat", DataChannelInit::default());
    pair.assert_connected();
    pair.send(pair.alice, hers, text("hello bob")).expect("an open channel");
    pair.send(pair.bob, his, text("hello alice")).expect("an open channel");
    pair.run_until(Duration::from_secs(1), |a, b| a.messages.len() + b.messages.len() == 2);
    assert_eq!(pair.peer(pair.bob).messages, [(his, text("hello bob"))]);
    assert_eq!(pair.peer(pair.alice).messages, [(hers, text("hello alice"))]);
    let channel = pair.peer(pair.bob).pc.channel(his).expect("announced");
    assert_eq!(channel.label(), "chat");
    assert_eq!(pair.peer(pair.alice).pc.channel(hers).expect("created").id(), channel.id());
}

#[test]
fn a_channel_opens_within_four_round_trips() {
    let rtt = Duration::from_millis(200);
    let mut pair = neighbours(2, 200);
    let hers = pair.create_channel(pair.alice, "fast", DataChannelInit::default());
    pair.negotiate(pair.alice, pair.bob);
    let negotiated = pair.sim.now();
    let open = pair.run_until(Duration::from_secs(10), |a, _| a.is_open(hers));
    let taken = open - negotiated;
    assert!(taken <= rtt * 4 + Duration::from_millis(60), "{taken:?} for a round trip of {rtt:?}");
}

#[test]
fn peers_behind_home_routers_connect_in_spite_of_loss() {
    for seed in 0..5 {
        let mut pair = behind_nats(seed, Nat::home(), 0.05);
        let (hers, _) = pair.open_channel("through", DataChannelInit::default());
        pair.send(pair.alice, hers, text("made it")).expect("an open channel");
        pair.run_until(Duration::from_secs(30), |_, b| b.messages.len() == 1);
        pair.assert_connected();
    }
}

#[test]
fn the_same_seed_gives_the_same_call_twice() {
    let log = |seed| {
        let mut pair = behind_nats(seed, Nat::home(), 0.1);
        let (hers, _) = pair.open_channel("again", DataChannelInit::default());
        pair.send(pair.alice, hers, text("the same")).expect("an open channel");
        pair.run_until(Duration::from_secs(30), |_, b| b.messages.len() == 1);
        // Signatures and key shares are the engine's own randomness: sizes and times are what can be the same.
        pair.sim.log().to_string()
    };
    let (first, second) = (log(7), log(7));
    let differing = first.lines().zip(second.lines()).filter(|(a, b)| a != b).count();
    assert!(first.lines().count() > 50);
    assert_eq!(first.lines().count(), second.lines().count());
    assert!(differing * 20 < first.lines().count(), "{differing} lines of {} differ", first.lines().count());
}

#[test]
fn states_go_their_way_and_events_come_in_order() {
    let mut pair = neighbours(3, 20);
    pair.open_channel("states", DataChannelInit::default());
    let history = &pair.peer(pair.alice).history;
    let position = |wanted: &Event| history.iter().position(|event| event == wanted);
    let order = [
        Event::NegotiationNeeded,
        Event::SignalingStateChange(SignalingState::HaveLocalOffer),
        Event::IceGatheringStateChange(IceGatheringState::Gathering),
        Event::SignalingStateChange(SignalingState::Stable),
        Event::IceConnectionStateChange(IceConnectionState::Checking),
        Event::ConnectionStateChange(ConnectionState::Connecting),
        Event::IceConnectionStateChange(IceConnectionState::Connected),
        Event::ConnectionStateChange(ConnectionState::Connected),
    ];
    let positions: Vec<_> =
        order.iter().map(|event| position(event).unwrap_or_else(|| panic!("no {event:?}"))).collect();
    assert!(positions.is_sorted(), "{positions:?} in {history:?}");
    assert_eq!(pair.peer(pair.alice).count(&Event::NegotiationNeeded), 1);
    let end = position(&Event::IceCandidate(None)).expect("the end of gathering");
    let complete = position(&Event::IceGatheringStateChange(IceGatheringState::Complete)).expect("complete");
    assert!(complete < end);
}

#[test]
fn a_peer_that_gets_no_trickled_candidate_connects_by_the_complete_description() {
    let mut sim = Simulation::<Peer>::new(4);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    let mut pair = Pair::on(sim, alice, bob);
    pair.sim.on_event(|_, _, _| {});
    let hers = pair.create_channel(pair.alice, "vanilla", DataChannelInit::default());
    pair.operate(pair.alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.run_until(Duration::from_secs(10), |a, _| a.pc.ice_gathering_state() == IceGatheringState::Complete);
    let offer = pair.peer(pair.alice).pc.local_description().expect("an offer");
    assert!(offer.sdp.contains("a=candidate:") && offer.sdp.contains("a=end-of-candidates"), "{}", offer.sdp);
    pair.operate(pair.bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    pair.operate(pair.bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    pair.run_until(Duration::from_secs(10), |_, b| b.pc.ice_gathering_state() == IceGatheringState::Complete);
    let answer = pair.peer(pair.bob).pc.local_description().expect("an answer");
    pair.operate(pair.alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    pair.run_until(Duration::from_secs(10), |a, _| a.is_open(hers));
    pair.assert_connected();
}

#[test]
fn a_restart_changes_the_credentials_and_loses_no_message() {
    let mut pair = neighbours(5, 40);
    let (hers, _) = pair.open_channel("restart", DataChannelInit::default());
    let ufrag = |pair: &Pair| {
        let sdp = pair.peer(pair.alice).pc.local_description().expect("a description").sdp;
        sdp.lines().find(|line| line.starts_with("a=ice-ufrag:")).expect("a ufrag").to_owned()
    };
    let before = ufrag(&pair);
    for round in 0..20 {
        pair.send(pair.alice, hers, text(&format!("message {round}"))).expect("an open channel");
    }
    let alice = pair.alice;
    pair.call(alice, |pc, now| pc.restart_ice(now));
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), 2);
    pair.negotiate(pair.alice, pair.bob);
    assert_ne!(ufrag(&pair), before);
    pair.run_until(Duration::from_secs(5), |_, b| b.messages.len() == 20);
    pair.sim.run_for(Duration::from_secs(5));
    pair.send(pair.alice, hers, text("after")).expect("an open channel");
    pair.run_until(Duration::from_secs(5), |_, b| b.messages.len() == 21);
    pair.assert_connected();
}

#[test]
fn silence_is_noticed_and_a_path_that_comes_back_recovers() {
    let mut pair = neighbours(6, 20);
    pair.open_channel("silence", DataChannelInit::default());
    let interface = pair.sim.network.first_interface(peerline_netsim::HostId::clone(&host_of_bob(&pair)));
    let now = pair.sim.now();
    pair.sim.network.set_link(
        interface,
        peerline_netsim::Direction::Both,
        &LinkConfig::perfect().loss(Loss::Random(1.0)),
    );
    let gone = pair.run_until(Duration::from_secs(20), |a, _| a.pc.connection_state() == ConnectionState::Disconnected);
    assert!(gone - now < Duration::from_secs(15), "{:?}", gone - now);
    pair.sim.network.set_link(interface, peerline_netsim::Direction::Both, &LinkConfig::with_delay_ms(5));
    pair.run_until(Duration::from_secs(10), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == ConnectionState::Connected)
    });
    pair.sim.network.set_link(
        interface,
        peerline_netsim::Direction::Both,
        &LinkConfig::perfect().loss(Loss::Random(1.0)),
    );
    pair.run_until(Duration::from_secs(60), |a, _| a.pc.connection_state() == ConnectionState::Failed);
}

fn host_of_bob(pair: &Pair) -> peerline_netsim::HostId {
    pair.sim.network.host_of(pair.bob)
}

#[test]
fn a_wrong_fingerprint_fails_the_connection_and_lets_no_byte_through() {
    let mut pair = neighbours(7, 20);
    let hers = pair.create_channel(pair.alice, "mitm", DataChannelInit::default());
    pair.operate(pair.alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(pair.alice).pc.local_description().expect("an offer");
    let line =
        offer.sdp.lines().find(|line| line.starts_with("a=fingerprint:sha-256 ")).expect("a fingerprint").to_owned();
    let forged =
        format!("{}{}", line.get(..line.len() - 2).expect("long"), if line.ends_with("00") { "01" } else { "00" });
    offer.sdp = offer.sdp.replace(&line, &forged);
    pair.operate(pair.bob, |pc, now| pc.set_remote_description(now, offer)).expect("well formed");
    pair.operate(pair.bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(pair.bob).pc.local_description().expect("an answer");
    pair.operate(pair.alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    pair.run_until(Duration::from_secs(20), |_, b| b.pc.connection_state() == ConnectionState::Failed);
    pair.sim.run_for(Duration::from_secs(5));
    assert!(pair.peer(pair.bob).announced().is_empty());
    assert!(!pair.peer(pair.alice).is_open(hers));
}

#[test]
fn a_candidate_of_an_unknown_section_or_generation_is_refused() {
    let mut pair = neighbours(8, 20);
    pair.create_channel(pair.alice, "x", DataChannelInit::default());
    let early = pair.operate(pair.alice, |pc, now| pc.add_ice_candidate(now, Some(IceCandidateInit::default())));
    assert!(early.is_err(), "no remote description yet: {early:?}");
    pair.negotiate(pair.alice, pair.bob);
    let candidate = |mid: Option<&str>, index: Option<u16>, ufrag: Option<&str>| IceCandidateInit {
        candidate: "candidate:1 1 udp 2130706431 203.0.113.9 9 typ host".to_owned(),
        sdp_mid: mid.map(str::to_owned),
        sdp_m_line_index: index,
        username_fragment: ufrag.map(str::to_owned),
    };
    let mut add = |candidate| pair.operate(pair.alice, |pc, now| pc.add_ice_candidate(now, Some(candidate)));
    assert!(add(candidate(Some("0"), None, None)).is_ok());
    assert!(add(candidate(None, Some(0), None)).is_ok());
    assert!(add(candidate(Some("nope"), None, None)).is_err());
    assert!(add(candidate(None, Some(7), None)).is_err());
    assert!(add(candidate(None, None, None)).is_err());
    assert!(add(candidate(Some("0"), None, Some("unknown"))).is_err());
    assert!(
        add(IceCandidateInit { candidate: "candidate:garbage".to_owned(), ..candidate(Some("0"), None, None) })
            .is_err()
    );
}

#[test]
fn glare_ends_with_one_side_giving_way() {
    let mut pair = neighbours(9, 20);
    let (alice, bob) = (pair.alice, pair.bob);
    let hers = pair.create_channel(alice, "from alice", DataChannelInit::default());
    let his = pair.create_channel(bob, "from bob", DataChannelInit::default());
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    // Bob is polite: an offer in have-local-offer rolls his own back.
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an implicit rollback");
    assert_eq!(pair.peer(bob).pc.signaling_state(), SignalingState::HaveRemoteOffer);
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    // Candidates that bob trickled before he gave way belong to a generation that never was: they are refused, and harmless.
    pair.run_until(Duration::from_secs(20), |a, b| a.is_open(hers) && b.is_open(his));
    pair.run_until(Duration::from_secs(20), |a, b| a.announced().len() == 1 && b.announced().len() == 1);
    call(&mut pair.sim, alice, |pc, now| pc.close(now));
}
