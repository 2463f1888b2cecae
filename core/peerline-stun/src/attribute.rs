//! Attributes: their types, and walking over them (RFC 8489 §14, §18.3).

use core::fmt;

/// The type of an attribute. Types below 0x8000 must be understood by the receiver.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeType(pub u16);

macro_rules! attribute_types {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal),+ $(,)?) => {
        impl AttributeType {
            $($(#[$doc])* pub const $name: Self = Self($number);)+

            const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($text),)+
                    _ => None,
                }
            }
        }
    };
}

attribute_types! {
    /// RFC 8489 §14.1.
    MAPPED_ADDRESS = 0x0001 "MAPPED-ADDRESS",
    /// RFC 8489 §14.3.
    USERNAME = 0x0006 "USERNAME",
    /// RFC 8489 §14.5: HMAC-SHA1.
    MESSAGE_INTEGRITY = 0x0008 "MESSAGE-INTEGRITY",
    /// RFC 8489 §14.8.
    ERROR_CODE = 0x0009 "ERROR-CODE",
    /// RFC 8489 §14.13.
    UNKNOWN_ATTRIBUTES = 0x000A "UNKNOWN-ATTRIBUTES",
    /// RFC 8489 §14.9.
    REALM = 0x0014 "REALM",
    /// RFC 8489 §14.10.
    NONCE = 0x0015 "NONCE",
    /// RFC 8489 §14.6: HMAC-SHA256.
    MESSAGE_INTEGRITY_SHA256 = 0x001C "MESSAGE-INTEGRITY-SHA256",
    /// RFC 8489 §14.12.
    PASSWORD_ALGORITHM = 0x001D "PASSWORD-ALGORITHM",
    /// RFC 8489 §14.4.
    USERHASH = 0x001E "USERHASH",
    /// RFC 8489 §14.2.
    XOR_MAPPED_ADDRESS = 0x0020 "XOR-MAPPED-ADDRESS",
    /// RFC 8445 §16.1: the priority that a peer-reflexive candidate would have.
    PRIORITY = 0x0024 "PRIORITY",
    /// RFC 8445 §16.1: nominates.
    USE_CANDIDATE = 0x0025 "USE-CANDIDATE",
    /// RFC 8489 §14.11.
    PASSWORD_ALGORITHMS = 0x8002 "PASSWORD-ALGORITHMS",
    /// RFC 8489 §14.16.
    ALTERNATE_DOMAIN = 0x8003 "ALTERNATE-DOMAIN",
    /// RFC 8489 §14.14.
    SOFTWARE = 0x8022 "SOFTWARE",
    /// RFC 8489 §14.15.
    ALTERNATE_SERVER = 0x8023 "ALTERNATE-SERVER",
    /// RFC 8489 §14.7: CRC-32.
    FINGERPRINT = 0x8028 "FINGERPRINT",
    /// RFC 8445 §16.1: the sender is controlled; its tie-breaker.
    ICE_CONTROLLED = 0x8029 "ICE-CONTROLLED",
    /// RFC 8445 §16.1: the sender is controlling; its tie-breaker.
    ICE_CONTROLLING = 0x802A "ICE-CONTROLLING",
}

impl AttributeType {
    /// True if a receiver that doesn't know the type must refuse the message (RFC 8489 §14).
    #[must_use]
    pub const fn is_comprehension_required(self) -> bool {
        self.0 < 0x8000
    }
}

impl fmt::Debug for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "AttributeType({:#06x})", self.0),
        }
    }
}

/// An attribute as it stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type.
    pub kind: AttributeType,
    /// Its value, without padding.
    pub value: &'a [u8],
}

/// Walks over attributes; ends early at one that is cut off.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    pub(crate) const fn new(attributes: &'a [u8]) -> Self {
        Self { rest: attributes }
    }

    /// What is left to walk over.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    //  0                   1                   2                   3
    //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // |         Type                  |            Length             |
    // |                         Value (padded to 4)               ....
    fn next(&mut self) -> Option<Attribute<'a>> {
        let ([t0, t1, l0, l1], rest) = self.rest.split_first_chunk()?;
        let (kind, len) = (AttributeType(u16::from_be_bytes([*t0, *t1])), usize::from(u16::from_be_bytes([*l0, *l1])));
        let value = rest.get(..len)?;
        self.rest = rest.get(len.next_multiple_of(4)..)?;
        Some(Attribute { kind, value })
    }
}

/// A password algorithm with its parameters (RFC 8489 §14.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordAlgorithm<'a> {
    /// Its number: [`Self::MD5`] or [`Self::SHA256`].
    pub number: u16,
    /// Its parameters; empty for both known algorithms.
    pub parameters: &'a [u8],
}

impl PasswordAlgorithm<'static> {
    /// The number of MD5.
    pub const MD5: u16 = 1;
    /// The number of SHA-256.
    pub const SHA256: u16 = 2;
}

/// Walks over the algorithms of PASSWORD-ALGORITHMS, or the single one of PASSWORD-ALGORITHM.
#[derive(Clone, Copy, Debug)]
pub struct PasswordAlgorithms<'a>(pub(crate) Attributes<'a>);

impl<'a> Iterator for PasswordAlgorithms<'a> {
    type Item = PasswordAlgorithm<'a>;

    fn next(&mut self) -> Option<PasswordAlgorithm<'a>> {
        // Number, length of the parameters, parameters padded to 4: the same shape as an attribute.
        self.0.next().map(|Attribute { kind, value }| PasswordAlgorithm { number: kind.0, parameters: value })
    }
}
