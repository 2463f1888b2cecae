//! Text of strangers: no panic, no hang, time linear in the text, and what parses prints as it was.

use peerline_sdp::{Limits, Reason, Session};
use proptest::prelude::*;

const OFFER: &str = "v=0\r\no=- 7614219274584779017 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=candidate:1 1 udp 2113937151 192.0.2.1 55934 typ host\r\n\
    a=ice-ufrag:aB3+\r\na=ice-pwd:p0Qx7zT/4m2LkJh8Gf5dSa1c\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13\r\na=setup:actpass\r\na=mid:0\r\n\
    a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\na=msid:s t\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=ssrc:1 cname:x\r\na=ssrc-group:FID 1 2\r\na=rid:q send\r\n\
    a=simulcast:send q;h,~f\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";

/// Parses, and if that works, prints the same (line endings aside).
fn check(text: &str) {
    if let Ok(session) = Session::parse(text) {
        let printed = session.to_string();
        let lines = |text: &str| {
            text.trim_end_matches(['\r', '\n'])
                .split('\n')
                .map(|l| l.strip_suffix('\r').unwrap_or(l).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&printed), lines(text));
        assert_eq!(Session::parse(&printed).as_ref(), Ok(&session));
    }
}

#[test]
fn truncated_at_every_length() {
    assert!(Session::parse(OFFER).is_ok());
    for length in 0..OFFER.len() {
        check(&OFFER[..length]);
    }
}

#[test]
fn every_byte_changed_in_every_bit() {
    for position in 0..OFFER.len() {
        for bit in 0..7 {
            let mut bytes = OFFER.as_bytes().to_vec();
            bytes[position] ^= 1 << bit;
            check(std::str::from_utf8(&bytes).expect("ASCII stays ASCII"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_lines(lines in prop::collection::vec("([vosiuepcbtrzkam]=[ -~]{0,30})|(a=(mid|group|extmap|rtpmap|fmtp|simulcast|ssrc|msid|rtcp|setup):[ -~]{0,20})", 0..20)) {
        check(&format!("v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\n{}", lines.join("\n")));
    }
}

/// A description of about that size, all of it attributes that are looked at.
fn description(bytes: usize) -> String {
    let mut text = String::from("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
    while text.len() < bytes {
        text += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
        for _ in 0..60 {
            text +=
                "a=rtpmap:111 opus/48000/2\r\na=simulcast:send a,b;c,d;e\r\na=extmap:1 urn:x\r\na=ssrc:1 cname:x\r\n";
        }
    }
    text
}

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the test measures; the code under test has no clock"
)]
fn time_is_linear_in_the_text() {
    let best = |bytes: usize, runs: u32| {
        let text = description(bytes);
        let time = |_| {
            let start = std::time::Instant::now();
            assert!(Session::parse(&text).is_ok());
            start.elapsed().as_secs_f64() / text.len() as f64
        };
        (0..runs).map(time).fold(f64::MAX, f64::min)
    };
    let (small, large) = (best(16 << 10, 20), best(900 << 10, 3));
    // Per byte, 56 times the text costs about the same; quadratic would be 56 times as much.
    assert!(large < small * 10.0, "{small} and {large} seconds per byte");
}

#[test]
fn what_is_too_large_is_refused_at_once() {
    let reason = |text: &str| Session::parse(text).map_err(|error| error.reason).err();
    assert_eq!(reason(&description(2 << 20)), Some(Reason::TooLong));
    let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n";
    assert_eq!(reason(&format!("{head}{}", "m=a 9 b c\r\n".repeat(1025))), Some(Reason::TooManyMedia));
    assert_eq!(reason(&format!("{head}{}", "a=x\r\n".repeat(8193))), Some(Reason::TooManyAttributes));
    assert_eq!(reason(&format!("{head}a={}", "x".repeat(70_000))), Some(Reason::LineTooLong));
    assert_eq!(
        reason(&format!("{head}m=a 9 b c\r\n{}", "a=candidate:1\r\n".repeat(257))),
        Some(Reason::TooManyCandidates)
    );
    let nested = format!("{head}a=simulcast:send {}\r\n", "a,".repeat(30_000) + "a");
    assert!(Session::parse_with(&nested, &Limits::default()).is_ok(), "a long list is only long");
}
