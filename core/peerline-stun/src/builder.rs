//! Writing a STUN message into the caller's buffer (RFC 8489 §5, §14).

use crate::attribute::{AttributeType, PasswordAlgorithm};
use crate::header::{Class, HEADER_LEN, MAGIC_COOKIE, Method, TransactionId, message_type};
use crate::{address, crc};
use core::net::SocketAddr;
use peerline_crypto::MacKey;

/// Writes one message at the end of a buffer. After each call the buffer holds a well-formed message.
///
/// Call [`Self::integrity`], [`Self::integrity_sha256`] and [`Self::fingerprint`] last and in this order. An attribute that doesn't
/// fit into the 16-bit lengths is left out.
#[derive(Debug)]
pub struct MessageBuilder<'a> {
    buf: &'a mut Vec<u8>,
    start: usize,
    id: TransactionId,
}

impl<'a> MessageBuilder<'a> {
    /// Begins a message.
    pub fn new(buf: &'a mut Vec<u8>, class: Class, method: Method, id: TransactionId) -> Self {
        let start = buf.len();
        buf.extend_from_slice(&message_type(class, method).to_be_bytes());
        buf.extend_from_slice(&[0; 2]);
        buf.extend_from_slice(&MAGIC_COOKIE.to_be_bytes());
        buf.extend_from_slice(&id.0);
        Self { buf, start, id }
    }

    /// Bytes of the message so far.
    fn len(&self) -> usize {
        self.buf.len().saturating_sub(self.start)
    }

    fn set_length(&mut self, length: u16) {
        let field = self.buf.get_mut(self.start + 2..self.start + 4).unwrap_or_default();
        field.iter_mut().zip(length.to_be_bytes()).for_each(|(to, from)| *to = from);
    }

    /// Adds an attribute of any type.
    pub fn attribute(&mut self, kind: AttributeType, value: &[u8]) -> &mut Self {
        let after = self.len() - HEADER_LEN + 4 + value.len().next_multiple_of(4);
        let (Ok(length), Ok(value_len)) = (u16::try_from(after), u16::try_from(value.len())) else { return self };
        self.buf.extend_from_slice(&kind.0.to_be_bytes());
        self.buf.extend_from_slice(&value_len.to_be_bytes());
        self.buf.extend_from_slice(value);
        // RFC 8489 §14: padding bytes MUST be zero when sent.
        self.buf.resize(self.start + HEADER_LEN + after, 0);
        self.set_length(length);
        self
    }

    /// MAPPED-ADDRESS.
    pub fn mapped_address(&mut self, mapped: SocketAddr) -> &mut Self {
        self.address(AttributeType::MAPPED_ADDRESS, mapped)
    }

    /// XOR-MAPPED-ADDRESS.
    pub fn xor_mapped_address(&mut self, mapped: SocketAddr) -> &mut Self {
        self.xor_address(AttributeType::XOR_MAPPED_ADDRESS, mapped)
    }

    /// An attribute of MAPPED-ADDRESS's shape.
    pub fn address(&mut self, kind: AttributeType, value: SocketAddr) -> &mut Self {
        let (bytes, len) = address::encode(value);
        self.attribute(kind, bytes.get(..len).unwrap_or_default())
    }

    /// An attribute of XOR-MAPPED-ADDRESS's shape.
    pub fn xor_address(&mut self, kind: AttributeType, value: SocketAddr) -> &mut Self {
        let xored = address::xor(value, &self.id);
        self.address(kind, xored)
    }

    /// ALTERNATE-SERVER.
    pub fn alternate_server(&mut self, server: SocketAddr) -> &mut Self {
        self.address(AttributeType::ALTERNATE_SERVER, server)
    }

    /// USERNAME.
    pub fn username(&mut self, username: &str) -> &mut Self {
        self.attribute(AttributeType::USERNAME, username.as_bytes())
    }

    /// USERHASH.
    pub fn userhash(&mut self, userhash: &[u8; 32]) -> &mut Self {
        self.attribute(AttributeType::USERHASH, userhash)
    }

    /// REALM.
    pub fn realm(&mut self, realm: &str) -> &mut Self {
        self.attribute(AttributeType::REALM, realm.as_bytes())
    }

    /// NONCE.
    pub fn nonce(&mut self, nonce: &str) -> &mut Self {
        self.attribute(AttributeType::NONCE, nonce.as_bytes())
    }

