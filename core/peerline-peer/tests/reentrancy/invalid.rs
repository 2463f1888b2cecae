//! Remote descriptions that make no sense, in every signaling state: each fails, and everything is as it was before (W3C webrtc-pc
//! §4.4.1.5; RFC 9429 §5.8.3).

use crate::STATES;
use crate::script::{Solo, pair_in_state};
use crate::snapshot::{assert_consistent, snapshot};
use peerline_peer::{Description, Event, LocalDescriptionInit, SdpType, SignalingState};

fn without(text: &str, start: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect()
}

type Spoil = fn(&str) -> String;

/// What makes a good description bad, whatever its type and the state it meets.
const SPOILED: &[(&str, Spoil)] = &[
    ("no text", |_| String::new()),
    ("no SDP", |_| "hello".to_owned()),
    ("no version", |sdp| sdp.replacen("v=0\r\n", "", 1)),
    ("version one", |sdp| sdp.replacen("v=0", "v=1", 1)),
    ("no origin", |sdp| without(sdp, "o=")),
    ("half an origin", |sdp| sdp.replacen("o=-", "o=", 1)),
    ("a line without a type", |sdp| format!("{sdp}a\r\n")),
    ("a line without '='", |sdp| format!("{sdp}what is this\r\n")),
    ("a truncated m-line", |sdp| format!("{sdp}m=audio\r\n")),
    ("a port that is no number", |sdp| sdp.replacen("m=audio ", "m=audio nine", 1)),
    ("no ufrag", |sdp| without(sdp, "a=ice-ufrag")),
    ("no password", |sdp| without(sdp, "a=ice-pwd")),
    ("a short password", |sdp| replaced_value(sdp, "a=ice-pwd:", "short")),
    ("a short ufrag", |sdp| replaced_value(sdp, "a=ice-ufrag:", "x")),
    ("no fingerprint", |sdp| without(sdp, "a=fingerprint")),
    ("a fingerprint that is none", |sdp| replaced_value(sdp, "a=fingerprint:", "sha-256 zz:zz")),
    ("SDES", |sdp| without(sdp, "a=fingerprint").replace("a=mid:0", "a=crypto:1 X inline:y\r\na=mid:0")),
    ("setup holdconn", |sdp| replaced_value(sdp, "a=setup:", "holdconn")),
    ("a setup that is none", |sdp| replaced_value(sdp, "a=setup:", "whatever")),
    ("one mid twice", |sdp| sdp.replace("a=mid:1\r\n", "a=mid:0\r\n")),
    ("a group with a strange mid", |sdp| sdp.replacen("a=group:BUNDLE 0", "a=group:BUNDLE nobody 0", 1)),
    ("a mid twice in a group", |sdp| sdp.replacen("a=group:BUNDLE 0", "a=group:BUNDLE 0 0", 1)),
    ("a mid in two groups", |sdp| sdp.replacen("a=group:BUNDLE", "a=group:BUNDLE 0\r\na=group:BUNDLE", 1)),
    ("no RTCP multiplexing", |sdp| without(&without(sdp, "a=rtcp-mux-only"), "a=rtcp-mux")),
    ("no SCTP port", |sdp| without(sdp, "a=sctp-port")),
    ("rtx of nothing", |sdp| {
        let lines = sdp.split_inclusive('\n').map(|line| match line.find("apt=") {
            Some(at) => format!("{}apt=127\r\n", &line[..at]),
            None => line.to_owned(),
        });
        lines.collect()
    }),
    ("a header extension beyond all ids", |sdp| sdp.replacen("a=extmap:1 ", "a=extmap:0300 ", 1)),
    ("one extension id twice", |sdp| sdp.replacen("a=extmap:2 ", "a=extmap:1 ", 1)),
    ("one payload type for two codecs", |sdp| {
        sdp.replacen("a=rtpmap:0 PCMU/8000", "a=rtpmap:111 PCMU/8000", 1).replacen(" 0 ", " ", 1)
    }),
    ("too few sections", |sdp| {
        let end = sdp.find("m=video").map_or(0, |at| at);
        let groups = sdp.lines().find(|line| line.starts_with("a=group:BUNDLE")).unwrap_or_default();
        sdp[..end].replace(groups, "a=group:BUNDLE 0")
    }),
    ("another kind of section", |sdp| sdp.replacen("m=video ", "m=application ", 1)),
    ("another protocol", |sdp| sdp.replacen(" UDP/TLS/RTP/SAVPF ", " FOO/BAR ", 1)),
    ("another mid", |sdp| sdp.replacen("a=mid:0", "a=mid:other", 1).replacen("BUNDLE 0", "BUNDLE other", 1)),
];

fn replaced_value(sdp: &str, attribute: &str, value: &str) -> String {
    let lines = sdp.split_inclusive('\n').map(|line| match line.strip_prefix(attribute) {
        Some(_) => format!("{attribute}{value}\r\n"),
        None => line.to_owned(),
    });
    lines.collect()
}

