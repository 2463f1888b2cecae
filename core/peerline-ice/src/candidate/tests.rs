//! The grammar of candidates, and their priorities.

use super::*;
use crate::Role;
use proptest::prelude::*;

fn parse(text: &str) -> Candidate {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn candidates_of_browsers_are_read_and_print_as_they_were_written() {
    for text in [
        "candidate:1 1 UDP 2122260223 192.168.1.5 54321 typ host",
        "candidate:842163049 1 udp 1677729535 203.0.113.1 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0 ufrag EEtu network-id 3 network-cost 10",
        "candidate:0 1 UDP 2122252543 9b3f8a1c-6a8b-4f4e-9a5e-2d1d1f6f8c11.local 58112 typ host",
        "candidate:2 1 TCP 2105524479 192.0.2.5 9 typ host tcptype active",
        "candidate:3 2 tcp 1518280447 2001:db8::1 443 typ host tcptype passive generation 0",
        "candidate:4 1 udp 41885439 198.51.100.7 3478 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag a+/B",
        "candidate:5 1 udp 1 ::1 1 typ prflx raddr :: rport 9",
    ] {
        let candidate = parse(text);
        assert_eq!(candidate.to_string(), text);
        assert_eq!(parse(&format!("a={text}\r\n")).to_string(), text);
    }
}

#[test]
fn the_fields_are_those_of_the_w3c() {
    let text = "candidate:842163049 2 udp 1677729535 203.0.113.1 46154 typ srflx raddr 10.0.0.17 rport 46155 generation 0 ufrag EEtu";
    let candidate = parse(text);
    assert_eq!((candidate.foundation(), candidate.component()), ("842163049", Component::RTCP));
    assert_eq!((candidate.transport().as_str(), candidate.priority()), ("udp", 1_677_729_535));
    assert_eq!((candidate.address().to_string().as_str(), candidate.port()), ("203.0.113.1", 46154));
    assert_eq!((candidate.kind().as_str(), candidate.tcp_type()), ("srflx", None));
    let related = candidate.related().unwrap();
    assert_eq!((related.address.to_string().as_str(), related.port), ("10.0.0.17", 46155));
    assert_eq!((candidate.ufrag(), candidate.extension("generation")), (Some("EEtu"), Some("0")));
    assert_eq!(candidate.socket_addr(), Some("203.0.113.1:46154".parse().unwrap()));
}

#[test]
fn what_is_no_candidate_is_refused_with_the_reason() {
    use CandidateError::*;
    for (text, error) in [
        ("", Prefix),
        ("(Invalid) candidate", Prefix),
        ("candidate:", Foundation),
        ("candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 1 typ host", Foundation),
        ("candidate:1", Truncated),
        ("candidate:1 1 udp 1 192.0.2.1 1", Type),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ", Truncated),
        ("candidate:1 0 udp 1 192.0.2.1 1 typ host", Component),
        ("candidate:1 257 udp 1 192.0.2.1 1 typ host", Component),
        ("candidate:1 1 sctp 1 192.0.2.1 1 typ host", Transport),
        ("candidate:1 1 udp -1 192.0.2.1 1 typ host", Priority),
        ("candidate:1 1 udp 4294967296 192.0.2.1 1 typ host", Priority),
        ("candidate:1 1 udp 1 192.0.2.256 1 typ host", Address),
        ("candidate:1 1 udp 1 a..b 1 typ host", Address),
        ("candidate:1 1 udp 1 192.0.2.1 65536 typ host", Port),
        ("candidate:1 1 udp 1 192.0.2.1 +5 typ host", Port),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ other", Type),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 192.0.2.1", Related),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr x_!y rport 1", Related),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ host generation", Extension),
        ("candidate:1 1 tcp 1 192.0.2.1 1 typ host", TcpType),
        ("candidate:1 1 tcp 1 192.0.2.1 1 typ host tcptype odd", TcpType),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ host\nv=0", Character),
        ("candidate:1  1 udp 1 192.0.2.1 1 typ host", Truncated),
    ] {
        assert_eq!(text.parse::<Candidate>(), Err(error), "{text:?}");
    }
    assert_eq!(format!("candidate:{}", "1".repeat(5000)).parse::<Candidate>(), Err(TooLong));
}