    /// SOFTWARE.
    pub fn software(&mut self, software: &str) -> &mut Self {
        self.attribute(AttributeType::SOFTWARE, software.as_bytes())
    }

    /// ERROR-CODE; a code outside 300 to 699 is left out.
    pub fn error_code(&mut self, code: u16, reason: &str) -> &mut Self {
        let (Ok(class @ 3..=6), Ok(number)) = (u8::try_from(code / 100), u8::try_from(code % 100)) else { return self };
        let mut value = vec![0, 0, class, number];
        value.extend_from_slice(reason.as_bytes());
        self.attribute(AttributeType::ERROR_CODE, &value)
    }

    /// UNKNOWN-ATTRIBUTES.
    pub fn unknown_attributes(&mut self, types: impl IntoIterator<Item = AttributeType>) -> &mut Self {
        let value: Vec<u8> = types.into_iter().flat_map(|kind| kind.0.to_be_bytes()).collect();
        self.attribute(AttributeType::UNKNOWN_ATTRIBUTES, &value)
    }

    /// PASSWORD-ALGORITHMS.
    pub fn password_algorithms(&mut self, algorithms: &[PasswordAlgorithm<'_>]) -> &mut Self {
        let value: Vec<u8> = algorithms.iter().flat_map(algorithm_bytes).collect();
        self.attribute(AttributeType::PASSWORD_ALGORITHMS, &value)
    }

    /// PASSWORD-ALGORITHM.
    pub fn password_algorithm(&mut self, algorithm: &PasswordAlgorithm<'_>) -> &mut Self {
        self.attribute(AttributeType::PASSWORD_ALGORITHM, &algorithm_bytes(algorithm))
    }

    /// PRIORITY.
    pub fn priority(&mut self, priority: u32) -> &mut Self {
        self.attribute(AttributeType::PRIORITY, &priority.to_be_bytes())
    }

    /// USE-CANDIDATE.
    pub fn use_candidate(&mut self) -> &mut Self {
        self.attribute(AttributeType::USE_CANDIDATE, &[])
    }

    /// ICE-CONTROLLED.
    pub fn ice_controlled(&mut self, tie_breaker: u64) -> &mut Self {
        self.attribute(AttributeType::ICE_CONTROLLED, &tie_breaker.to_be_bytes())
    }

    /// ICE-CONTROLLING.
    pub fn ice_controlling(&mut self, tie_breaker: u64) -> &mut Self {
        self.attribute(AttributeType::ICE_CONTROLLING, &tie_breaker.to_be_bytes())
    }

    /// MESSAGE-INTEGRITY over all attributes so far, with an HMAC-SHA1 key.
    pub fn integrity(&mut self, key: &dyn MacKey) -> &mut Self {
        self.seal(AttributeType::MESSAGE_INTEGRITY, 20, key)
    }

    /// MESSAGE-INTEGRITY-SHA256 over all attributes so far, with an HMAC-SHA256 key.
    pub fn integrity_sha256(&mut self, key: &dyn MacKey) -> &mut Self {
        self.seal(AttributeType::MESSAGE_INTEGRITY_SHA256, 32, key)
    }

    fn seal(&mut self, kind: AttributeType, len: usize, key: &dyn MacKey) -> &mut Self {
        // RFC 8489 §14.5: the length field MUST already count the attribute when the HMAC is made.
        let Ok(length) = u16::try_from(self.len() - HEADER_LEN + 4 + len) else { return self };
        self.set_length(length);
        let tag = key.sign(&[self.buf.get(self.start..).unwrap_or_default()]);
        self.attribute(kind, tag.as_ref())
    }

    /// FINGERPRINT over everything so far; the last attribute.
    pub fn fingerprint(&mut self) -> &mut Self {
        let Ok(length) = u16::try_from(self.len() - HEADER_LEN + 8) else { return self };
        self.set_length(length);
        let crc = crc::fingerprint(&[self.buf.get(self.start..).unwrap_or_default()]);
        self.attribute(AttributeType::FINGERPRINT, &crc.to_be_bytes())
    }
}

fn algorithm_bytes(algorithm: &PasswordAlgorithm<'_>) -> Vec<u8> {
    let len = u16::try_from(algorithm.parameters.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(4);
    bytes.extend_from_slice(&algorithm.number.to_be_bytes());
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend(algorithm.parameters.iter().take(usize::from(len)));
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}
