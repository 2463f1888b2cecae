//! Bundle policies and how transports merge (RFC 9143, RFC 9429 §4.1.1; webrtc-pc §4.2.5).

mod common;

use common::{Peer, exchange, show};
use peerline_jsep::*;
use peerline_sdp::{Direction, Group, GroupSemantics, IceUfrag, Session};

fn without_bundle(offer: &str) -> String {
    let kept = |line: &&str| !(line.starts_with("a=group:BUNDLE") || line.starts_with("a=bundle-only"));
    offer.split_inclusive('\n').filter(kept).collect()
}

fn peer_with_everything(policy: BundlePolicy) -> Peer {
    let mut peer = Peer::with_policy("alice", policy);
    for kind in [MediaKind::Audio, MediaKind::Audio, MediaKind::Video, MediaKind::Video] {
        peer.add_track(kind, &[]);
    }
    peer.create_data_channel();
    peer
}

/// By section: whether it has credentials, and whether it is bundle-only.
fn addresses(offer: &str) -> Vec<(bool, bool)> {
    let session = Session::parse(offer).expect("an offer is SDP");
    session.media.iter().map(|media| (media.get::<IceUfrag>().is_some(), media.is_bundle_only())).collect()
}

const OWN: (bool, bool) = (true, false);
const BUNDLE_ONLY: (bool, bool) = (false, true);
const SHARED: (bool, bool) = (false, false);

#[test]
fn s021_balanced_gathers_one_transport_per_media_type() {
    let mut alice = peer_with_everything(BundlePolicy::Balanced);
    let offer = alice.create_offer();
    assert_eq!(addresses(&offer), [OWN, BUNDLE_ONLY, OWN, BUNDLE_ONLY, OWN]);
    let plan = alice.set_local(SdpType::Offer, &offer);
    assert_eq!(plan.transports.iter().filter(|t| t.created && t.gather.is_some()).count(), 3);
    insta::assert_snapshot!(show::skeleton(&offer));
}

#[test]
fn s022_max_compat_gathers_one_transport_per_section() {
    let mut alice = peer_with_everything(BundlePolicy::MaxCompat);
    let offer = alice.create_offer();
    assert_eq!(addresses(&offer), [OWN; 5]);
    assert_eq!(alice.set_local(SdpType::Offer, &offer).transports.len(), 5);
}

#[test]
fn s023_max_bundle_gathers_one_transport() {
    let mut alice = peer_with_everything(BundlePolicy::MaxBundle);
    let offer = alice.create_offer();
    assert_eq!(addresses(&offer), [OWN, BUNDLE_ONLY, BUNDLE_ONLY, BUNDLE_ONLY, BUNDLE_ONLY]);
    assert_eq!(alice.set_local(SdpType::Offer, &offer).transports.len(), 1);
}

#[test]
fn s020_whatever_the_policy_one_transport_is_left_with_an_answerer_that_bundles() {
    for policy in [BundlePolicy::Balanced, BundlePolicy::MaxCompat, BundlePolicy::MaxBundle] {
        let mut alice = peer_with_everything(policy);
        let mut bob = Peer::small("bob");
        let (_, answer) = exchange(&mut alice, &mut bob);
        assert_eq!((alice.transports.len(), bob.transports.len()), (1, 1), "{policy:?}");
        assert_eq!(addresses(&answer), [OWN, SHARED, SHARED, SHARED, SHARED]);
        // Later offers say nothing of bundle-only and keep the transport.
        let (offer, _) = exchange(&mut alice, &mut bob);
        assert_eq!(addresses(&offer), [OWN, SHARED, SHARED, SHARED, SHARED]);
        assert_eq!((alice.transports.len(), bob.transports.len()), (1, 1), "{policy:?}");
    }
}

