//! Builder and parser against each other, and against hostile bytes (RFC 8489).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::net::SocketAddr;
use peerline_crypto::CryptoProvider;
use peerline_edge::Rng;
use peerline_stun::{
    AttributeType, Class, ErrorCode, IntegrityError, Message, MessageBuilder, Method, ParseError, PasswordAlgorithm,
    TransactionId, binding_response,
};
use proptest::prelude::*;
use support::TestCrypto;

const ID: TransactionId = TransactionId(*b"twelve bytes");

/// A check as ICE sends it.
fn check() -> Vec<u8> {
    let mut buf = Vec::new();
    let mut builder = MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID);
    builder.username("remote:local").priority(1).ice_controlling(7).use_candidate();
    builder.integrity(&*TestCrypto.hmac_sha1(b"key")).fingerprint();
    buf
}

#[test]
fn every_attribute_reads_back_as_it_was_written() {
    let (v4, v6): (SocketAddr, SocketAddr) = ("192.0.2.1:7".parse().unwrap(), "[2001:db8::1]:65535".parse().unwrap());
    let mut buf = Vec::new();
    let algorithms = [
        PasswordAlgorithm { number: PasswordAlgorithm::SHA256, parameters: &[] },
        PasswordAlgorithm { number: 77, parameters: b"odd" },
    ];
    MessageBuilder::new(&mut buf, Class::Error, Method::ALLOCATE, ID)
        .mapped_address(v4)
        .xor_mapped_address(v6)
        .alternate_server(v6)
        .username("name")
        .userhash(&[9; 32])
        .realm("realm")
        .nonce("nonce")
        .software("soft")
        .error_code(ErrorCode::STALE_NONCE, "Stale")
        .unknown_attributes([AttributeType(1), AttributeType(0x7FFF)])
        .password_algorithms(&algorithms)
        .password_algorithm(&algorithms[1])
        .priority(5)
        .use_candidate()
        .ice_controlled(6)
        .ice_controlling(7)
        .attribute(AttributeType(0x4000), b"raw")
        .integrity(&*TestCrypto.hmac_sha1(b"a"))
        .integrity_sha256(&*TestCrypto.hmac_sha256(b"b"))
        .fingerprint();
    let message = Message::parse(&buf).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Error, Method::ALLOCATE));
    assert_eq!((message.mapped_address(), message.xor_mapped_address()), (Some(v4), Some(v6)));
    assert_eq!(message.alternate_server(), Some(v6));
    assert_eq!((message.username(), message.realm(), message.nonce()), (Some("name"), Some("realm"), Some("nonce")));
    assert_eq!((message.userhash(), message.software()), (Some([9; 32]), Some("soft")));
    assert_eq!(message.error_code(), Some(ErrorCode { code: 438, reason: "Stale" }));
    assert!(message.unknown_attributes().eq([AttributeType(1), AttributeType(0x7FFF)]));
    assert!(message.password_algorithms().unwrap().eq(algorithms));
    assert_eq!(message.password_algorithm(), Some(algorithms[1]));
    assert_eq!((message.priority(), message.use_candidate()), (Some(5), true));
    assert_eq!((message.ice_controlled(), message.ice_controlling()), (Some(6), Some(7)));
    assert_eq!(message.get(AttributeType(0x4000)), Some(&b"raw"[..]));
    assert_eq!(message.verify_integrity(&*TestCrypto.hmac_sha1(b"a")), Ok(()));
    assert_eq!(message.verify_integrity_sha256(&*TestCrypto.hmac_sha256(b"b")), Ok(()));
    assert_eq!(message.verify_integrity_sha256(&*TestCrypto.hmac_sha256(b"a")), Err(IntegrityError::Wrong));
    assert_eq!(message.fingerprint_matches(), Some(true));
}

#[test]
fn padding_is_zero_and_the_length_is_right_after_each_attribute() {
    let mut buf = vec![0xAA; 3];
    let mut builder = MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID);
    builder.username("12345");
    assert_eq!(buf[3 + 20..], [0, 6, 0, 5, b'1', b'2', b'3', b'4', b'5', 0, 0, 0]);
    assert!(Message::parse(&buf[3..]).is_ok());
}

#[test]
fn an_attribute_that_does_not_fit_is_left_out() {
    let mut buf = Vec::new();
    MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID)
        .attribute(AttributeType(1), &vec![0; 70_000])
        .attribute(AttributeType(2), &vec![0; 65_000])
        .attribute(AttributeType(3), &vec![0; 1000])
        .realm("r");
    let message = Message::parse(&buf).unwrap();
    assert!(message.attributes().map(|attribute| attribute.kind.0).eq([2, 0x14]));
}

