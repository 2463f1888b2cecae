//! The STUN server without state (RFC 8489 §7): what it answers, and how little.

#![allow(clippy::unwrap_used, reason = "a test may")]

use core::net::SocketAddr;
use peerline_stun::{AttributeType, Class, Message, MessageBuilder, Method, TransactionId, binding_response};

const ID: TransactionId = TransactionId([7; 12]);

fn request(build: impl FnOnce(&mut MessageBuilder<'_>)) -> Vec<u8> {
    let mut buf = Vec::new();
    build(&mut MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID));
    buf
}

fn answer(datagram: &[u8], source: &str) -> Option<Vec<u8>> {
    let mut buf = Vec::new();
    binding_response(datagram, source.parse().unwrap(), &mut buf).then_some(buf)
}

#[test]
fn a_binding_request_gets_its_source_address() {
    for source in ["203.0.113.9:4711", "[2001:db8::9]:4711"] {
        let response = answer(&request(|_| {}), source).unwrap();
        let message = Message::parse(&response).unwrap();
        assert_eq!((message.class(), message.transaction_id()), (Class::Success, ID));
        assert_eq!(message.xor_mapped_address(), Some(source.parse::<SocketAddr>().unwrap()));
        assert_eq!(message.attributes().count(), 1, "nothing that makes it longer");
    }
}

#[test]
fn a_fingerprint_is_answered_with_one_and_a_wrong_one_not_at_all() {
    let mut datagram = request(|builder| {
        builder.fingerprint();
    });
    let response = answer(&datagram, "203.0.113.9:1").unwrap();
    assert_eq!(Message::parse(&response).unwrap().fingerprint_matches(), Some(true));
    *datagram.last_mut().unwrap() ^= 1;
    assert_eq!(answer(&datagram, "203.0.113.9:1"), None);
}

#[test]
fn an_unknown_required_attribute_is_refused_by_name() {
    // CHANGE-REQUEST of RFC 5780 would make the server send elsewhere.
    let datagram = request(|builder| {
        builder.attribute(AttributeType(0x0003), &[0, 0, 0, 6]);
    });
    let response = answer(&datagram, "203.0.113.9:1").unwrap();
    let message = Message::parse(&response).unwrap();
    assert_eq!(message.error_code().map(|error| error.code), Some(420));
    assert!(message.unknown_attributes().eq([AttributeType(0x0003)]));
}

#[test]
fn only_binding_requests_are_answered() {
    let mut buf = Vec::new();
    for (class, method) in [
        (Class::Success, Method::BINDING),
        (Class::Error, Method::BINDING),
        (Class::Indication, Method::BINDING),
        (Class::Request, Method::ALLOCATE),
    ] {
        buf.clear();
        MessageBuilder::new(&mut buf, class, method, ID);
        assert_eq!(answer(&buf, "203.0.113.9:1"), None);
    }
}

#[test]
fn a_response_is_at_most_1_6_times_its_request() {
    let requests = [
        request(|_| {}),
        request(|b| {
            b.fingerprint();
        }),
        request(|b| {
            b.attribute(AttributeType(0x7000), &[]);
        }),
        request(|b| {
            (0..300).for_each(|i| {
                b.attribute(AttributeType(0x7000 + i), &[]);
            });
            b.fingerprint();
        }),
    ];
    for datagram in requests {
        let response = answer(&datagram, "203.0.113.9:1").unwrap();
        assert!(response.len() * 10 <= datagram.len() * 16, "{} for {}", response.len(), datagram.len());
        // Over IPv6 the whole packets count: 40 bytes of IPv6 header, 8 of UDP.
        let response = answer(&datagram, "[2001:db8::9]:1").unwrap();
        assert!((response.len() + 48) * 10 <= (datagram.len() + 48) * 16);
    }
}
