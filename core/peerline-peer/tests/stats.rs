//! `getStats()`: what it says is what happened.

mod support;

use peerline_netsim::{INTERNET, LinkConfig, Simulation};
use peerline_peer::stats::{
    CandidateAddress, DtlsRole, IceCandidateType, IceRole, Stats, StatsReport, StatsType, StatsValue,
};
use peerline_peer::{
    Configuration, DataChannelInit, DataChannelState, DtlsTransportState, EncodingParameters, Event,
    IceConnectionState, MediaKind, OperationId, PeerConnection, Settled, StatsSelector, Track, TransceiverInit,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;
use support::{Pair, Peer, binary, call, environment, text};

const RTT: Duration = Duration::from_millis(80);

fn neighbours(seed: u64) -> Pair {
    let mut sim = Simulation::<Peer>::new(seed);
    let link = LinkConfig::with_delay_ms(20);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    let mut pair = Pair::on(sim, alice, bob);
    for node in [pair.alice, pair.bob] {
        pair.sim.with(node, |peer, _| peer.recording = true);
    }
    pair
}

fn stats_of(pair: &mut Pair, node: peerline_netsim::NodeId, selector: StatsSelector) -> StatsReport {
    match pair.operate(node, |pc, now| pc.get_stats(now, selector)) {
        Ok(Settled::Stats(report)) => report,
        other => panic!("not statistics: {other:?}"),
    }
}

fn all(pair: &mut Pair, node: peerline_netsim::NodeId) -> StatsReport {
    stats_of(pair, node, StatsSelector::Connection)
}

/// The only object of its type.
macro_rules! only {
    ($report:expr, $variant:ident) => {{
        let report: StatsReport = $report.clone();
        let mut found = report.iter().filter_map(|stats| match &stats.content {
            StatsType::$variant(content) => Some(content.clone()),
            _ => None,
        });
        let content = found.next().expect(stringify!($variant));
        assert!(found.next().is_none(), "more than one {}", stringify!($variant));
        content
    }};
}

fn of_type<'a>(report: &'a StatsReport, wanted: &'a str) -> impl Iterator<Item = &'a Stats> {
    report.iter().filter(move |stats| stats.content.as_str() == wanted)
}

/// UDP payloads that went out and are no STUN: packets and bytes.
fn on_the_wire(peer: &Peer) -> (u64, u64) {
    let data = peer.sent.iter().filter(|(_, packet)| packet.first().is_some_and(|first| *first > 3));
    data.fold((0, 0), |(packets, bytes), (_, packet)| (packets + 1, bytes + packet.len() as u64))
}

fn members(stats: &Stats) -> BTreeMap<&'static str, String> {
    let mut members = BTreeMap::new();
    stats.visit(|name, value| {
        assert!(members.insert(name, format!("{value:?}")).is_none(), "{name} twice");
    });
    members
}

fn settled(event: Option<Event>) -> (OperationId, StatsReport) {
    match event {
        Some(Event::OperationSettled { operation, result: Ok(Settled::Stats(report)) }) => (operation, report),
        other => panic!("not statistics: {other:?}"),
    }
}

#[test]
fn a_new_connection_has_statistics_of_itself_alone() {
    let mut pc = PeerConnection::new(peerline_edge::Time::ZERO, Configuration::default(), environment(1)).expect("one");
    let now = peerline_edge::Time::from_millis(1500);
    let operation = pc.get_stats(now, StatsSelector::Connection);
    let (settled_operation, report) = settled(pc.poll_event(now));
    assert_eq!(settled_operation, operation);
    assert_eq!(report.len(), 1);
    let stats = report.iter().next().expect("one");
    assert_eq!(stats.content.as_str(), "peer-connection");
    assert!((stats.timestamp - 1_800_000_001_500.0).abs() < 1e-3, "{}", stats.timestamp);
    let members = members(stats);
    assert_eq!(members["dataChannelsOpened"], "Unsigned(0)");
    assert_eq!(members["dataChannelsClosed"], "Unsigned(0)");
}

