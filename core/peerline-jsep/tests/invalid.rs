//! Descriptions that make no sense: each fails with its reason and changes nothing (RFC 9429 §5.8.3, RFC 3264, RFC 9143).

mod common;

use common::{Peer, exchange};
use peerline_jsep::*;
use peerline_sdp::Session;

fn alice() -> Peer {
    let mut alice = Peer::with_policy("alice", BundlePolicy::MaxBundle);
    alice.add_track(MediaKind::Audio, &["s"]);
    alice.add_track(MediaKind::Video, &["s"]);
    alice.create_data_channel();
    alice
}

fn refuse(peer: &mut Peer, sdp_type: SdpType, text: &str, expected: &Error) {
    let before = (peer.state, peer.transceivers.clone(), peer.transports.clone(), peer.map.clone(), peer.data.clone());
    let error = peer.try_set_remote(sdp_type, text).expect_err(&format!("{expected:?}\n{text}"));
    assert_eq!(error, *expected);
    let after = (peer.state, peer.transceivers.clone(), peer.transports.clone(), peer.map.clone(), peer.data.clone());
    assert_eq!(before, after);
    assert!(peer.pending_remote.is_none() || sdp_type == SdpType::Offer);
}

fn without(text: &str, start: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect()
}

#[test]
fn offers() {
    let offer = alice().create_offer();
    let opus = "a=rtpmap:111 opus/48000/2\r\n";
    let at = |m_line_index, reason| Error::Invalid { m_line_index, reason };
    let table = [
        (without(&offer, "a=ice-ufrag"), at(Some(0), Invalid::IceCredentials)),
        (without(&offer, "a=ice-pwd"), at(Some(0), Invalid::IceCredentials)),
        (without(&offer, "a=fingerprint"), at(Some(0), Invalid::Fingerprint)),
        (
            without(&offer, "a=fingerprint").replace("a=mid:0", "a=crypto:1 X inline:y\r\na=mid:0"),
            at(Some(0), Invalid::Sdes),
        ),
        (offer.replace("a=setup:actpass", "a=setup:holdconn"), at(Some(0), Invalid::Setup)),
        (offer.replace("a=mid:1", "a=mid:0"), at(Some(1), Invalid::DuplicateMid)),
        (offer.replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 3"), at(None, Invalid::BundleGroup)),
        (offer.replace("BUNDLE 0 1 2", "BUNDLE 0 1\r\na=group:BUNDLE 1 2"), at(None, Invalid::BundleGroup)),
        (offer.replace("BUNDLE 0 1 2", "BUNDLE 0 1 1 2"), at(None, Invalid::BundleGroup)),
        (offer.replace("BUNDLE 0 1 2", "BUNDLE 0 2"), at(Some(1), Invalid::BundleOnly)),
        (without(&without(&offer, "a=rtcp-mux\r"), "a=rtcp-mux-only"), at(Some(0), Invalid::RtcpMux)),
        (without(&offer, "a=sctp-port"), at(Some(2), Invalid::SctpPort)),
        (offer.replace("a=fmtp:97 apt=96", "a=fmtp:97 apt=50"), at(Some(1), Invalid::Rtx)),
        (offer.replace("a=extmap:4 ", "a=extmap:0300 "), at(Some(0), Invalid::HeaderExtensionId)),
        (
            offer.replace(opus, "a=rtpmap:111 opus/48000/2\r\na=extmap:4 urn:other\r\n"),
            at(Some(0), Invalid::HeaderExtensionId),
        ),
        (
            offer.replace(":96 ", ":111 ").replace("SAVPF 96 97", "SAVPF 111 97").replace("apt=96", "apt=111"),
            at(Some(1), Invalid::PayloadTypeConflict),
        ),
        (offer.replace("alice-track-1", "alice-track-0"), Error::Operation(Operation::DuplicateMsid)),
    ];
    for (text, expected) in table {
        refuse(&mut Peer::small("bob"), SdpType::Offer, &text, &expected);
    }
}

#[test]
fn rtcp_mux_only_means_rtcp_mux() {
    let mut bob = Peer::small("bob");
    bob.settings.rtcp_mux_policy = RtcpMuxPolicy::Negotiate;
    let text = without(&alice().create_offer(), "a=rtcp-mux\r");
    refuse(&mut bob, SdpType::Offer, &text, &Error::Invalid { m_line_index: Some(0), reason: Invalid::RtcpMuxOnly });
}

#[test]
fn answers() {
    let (mut alice, mut bob) = (alice(), Peer::small("bob"));
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    let at = |m_line_index, reason| Error::Invalid { m_line_index, reason };
    let first_section_twice = {
        let from = answer.find("m=audio").unwrap();
        let to = answer.find("m=video").unwrap();
        format!("{answer}{}", answer[from..to].replace("a=mid:0", "a=mid:9"))
    };
    let table = [
        (first_section_twice, at(None, Invalid::SectionCount)),
        (answer[..answer.find("m=application").unwrap()].replace("0 1 2", "0 1"), at(None, Invalid::SectionCount)),
        (answer.replace("m=video", "m=audio"), at(Some(1), Invalid::SectionChanged)),
        (
            answer.replace("m=application 9 UDP/DTLS/SCTP", "m=application 9 UDP/TLS/RTP/SAVPF"),
            at(Some(2), Invalid::SectionChanged),
        ),
        (answer.replace("a=mid:2", "a=mid:7").replace("0 1 2", "0 1 7"), at(Some(2), Invalid::MidChanged)),
        (answer.replace("a=setup:active", "a=setup:actpass"), at(Some(0), Invalid::Setup)),
        (answer.replace("a=setup:active", "a=setup:holdconn"), at(Some(0), Invalid::Setup)),
        (answer.replace("BUNDLE 0 1 2", "BUNDLE 0 1"), at(Some(2), Invalid::IceCredentials)),
        (answer.replace("a=rtpmap:111 opus", "a=rtpmap:111 speex"), at(Some(0), Invalid::NoCommonFormat)),
        (answer.replace("a=rtcp-fb:96 nack pli", "a=rtcp-fb:96 nack sli"), at(Some(1), Invalid::FeedbackNotOffered)),
        (without(&answer, "a=fingerprint"), at(Some(0), Invalid::Fingerprint)),
    ];
    for (text, expected) in table {
        refuse(&mut alice, SdpType::Answer, &text, &expected);
        refuse(&mut alice, SdpType::Pranswer, &text, &expected);
    }
    // A section with an address of its own that isn't in the group had none in the offer.
    let credentials = "a=ice-ufrag:own1\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n";
    let unbundled = format!(
        "{}{credentials}a=fingerprint:{}\r\n",
        answer.replace("BUNDLE 0 1 2", "BUNDLE 0 1"),
        common::fingerprint(9)
    );
    refuse(&mut alice, SdpType::Answer, &unbundled, &at(Some(2), Invalid::BundleOnly));
    // After all of that the right answer is still right.
    alice.set_remote(SdpType::Answer, &answer);
}

#[test]
fn answers_that_bundle_what_was_not_offered_so() {
    let (mut alice, mut bob) =
        (Peer::with_policy("alice", BundlePolicy::MaxCompat), Peer::with_policy("bob", BundlePolicy::MaxCompat));
    alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0"));
    let answer = bob.create_answer();
    let invalid = Error::Invalid { m_line_index: None, reason: Invalid::BundleNotOffered };
    alice.pending_local.as_mut().unwrap().session =
        Session::parse(&offer.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0")).unwrap();
    refuse(&mut alice, SdpType::Answer, &answer.replace("a=group:BUNDLE 0", "a=group:BUNDLE 0 1"), &invalid);
    alice.set_remote(SdpType::Answer, &answer);
}

#[test]
fn an_answer_that_accepts_what_the_offer_rejects() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    let id = alice.add_track(MediaKind::Audio, &[]);
    alice.add_track(MediaKind::Video, &[]);
    let (_, first_answer) = exchange(&mut alice, &mut bob);
    alice.stop(id);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    refuse(
        &mut alice,
        SdpType::Answer,
        &first_answer,
        &Error::Invalid { m_line_index: Some(0), reason: Invalid::NotOffered },
    );
}

#[test]
fn later_offers_that_do_not_continue_the_session() {
    let (mut alice, mut bob) = (alice(), Peer::small("bob"));
    exchange(&mut alice, &mut bob);
    let offer = alice.create_offer();
    let at = |m_line_index, reason| Error::Invalid { m_line_index, reason };
    let table = [
        (offer[..offer.find("m=application").unwrap()].replace("0 1 2", "0 1"), at(None, Invalid::SectionCount)),
        (offer.replace("m=video", "m=audio"), at(Some(1), Invalid::SectionChanged)),
        (offer.replace("a=mid:1", "a=mid:5").replace("0 1 2", "0 5 2"), at(Some(1), Invalid::MidChanged)),
    ];
    for (text, expected) in table {
        refuse(&mut bob, SdpType::Offer, &text, &expected);
    }
    bob.settings.rtcp_mux_policy = RtcpMuxPolicy::Negotiate;
    refuse(&mut bob, SdpType::Offer, &without(&offer, "a=rtcp-mux"), &at(Some(0), Invalid::RtcpMuxChanged));
    assert_eq!(bob.state, SignalingState::Stable);
    bob.set_remote(SdpType::Offer, &offer);
}

#[test]
fn each_reason_has_its_w3c_name_and_reads_as_a_sentence() {
    let state = SignalingState::Stable;
    let errors = [
        Error::WrongState { sdp_type: SdpType::Answer, state },
        Error::NoRemoteDescription,
        Error::Syntax(Session::parse("x").unwrap_err()),
        Error::Modified,
        Error::Invalid { m_line_index: Some(2), reason: Invalid::Setup },
        Error::Invalid { m_line_index: None, reason: Invalid::SectionCount },
        Error::Operation(Operation::NoCertificate),
        Error::CandidateWithoutSection,
    ];
    let table: String = errors.iter().map(|error| format!("{:?}: {error}\n", error.name())).collect();
    insta::assert_snapshot!(table);
}
