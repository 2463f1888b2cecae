//! Transceivers, senders and receivers: what calls and descriptions change, before media flows.

mod support;

use peerline_netsim::{INTERNET, LinkConfig, NodeId, Simulation};
use peerline_peer::{
    BundlePolicy, Configuration, DataChannelInit, Direction, EncodingParameters, Error, Event, MediaKind, Misuse,
    OfferOptions, RtcpMuxPolicy, SdpType, SignalingState, Track, TrackEvent, TransceiverId, TransceiverInit,
};
use std::time::Duration;
use support::{Pair, Peer};

fn pair() -> Pair {
    pair_with(&Configuration::default())
}

fn pair_with(configuration: &Configuration) -> Pair {
    let mut sim = Simulation::<Peer>::new(41);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    Pair::with(sim, alice, bob, configuration)
}

fn track(kind: MediaKind, id: &str) -> Track {
    Track { id: id.to_owned(), kind }
}

fn add_track(pair: &mut Pair, node: NodeId, kind: MediaKind, id: &str, stream: &str) -> TransceiverId {
    let streams = vec![stream.to_owned()];
    pair.call(node, |pc, now| pc.add_track(now, track(kind, id), streams)).expect("a new track")
}

fn track_events(peer: &Peer) -> Vec<TrackEvent> {
    let event = |event: &Event| if let Event::Track(event) = event { Some(event.clone()) } else { None };
    peer.history.iter().filter_map(event).collect()
}

fn directions(pair: &Pair, node: NodeId) -> Vec<(Option<Direction>, Option<Option<Direction>>)> {
    pair.peer(node)
        .pc
        .transceivers()
        .map(|transceiver| (transceiver.direction(), transceiver.current_direction()))
        .collect()
}

#[test]
fn s049_two_tracks_of_one_stream_arrive_in_one_stream() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let audio = add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    let video = add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), 1);
    pair.negotiate(alice, bob);
    let events = track_events(pair.peer(bob));
    let on = |event: &TrackEvent| matches!(event, TrackEvent::AddedToStream { stream, .. } if stream == "call");
    assert_eq!(events.iter().filter(|event| on(event)).count(), 2, "{events:?}");
    let fired: Vec<_> = events.iter().filter(|event| matches!(event, TrackEvent::Track { .. })).collect();
    assert_eq!(fired.len(), 2);
    assert!(fired.iter().all(|event| matches!(event, TrackEvent::Track { streams, .. } if streams == &["call"])));
    assert_eq!(directions(&pair, alice), [(Some(Direction::SendRecv), Some(Some(Direction::SendOnly))); 2]);
    assert_eq!(directions(&pair, bob), [(Some(Direction::RecvOnly), Some(Some(Direction::RecvOnly))); 2]);
    let mids: Vec<_> =
        [audio, video].iter().filter_map(|id| pair.peer(alice).pc.transceiver(*id)?.mid().map(str::to_owned)).collect();
    assert_eq!(mids, ["0", "1"]);
    pair.run_until(Duration::from_secs(10), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == peerline_peer::ConnectionState::Connected)
    });
}

#[test]
fn the_track_event_comes_before_the_promise_settles_and_after_the_signaling_state() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    let history = &pair.peer(bob).history;
    let position = |wanted: &dyn Fn(&Event) -> bool| history.iter().position(wanted).expect("it happened");
    let state = position(&|event| *event == Event::SignalingStateChange(SignalingState::HaveRemoteOffer));
    let track = position(&|event| matches!(event, Event::Track(TrackEvent::Track { .. })));
    let settled = position(&|event| matches!(event, Event::OperationSettled { .. }));
    assert!(state < track && track < settled, "{history:?}");
}

#[test]
fn s079_the_same_track_twice_is_refused_and_a_removed_one_leaves_its_stream() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let mic = add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    let again = pair.call(alice, |pc, now| pc.add_track(now, track(MediaKind::Audio, "mic"), Vec::new()));
    assert_eq!(again, Err(Error::Misuse(Misuse::TrackAlreadySent)));
    pair.negotiate(alice, bob);
    pair.call(alice, |pc, now| pc.remove_track(now, mic)).expect("a sender of ours");
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), 2);
    pair.negotiate(alice, bob);
    let events = track_events(pair.peer(bob));
    assert!(
        events.iter().any(|event| matches!(event, TrackEvent::RemovedFromStream { stream, .. } if stream == "call")),
        "{events:?}"
    );
    assert_eq!(directions(&pair, bob), [(Some(Direction::RecvOnly), Some(Some(Direction::Inactive)))]);
    // The sender was used to send: another track gets another transceiver.
    let other = add_track(&mut pair, alice, MediaKind::Audio, "other mic", "call");
    assert_ne!(other, mic);
}

