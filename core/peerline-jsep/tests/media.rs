//! Audio and video: text in, plan out (RFC 9429).

mod common;

use common::{Peer, exchange, show};
use peerline_jsep::*;
use peerline_sdp::{Direction, Media, Session};

const DIRECTIONS: [Direction; 4] = [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];

fn pair() -> (Peer, Peer) {
    (Peer::small("alice"), Peer::small("bob"))
}

#[test]
fn first_offer_of_audio_video_and_data() {
    let mut alice = Peer::new("alice");
    alice.add_track(MediaKind::Audio, &["stream"]);
    alice.add_track(MediaKind::Video, &["stream"]);
    alice.create_data_channel();
    insta::assert_snapshot!(alice.create_offer());
}

#[test]
fn plans_of_a_first_exchange() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &["stream"]);
    alice.add_track(MediaKind::Video, &["stream"]);
    bob.add_track(MediaKind::Audio, &["other"]);
    let offer = alice.create_offer();
    let plans = [alice.set_local(SdpType::Offer, &offer), bob.set_remote(SdpType::Offer, &offer)];
    let answer = bob.create_answer();
    let answers = [bob.set_local(SdpType::Answer, &answer), alice.set_remote(SdpType::Answer, &answer)];
    insta::assert_snapshot!(plans.iter().chain(&answers).map(show::plan).collect::<String>());
    insta::assert_snapshot!("answer", answer);
}

#[test]
fn directions_intersect() {
    let mut table = String::new();
    for offered in DIRECTIONS {
        for wanted in DIRECTIONS {
            let (mut alice, mut bob) = pair();
            alice.add_transceiver(MediaKind::Audio, offered, CreatedBy::AddTransceiver);
            let offer = alice.create_offer();
            alice.set_local(SdpType::Offer, &offer);
            bob.set_remote(SdpType::Offer, &offer);
            bob.transceivers[0].direction = wanted;
            let answer = bob.create_answer();
            bob.set_local(SdpType::Answer, &answer);
            alice.set_remote(SdpType::Answer, &answer);
            let answered = Session::parse(&answer).unwrap().media[0].direction().unwrap();
            assert_eq!(answered, offered.reversed().intersected(wanted));
            assert_eq!(bob.transceivers[0].current_direction, Some(answered));
            assert_eq!(alice.transceivers[0].current_direction, Some(answered.reversed()));
            table += &format!(
                "{offered} & {wanted} = {answered}, more to negotiate: {} {}\n",
                alice.negotiation_needed(),
                bob.negotiation_needed()
            );
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_answer_can_not_widen_the_offered_direction() {
    let (mut alice, mut bob) = pair();
    alice.add_transceiver(MediaKind::Audio, Direction::SendOnly, CreatedBy::AddTransceiver);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer().replace("a=recvonly", "a=sendrecv");
    let error = alice.try_set_remote(SdpType::Answer, &answer).unwrap_err();
    assert_eq!(error, Error::Invalid { m_line_index: Some(0), reason: Invalid::Direction });
}

#[test]
fn a_remote_offer_takes_the_transceivers_of_add_track_in_order() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Video, &[]);
    alice.add_track(MediaKind::Audio, &[]);
    alice.add_transceiver(MediaKind::Audio, Direction::SendOnly, CreatedBy::AddTransceiver);
    let never = bob.add_transceiver(MediaKind::Audio, Direction::SendRecv, CreatedBy::AddTransceiver);
    let first = bob.add_track(MediaKind::Audio, &[]);
    let second = bob.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    let plan = bob.set_remote(SdpType::Offer, &offer);
    // The video section finds nobody; the second audio section only sends, so nobody's track is for it.
    let created: Vec<Option<MediaKind>> = plan.media.iter().map(|media| media.create).collect();
    assert_eq!(created, [Some(MediaKind::Video), None, Some(MediaKind::Audio)]);
    assert_eq!(plan.media[1].transceiver, first);
    assert!([never, second].iter().all(|id| bob.get(*id).mid.is_none()));
}

#[test]
fn remote_tracks_come_and_go_with_directions_and_streams() {
    let (mut alice, mut bob) = pair();
    let id = alice.add_track(MediaKind::Audio, &["one", "two"]);
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.transceivers[0].remote_streams, ["one", "two"]);
    let reoffer = |alice: &mut Peer, bob: &mut Peer| {
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        let plan = bob.set_remote(SdpType::Offer, &offer);
        let answer = bob.create_answer();
        bob.set_local(SdpType::Answer, &answer);
        alice.set_remote(SdpType::Answer, &answer);
        plan.media[0].remote_track.clone().unwrap()
    };
    alice.get_mut(id).send_streams = vec!["two".to_owned(), "three".to_owned()];
    assert!(alice.negotiation_needed(), "other streams");
    let track = reoffer(&mut alice, &mut bob);
    assert_eq!(
        (track.added, track.removed, track.fire_track, track.mute),
        (vec!["three".to_owned()], vec!["one".to_owned()], true, false)
    );
    let track = reoffer(&mut alice, &mut bob);
    assert_eq!((track.added.len(), track.removed.len(), track.fire_track, track.mute), (0, 0, false, false));
    alice.get_mut(id).direction = Direction::Inactive;
    let track = reoffer(&mut alice, &mut bob);
    assert_eq!((track.streams.len(), track.removed.len(), track.fire_track, track.mute), (0, 2, false, true));
    alice.get_mut(id).direction = Direction::SendOnly;
    let track = reoffer(&mut alice, &mut bob);
    assert_eq!((track.added.len(), track.fire_track, track.mute), (2, true, false));
}