#[test]
fn priorities_are_those_of_rfc_8445() {
    let first = LocalPreference::new("2001:db8::1".parse().unwrap(), 0);
    assert_eq!(first.priority(CandidateType::Host, Component::RTP), (126 << 24) + (65_535 << 8) + 255);
    assert_eq!(first.priority(CandidateType::Relayed, Component::RTCP), (65_535 << 8) + 254);
    let v4 = LocalPreference::new("192.0.2.1".parse().unwrap(), 0);
    let second = LocalPreference::new("2001:db8::2".parse().unwrap(), 1);
    let (link_local, loopback) = ("fe80::1".parse().unwrap(), "127.0.0.1".parse().unwrap());
    assert!(first > v4 && v4 > second, "families take turns");
    assert!(second > LocalPreference::new(link_local, 0));
    assert!(LocalPreference::new(link_local, 9000) > LocalPreference::new(loopback, 0));
}

#[test]
fn both_agents_give_a_pair_the_same_priority() {
    let (a, b) = (2_130_706_431, 1_694_498_815);
    assert_eq!(pair_priority(Role::Controlling, a, b), pair_priority(Role::Controlled, b, a));
    assert_eq!(pair_priority(Role::Controlling, a, b), (u64::from(b) << 32) + 2 * u64::from(a) + 1);
    let _ = pair_priority(Role::Controlling, u32::MAX >> 1, u32::MAX);
}

fn any_address() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| IpAddr::from(octets).to_string()),
        any::<[u8; 16]>().prop_map(|octets| IpAddr::from(octets).to_string()),
        "[a-z][a-z0-9-]{0,20}\\.local",
    ]
}

fn any_candidate() -> impl Strategy<Value = String> {
    let head = ("[A-Za-z0-9+/]{1,32}", 1u16..=256, any::<u32>(), any_address(), any::<u16>());
    let kind = prop_oneof![Just("host"), Just("srflx"), Just("prflx"), Just("relay")];
    let related = proptest::option::of((any_address(), any::<u16>()));
    let tcp = proptest::option::of(prop_oneof![Just("active"), Just("passive"), Just("so")]);
    let extensions = proptest::collection::vec(("[a-z-]{1,8}", "[!-~]{0,8}"), 0..4);
    (head, kind, related, tcp, extensions).prop_map(|(head, kind, related, tcp, extensions)| {
        let (foundation, component, priority, address, port) = head;
        let transport = if tcp.is_some() { "TCP" } else { "udp" };
        let mut text = format!("candidate:{foundation} {component} {transport} {priority} {address} {port} typ {kind}");
        if let Some((address, port)) = related {
            text += &format!(" raddr {address} rport {port}");
        }
        if let Some(tcp) = tcp {
            text += &format!(" tcptype {tcp}");
        }
        for (name, value) in extensions {
            // A value without characters at the very end can't be told from a trailing space.
            text += &format!(" {name} {}", if value.is_empty() { "0" } else { &value });
        }
        text
    })
}

proptest! {
    #[test]
    fn whatever_the_grammar_allows_prints_as_it_was_written(text in any_candidate()) {
        // A second tcptype or raddr among the extensions is one word with a special meaning.
        prop_assume!(!text.contains(" raddr raddr"));
        let candidate: Candidate = text.parse().map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(candidate.to_string(), text);
    }

    #[test]
    fn one_made_here_reads_back_equal(address in any_address(), port in any::<u16>(), priority in any::<u32>(), ufrag in "[A-Za-z0-9+/]{4,8}") {
        prop_assume!(address.parse::<IpAddr>().is_ok());
        let address = SocketAddr::new(address.parse().unwrap(), port);
        let made = Candidate::new(CandidateType::ServerReflexive, Component::RTP, "1", priority, address)
            .with_related(address)
            .with_ufrag(&ufrag);
        let read = parse(&made.to_string());
        prop_assert_eq!((read.socket_addr(), read.priority(), read.ufrag()), (Some(address), priority, Some(ufrag.as_str())));
        prop_assert_eq!(read.related(), made.related());
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}", words in proptest::collection::vec("[a-z0-9.:]{0,9}", 0..14)) {
        let _ = text.parse::<Candidate>();
        let _ = format!("candidate:{}", words.join(" ")).parse::<Candidate>();
    }
}
