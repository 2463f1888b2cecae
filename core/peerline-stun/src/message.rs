//! Parsing a STUN message where it lies (RFC 8489 §5, §6.3, §14).

use crate::address::{decode_address, decode_xor_address};
use crate::attribute::{Attribute, AttributeType, Attributes, PasswordAlgorithms};
use crate::crc;
use crate::error_code::ErrorCode;
use crate::header::{Class, HEADER_LEN, MAGIC_COOKIE, Method, TransactionId, split_type};
use core::net::SocketAddr;
use peerline_crypto::MacKey;

/// Why a datagram is not a STUN message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// Shorter than a header.
    #[error("shorter than a STUN header")]
    TooShort,
    /// The first two bits are not zero, or the magic cookie is missing.
    #[error("not STUN")]
    NotStun,
    /// The length field doesn't agree with the datagram, or is no multiple of 4.
    #[error("the length field is wrong")]
    Length,
    /// An attribute reaches beyond the end.
    #[error("an attribute reaches beyond the end")]
    Attribute,
    /// MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 or FINGERPRINT of a wrong length, or something after FINGERPRINT.
    #[error("an integrity attribute is malformed or misplaced")]
    Integrity,
}

/// Why a message's integrity could not be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntegrityError {
    /// It has no such attribute.
    #[error("no message integrity")]
    Missing,
    /// It was made with another key, or the message was altered.
    #[error("wrong message integrity")]
    Wrong,
}

/// An integrity attribute: where its header begins, and its value.
#[derive(Clone, Copy, Debug)]
struct Seal<'a> {
    offset: usize,
    value: &'a [u8],
}

/// A well-formed message that borrows its datagram.
///
/// Well-formed means: header, lengths and attribute borders are right. What is inside of an attribute is looked at when it is
/// asked for. Nothing is authenticated before [`Self::verify_integrity`].
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    class: Class,
    method: Method,
    id: TransactionId,
    /// The attributes in front of the first integrity attribute or FINGERPRINT.
    covered: &'a [u8],
    integrity: Option<Seal<'a>>,
    integrity_sha256: Option<Seal<'a>>,
    fingerprint: Option<Seal<'a>>,
}