#[test]
fn a_stopped_transceiver_frees_its_section_for_the_next() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let mic = add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    pair.negotiate(alice, bob);
    pair.call(alice, |pc, now| pc.stop_transceiver(now, mic)).expect("a transceiver of ours");
    assert_eq!(pair.peer(alice).pc.transceiver(mic).and_then(|t| t.direction()), None);
    pair.negotiate(alice, bob);
    assert_eq!(pair.peer(alice).pc.transceivers().count(), 1);
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 1);
    assert!(track_events(pair.peer(bob)).iter().any(|event| matches!(event, TrackEvent::Ended(_))));
    let sections = |pair: &Pair| pair.peer(alice).pc.local_description().expect("one").sdp.matches("\r\nm=").count();
    assert_eq!(sections(&pair), 2);
    add_track(&mut pair, alice, MediaKind::Video, "screen", "screen");
    pair.negotiate(alice, bob);
    assert_eq!(sections(&pair), 2, "the rejected section is recycled");
}

#[test]
fn replacing_a_track_of_the_same_kind_needs_no_negotiation() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let cam = add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    pair.negotiate(alice, bob);
    let before = pair.peer(alice).count(&Event::NegotiationNeeded);
    pair.operate(alice, |pc, now| pc.replace_track(now, cam, Some(track(MediaKind::Video, "other cam"))))
        .expect("the same kind");
    let other_kind = pair.operate(alice, |pc, now| pc.replace_track(now, cam, Some(track(MediaKind::Audio, "mic"))));
    assert_eq!(other_kind, Err(Error::Misuse(Misuse::WrongTrackKind)));
    pair.operate(alice, |pc, now| pc.replace_track(now, cam, None)).expect("nothing to send");
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), before);
}

/// A table of calls in a connection that is negotiated, and whether each fires negotiationneeded.
#[test]
fn s054_negotiationneeded_fires_for_exactly_these_calls() {
    type Call = fn(&mut Pair, NodeId, TransceiverId);
    let table: [(&str, bool, Call); 13] = [
        ("addTrack", true, |pair, node, _| {
            add_track(pair, node, MediaKind::Audio, "new", "s");
        }),
        ("addTransceiver", true, |pair, node, _| {
            pair.call(node, |pc, now| pc.add_transceiver(now, MediaKind::Video, None, TransceiverInit::default()))
                .map(drop)
                .unwrap();
        }),
        ("removeTrack", true, |pair, node, id| pair.call(node, |pc, now| pc.remove_track(now, id)).unwrap()),
        ("direction", true, |pair, node, id| {
            pair.call(node, |pc, now| pc.set_direction(now, id, Direction::Inactive)).unwrap()
        }),
        ("the same direction", false, |pair, node, id| {
            pair.call(node, |pc, now| pc.set_direction(now, id, Direction::SendRecv)).unwrap()
        }),
        ("stop", true, |pair, node, id| pair.call(node, |pc, now| pc.stop_transceiver(now, id)).unwrap()),
        ("setStreams", true, |pair, node, id| {
            pair.call(node, |pc, now| pc.set_streams(now, id, vec!["x".to_owned()])).unwrap()
        }),
        ("the same streams", false, |pair, node, id| {
            pair.call(node, |pc, now| pc.set_streams(now, id, vec!["call".to_owned()])).unwrap()
        }),
        ("the first channel", true, |pair, node, _| {
            pair.create_channel(node, "first", DataChannelInit::default());
        }),
        ("restartIce", true, |pair, node, _| pair.call(node, |pc, now| pc.restart_ice(now))),
        ("replaceTrack", false, |pair, node, id| {
            pair.operate(node, |pc, now| pc.replace_track(now, id, None)).map(drop).unwrap();
        }),
        ("setCodecPreferences", false, |pair, node, id| {
            pair.call(node, |pc, now| pc.set_codec_preferences(now, id, Vec::new())).unwrap()
        }),
        ("setParameters", false, |pair, node, id| {
            pair.sim.with(node, |peer, now| {
                let parameters = peer.pc.send_parameters(id).unwrap();
                peer.pc.set_parameters(now, id, parameters);
                peer.pump(now);
            });
        }),
    ];
    for (name, fires, call) in table {
        let mut pair = pair();
        let (alice, bob) = (pair.alice, pair.bob);
        let mic = add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
        pair.negotiate(alice, bob);
        let before = pair.peer(alice).count(&Event::NegotiationNeeded);
        call(&mut pair, alice, mic);
        assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded) - before, usize::from(fires), "{name}");
    }
}