#[test]
fn streams_of_a_remote_track_by_its_msid_lines() {
    for (lines, expected) in [
        ("a=msid:- t\r\n", vec![]),
        ("", vec!["default"]),
        ("a=msid:s t\r\n", vec!["s"]),
        ("a=msid:s\r\na=msid:r\r\na=msid:s\r\n", vec!["s", "r"]),
        ("a=msid:s t\r\na=msid:s t\r\n", vec!["s"]),
        ("a=ssrc:1 msid:s t\r\na=ssrc:2 msid:s t\r\na=ssrc:2 cname:c\r\n", vec!["s"]),
        ("a=ssrc:1 msid:- t\r\n", vec![]),
        ("a=msid:s t\r\na=ssrc:1 msid:r t\r\n", vec!["s"]),
    ] {
        let (mut alice, mut bob) = pair();
        alice.add_track(MediaKind::Audio, &[]);
        let offer = alice.create_offer();
        let own = "a=msid:- alice-track-0\r\n";
        assert!(offer.contains(own));
        let plan = bob.set_remote(SdpType::Offer, &offer.replace(own, lines));
        let track = plan.media[0].remote_track.clone().unwrap();
        assert_eq!(
            (track.streams, track.fire_track),
            (expected.iter().map(|&s| s.to_owned()).collect(), true),
            "{lines}"
        );
    }
}

#[test]
fn stream_ids_that_are_no_tokens_do_not_break_a_description() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &["my camera\r\na=x", "", "\u{e9}t\u{e9}"]);
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.transceivers[0].remote_streams, ["my_camera__a_x", "_", "_t_"]);
    assert!(!alice.negotiation_needed());
}

#[test]
fn an_answer_that_stops_receiving_removes_the_remote_track() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &["s"]);
    exchange(&mut alice, &mut bob);
    bob.transceivers[0].direction = Direction::Inactive;
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    let plan = bob.set_remote(SdpType::Offer, &offer);
    assert!(!plan.media[0].remote_track.clone().unwrap().mute, "the offer still sends");
    let answer = bob.create_answer();
    let plan = bob.set_local(SdpType::Answer, &answer);
    let track = plan.media[0].remote_track.clone().unwrap();
    assert_eq!((track.removed, track.mute), (vec!["s".to_owned()], true));
}

#[test]
fn a_stopped_transceiver_is_rejected_removed_and_its_section_recycled() {
    let (mut alice, mut bob) = pair();
    let audio = alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    exchange(&mut alice, &mut bob);
    alice.stop(audio);
    assert!(alice.negotiation_needed());
    let (offer, answer) = exchange(&mut alice, &mut bob);
    for text in [&offer, &answer] {
        let media = Session::parse(text).unwrap().media;
        assert_eq!(media.iter().map(Media::is_rejected).collect::<Vec<_>>(), [true, false]);
    }
    assert_eq!((alice.transceivers.len(), bob.transceivers.len()), (1, 1));
    assert!(!alice.negotiation_needed() && !bob.negotiation_needed());
    // The next one takes its place, of whatever kind, with a new mid.
    alice.add_track(MediaKind::Video, &[]);
    let (offer, answer) = exchange(&mut alice, &mut bob);
    insta::assert_snapshot!(format!("{}{}", show::skeleton(&offer), show::skeleton(&answer)));
    assert_eq!((alice.transceivers.len(), bob.transceivers.len(), alice.transports.len()), (2, 2, 1));
}

