//! Attributes: what is printed parses to the same, what is parsed prints to the same meaning.

use std::fmt::Debug;

use peerline_sdp::*;
use proptest::prelude::*;

/// Text in, value, text out.
fn round_trip<T: Attribute + Debug + PartialEq + Clone>(text: &str, value: &T) {
    assert_eq!(T::parse(text).as_ref(), Ok(value));
    assert_eq!(value.to_string(), text);
    let mut section = Section::default();
    section.push(value.clone());
    assert_eq!(section.get::<T>().as_ref(), Some(value));
}

#[test]
fn grouping_ice_and_dtls_read_and_print() {
    round_trip("audio", &Mid::new("audio"));
    round_trip("BUNDLE 0 1", &Group { semantics: GroupSemantics::Bundle, mids: vec![Mid::new("0"), Mid::new("1")] });
    round_trip("LS", &Group { semantics: GroupSemantics::LipSync, mids: vec![] });
    round_trip("FID a", &Group { semantics: GroupSemantics::Other("FID".to_owned()), mids: vec![Mid::new("a")] });
    round_trip("ab+/", &IceUfrag("ab+/".to_owned()));
    round_trip("trickle renomination", &IceOptions(vec!["trickle".to_owned(), "renomination".to_owned()]));
    round_trip("1 1 udp 1 192.0.2.1 1 typ host", &Candidate("1 1 udp 1 192.0.2.1 1 typ host".to_owned()));
    let digest = (0..20).collect::<Vec<u8>>();
    round_trip(
        "sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13",
        &Fingerprint { hash: "sha-1".to_owned(), digest },
    );
    for (text, setup) in [
        ("active", Setup::Active),
        ("passive", Setup::Passive),
        ("actpass", Setup::ActPass),
        ("holdconn", Setup::HoldConn),
    ] {
        round_trip(text, &setup);
    }
    round_trip("abc3de65cddef001be82", &TlsId("abc3de65cddef001be82".to_owned()));
    round_trip("eyJ= ext=1", &Identity("eyJ= ext=1".to_owned()));
}

#[test]
fn sctp_and_rtcp_read_and_print() {
    round_trip("5000", &SctpPort(5000));
    round_trip("0", &MaxMessageSize(0));
    round_trip(
        "5000 webrtc-datachannel 1024",
        &SctpMap { port: 5000, protocol: "webrtc-datachannel".to_owned(), streams: Some(1024) },
    );
    round_trip(
        "5000 webrtc-datachannel",
        &SctpMap { port: 5000, protocol: "webrtc-datachannel".to_owned(), streams: None },
    );
    round_trip("AQAA+/=", &SctpInit("AQAA+/=".to_owned()));
    round_trip("9 IN IP4 0.0.0.0", &Rtcp { port: 9, address: Some("IN IP4 0.0.0.0".to_owned()) });
    round_trip("9", &Rtcp { port: 9, address: None });
    round_trip("96 nack pli", &RtcpFb { payload_type: Some(PayloadType(96)), feedback: "nack pli".to_owned() });
    round_trip("* transport-cc", &RtcpFb { payload_type: None, feedback: "transport-cc".to_owned() });
}