#[test]
fn without_bundle_each_section_with_an_address_has_its_transport() {
    for (policy, accepted) in [
        (BundlePolicy::Balanced, vec![true, false, true, false, true]),
        (BundlePolicy::MaxCompat, vec![true; 5]),
        (BundlePolicy::MaxBundle, vec![true, false, false, false, false]),
    ] {
        let mut alice = peer_with_everything(policy);
        let mut bob = Peer::with_policy("bob", BundlePolicy::MaxCompat);
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &without_bundle(&offer));
        let answer = bob.create_answer();
        bob.set_local(SdpType::Answer, &answer);
        let plan = alice.set_remote(SdpType::Answer, &answer);
        let transports = accepted.iter().filter(|accepted| **accepted).count();
        assert_eq!((alice.transports.len(), bob.transports.len()), (transports, transports), "{policy:?}");
        assert_eq!(alice.map.used.iter().map(Option::is_some).collect::<Vec<_>>(), accepted);
        assert!(plan.transports.iter().all(|t| t.remote_ice.is_some() && t.dtls.is_some()));
        // A rejected section takes its transceiver along.
        assert_eq!(plan.remove_transceivers.len(), accepted[..4].iter().filter(|accepted| !**accepted).count());
    }
}

#[test]
fn an_answerer_refuses_what_its_policy_does_not_allow() {
    for (policy, accepted) in [
        (BundlePolicy::Balanced, [true, false, true, false, true]),
        (BundlePolicy::MaxCompat, [true; 5]),
        (BundlePolicy::MaxBundle, [true, false, false, false, false]),
    ] {
        let mut alice = peer_with_everything(BundlePolicy::MaxCompat);
        let mut bob = Peer::with_policy("bob", policy);
        let offer = alice.create_offer();
        bob.set_remote(SdpType::Offer, &without_bundle(&offer));
        let answer = Session::parse(&bob.create_answer()).unwrap();
        assert_eq!(answer.media.iter().map(|m| !m.is_rejected()).collect::<Vec<_>>(), accepted, "{policy:?}");
    }
}

#[test]
fn balanced_transports_merge_into_the_first_and_the_others_close() {
    let mut alice = Peer::with_policy("alice", BundlePolicy::Balanced);
    let mut bob = Peer::small("bob");
    alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    let offer = alice.create_offer();
    let local = alice.set_local(SdpType::Offer, &offer);
    let remote = bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    let plan = alice.set_remote(SdpType::Answer, &answer);
    insta::assert_snapshot!([local, remote, plan.clone()].iter().map(show::plan).collect::<String>());
    assert_eq!(plan.close_transports, [TransportId(1)]);
    assert!(plan.media.iter().all(|media| media.transport == Some(TransportId(0))));
}

#[test]
fn several_groups_are_answered_and_kept() {
    let mut alice = peer_with_everything(BundlePolicy::MaxCompat);
    let mut bob = Peer::with_policy("bob", BundlePolicy::MaxCompat);
    let offer = alice.create_offer();
    let offer = offer.replace("a=group:BUNDLE 0 1 2 3 4", "a=group:BUNDLE 0 1\r\na=group:BUNDLE 2 3");
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    assert!(answer.contains("a=group:BUNDLE 0 1\r\na=group:BUNDLE 2 3\r\n"), "{}", show::skeleton(&answer));
    bob.set_local(SdpType::Answer, &answer);
    assert_eq!(bob.transports.len(), 3);
    bob.add_track(MediaKind::Audio, &[]);
    let offer = bob.create_offer();
    assert!(offer.contains("a=group:BUNDLE 0 1 5\r\na=group:BUNDLE 2 3\r\n"), "{}", show::skeleton(&offer));
    assert_eq!(addresses(&offer), [OWN, SHARED, OWN, SHARED, OWN, SHARED]);
}

#[test]
fn an_answerer_that_rejects_the_tagged_section_takes_the_next_with_an_address() {
    let mut alice = Peer::with_policy("alice", BundlePolicy::MaxCompat);
    let mut bob = Peer::small("bob");
    alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    alice.create_data_channel();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let id = bob.transceivers[0].id;
    bob.stop(id);
    // Not only stopping, which would be answered inactive.
    bob.get_mut(id).stopped = true;
    let answer = bob.create_answer();
    assert!(answer.contains("a=group:BUNDLE 1 2\r\n"), "{}", show::skeleton(&answer));
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
    // Alice's second transport is the one that is left, and both know each other's credentials.
    assert_eq!(alice.map.used, [None, Some(TransportId(1)), Some(TransportId(1))]);
    assert_eq!(alice.transports[0].local, bob.transports[0].remote);
    assert_eq!(alice.transports[0].remote, bob.transports[0].local);
}