#[test]
fn parameters_are_valid_for_one_task_and_only_once() {
    let mut pair = pair();
    let alice = pair.alice;
    let cam = add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    let never_asked = pair.call(alice, |pc, _| pc.send_parameters(cam)).expect("a sender");
    let stale = pair.operate(alice, |pc, now| pc.set_parameters(now, cam, never_asked));
    assert_eq!(stale, Err(Error::Misuse(Misuse::NoParametersReturned)));
    let set = |pair: &mut Pair, change: fn(&mut peerline_peer::SendParameters)| {
        pair.operate(alice, |pc, now| {
            let mut parameters = pc.send_parameters(cam).expect("a sender");
            change(&mut parameters);
            pc.set_parameters(now, cam, parameters)
        })
    };
    assert!(set(&mut pair, |parameters| parameters.encodings[0].max_bitrate = Some(500_000)).is_ok());
    let read_only = Err(Error::Misuse(Misuse::ReadOnlyParameterChanged));
    assert_eq!(set(&mut pair, |parameters| parameters.transaction_id = "other".to_owned()), read_only);
    assert_eq!(set(&mut pair, |parameters| parameters.encodings.clear()), read_only);
    assert_eq!(set(&mut pair, |parameters| parameters.encodings[0].rid = Some("x".to_owned())), read_only);
    let out_of_range = set(&mut pair, |parameters| parameters.encodings[0].scale_resolution_down_by = Some(0.1));
    assert_eq!(out_of_range, Err(Error::Misuse(Misuse::ScaleBelowOne)));
    let kept = pair.call(alice, |pc, _| pc.send_parameters(cam)).expect("a sender");
    assert_eq!(kept.encodings[0].max_bitrate, Some(500_000));
}

#[test]
fn simulcast_is_offered_by_rids_and_a_peer_that_does_not_want_it_gets_one_layer() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let layer = |rid: &str| EncodingParameters { rid: Some(rid.to_owned()), ..EncodingParameters::default() };
    let init =
        TransceiverInit { send_encodings: vec![layer("q"), layer("h"), layer("f")], ..TransceiverInit::default() };
    let cam = pair
        .call(alice, |pc, now| pc.add_transceiver(now, MediaKind::Video, Some(track(MediaKind::Video, "cam")), init))
        .expect("valid");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(alice).pc.local_description().expect("an offer");
    assert!(offer.sdp.contains("a=simulcast:send q;h;f"), "{}", offer.sdp);
    let plain: Vec<_> =
        offer.sdp.lines().filter(|line| !line.starts_with("a=rid:") && !line.starts_with("a=simulcast:")).collect();
    offer.sdp = format!("{}\r\n", plain.join("\r\n"));
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    let parameters = pair.call(alice, |pc, _| pc.send_parameters(cam)).expect("a sender");
    assert_eq!(parameters.encodings.len(), 1);
}

#[test]
fn layers_that_a_rolled_back_offer_asked_for_are_gone() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(alice).pc.local_description().expect("an offer");
    offer.sdp.push_str("a=rid:q recv\r\na=rid:f recv\r\na=simulcast:recv q;f\r\n");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    let cam = add_track(&mut pair, bob, MediaKind::Video, "own", "call");
    let rids = |pair: &mut Pair| {
        let parameters = pair.call(bob, |pc, _| pc.send_parameters(cam)).expect("a sender");
        parameters.encodings.into_iter().map(|encoding| encoding.rid).collect::<Vec<_>>()
    };
    assert_eq!(rids(&mut pair), [Some("q".to_owned()), Some("f".to_owned())]);
    let rollback = peerline_peer::Description { sdp_type: SdpType::Rollback, sdp: String::new() };
    pair.operate(bob, |pc, now| pc.set_remote_description(now, rollback)).expect("a rollback");
    assert_eq!(rids(&mut pair), [None]);
}