#[test]
fn statistics_do_not_wait_for_the_operations_chain() {
    let mut pc = PeerConnection::new(peerline_edge::Time::ZERO, Configuration::default(), environment(1)).expect("one");
    let now = peerline_edge::Time::ZERO;
    // Nobody answers an identity provider's question: the chain waits for ever.
    let provider = peerline_peer::IdentityProvider { domain: "idp.example".to_owned(), ..Default::default() };
    pc.set_identity_provider(now, provider).expect("a provider");
    pc.create_offer(now, peerline_peer::OfferOptions::default());
    while pc.poll_event(now).is_some() {}
    let operation = pc.get_stats(now, StatsSelector::Connection);
    assert_eq!(settled(pc.poll_event(now)).0, operation);
}

#[test]
fn bytes_and_packets_on_the_wire_equal_the_counters() {
    let mut pair = neighbours(1);
    let (hers, his) = pair.open_channel("counted", DataChannelInit::default());
    for _ in 0..20 {
        pair.send(pair.alice, hers, binary(10_000)).expect("sent");
    }
    pair.send(pair.bob, his, text("thank you")).expect("sent");
    pair.run_until(Duration::from_secs(30), |a, b| a.messages.len() == 1 && b.messages.len() == 20);
    pair.sim.run_for(Duration::from_secs(2));
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, theirs) = (all(&mut pair, alice), all(&mut pair, bob));
    for (sender, receiver, node) in [(&hers, &theirs, alice), (&theirs, &hers, bob)] {
        let (packets, bytes) = on_the_wire(pair.peer(node));
        let (from, to) = (only!(sender, Transport), only!(receiver, Transport));
        assert_eq!((from.packets_sent, from.bytes_sent), (packets, bytes));
        // Nothing was lost on this network.
        assert_eq!((to.packets_received, to.bytes_received), (packets, bytes));
        let (sent, received) = (in_use(sender), in_use(receiver));
        assert_eq!((sent.packets_sent, sent.bytes_sent), (packets, bytes));
        assert_eq!((received.packets_received, received.bytes_received), (packets, bytes));
    }
    let channel = only!(hers, DataChannel);
    assert_eq!((channel.messages_sent, channel.bytes_sent), (20, 200_000));
    assert_eq!((channel.messages_received, channel.bytes_received), (1, 9));
    let channel = only!(theirs, DataChannel);
    assert_eq!((channel.messages_received, channel.bytes_received), (20, 200_000));
    assert_eq!((channel.messages_sent, channel.bytes_sent), (1, 9));
}

/// The pair that the only transport has selected.
fn in_use(report: &StatsReport) -> peerline_peer::stats::CandidatePairStats {
    let id = only!(report, Transport).selected_candidate_pair_id.expect("a selected pair");
    match &report.get(&id).expect("in the report").content {
        StatsType::CandidatePair(pair) => (**pair).clone(),
        other => panic!("not a pair: {other:?}"),
    }
}

#[test]
fn the_round_trip_time_is_that_of_the_link() {
    let mut pair = neighbours(2);
    pair.open_channel("rtt", DataChannelInit::default());
    pair.sim.run_for(Duration::from_secs(30));
    let alice = pair.alice;
    let report = all(&mut pair, alice);
    let pair = in_use(&report);
    let current = pair.current_round_trip_time.expect("measured");
    assert!(current >= RTT && current < RTT + Duration::from_millis(2), "{current:?}");
    let mean = pair.total_round_trip_time / u32::try_from(pair.responses_received).expect("few");
    assert!(mean >= RTT && mean < RTT + Duration::from_millis(2), "{mean:?}");
    let association = only!(report, SctpTransport);
    let smoothed = association.smoothed_round_trip_time.expect("measured");
    // The peer may hold an acknowledgement back for as long as 200 ms.
    assert!(smoothed >= RTT && smoothed < RTT + Duration::from_millis(200), "{smoothed:?}");
    assert!(association.congestion_window > 0 && association.receiver_window > 0 && association.mtu >= 1000);
    assert_eq!(association.unack_data, 0);
    assert!(pair.consent_requests_sent >= 4, "{pair:?}");
    assert!(pair.nominated);
    assert!(pair.requests_received >= 1 && pair.requests_received == pair.responses_sent, "{pair:?}");
    let last = pair.last_packet_sent_timestamp.expect("sent");
    assert!(last > 1_800_000_000_000.0 && last <= report.iter().next().expect("some").timestamp);
}