impl<'a> Message<'a> {
    /// Reads a message that fills `bytes` exactly.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        //  0                   1                   2                   3
        //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
        // |0 0|     STUN Message Type     |         Message Length        |
        // |                         Magic Cookie                          |
        // |                     Transaction ID (96 bits)                  |
        let (header, attributes) = bytes.split_first_chunk::<HEADER_LEN>().ok_or(ParseError::TooShort)?;
        let [t0, t1, l0, l1, c0, c1, c2, c3, id @ ..] = *header;
        if t0 & 0xC0 != 0 || u32::from_be_bytes([c0, c1, c2, c3]) != MAGIC_COOKIE {
            return Err(ParseError::NotStun);
        }
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        if length != attributes.len() || length % 4 != 0 {
            return Err(ParseError::Length);
        }
        let (class, method) = split_type(u16::from_be_bytes([t0, t1]));
        let mut message = Self {
            bytes,
            class,
            method,
            id: TransactionId(id),
            covered: attributes,
            integrity: None,
            integrity_sha256: None,
            fingerprint: None,
        };
        message.find_seals(attributes)?;
        Ok(message)
    }

    /// Walks over all attributes once, checks their borders, and notes where the integrity attributes are.
    fn find_seals(&mut self, attributes: &'a [u8]) -> Result<(), ParseError> {
        let mut walk = Attributes::new(attributes);
        loop {
            let before = attributes.len() - walk.rest().len();
            let Some(Attribute { kind, value }) = walk.next() else { break };
            if self.fingerprint.is_some() {
                // RFC 8489 §14.7: FINGERPRINT MUST be the last attribute.
                return Err(ParseError::Integrity);
            }
            let (slot, fits) = match kind {
                AttributeType::MESSAGE_INTEGRITY => (&mut self.integrity, value.len() == 20),
                // RFC 8489 §14.6: it may be cut, to a multiple of 4 that is at least 16.
                AttributeType::MESSAGE_INTEGRITY_SHA256 => {
                    (&mut self.integrity_sha256, (16..=32).contains(&value.len()) && value.len() % 4 == 0)
                }
                AttributeType::FINGERPRINT => (&mut self.fingerprint, value.len() == 4),
                _ => continue,
            };
            if !fits {
                return Err(ParseError::Integrity);
            }
            // RFC 8489 §14: of several attributes of one type only the first counts.
            if slot.is_none() {
                *slot = Some(Seal { offset: HEADER_LEN + before, value });
            }
            if self.covered.len() > before {
                self.covered = attributes.get(..before).unwrap_or_default();
            }
        }
        if walk.rest().is_empty() { Ok(()) } else { Err(ParseError::Attribute) }
    }

    /// The class.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The transaction id.
    #[must_use]
    pub const fn transaction_id(&self) -> TransactionId {
        self.id
    }

    /// The whole message.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The attributes in front of MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 and FINGERPRINT. RFC 8489 §14.5: what else comes
    /// after them is ignored.
    #[must_use]
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.covered)
    }

    /// The value of the first attribute of this type (not an integrity attribute or FINGERPRINT).
    #[must_use]
    pub fn get(&self, kind: AttributeType) -> Option<&'a [u8]> {
        self.attributes().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value)
    }

    /// The types that must be understood and are not in `known`.
    pub fn unknown_required<'k>(
        &self,
        known: &'k [AttributeType],
    ) -> impl Iterator<Item = AttributeType> + use<'a, 'k> {
        self.attributes()
            .map(|attribute| attribute.kind)
            .filter(move |kind| kind.is_comprehension_required() && !known.contains(kind))
    }

    /// True if there is a MESSAGE-INTEGRITY.
    #[must_use]
    pub const fn has_integrity(&self) -> bool {
        self.integrity.is_some()
    }

    /// True if there is a MESSAGE-INTEGRITY-SHA256.
    #[must_use]
    pub const fn has_integrity_sha256(&self) -> bool {
        self.integrity_sha256.is_some()
    }

    /// Checks MESSAGE-INTEGRITY with an HMAC-SHA1 key.
    pub fn verify_integrity(&self, key: &dyn MacKey) -> Result<(), IntegrityError> {
        self.verify(self.integrity, key, 20)
    }

    /// Checks MESSAGE-INTEGRITY-SHA256 with an HMAC-SHA256 key.
    pub fn verify_integrity_sha256(&self, key: &dyn MacKey) -> Result<(), IntegrityError> {
        self.verify(self.integrity_sha256, key, 16)
    }

    fn verify(&self, seal: Option<Seal<'a>>, key: &dyn MacKey, min_len: usize) -> Result<(), IntegrityError> {
        let seal = seal.ok_or(IntegrityError::Missing)?;
        let (length, rest) = self.up_to(seal).ok_or(IntegrityError::Missing)?;
        let message_type = self.bytes.get(..2).unwrap_or_default();
        if key.verify(&[message_type, &length, rest], seal.value, min_len) {
            Ok(())
        } else {
            Err(IntegrityError::Wrong)
        }
    }

    /// `Some(true)` if FINGERPRINT matches, `Some(false)` if it doesn't, `None` if there is none.
    #[must_use]
    pub fn fingerprint_matches(&self) -> Option<bool> {
        let seal = self.fingerprint?;
        let (length, rest) = self.up_to(seal)?;
        let crc = crc::fingerprint(&[self.bytes.get(..2)?, &length, rest]);
        Some(seal.value == crc.to_be_bytes())
    }

    /// RFC 8489 §14.5: what a seal covers is the message in front of it with a length field as if it were the last attribute.
    fn up_to(&self, seal: Seal<'a>) -> Option<([u8; 2], &'a [u8])> {
        let end = (seal.offset + 4 + seal.value.len()).checked_sub(HEADER_LEN)?;
        Some((u16::try_from(end).ok()?.to_be_bytes(), self.bytes.get(4..seal.offset)?))
    }

    fn text(&self, kind: AttributeType) -> Option<&'a str> {
        core::str::from_utf8(self.get(kind)?).ok()
    }

    fn array<const N: usize>(&self, kind: AttributeType) -> Option<[u8; N]> {
        self.get(kind)?.try_into().ok()
    }

    /// MAPPED-ADDRESS.
    #[must_use]
    pub fn mapped_address(&self) -> Option<SocketAddr> {
        decode_address(self.get(AttributeType::MAPPED_ADDRESS)?)
    }

    /// XOR-MAPPED-ADDRESS.
    #[must_use]
    pub fn xor_mapped_address(&self) -> Option<SocketAddr> {
        self.xor_address(AttributeType::XOR_MAPPED_ADDRESS)
    }

    /// An attribute of XOR-MAPPED-ADDRESS's shape.
    #[must_use]
    pub fn xor_address(&self, kind: AttributeType) -> Option<SocketAddr> {
        decode_xor_address(self.get(kind)?, &self.id)
    }

    /// ALTERNATE-SERVER.
    #[must_use]
    pub fn alternate_server(&self) -> Option<SocketAddr> {
        decode_address(self.get(AttributeType::ALTERNATE_SERVER)?)
    }

    /// USERNAME.
    #[must_use]
    pub fn username(&self) -> Option<&'a str> {
        self.text(AttributeType::USERNAME)
    }

    /// USERHASH.
    #[must_use]
    pub fn userhash(&self) -> Option<[u8; 32]> {
        self.array(AttributeType::USERHASH)
    }

    /// REALM.
    #[must_use]
    pub fn realm(&self) -> Option<&'a str> {
        self.text(AttributeType::REALM)
    }

    /// NONCE.
    #[must_use]
    pub fn nonce(&self) -> Option<&'a str> {
        self.text(AttributeType::NONCE)
    }

    /// SOFTWARE.
    #[must_use]
    pub fn software(&self) -> Option<&'a str> {
        self.text(AttributeType::SOFTWARE)
    }

    /// ERROR-CODE.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode<'a>> {
        ErrorCode::decode(self.get(AttributeType::ERROR_CODE)?)
    }

    /// UNKNOWN-ATTRIBUTES.
    pub fn unknown_attributes(&self) -> impl Iterator<Item = AttributeType> + use<'a> {
        let value = self.get(AttributeType::UNKNOWN_ATTRIBUTES).unwrap_or_default();
        value.as_chunks().0.iter().map(|pair| AttributeType(u16::from_be_bytes(*pair)))
    }

    /// PASSWORD-ALGORITHMS.
    #[must_use]
    pub fn password_algorithms(&self) -> Option<PasswordAlgorithms<'a>> {
        self.get(AttributeType::PASSWORD_ALGORITHMS).map(|value| PasswordAlgorithms(Attributes::new(value)))
    }

    /// PASSWORD-ALGORITHM.
    #[must_use]
    pub fn password_algorithm(&self) -> Option<crate::PasswordAlgorithm<'a>> {
        PasswordAlgorithms(Attributes::new(self.get(AttributeType::PASSWORD_ALGORITHM)?)).next()
    }

    /// PRIORITY.
    #[must_use]
    pub fn priority(&self) -> Option<u32> {
        self.array(AttributeType::PRIORITY).map(u32::from_be_bytes)
    }

    /// USE-CANDIDATE.
    #[must_use]
    pub fn use_candidate(&self) -> bool {
        self.get(AttributeType::USE_CANDIDATE).is_some()
    }

    /// ICE-CONTROLLED: the sender's tie-breaker.
    #[must_use]
    pub fn ice_controlled(&self) -> Option<u64> {
        self.array(AttributeType::ICE_CONTROLLED).map(u64::from_be_bytes)
    }

    /// ICE-CONTROLLING: the sender's tie-breaker.
    #[must_use]
    pub fn ice_controlling(&self) -> Option<u64> {
        self.array(AttributeType::ICE_CONTROLLING).map(u64::from_be_bytes)
    }
}