#[test]
fn what_follows_the_integrity_is_ignored() {
    let mut buf = Vec::new();
    MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID)
        .integrity(&*TestCrypto.hmac_sha1(b"key"))
        .use_candidate()
        .fingerprint();
    let message = Message::parse(&buf).unwrap();
    assert_eq!(message.verify_integrity(&*TestCrypto.hmac_sha1(b"key")), Ok(()));
    assert!(!message.use_candidate());
}

#[test]
fn nothing_may_follow_the_fingerprint() {
    let mut buf = Vec::new();
    MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, ID).fingerprint().use_candidate();
    assert_eq!(Message::parse(&buf).unwrap_err(), ParseError::Integrity);
}

#[test]
fn a_message_cut_at_any_length_is_refused() {
    let bytes = check();
    for len in 0..bytes.len() {
        assert!(Message::parse(&bytes[..len]).is_err(), "cut to {len} bytes");
    }
    let mut longer = bytes;
    longer.extend([0; 4]);
    assert_eq!(Message::parse(&longer).unwrap_err(), ParseError::Length);
}

#[test]
fn a_flipped_bit_anywhere_never_passes_for_the_original() {
    let (bytes, key) = (check(), TestCrypto.hmac_sha1(b"key"));
    for bit in 0..bytes.len() * 8 {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let passes = Message::parse(&altered)
            .is_ok_and(|m| m.verify_integrity(&*key).is_ok() && m.fingerprint_matches() == Some(true));
        assert!(!passes, "bit {bit} flipped");
    }
}

#[test]
fn random_bytes_behind_a_header_never_panic() {
    let mut rng = Rng::new([3; 32]);
    let key = TestCrypto.hmac_sha256(b"key");
    for _ in 0..20_000 {
        let len = rng.below(30) as usize * 4;
        let mut bytes = check()[..20].to_vec();
        bytes[2..4].copy_from_slice(&u16::try_from(len).unwrap().to_be_bytes());
        for _ in 0..len / 4 {
            // Small numbers make attribute headers that fit now and then.
            let word = rng.u32() & if rng.below(2) == 0 { 0x003F_000F } else { u32::MAX };
            bytes.extend(word.to_be_bytes());
        }
        read_everything(&bytes, &*key);
    }
}

fn read_everything(bytes: &[u8], key: &dyn peerline_crypto::MacKey) {
    let Ok(message) = Message::parse(bytes) else { return };
    let _ = (message.mapped_address(), message.xor_mapped_address(), message.alternate_server(), message.userhash());
    let _ = (message.username(), message.realm(), message.nonce(), message.software(), message.error_code());
    let _ = (message.priority(), message.ice_controlled(), message.ice_controlling(), message.password_algorithm());
    let _ = (message.unknown_attributes().count(), message.password_algorithms().map(Iterator::count));
    let _ = (message.verify_integrity(key), message.verify_integrity_sha256(key), message.fingerprint_matches());
    assert!(message.unknown_required(&[]).count() <= message.attributes().count());
    let _ = binding_response(bytes, "192.0.2.1:1".parse().unwrap(), &mut Vec::new());
}

proptest! {
    #[test]
    fn raw_attributes_read_back_in_order(attributes in proptest::collection::vec((0u16.., proptest::collection::vec(any::<u8>(), 0..40)), 0..12),
                                         method in 0u16..0x1000, class in 0usize..4) {
        let class = [Class::Request, Class::Indication, Class::Success, Class::Error][class];
        let seals = [AttributeType::MESSAGE_INTEGRITY, AttributeType::MESSAGE_INTEGRITY_SHA256, AttributeType::FINGERPRINT];
        let attributes: Vec<_> = attributes.into_iter().filter(|(kind, _)| !seals.contains(&AttributeType(*kind))).collect();
        let mut buf = Vec::new();
        let mut builder = MessageBuilder::new(&mut buf, class, Method::new(method), ID);
        for (kind, value) in &attributes {
            builder.attribute(AttributeType(*kind), value);
        }
        let message = Message::parse(&buf).unwrap();
        prop_assert_eq!((message.class(), message.method().number()), (class, method));
        prop_assert!(message.attributes().map(|a| (a.kind.0, a.value)).eq(attributes.iter().map(|(kind, value)| (*kind, &value[..]))));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_everything(&bytes, &*TestCrypto.hmac_sha1(b"key"));
    }
}