#[test]
fn a_transport_tells_role_cipher_certificates_and_pair() {
    let mut pair = neighbours(3);
    pair.open_channel("transport", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, theirs) = (all(&mut pair, alice), all(&mut pair, bob));
    let (a, b) = (only!(hers, Transport), only!(theirs, Transport));
    assert_eq!((a.ice_role, b.ice_role), (Some(IceRole::Controlling), Some(IceRole::Controlled)));
    assert_eq!((a.dtls_role, b.dtls_role), (Some(DtlsRole::Server), Some(DtlsRole::Client)));
    assert_eq!(a.dtls_state, Some(DtlsTransportState::Connected));
    assert!(matches!(a.ice_state, Some(IceConnectionState::Connected | IceConnectionState::Completed)), "{a:?}");
    assert!(["FEFD", "FEFC"].contains(&a.tls_version.as_deref().expect("a version")), "{a:?}");
    assert!(a.dtls_cipher.as_deref().expect("a suite").starts_with("TLS_"), "{a:?}");
    assert_eq!((&a.tls_version, &a.dtls_cipher), (&b.tls_version, &b.dtls_cipher));
    assert!(a.selected_candidate_pair_changes >= 1);
    let local = pair.peer(alice).pc.transports().next().expect("one").local_parameters.expect("credentials");
    assert_eq!(a.ice_local_username_fragment, Some(local.ufrag));
    let certificate = |report: &StatsReport, id: &Option<String>| {
        let id = id.as_deref().expect("a certificate");
        match &report.get(id).expect("in the report").content {
            StatsType::Certificate(certificate) => certificate.clone(),
            other => panic!("not a certificate: {other:?}"),
        }
    };
    let alices = certificate(&hers, &a.local_certificate_id);
    assert_eq!(alices, certificate(&theirs, &b.remote_certificate_id));
    assert_eq!(certificate(&theirs, &b.local_certificate_id), certificate(&hers, &a.remote_certificate_id));
    assert_eq!(alices.fingerprint_algorithm, "sha-256");
    let offer = pair.peer(alice).pc.local_description().expect("an offer").sdp;
    assert!(offer.contains(&format!("a=fingerprint:sha-256 {}", alices.fingerprint)), "{offer}");
}

