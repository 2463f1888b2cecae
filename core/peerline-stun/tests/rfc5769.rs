//! The test vectors of RFC 5769 (and the user hash of RFC 8489 appendix B).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::net::SocketAddr;
use peerline_crypto::CryptoProvider;
use peerline_stun::{
    Class, IntegrityError, Message, Method, PasswordAlgorithm, TransactionId, long_term_key, short_term_key, userhash,
};
use support::TestCrypto;

const PASSWORD: &str = "VOkJxbRl1RmTxUk/WvJxBt";
const ID: TransactionId = TransactionId([0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae]);
const MATRIX: &str = "マトリックス";

fn vector(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| u8::try_from(digit).unwrap()).collect();
    digits.as_chunks().0.iter().map(|[high, low]| high << 4 | low).collect()
}

fn assert_sealed_with(message: &Message<'_>, password: &str) {
    assert_eq!(message.verify_integrity(&*short_term_key(&TestCrypto, password)), Ok(()));
    assert_eq!(message.verify_integrity(&*short_term_key(&TestCrypto, "another")), Err(IntegrityError::Wrong));
    assert_eq!(message.fingerprint_matches(), Some(true));
}

#[test]
fn the_sample_request_is_read_and_verified() {
    let bytes = vector(include_str!("vectors/rfc5769_request.hex"));
    let message = Message::parse(&bytes).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Request, Method::BINDING));
    assert_eq!(message.transaction_id(), ID);
    assert_eq!(message.software(), Some("STUN test client"));
    assert_eq!(message.priority(), Some(0x6e00_01ff));
    assert_eq!(message.ice_controlled(), Some(0x932f_f9b1_5126_3b36));
    assert_eq!(message.ice_controlling(), None);
    assert_eq!(message.username(), Some("evtj:h6vY"));
    assert!(!message.use_candidate());
    assert_sealed_with(&message, PASSWORD);
}

#[test]
fn the_sample_ipv4_response_is_read_and_verified() {
    let bytes = vector(include_str!("vectors/rfc5769_response_ipv4.hex"));
    let message = Message::parse(&bytes).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Success, Method::BINDING));
    assert_eq!(message.software(), Some("test vector"));
    assert_eq!(message.xor_mapped_address(), Some("192.0.2.1:32853".parse().unwrap()));
    assert_sealed_with(&message, PASSWORD);
}

#[test]
fn the_sample_ipv6_response_is_read_and_verified() {
    let bytes = vector(include_str!("vectors/rfc5769_response_ipv6.hex"));
    let message = Message::parse(&bytes).unwrap();
    let mapped: SocketAddr = "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap();
    assert_eq!(message.xor_mapped_address(), Some(mapped));
    assert_sealed_with(&message, PASSWORD);
}

#[test]
fn the_sample_request_with_long_term_credentials_is_verified() {
    let bytes = vector(include_str!("vectors/rfc5769_long_term.hex"));
    let message = Message::parse(&bytes).unwrap();
    assert_eq!(message.username(), Some(MATRIX));
    assert_eq!(message.nonce(), Some("f//499k954d6OL34oL9FSTvy64sA"));
    assert_eq!(message.realm(), Some("example.org"));
    let key = long_term_key(&TestCrypto, PasswordAlgorithm::MD5, MATRIX, "example.org", "TheMatrIX").unwrap();
    assert_eq!(message.verify_integrity(&*TestCrypto.hmac_sha1(&key)), Ok(()));
    assert_eq!(message.fingerprint_matches(), None);
}

#[test]
fn the_user_hash_is_that_of_rfc_8489() {
    let expected = vector("4a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704");
    assert_eq!(userhash(&TestCrypto, MATRIX, "example.org"), expected);
}
