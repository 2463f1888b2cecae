//! Candidates in and out of descriptions (webrtc-pc §4.4.2 addIceCandidate, RFC 8839, RFC 8840).

mod common;

use common::{Peer, exchange};
use peerline_jsep::*;
use peerline_sdp::{Candidate, Session};

const HOST: &str = "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host";
const REFLEXIVE: &str = "candidate:2 1 udp 1694498815 198.51.100.7 61000 typ srflx raddr 192.0.2.1 rport 50000";
const MDNS: &str = "candidate:3 1 udp 2113937151 6a1d8f7e-ec83-4b2a-9d3b-2f5f0f3a9c11.local 50001 typ host";
const TCP: &str = "candidate:4 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active";

fn offered() -> (Peer, String) {
    let mut alice = Peer::small("alice");
    alice.add_track(MediaKind::Audio, &[]);
    alice.create_data_channel();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    (alice, offer)
}

#[test]
fn a_local_description_gains_candidates_and_the_default_address() {
    let (mut alice, _) = offered();
    let ufrag = alice.transports[0].local.clone().unwrap().ufrag;
    let session = &mut alice.pending_local.as_mut().unwrap().session;
    for candidate in [MDNS, TCP] {
        assert!(candidate::add_local(session, &ufrag, candidate));
        assert_eq!(
            (session.media[0].port, session.media[0].line('c')),
            (9, Some("IN IP4 0.0.0.0")),
            "nothing to be seen"
        );
    }
    assert!(candidate::add_local(session, &ufrag, HOST));
    assert_eq!((session.media[0].port, session.media[0].line('c')), (50_000, Some("IN IP4 192.0.2.1")));
    assert!(candidate::add_local(session, &ufrag, REFLEXIVE));
    assert_eq!((session.media[0].port, session.media[0].line('c')), (61_000, Some("IN IP4 198.51.100.7")));
    assert!(candidate::add_local(session, &ufrag, ""));
    assert!(candidate::add_local(session, &ufrag, ""), "twice is once");
    assert!(!candidate::add_local(session, "unknown", HOST), "of another generation");
    let text = session.to_string();
    assert_eq!((text.matches("a=candidate:").count(), text.matches("a=end-of-candidates").count()), (4, 1));
    // The data section has a transport of its own in a first offer.
    assert_eq!(session.media[1].port, 9);
}

#[test]
fn the_next_offer_repeats_candidates_unless_ice_restarts() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.add_track(MediaKind::Audio, &[]);
    alice.create_data_channel();
    exchange(&mut alice, &mut bob);
    alice.gather_all();
    let offer = Session::parse(&alice.create_offer()).unwrap();
    for (index, media) in offer.media.iter().enumerate() {
        assert_eq!(
            (media.port, media.line('c')),
            (50_000, Some("IN IP4 192.0.2.0")),
            "bundled sections share the default candidate"
        );
        let speaks = index == 0;
        assert_eq!((media.all::<Candidate>().count() == 1, media.has("end-of-candidates")), (speaks, speaks));
    }
    let restarted = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    assert!(!restarted.contains("a=candidate") && !restarted.contains("a=end-of-candidates"));
}

#[test]
fn a_remote_candidate_finds_its_section() {
    let (mut bob, offer) = (Peer::small("bob"), offered().1);
    assert_eq!(candidate::locate(&bob.view(), HOST, Some("0"), None, None), Err(Error::NoRemoteDescription));
    assert_eq!(candidate::locate(&bob.view(), HOST, None, None, None), Err(Error::CandidateWithoutSection));
    bob.set_remote(SdpType::Offer, &offer);
    let view = bob.view();
    let locate = |candidate, mid, index, ufrag| candidate::locate(&view, candidate, mid, index, ufrag);
    let index = |places: Result<Vec<candidate::Place>, Error>| {
        places.unwrap().iter().map(|place| place.m_line_index).collect::<Vec<_>>()
    };
    assert_eq!(index(locate(HOST, Some("1"), None, None)), [1]);
    assert_eq!(index(locate(HOST, Some("1"), Some(0), None)), [1], "the mid counts before the index");
    assert_eq!(index(locate(HOST, None, Some(1), None)), [1]);
    assert_eq!(index(locate("", None, None, None)), [0, 1], "the end of candidates of all sections");
    assert_eq!(locate(HOST, Some("9"), Some(0), None), Err(Error::Operation(Operation::UnknownMid)));
    assert_eq!(locate(HOST, None, Some(2), None), Err(Error::Operation(Operation::UnknownIndex)));
    assert_eq!(locate(HOST, Some("0"), None, Some("nobody")), Err(Error::Operation(Operation::UnknownUfrag)));
    let place = &locate(HOST, Some("0"), None, Some("alice001")).unwrap()[0];
    assert_eq!((place.pending, place.current, place.transport), (true, false, Some(TransportId(0))));
    assert!(locate(HOST, Some("0"), None, Some("alice002")).is_err(), "that is the ufrag of the other section");
}