#[test]
fn a_stopped_transceiver_that_no_description_has_is_not_offered() {
    let mut alice = Peer::small("alice");
    let id = alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    alice.stop(id);
    assert_eq!(Session::parse(&alice.create_offer()).unwrap().media.len(), 1);
}

#[test]
fn a_transceiver_stopped_after_the_offer_was_made_is_associated_and_then_rejected() {
    let (mut alice, mut bob) = pair();
    let id = alice.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    alice.get_mut(id).stopping = true;
    alice.set_local(SdpType::Offer, &offer);
    assert!(alice.get(id).mid.is_some());
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
    assert!(alice.negotiation_needed());
    exchange(&mut alice, &mut bob);
    assert!(alice.transceivers.is_empty() && bob.transceivers.is_empty());
}

#[test]
fn rollback_of_a_remote_offer_removes_its_transceivers_unless_a_track_was_added() {
    for add_track in [false, true] {
        let (mut alice, mut bob) = pair();
        alice.add_track(MediaKind::Audio, &["s"]);
        let own = bob.add_track(MediaKind::Video, &[]);
        let offer = alice.create_offer();
        bob.set_remote(SdpType::Offer, &offer);
        assert_eq!(bob.transceivers.len(), 2);
        bob.transceivers[1].add_track_used = add_track;
        let plan = bob.set_remote(SdpType::Rollback, "");
        let change = plan.media.iter().find(|change| change.transceiver != own).unwrap();
        let track = change.remote_track.clone().unwrap();
        assert_eq!((track.removed, track.mute), (vec!["s".to_owned()], true));
        assert_eq!(bob.transceivers.len(), if add_track { 2 } else { 1 });
        assert!(bob.transceivers.iter().all(|t| t.mid.is_none() && t.m_line_index.is_none()));
        assert_eq!(Session::parse(&bob.create_offer()).unwrap().media.len(), bob.transceivers.len());
        // The same offer once more makes a transceiver, or takes the one that was kept.
        let plan = bob.set_remote(SdpType::Offer, &offer);
        assert!(plan.media[0].remote_track.clone().unwrap().fire_track);
        assert_eq!((plan.media[0].create.is_none(), bob.transceivers.len()), (add_track, 2));
    }
}

#[test]
fn rollback_of_a_local_offer_frees_the_transceivers_for_the_next() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &[]);
    exchange(&mut alice, &mut bob);
    let id = alice.add_track(MediaKind::Video, &[]);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    let plan = alice.rollback();
    insta::assert_snapshot!(show::plan(&plan));
    assert!(alice.get(id).mid.is_none() && alice.transceivers[0].mid.is_some());
    exchange(&mut alice, &mut bob);
    assert_eq!(bob.transceivers.len(), 2);
}

#[test]
fn an_offer_without_mids_is_answered_without_mids() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    let bare: String =
        offer.split_inclusive('\n').filter(|l| !l.starts_with("a=mid") && !l.starts_with("a=group")).collect();
    bob.set_remote(SdpType::Offer, &bare);
    assert!(bob.transceivers[0].mid.is_some(), "a mid is made up");
    let answer = bob.create_answer();
    assert!(!answer.contains("a=mid") && !answer.contains("a=group"));
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
    exchange(&mut alice, &mut bob);
    assert_eq!((alice.transceivers.len(), bob.transceivers.len()), (1, 1));
}

#[test]
fn media_types_that_nobody_knows_are_rejected() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &[]);
    alice.create_data_channel();
    let offer = alice.create_offer().replace("m=application ", "m=unicorns ").replace("a=group:BUNDLE 0 1\r\n", "");
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    assert!(answer.contains("m=unicorns 0 "), "{}", show::skeleton(&answer));
    bob.set_local(SdpType::Answer, &answer);
}