#[test]
fn before_negotiation_a_transport_knows_its_role_in_ice_but_not_in_dtls() {
    let mut pair = neighbours(4);
    pair.create_channel(pair.alice, "early", DataChannelInit::default());
    pair.operate(pair.alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let alice = pair.alice;
    let report = all(&mut pair, alice);
    let transport = only!(report, Transport);
    assert_eq!(transport.dtls_state, Some(DtlsTransportState::New));
    assert_eq!(transport.dtls_role, Some(DtlsRole::Unknown));
    assert_eq!(transport.ice_role, Some(IceRole::Controlling));
    assert_eq!(transport.ice_state, Some(IceConnectionState::New));
    assert_eq!(transport.selected_candidate_pair_changes, 0);
    assert_eq!(transport.selected_candidate_pair_id, None);
    assert_eq!((transport.tls_version, transport.dtls_cipher, transport.remote_certificate_id), (None, None, None));
    assert!(transport.ice_local_username_fragment.is_some());
}

#[test]
fn ids_are_the_same_in_every_report_and_every_reference_resolves() {
    let mut pair = neighbours(5);
    let track = Track { id: "camera".to_owned(), kind: MediaKind::Video };
    pair.call(pair.alice, |pc, now| pc.add_track(now, track, Vec::new())).expect("a sender");
    pair.open_channel("stable", DataChannelInit::default());
    let alice = pair.alice;
    let first = all(&mut pair, alice);
    pair.sim.run_for(Duration::from_secs(20));
    let second = all(&mut pair, alice);
    let ids = |report: &StatsReport| {
        report.iter().map(|stats| (stats.id.clone(), stats.content.as_str())).collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(&first), ids(&second));
    assert_eq!(ids(&first).len(), first.len(), "an id of two objects");
    for stats in &second {
        stats.visit(|name, value| {
            if let (true, StatsValue::Text(id)) = (name.ends_with("Id"), value) {
                assert!(second.get(id).is_some(), "{}.{name} leads nowhere", stats.content.as_str());
            }
        });
    }
    let source = only!(second, VideoSource);
    assert_eq!((source.source.track_identifier.as_str(), source.source.kind), ("camera", Some(MediaKind::Video)));
    // Bob does not send: nobody receives, and nobody reports.
    let is_of_rtp = |stats: &&Stats| stats.content.as_str().ends_with("rtp");
    assert!(second.iter().filter(is_of_rtp).all(|stats| matches!(stats.content, StatsType::OutboundRtp(_))));
}

#[test]
fn ids_cannot_be_guessed_from_those_of_another_connection() {
    let mut pair = neighbours(6);
    pair.open_channel("secret", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, theirs) = (all(&mut pair, alice), all(&mut pair, bob));
    assert!(hers.iter().all(|stats| theirs.get(&stats.id).is_none()));
}

#[test]
fn a_stream_to_send_exists_from_the_answer_until_its_transceiver_stops() {
    let mut pair = neighbours(7);
    let (alice, bob) = (pair.alice, pair.bob);
    let track = Track { id: "microphone".to_owned(), kind: MediaKind::Audio };
    let sender = pair.call(alice, |pc, now| pc.add_track(now, track, Vec::new())).expect("a sender");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let streams =
        |report: &StatsReport| of_type(report, "outbound-rtp").map(|stats| stats.id.clone()).collect::<Vec<_>>();
    assert!(streams(&all(&mut pair, alice)).is_empty(), "an offer negotiates nothing");
    pair.call(alice, |pc, now| pc.create_data_channel(now, "beside", DataChannelInit::default())).expect("a channel");
    pair.negotiate(alice, bob);
    let report = all(&mut pair, alice);
    let stream = only!(report, OutboundRtp);
    assert_eq!(stream.active, Some(true));
    assert_eq!(stream.sent.packets_sent, Some(0), "there is no media plane");
    assert_eq!(stream.mid.as_deref(), pair.peer(alice).pc.transceiver(sender).expect("there").mid());
    assert!(stream.encoding_index.is_none() && stream.rid.is_none(), "audio has none");
    let codec = only!(report, Codec);
    assert_eq!((codec.mime_type.as_str(), codec.clock_rate, codec.channels), ("audio/opus", Some(48_000), Some(2)));
    // What the sender selects: the stream and everything that it leads to, but no channel and no connection.
    let selected = stats_of(&mut pair, alice, StatsSelector::Sender(sender));
    let types: BTreeSet<_> = selected.iter().map(|stats| stats.content.as_str()).collect();
    assert!(
        ["outbound-rtp", "codec", "media-source", "transport"].iter().all(|wanted| types.contains(wanted)),
        "{types:?}"
    );
    assert!(["data-channel", "peer-connection"].iter().all(|unwanted| !types.contains(unwanted)), "{types:?}");
    assert!(stats_of(&mut pair, alice, StatsSelector::Receiver(sender)).is_empty());
    let nobody = peerline_peer::TransceiverId(4711);
    assert!(stats_of(&mut pair, alice, StatsSelector::Sender(nobody)).is_empty());
    // Bob only receives.
    assert!(streams(&all(&mut pair, bob)).is_empty());
    // Inactive or without a track, it is the same stream.
    pair.call(alice, |pc, now| pc.remove_track(now, sender)).expect("removed");
    pair.negotiate(alice, bob);
    let later = all(&mut pair, alice);
    assert_eq!(only!(later, OutboundRtp).sent.stream.ssrc, stream.sent.stream.ssrc);
    assert_eq!(streams(&later), streams(&report));
    assert_eq!(only!(later, OutboundRtp).media_source_id, None);
    pair.call(alice, |pc, now| pc.stop_transceiver(now, sender)).expect("stopped");
    assert!(streams(&all(&mut pair, alice)).is_empty());
    assert_eq!(of_type(&all(&mut pair, alice), "codec").count(), 0, "no stream refers to it");
}

#[test]
fn each_encoding_has_a_stream_of_its_own() {
    let mut pair = neighbours(13);
    let (alice, bob) = (pair.alice, pair.bob);
    let encoding = |rid: &str| EncodingParameters { rid: Some(rid.to_owned()), ..EncodingParameters::default() };
    let init = TransceiverInit { send_encodings: vec![encoding("a"), encoding("b")], ..TransceiverInit::default() };
    let id = pair.call(alice, |pc, now| pc.add_transceiver(now, MediaKind::Video, None, init)).expect("a transceiver");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let mut answer = pair.peer(bob).pc.local_description().expect("an answer");
    answer.sdp += "a=rid:a recv\r\na=rid:b recv\r\na=simulcast:recv a;b\r\n";
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    let report = all(&mut pair, alice);
    let streams: Vec<_> = report
        .iter()
        .filter_map(|stats| match &stats.content {
            StatsType::OutboundRtp(stream) => {
                Some((stream.rid.clone(), stream.encoding_index, stream.sent.stream.ssrc))
            }
            _ => None,
        })
        .collect();
    let [(first, Some(0), ssrc), (second, Some(1), other)] = streams.as_slice() else { panic!("{streams:?}") };
    assert_eq!((first.as_deref(), second.as_deref()), (Some("a"), Some("b")));
    assert_ne!(ssrc, other);
    assert_eq!(
        stats_of(&mut pair, alice, StatsSelector::Sender(id))
            .iter()
            .filter(|s| s.content.as_str() == "outbound-rtp")
            .count(),
        2
    );
}

#[test]
fn channels_are_counted_once_they_were_open() {
    let mut pair = neighbours(8);
    let (hers, his) = pair.open_channel("first", DataChannelInit::default());
    let second = pair.create_channel(pair.alice, "second", DataChannelInit::default());
    pair.run_until(Duration::from_secs(5), |a, _| a.is_open(second));
    let counts = |report: &StatsReport| {
        let connection = only!(report, PeerConnection);
        (connection.data_channels_opened, connection.data_channels_closed)
    };
    let (alice, bob) = (pair.alice, pair.bob);
    assert_eq!(counts(&all(&mut pair, alice)), (2, 0));
    pair.call(alice, |pc, now| pc.close_channel(now, hers));
    assert_eq!(counts(&all(&mut pair, alice)), (2, 1), "one that is closing has left the open state");
    pair.run_until(Duration::from_secs(5), |a, b| {
        [(a, hers), (b, his)].iter().all(|(peer, id)| {
            peer.pc.channel(*id).is_none_or(|channel| channel.ready_state() == DataChannelState::Closed)
        })
    });
    let states: Vec<_> =
        of_type(&all(&mut pair, alice), "data-channel").map(|stats| members(stats)["state"].clone()).collect();
    assert_eq!(states, ["Text(\"closed\")", "Text(\"open\")"]);
    pair.call(alice, |pc, _| pc.release_channel(hers));
    assert_eq!(counts(&all(&mut pair, alice)), (2, 1), "a channel that is forgotten is still counted");
    assert_eq!(counts(&all(&mut pair, bob)), (2, 1));
    assert_eq!(of_type(&all(&mut pair, alice), "data-channel").count(), 1);
}

#[test]
fn a_closed_connection_still_gives_its_last_statistics() {
    let mut pair = neighbours(9);
    let (hers, _) = pair.open_channel("last", DataChannelInit::default());
    pair.send(pair.alice, hers, text("one")).expect("sent");
    pair.run_until(Duration::from_secs(5), |_, b| b.messages.len() == 1);
    let alice = pair.alice;
    let before = all(&mut pair, alice);
    // Asked before the end, told after it.
    let asked = pair.sim.with(alice, |peer, now| {
        let asked = peer.pc.get_stats(now, StatsSelector::Connection);
        peer.pc.close(now);
        peer.pump(now);
        asked
    });
    assert!(
        matches!(pair.peer(alice).settled(asked), Some(Ok(Settled::Stats(report))) if report.len() == before.len())
    );
    pair.sim.run_for(Duration::from_secs(5));
    let after = all(&mut pair, alice);
    let ids = |report: &StatsReport| report.iter().map(|stats| stats.id.clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&before), ids(&after));
    let transport = only!(after, Transport);
    assert_eq!(transport.dtls_state, Some(DtlsTransportState::Closed));
    assert_eq!(transport.ice_state, Some(IceConnectionState::Closed));
    assert_eq!(transport.selected_candidate_pair_id, only!(before, Transport).selected_candidate_pair_id);
    let channel = only!(after, DataChannel);
    assert_eq!((channel.state, channel.messages_sent), (Some(DataChannelState::Closed), 1));
    let connection = only!(after, PeerConnection);
    assert_eq!((connection.data_channels_opened, connection.data_channels_closed), (1, 1));
}