#[test]
fn generations_are_told_apart_by_their_ufrag() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.create_data_channel();
    exchange(&mut alice, &mut bob);
    let place = |bob: &Peer, ufrag| {
        candidate::locate(&bob.view(), HOST, Some("0"), None, ufrag).map(|p| (p[0].current, p[0].pending))
    };
    assert_eq!(place(&bob, None), Ok((true, false)));
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    bob.set_remote(SdpType::Offer, &offer);
    assert_eq!(place(&bob, Some("alice001")), Ok((true, false)), "the old generation still runs");
    assert_eq!(place(&bob, Some("alice002")), Ok((false, true)));
    assert_eq!(place(&bob, None), Ok((false, true)), "without a ufrag the newest is meant");
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    assert_eq!(place(&bob, Some("alice002")), Ok((true, false)));
    assert!(place(&bob, Some("alice001")).is_err());
}

#[test]
fn remote_candidates_that_were_added_to_the_offer_come_with_the_answer() {
    let (mut bob, offer) = (Peer::small("bob"), offered().1);
    bob.set_remote(SdpType::Offer, &offer);
    let session = &mut bob.pending_remote.as_mut().unwrap().session;
    candidate::add_remote(session, 0, HOST).unwrap();
    candidate::add_remote(session, 0, HOST).unwrap();
    candidate::add_remote(session, 0, "").unwrap();
    assert_eq!(candidate::add_remote(session, 9, HOST), Err(Error::Operation(Operation::UnknownIndex)));
    let answer = bob.create_answer();
    let plan = bob.set_local(SdpType::Answer, &answer);
    let remote = plan.transports[0].remote_ice.clone().unwrap();
    assert_eq!((remote.candidates, remote.end_of_candidates), (vec![HOST.to_owned()], true));
}

#[test]
fn a_candidate_of_any_section_of_a_group_is_of_its_transport() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.add_track(MediaKind::Audio, &[]);
    alice.create_data_channel();
    exchange(&mut alice, &mut bob);
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    bob.set_remote(SdpType::Offer, &offer);
    for (mid, candidate) in [("0", HOST), ("1", HOST), ("1", REFLEXIVE), ("1", "")] {
        let places = candidate::locate(&bob.view(), candidate, Some(mid), None, Some("alice003")).unwrap();
        assert!(places[0].pending && !places[0].current);
        candidate::add_remote(&mut bob.pending_remote.as_mut().unwrap().session, places[0].m_line_index, candidate)
            .unwrap();
    }
    let answer = bob.create_answer();
    let remote = bob.set_local(SdpType::Answer, &answer).transports[0].remote_ice.clone().unwrap();
    assert_eq!((remote.candidates, remote.end_of_candidates), (vec![HOST.to_owned(), REFLEXIVE.to_owned()], true));
}

#[test]
fn a_section_takes_only_so_many_candidates() {
    let (mut bob, offer) = (Peer::small("bob"), offered().1);
    bob.set_remote(SdpType::Offer, &offer);
    let session = &mut bob.pending_remote.as_mut().unwrap().session;
    let results: Vec<bool> = (0..1000)
        .map(|n| candidate::add_remote(session, 0, &format!("candidate:{n} 1 udp 1 192.0.2.1 5000 typ host")).is_ok())
        .collect();
    assert_eq!(results.iter().filter(|ok| **ok).count(), 256);
    assert_eq!(candidate::add_remote(session, 0, ""), Ok(()), "the end always fits");
}

#[test]
fn a_reoffer_of_the_same_generation_brings_new_candidates_at_once() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.create_data_channel();
    exchange(&mut alice, &mut bob);
    alice.gather_all();
    let offer = alice.create_offer();
    let plan = bob.set_remote(SdpType::Offer, &offer);
    let remote = plan.transports[0].remote_ice.as_ref().expect("candidates of the generation in use");
    assert_eq!((remote.restart, remote.candidates.len(), remote.end_of_candidates), (false, 1, true));
}

#[test]
fn a_section_without_a_mid_is_known_by_the_mid_of_ours() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    let nameless = answer.replace("a=mid:0\r\n", "").replace("a=group:BUNDLE 0\r\n", "");
    alice.set_remote(SdpType::Answer, &nameless);
    let places = candidate::locate(&alice.view(), HOST, Some("0"), Some(0), None).unwrap();
    assert_eq!(places.iter().map(|place| place.m_line_index).collect::<Vec<_>>(), [0]);
    let stranger = candidate::locate(&alice.view(), HOST, Some("1"), None, None);
    assert_eq!(stranger, Err(Error::Operation(Operation::UnknownMid)));
}
