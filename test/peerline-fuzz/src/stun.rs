//! STUN (RFC 8489): any bytes parse or fail; every getter of a parsed message is safe; the server's answer parses.

use peerline_crypto::CryptoProvider;
use peerline_crypto_aws_lc::AwsLc;
use peerline_stun::{AttributeType, Message, binding_response, short_term_key};

/// One datagram, to the codec and to the server.
pub fn stun(data: &[u8]) {
    if let Ok(message) = Message::parse(data) {
        read(&message);
    }
    let mut answer = Vec::new();
    if binding_response(data, ([192, 0, 2, 1], 7).into(), &mut answer) {
        let message = Message::parse(&answer).unwrap_or_else(|error| panic!("the answer fails: {error:?}"));
        assert_ne!(message.fingerprint_matches(), Some(false), "the answer's fingerprint is wrong");
        assert!(answer.len() <= data.len().max(20) + 64, "the answer amplifies");
    }
}

fn read(message: &Message<'_>) {
    let key = short_term_key(&AwsLc as &dyn CryptoProvider, "password");
    let _ = (message.verify_integrity(&*key), message.verify_integrity_sha256(&*key), message.fingerprint_matches());
    let _ = (message.mapped_address(), message.xor_mapped_address(), message.alternate_server());
    let _ = (message.username(), message.userhash(), message.realm(), message.nonce(), message.software());
    let _ = (message.error_code(), message.unknown_attributes().count(), message.password_algorithm());
    let _ = (message.priority(), message.use_candidate(), message.ice_controlled(), message.ice_controlling());
    let _ = message.password_algorithms().map(|algorithms| algorithms.into_iter().count());
    let _ = message.get(AttributeType(0x8022));
}