/// A good description for each state: what the other side would send next.
fn next_of(state: SignalingState, partner: &mut Solo, solo: &Solo) -> Description {
    match state {
        SignalingState::HaveLocalOffer => {
            partner.set_remote(solo.pc.local_description().expect("the offer"));
            partner.set_local(SdpType::Answer)
        }
        SignalingState::HaveRemotePranswer => partner.set_local(SdpType::Answer),
        SignalingState::HaveRemoteOffer | SignalingState::HaveLocalPranswer => {
            partner.pc.local_description().expect("the offer")
        }
        SignalingState::Stable | SignalingState::Closed => {
            partner.pc.restart_ice(partner.now);
            partner.set_local(SdpType::Offer)
        }
    }
}

/// Sets a description that must fail, and looks for any trace of it.
fn refuse(solo: &mut Solo, description: Description, what: &str) {
    let before = snapshot(&solo.pc);
    let sdp_type = description.sdp_type;
    let (result, events) = solo.operate(|pc, now| pc.set_remote_description(now, description.clone()));
    let state = solo.pc.signaling_state();
    assert!(result.is_err(), "{sdp_type} with {what} in {state} was taken:\n{}", description.sdp);
    assert!(matches!(events.as_slice(), [Event::OperationSettled { .. }]), "{what} in {state} fired {events:?}");
    assert_eq!(before, snapshot(&solo.pc), "{sdp_type} with {what} in {state}");
    assert_consistent(&solo.pc, what);
}

#[test]
fn a_description_that_fails_leaves_every_slot_as_it_was() {
    for state in STATES {
        let (mut solo, mut partner) = pair_in_state(state);
        let good = next_of(state, &mut partner, &solo);
        let mut applied = 0;
        for (what, spoil) in SPOILED {
            let sdp = spoil(&good.sdp);
            assert_ne!(sdp, good.sdp, "{what} changes nothing in {state}");
            let rolls_back = matches!(state, SignalingState::HaveLocalOffer | SignalingState::HaveLocalPranswer);
            for sdp_type in [SdpType::Offer, SdpType::Pranswer, SdpType::Answer] {
                // An offer that meets ours costs ours, whatever becomes of it: see below.
                if sdp_type == SdpType::Offer && rolls_back {
                    continue;
                }
                refuse(&mut solo, Description { sdp_type, sdp: sdp.clone() }, what);
                applied += 1;
            }
        }
        assert!(applied >= 2 * SPOILED.len());
        // After all of that the good one is still good.
        if state != SignalingState::HaveLocalPranswer {
            solo.set_remote(good);
        }
    }
}

/// webrtc-pc §4.4.2 setRemoteDescription step 3.1: an offer that meets ours rolls ours back first; that it cannot be applied then does not bring ours back.
#[test]
fn a_bad_offer_in_glare_costs_our_own_all_the_same() {
    let (_, mut same) = pair_in_state(SignalingState::Stable);
    same.pc.restart_ice(same.now);
    let glare = same.set_local(SdpType::Offer);
    for (what, spoil) in SPOILED.iter().step_by(7) {
        let (mut solo, _) = pair_in_state(SignalingState::HaveLocalOffer);
        let sdp = spoil(&glare.sdp);
        let description = Description { sdp_type: SdpType::Offer, sdp };
        let (result, events) = solo.operate(|pc, now| pc.set_remote_description(now, description.clone()));
        assert!(result.is_err(), "{what}");
        assert_eq!(events.first(), Some(&Event::SignalingStateChange(SignalingState::Stable)), "{what}: {events:?}");
        assert_eq!(solo.pc.signaling_state(), SignalingState::Stable);
        assert_eq!(solo.pc.pending_local_description(), None);
        assert_consistent(&solo.pc, what);
        solo.set_remote(glare.clone());
    }
}

#[test]
fn a_local_description_that_fails_leaves_every_slot_as_it_was() {
    for state in STATES {
        let (mut solo, _) = pair_in_state(state);
        let own = solo.pc.local_description();
        let texts = ["x".to_owned(), own.map(|own| own.sdp.replace("a=mid", "a=dim")).unwrap_or_default() + "a=x\r\n"];
        for sdp in texts {
            for sdp_type in [SdpType::Offer, SdpType::Pranswer, SdpType::Answer] {
                let before = snapshot(&solo.pc);
                let init = LocalDescriptionInit { sdp_type: Some(sdp_type), sdp: sdp.clone() };
                let (result, events) = solo.operate(|pc, now| pc.set_local_description(now, init));
                assert!(result.is_err(), "{sdp_type} in {state}");
                assert_eq!(events.len(), 1, "{sdp_type} in {state}: {events:?}");
                assert_eq!(before, snapshot(&solo.pc), "{sdp_type} in {state}");
            }
        }
    }
}