#[test]
fn formats_and_streams_read_and_print() {
    let rid = |text| Rid::parse(text).unwrap();
    round_trip(
        "111 opus/48000/2",
        &RtpMap { payload_type: PayloadType(111), encoding: "opus".to_owned(), clock_rate: 48_000, channels: Some(2) },
    );
    round_trip(
        "96 VP8/90000",
        &RtpMap { payload_type: PayloadType(96), encoding: "VP8".to_owned(), clock_rate: 90_000, channels: None },
    );
    round_trip("96 apt=97;x=y", &Fmtp { format: "96".to_owned(), parameters: "apt=97;x=y".to_owned() });
    round_trip("1 urn:x", &ExtMap { id: 1, direction: None, uri: "urn:x".to_owned(), attributes: None });
    round_trip(
        "4351/recvonly urn:x a b",
        &ExtMap {
            id: 4351,
            direction: Some(Direction::RecvOnly),
            uri: "urn:x".to_owned(),
            attributes: Some("a b".to_owned()),
        },
    );
    round_trip("60", &MaxPtime(60));
    round_trip("20", &Ptime(20));
    round_trip("stream track", &Msid { stream: "stream".to_owned(), track: Some("track".to_owned()) });
    round_trip("-", &Msid { stream: "-".to_owned(), track: None });
    round_trip(
        "1 cname:a:b",
        &SsrcLine { ssrc: Ssrc(1), attribute: "cname".to_owned(), value: Some("a:b".to_owned()) },
    );
    round_trip("FID 1 2", &SsrcGroup { semantics: "FID".to_owned(), ssrcs: vec![Ssrc(1), Ssrc(2)] });
    round_trip("q send", &RidLine { rid: rid("q"), direction: RidDirection::Send, restrictions: None });
    round_trip(
        "q recv pt=96;max-width=1280",
        &RidLine {
            rid: rid("q"),
            direction: RidDirection::Recv,
            restrictions: Some("pt=96;max-width=1280".to_owned()),
        },
    );
    let stream = |text, paused| SimulcastStream { rid: rid(text), paused };
    round_trip(
        "send 1,~4;2 recv c",
        &Simulcast {
            send: vec![vec![stream("1", false), stream("4", true)], vec![stream("2", false)]],
            recv: vec![vec![stream("c", false)]],
        },
    );
}

#[test]
fn directions_turn_and_intersect() {
    use Direction as D;
    let all = [D::SendRecv, D::SendOnly, D::RecvOnly, D::Inactive];
    for a in all {
        assert_eq!(D::from_name(a.as_str()), Some(a));
        assert_eq!(a.reversed().reversed(), a);
        assert_eq!(D::new(a.sends(), a.receives()), a);
        for b in all {
            assert_eq!(a.intersected(b), b.intersected(a));
            assert_eq!(a.intersected(b).sends(), a.sends() && b.sends());
        }
    }
    assert_eq!(D::SendOnly.reversed(), D::RecvOnly);
}

#[test]
fn malformed_rid_lines_are_skipped_and_spoil_nothing() {
    let text = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nm=video 9 RTP/AVP 96\r\na=rid:~x recv\r\na=rid\r\na=rid:y sideways\r\na=rid:z send\r\n";
    let session = Session::parse(text).unwrap();
    assert_eq!(session.media[0].all::<RidLine>().count(), 1);
    assert_eq!(session.to_string(), text);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any value that parses prints to a text that parses to the same value.
    #[test]
    fn print_then_parse_is_the_same(value in "[ -~]{0,40}", numbers in "[0-9]{1,5}( [a-z*/:;=,~0-9]{1,8}){0,4}") {
        fn same<T: Attribute + Debug + PartialEq>(text: &str) {
            if let Ok(parsed) = T::parse(text) {
                assert_eq!(T::parse(&parsed.to_string()), Ok(parsed), "{text}");
            }
        }
        for text in [value.as_str(), numbers.as_str(), &format!("send {numbers}"), &format!("{numbers} {value}")] {
            same::<Candidate>(text); same::<ExtMap>(text); same::<Fingerprint>(text); same::<Fmtp>(text); same::<Group>(text);
            same::<IceOptions>(text); same::<IceUfrag>(text); same::<IcePwd>(text); same::<MaxMessageSize>(text); same::<Mid>(text);
            same::<Msid>(text); same::<Ptime>(text); same::<RidLine>(text); same::<Rtcp>(text); same::<RtcpFb>(text); same::<RtpMap>(text);
            same::<SctpMap>(text); same::<Setup>(text); same::<Simulcast>(text); same::<SsrcLine>(text); same::<SsrcGroup>(text);
        }
    }
}