#[test]
fn an_answerer_that_rejects_a_tagged_section_without_which_nothing_has_an_address_rejects_the_group() {
    let mut alice = Peer::with_policy("alice", BundlePolicy::MaxBundle);
    let mut bob = Peer::small("bob");
    alice.add_track(MediaKind::Audio, &[]);
    alice.create_data_channel();
    let offer = alice.create_offer();
    bob.set_remote(SdpType::Offer, &offer);
    let id = bob.transceivers[0].id;
    bob.stop(id);
    // Not only stopping, which would be answered inactive.
    bob.get_mut(id).stopped = true;
    let answer = Session::parse(&bob.create_answer()).unwrap();
    assert!(answer.media.iter().all(peerline_sdp::Media::is_rejected));
}

#[test]
fn the_tag_moves_when_its_section_is_stopped() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    let first = alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    exchange(&mut alice, &mut bob);
    let before = alice.transports.clone();
    alice.stop(first);
    let (offer, answer) = exchange(&mut alice, &mut bob);
    assert!(offer.contains("a=group:BUNDLE 1\r\n") && answer.contains("a=group:BUNDLE 1\r\n"));
    assert_eq!(alice.map.used, [None, Some(TransportId(0))]);
    assert_eq!((alice.transports[0].local.clone(), alice.transports.len()), (before[0].local.clone(), 1));
    assert_eq!((alice.transceivers.len(), bob.transceivers.len()), (1, 1));
}

#[test]
fn an_answerer_counts_from_the_first_section_that_is_offered() {
    for policy in [BundlePolicy::Balanced, BundlePolicy::MaxBundle] {
        let (mut alice, mut bob) = (Peer::small("alice"), Peer::with_policy("bob", policy));
        let first = alice.add_track(MediaKind::Audio, &[]);
        alice.add_track(MediaKind::Audio, &[]);
        alice.create_data_channel();
        exchange(&mut alice, &mut bob);
        alice.stop(first);
        let (_, answer) = exchange(&mut alice, &mut bob);
        let media = Session::parse(&answer).unwrap().media;
        assert_eq!(
            media.iter().map(peerline_sdp::Media::is_rejected).collect::<Vec<_>>(),
            [true, false, false],
            "{policy:?}"
        );
    }
}

#[test]
fn media_joins_the_transport_of_a_data_channel() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.create_data_channel();
    exchange(&mut alice, &mut bob);
    alice.add_track(MediaKind::Audio, &[]);
    let (offer, _) = exchange(&mut alice, &mut bob);
    assert_eq!(addresses(&offer), [OWN, SHARED]);
    let session = Session::parse(&offer).unwrap();
    let group: Group = session.groups(GroupSemantics::Bundle).next().unwrap();
    assert_eq!(group.mids.len(), 2);
    assert_eq!((alice.transports.len(), bob.transports.len()), (1, 1));
}

#[test]
fn a_second_component_is_gathered_and_used_only_if_the_answer_does_not_multiplex() {
    for (mux, expected) in [(true, RtcpComponent::None), (false, RtcpComponent::Used)] {
        let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
        alice.settings.rtcp_mux_policy = RtcpMuxPolicy::Negotiate;
        bob.settings.rtcp_mux_policy = RtcpMuxPolicy::Negotiate;
        alice.add_transceiver(MediaKind::Audio, Direction::SendRecv, CreatedBy::AddTransceiver);
        let offer = alice.create_offer();
        assert!(!offer.contains("rtcp-mux-only") && offer.contains("a=rtcp:9 "));
        assert_eq!(alice.set_local(SdpType::Offer, &offer).transports[0].rtcp, RtcpComponent::Gathered);
        bob.set_remote(SdpType::Offer, &if mux { offer } else { offer.replace("a=rtcp-mux\r\n", "") });
        let answer = bob.create_answer();
        assert_eq!(answer.contains("a=rtcp-mux\r\n"), mux);
        assert_eq!(bob.set_local(SdpType::Answer, &answer).transports[0].rtcp, expected);
        assert_eq!(alice.set_remote(SdpType::Answer, &answer).transports[0].rtcp, expected);
    }
}