#[test]
fn a_rolled_back_offer_leaves_everything_as_it_was() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    pair.negotiate(alice, bob);
    add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 2);
    let rollback = peerline_peer::Description { sdp_type: SdpType::Rollback, sdp: String::new() };
    pair.operate(bob, |pc, now| pc.set_remote_description(now, rollback.clone())).expect("a rollback");
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 1);
    assert_eq!(pair.peer(bob).pc.signaling_state(), SignalingState::Stable);
    pair.operate(alice, |pc, now| pc.set_local_description(now, Some(rollback))).expect("a rollback");
    let mids: Vec<_> = pair.peer(alice).pc.transceivers().map(|t| t.mid().map(str::to_owned)).collect();
    assert_eq!(mids, [Some("0".to_owned()), None]);
    pair.negotiate(alice, bob);
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 2);
}

#[test]
fn s020_whatever_the_policy_bundle_leaves_one_transport() {
    for bundle_policy in [BundlePolicy::Balanced, BundlePolicy::MaxCompat, BundlePolicy::MaxBundle] {
        let mut pair = pair_with(&Configuration { bundle_policy, ..Configuration::default() });
        let (alice, bob) = (pair.alice, pair.bob);
        for n in 0..2 {
            add_track(&mut pair, alice, MediaKind::Audio, &format!("a{n}"), "call");
            add_track(&mut pair, alice, MediaKind::Video, &format!("v{n}"), "call");
        }
        let hers = pair.create_channel(alice, "data", DataChannelInit::default());
        pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
        let gathering = pair.peer(alice).pc.transports().count();
        let expected = match bundle_policy {
            BundlePolicy::Balanced => 3,
            BundlePolicy::MaxCompat => 5,
            BundlePolicy::MaxBundle => 1,
        };
        assert_eq!(gathering, expected, "{bundle_policy}");
        pair.negotiate(alice, bob);
        assert_eq!(pair.peer(alice).pc.transports().count(), 1, "{bundle_policy}");
        assert_eq!(pair.peer(bob).pc.transports().count(), 1, "{bundle_policy}");
        pair.run_until(Duration::from_secs(10), |a, _| a.is_open(hers));
        pair.assert_connected();
    }
}

#[test]
fn s021_s022_without_bundle_each_section_has_a_transport_of_its_own() {
    let mut pair = pair_with(&Configuration { bundle_policy: BundlePolicy::MaxCompat, ..Configuration::default() });
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    add_track(&mut pair, alice, MediaKind::Video, "cam", "call");
    let hers = pair.create_channel(alice, "data", DataChannelInit::default());
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(alice).pc.local_description().expect("an offer");
    let group = offer.sdp.lines().find(|line| line.starts_with("a=group:BUNDLE")).expect("a group").to_owned();
    offer.sdp = offer.sdp.replace(&format!("{group}\r\n"), "");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer without BUNDLE");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    assert!(!answer.sdp.contains("a=group:BUNDLE "), "{}", answer.sdp);
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    assert_eq!(pair.peer(alice).pc.transports().count(), 3);
    assert_eq!(pair.peer(bob).pc.transports().count(), 3);
    pair.run_until(Duration::from_secs(20), |a, _| a.is_open(hers));
    pair.run_until(Duration::from_secs(20), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == peerline_peer::ConnectionState::Connected)
    });
}