#[test]
fn lip_sync_groups_join_what_shares_a_stream() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &["a"]);
    alice.add_track(MediaKind::Video, &["a"]);
    alice.add_track(MediaKind::Video, &["b"]);
    let offer = alice.create_offer();
    assert!(offer.contains("a=group:LS 0 1\r\n"));
    bob.set_remote(SdpType::Offer, &offer);
    assert!(
        bob.create_answer().contains("a=group:LS 0 1\r\n"),
        "who sends no stream leaves the grouping to the offerer"
    );
    bob.transceivers[0].send_streams = vec!["x".to_owned()];
    bob.transceivers[1].send_streams = vec!["y".to_owned()];
    assert!(!bob.create_answer().contains("a=group:LS"), "who sends two streams doesn't");
}

#[test]
fn lip_sync_groups_of_the_last_answer_go_on() {
    let (mut alice, mut bob) = pair();
    let audio = alice.add_track(MediaKind::Audio, &["a"]);
    alice.add_track(MediaKind::Video, &["a"]);
    exchange(&mut alice, &mut bob);
    assert!(bob.create_offer().contains("a=group:LS 0 1\r\n"), "though bob sends nothing");
    alice.stop(audio);
    assert!(!alice.create_offer().contains("a=group:LS"), "one alone is no group");
}

#[test]
fn bandwidth_limits_are_read() {
    for (line, expected) in [
        ("b=TIAS:500000\r\n", Some(500_000)),
        ("b=AS:100\r\n", Some(79_000)),
        ("b=CT:100\r\n", None),
        ("b=AS:1\r\n", Some(0)),
    ] {
        let (mut alice, mut bob) = pair();
        alice.add_track(MediaKind::Audio, &[]);
        let offer = alice.create_offer().replace("c=IN IP4 0.0.0.0\r\n", &format!("c=IN IP4 0.0.0.0\r\n{line}"));
        let plan = bob.set_remote(SdpType::Offer, &offer);
        assert_eq!(plan.media[0].remote_streams.clone().unwrap().max_bitrate, expected, "{line}");
    }
}

#[test]
fn back_to_back_offers_replace_each_other() {
    let (mut alice, mut bob) = pair();
    alice.create_data_channel();
    let first = alice.create_offer();
    alice.set_local(SdpType::Offer, &first);
    alice.add_transceiver(MediaKind::Audio, Direction::RecvOnly, CreatedBy::AddTransceiver);
    let second = alice.create_offer();
    alice.set_local(SdpType::Offer, &second);
    bob.set_remote(SdpType::Offer, &first);
    bob.set_remote(SdpType::Offer, &second);
    bob.set_remote(SdpType::Offer, &second);
    assert_eq!(bob.transceivers.len(), 1);
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
    assert_eq!((alice.transports.len(), bob.transports.len()), (1, 1));
}

#[test]
fn an_offer_that_replaces_another_takes_back_what_it_does_not_have() {
    let (mut alice, mut bob, mut carol) = (Peer::small("alice"), Peer::small("bob"), Peer::small("carol"));
    alice.add_track(MediaKind::Audio, &["s"]);
    alice.add_track(MediaKind::Video, &["s"]);
    carol.create_data_channel();
    let own = bob.add_track(MediaKind::Audio, &[]);
    bob.set_remote(SdpType::Offer, &alice.create_offer());
    assert_eq!(bob.transceivers.len(), 2);
    let offer = carol.create_offer();
    carol.set_local(SdpType::Offer, &offer);
    let plan = bob.set_remote(SdpType::Offer, &offer);
    assert_eq!((plan.remove_transceivers.len(), plan.disassociate.len(), bob.transceivers.len()), (1, 2, 1));
    assert_eq!((bob.get(own).mid.clone(), bob.get(own).m_line_index), (None, None));
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    carol.set_remote(SdpType::Answer, &answer);
    exchange(&mut bob, &mut carol);
    assert_eq!((carol.transceivers.len(), bob.transports.len()), (1, 1));
}

#[test]
fn session_level_directions_and_extensions_count_in_each_section() {
    let (mut alice, mut bob) = pair();
    alice.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    let offer = offer.replace("a=sendrecv\r\n", "").replace("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n", "");
    let offer = offer.replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\na=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
    let plan = bob.set_remote(SdpType::Offer, &offer);
    assert_eq!(plan.media[0].direction, Direction::RecvOnly);
    let answer = bob.create_answer();
    assert!(answer.contains("a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=recvonly\r\n"), "{answer}");
    let plan = bob.set_local(SdpType::Answer, &answer);
    assert_eq!(plan.media[0].receive.as_ref().unwrap().header_extensions.len(), 1);
}
