//! Descriptions of strangers: cut at every length, changed at random, huge; nothing panics, nothing takes long, nothing half-applies.

mod common;

use std::fmt::Write;

use common::Peer;
use peerline_jsep::*;
use peerline_sdp::Session;
use proptest::prelude::*;

const OFFERS: [&str; 3] = [
    include_str!("descriptions/chromium_media_offer.sdp"),
    include_str!("descriptions/firefox_media_offer.sdp"),
    include_str!("descriptions/chromium_data_offer.sdp"),
];

/// Everything that can be done with a remote offer, if it can be applied at all.
fn exercise(text: &str) -> bool {
    let mut bob = Peer::small("bob");
    bob.add_track(MediaKind::Audio, &["s"]);
    if bob.try_set_remote(SdpType::Offer, text).is_err() {
        assert_eq!((bob.state, bob.transceivers.len(), bob.transports.len()), (SignalingState::Stable, 1, 0));
        return false;
    }
    let answer = bob.create_answer();
    let session = Session::parse(&answer).expect("an answer is SDP");
    assert_eq!(session.media.len(), Session::parse(text).expect("it was applied").media.len());
    let mut carol = Peer::small("carol");
    carol.set_remote(SdpType::Offer, text);
    carol.rollback();
    assert!(carol.transceivers.is_empty() && carol.transports.is_empty());
    bob.set_local(SdpType::Answer, &answer);
    bob.gather_all();
    bob.negotiation_needed();
    let offer = bob.create_offer();
    bob.set_local(SdpType::Offer, &offer);
    let _ = candidate::locate(&bob.view(), "", None, None, None);
    true
}

#[test]
fn truncated_at_every_length() {
    for offer in OFFERS {
        let step = if offer.len() > 2000 { 19 } else { 1 };
        for length in (0..offer.len()).step_by(step) {
            exercise(&offer[..length]);
        }
        assert!(exercise(offer));
    }
}

#[test]
fn without_each_line_and_with_each_line_twice() {
    for offer in OFFERS {
        let lines: Vec<&str> = offer.split_inclusive('\n').collect();
        for skipped in 0..lines.len() {
            let less: String =
                lines.iter().enumerate().filter(|(index, _)| *index != skipped).map(|(_, line)| *line).collect();
            exercise(&less);
            let twice: String = lines
                .iter()
                .enumerate()
                .map(|(index, line)| line.repeat(if index == skipped { 2 } else { 1 }))
                .collect();
            exercise(&twice);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_shuffled_dropped_and_overwritten(which in 0usize..3, edits in edits()) {
        exercise(&edit(OFFERS[which], &edits));
    }

    /// Whatever a later offer says: if it can be set, it can be answered, and the answer can be set.
    #[test]
    fn later_offers_changed_at_random(edits in edits(), restart in any::<bool>(), stop in any::<bool>()) {
        let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
        let first = alice.add_track(MediaKind::Audio, &["s"]);
        alice.add_track(MediaKind::Video, &["s"]);
        alice.create_data_channel();
        common::exchange(&mut alice, &mut bob);
        if stop {
            alice.stop(first);
        }
        let offer = alice.try_create_offer(&OfferOptions { ice_restart: restart, ..OfferOptions::default() }).unwrap();
        if bob.try_set_remote(SdpType::Offer, &edit(&offer, &edits)).is_ok() {
            let answer = bob.create_answer();
            bob.set_local(SdpType::Answer, &answer);
        } else {
            prop_assert_eq!(bob.state, SignalingState::Stable);
        }
        bob.create_offer();
    }

    #[test]
    fn answers_with_any_byte_changed(position in any::<prop::sample::Index>(), byte in 0u8..128) {
        let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
        alice.add_track(MediaKind::Audio, &["s"]);
        alice.add_track(MediaKind::Video, &["s"]);
        alice.create_data_channel();
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &offer);
        let mut answer = bob.create_answer().into_bytes();
        let position = position.index(answer.len());
        answer[position] = byte;
        let answer = String::from_utf8(answer).unwrap();
        if alice.try_set_remote(SdpType::Answer, &answer).is_ok() {
            alice.create_offer();
        } else {
            prop_assert_eq!(alice.state, SignalingState::HaveLocalOffer);
        }
    }
}

/// Two lines swapped, one copied over another, dropped, or with text in it.
fn edit(text: &str, edits: &[(prop::sample::Index, prop::sample::Index, u8, String)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (a, b, kind, text) in edits {
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        match kind {
            0 => lines.swap(a, b),
            1 => lines[a] = lines[b].clone(),
            2 if lines.len() > 1 => drop(lines.remove(a)),
            _ => {
                let at = b.min(lines[a].len());
                lines[a].insert_str(at, text);
            }
        }
    }
    lines.join("\r\n")
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, prop::sample::Index, u8, String)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..4, "[ -~]{0,12}"), 1..5)
}

fn many_sections(count: usize, group: bool, per_section: &str) -> String {
    let mids: String = (0..count).map(|index| format!(" {index}")).collect();
    let group = if group { format!("a=group:BUNDLE{mids}\r\n") } else { String::new() };
    let mut text = format!("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n{group}");
    for index in 0..count {
        write!(
            text,
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{index}\r\na=ice-ufrag:u{index:04}\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n\
             a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=fingerprint:md5 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F\r\n{per_section}"
        )
        .expect("a String takes everything");
    }
    text
}

#[test]
fn a_thousand_sections_are_answered() {
    for group in [true, false] {
        // What is quadratic with a large factor would take minutes here.
        assert!(exercise(&many_sections(1000, group, "")));
    }
}

#[test]
fn one_section_with_very_many_of_everything() {
    let mut lines = String::new();
    for index in 0..1500 {
        write!(
            lines,
            "a=rtcp-fb:* x{index}\r\na=ssrc:{index} cname:x\r\na=extmap:{} urn:{index}\r\na=msid:s{index}\r\na=fmtp:{} x\r\n",
            index % 200 + 1,
            index % 128
        )
        .unwrap();
    }
    // The ids repeat: refused; without the extensions it is read, and answered.
    assert!(!exercise(&many_sections(1, true, &lines)));
    let fewer: String = lines.split_inclusive('\n').filter(|line| !line.starts_with("a=extmap")).collect();
    assert!(exercise(&many_sections(1, true, &fewer)));
}