#[test]
fn fifty_of_each_and_a_hundred_channels_share_one_transport() {
    let mut pair = pair_with(&Configuration { bundle_policy: BundlePolicy::MaxBundle, ..Configuration::default() });
    let (alice, bob) = (pair.alice, pair.bob);
    for n in 0..50 {
        add_track(&mut pair, alice, MediaKind::Audio, &format!("a{n}"), &format!("s{n}"));
        add_track(&mut pair, alice, MediaKind::Video, &format!("v{n}"), &format!("s{n}"));
    }
    let channels: Vec<_> =
        (0..100).map(|n| pair.create_channel(alice, &format!("c{n}"), DataChannelInit::default())).collect();
    pair.negotiate(alice, bob);
    pair.run_until(Duration::from_secs(30), |a, _| channels.iter().all(|id| a.is_open(*id)));
    assert_eq!(pair.peer(bob).pc.transceivers().count(), 100);
    for transceiver in pair.peer(alice).pc.transceivers() {
        let mid = transceiver.mid().expect("negotiated");
        let theirs = pair.peer(bob).pc.transceivers().find(|t| t.mid() == Some(mid)).expect("the same mid");
        assert_eq!(theirs.kind(), transceiver.kind());
    }
    pair.assert_connected();
}

#[test]
fn the_legacy_offer_to_receive_options_change_transceivers() {
    let mut pair = pair();
    let alice = pair.alice;
    let offer = |pair: &mut Pair, options: OfferOptions| {
        pair.operate(alice, |pc, now| pc.create_offer(now, options)).expect("an offer");
    };
    offer(&mut pair, OfferOptions { offer_to_receive_video: Some(true), ..OfferOptions::default() });
    offer(&mut pair, OfferOptions { offer_to_receive_video: Some(true), ..OfferOptions::default() });
    assert_eq!(directions(&pair, alice), [(Some(Direction::RecvOnly), None)]);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    let none = OfferOptions {
        offer_to_receive_audio: Some(false),
        offer_to_receive_video: Some(false),
        ..OfferOptions::default()
    };
    offer(&mut pair, none);
    assert_eq!(directions(&pair, alice), [(Some(Direction::Inactive), None), (Some(Direction::SendOnly), None)]);
}

#[test]
fn s026_without_rtcp_mux_rtp_and_rtcp_have_a_component_and_a_dtls_association_each() {
    let configuration = Configuration { rtcp_mux_policy: RtcpMuxPolicy::Negotiate, ..Configuration::default() };
    let mut pair = pair_with(&configuration);
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(alice).pc.local_description().expect("an offer");
    // A peer that does not multiplex.
    offer.sdp = offer.sdp.replace("a=rtcp-mux\r\n", "");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer without rtcp-mux");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    assert!(!answer.sdp.contains("a=rtcp-mux"), "{}", answer.sdp);
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    pair.run_until(Duration::from_secs(20), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == peerline_peer::ConnectionState::Connected)
    });
    for node in [alice, bob] {
        let transports: Vec<_> = pair.peer(node).pc.transports().collect();
        assert_eq!(transports.len(), 1);
        assert_eq!(transports[0].rtcp_dtls_state, Some(peerline_peer::DtlsTransportState::Connected));
    }
    let components = |peer: &Peer| {
        let of = |component: &str| {
            let is = |event: &Event| matches!(event, Event::IceCandidate(Some(c)) if c.candidate.split(' ').nth(1) == Some(component));
            peer.history.iter().filter(|event| is(event)).count()
        };
        (of("1"), of("2"))
    };
    assert_eq!(components(pair.peer(alice)), (1, 1));
}

#[test]
fn s026_against_a_peer_that_multiplexes_the_second_component_is_closed() {
    let configuration = Configuration { rtcp_mux_policy: RtcpMuxPolicy::Negotiate, ..Configuration::default() };
    let mut pair = pair_with(&configuration);
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    pair.negotiate(alice, bob);
    pair.run_until(Duration::from_secs(20), |a, b| {
        [a, b].iter().all(|peer| peer.pc.connection_state() == peerline_peer::ConnectionState::Connected)
    });
    for node in [alice, bob] {
        assert!(pair.peer(node).pc.transports().all(|transport| transport.rtcp_dtls_state.is_none()));
    }
}

#[test]
fn s025_an_offer_without_rtcp_mux_is_rejected_when_it_is_required() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_track(&mut pair, alice, MediaKind::Audio, "mic", "call");
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let mut offer = pair.peer(alice).pc.local_description().expect("an offer");
    assert!(offer.sdp.contains("a=rtcp-mux\r\n"));
    offer.sdp = offer.sdp.replace("a=rtcp-mux\r\n", "").replace("a=rtcp-mux-only\r\n", "");
    assert!(pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).is_err());
}