#[test]
fn a_remote_address_that_nobody_signaled_stays_hidden() {
    let mut sim = Simulation::<Peer>::new(10);
    let link = LinkConfig::with_delay_ms(5);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    let alice = sim.add(alice, Peer::new(1, Configuration::default()));
    let bob = sim.add(bob, Peer::new(2, Configuration::default()));
    // Bob learns Alice's candidates, she none of his.
    sim.on_event(move |sim, from, event| {
        if let (true, Event::IceCandidate(candidate)) = (from == alice, event) {
            let candidate = candidate.clone();
            sim.after(Duration::from_millis(21), move |sim| {
                call(sim, bob, move |pc, now| pc.add_ice_candidate(now, candidate));
            });
        }
    });
    let mut pair = Pair { sim, alice, bob };
    let hers = pair.create_channel(alice, "hidden", DataChannelInit::default());
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.sim.run_for(Duration::from_millis(500));
    // His checks have come, his answer has not: where they came from is a candidate already, of nobody we know.
    let early = all(&mut pair, alice);
    let early = (only!(early, RemoteCandidate), of_type(&early, "remote-candidate").next().expect("one").id.clone());
    assert_eq!(early.0.address, CandidateAddress::Hidden);
    assert_eq!(early.0.username_fragment, None);
    assert_eq!(early.0.candidate_type.expect("a type"), IceCandidateType::Prflx);
    // The answer as it was before candidates were gathered.
    let candidates = |line: &&str| !line.starts_with("a=candidate") && !line.starts_with("a=end-of-candidates");
    let sdp: Vec<&str> = answer.sdp.lines().filter(candidates).collect();
    let answer = peerline_peer::Description { sdp: sdp.join("\r\n") + "\r\n", ..answer };
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer.clone())).expect("a good answer");
    pair.run_until(Duration::from_secs(10), |a, _| a.is_open(hers));
    let report = all(&mut pair, alice);
    let remote = only!(report, RemoteCandidate);
    assert_eq!(of_type(&report, "remote-candidate").next().expect("one").id, early.1, "the same candidate");
    assert_eq!(remote.address, CandidateAddress::Hidden);
    assert_eq!(members(of_type(&report, "remote-candidate").next().expect("one"))["address"], "Null");
    assert_eq!(remote.candidate_type.expect("a type"), IceCandidateType::Prflx);
    let theirs = pair.peer(bob).pc.transports().next().expect("one").local_parameters.expect("credentials");
    assert_eq!(remote.username_fragment, Some(theirs.ufrag), "the answer has signaled it");
    // Once it is signaled, it may be shown.
    let candidate = pair.peer(bob).history.iter().find_map(|event| match event {
        Event::IceCandidate(Some(candidate)) if !candidate.candidate.is_empty() => Some(candidate.clone()),
        _ => None,
    });
    pair.operate(alice, |pc, now| pc.add_ice_candidate(now, candidate)).expect("a good candidate");
    let shown = only!(&all(&mut pair, alice), RemoteCandidate);
    assert_eq!(shown.address, CandidateAddress::Known("203.0.113.2".to_owned()));
    let _: IpAddr = shown.address.as_deref().expect("shown").parse().expect("an address");
}

#[test]
fn after_an_ice_restart_the_pair_in_use_stays_until_another_takes_over() {
    let mut pair = neighbours(11);
    pair.open_channel("restart", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    let before = all(&mut pair, alice);
    let old = only!(before, Transport).selected_candidate_pair_id.expect("a pair");
    pair.call(alice, |pc, now| pc.restart_ice(now));
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let during = all(&mut pair, alice);
    assert_eq!(only!(during, Transport).selected_candidate_pair_id.as_deref(), Some(old.as_str()));
    assert_eq!(in_use(&during).local_candidate_id, in_use(&before).local_candidate_id);
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    pair.sim.run_for(Duration::from_secs(60));
    let after = all(&mut pair, alice);
    assert!(after.get(&old).is_none(), "the old pair is deleted");
    let (then, now) = (only!(before, Transport), only!(after, Transport));
    assert_eq!(now.selected_candidate_pair_changes, then.selected_candidate_pair_changes + 1);
    assert!(now.bytes_sent >= then.bytes_sent, "a transport's counters go on");
    assert_ne!(now.ice_local_username_fragment, then.ice_local_username_fragment);
}
