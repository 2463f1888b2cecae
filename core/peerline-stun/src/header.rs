//! The 20-byte header: class, method, transaction id (RFC 8489 §5).

use core::fmt;
use peerline_edge::Rng;

/// The fixed value that tells STUN from other protocols.
pub const MAGIC_COOKIE: u32 = 0x2112_A442;

/// Bytes of the header.
pub(crate) const HEADER_LEN: usize = 20;

/// The class of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Wants an answer.
    Request,
    /// Wants none.
    Indication,
    /// The answer to a request that was granted.
    Success,
    /// The answer to a request that was not.
    Error,
}

/// The method of a message: 12 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Method(u16);

impl Method {
    /// Binding (RFC 8489).
    pub const BINDING: Self = Self(0x001);
    /// Allocate (RFC 8656).
    pub const ALLOCATE: Self = Self(0x003);
    /// Refresh (RFC 8656).
    pub const REFRESH: Self = Self(0x004);
    /// Send (RFC 8656).
    pub const SEND: Self = Self(0x006);
    /// Data (RFC 8656).
    pub const DATA: Self = Self(0x007);
    /// CreatePermission (RFC 8656).
    pub const CREATE_PERMISSION: Self = Self(0x008);
    /// ChannelBind (RFC 8656).
    pub const CHANNEL_BIND: Self = Self(0x009);
    /// Connect (RFC 6062).
    pub const CONNECT: Self = Self(0x00A);
    /// ConnectionBind (RFC 6062).
    pub const CONNECTION_BIND: Self = Self(0x00B);
    /// ConnectionAttempt (RFC 6062).
    pub const CONNECTION_ATTEMPT: Self = Self(0x00C);

    /// The method of this number; only the low 12 bits count.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number & 0xFFF)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BINDING => f.write_str("Binding"),
            Self(number) => write!(f, "Method({number:#05x})"),
        }
    }
}

/// Class and method interleaved in the type field: `0 0 M11..M7 C1 M6..M4 C0 M3..M0`.
pub(crate) const fn message_type(class: Class, method: Method) -> u16 {
    let class = match class {
        Class::Request => 0x000,
        Class::Indication => 0x010,
        Class::Success => 0x100,
        Class::Error => 0x110,
    };
    let m = method.0;
    (m & 0x00F) | (m & 0x070) << 1 | (m & 0xF80) << 2 | class
}

/// The inverse of [`message_type`]; the two top bits don't count.
pub(crate) const fn split_type(message_type: u16) -> (Class, Method) {
    let class = match message_type & 0x110 {
        0x000 => Class::Request,
        0x010 => Class::Indication,
        0x100 => Class::Success,
        _ => Class::Error,
    };
    (class, Method(message_type & 0x00F | (message_type >> 1) & 0x070 | (message_type >> 2) & 0xF80))
}

/// The 96 bits that pair a response with its request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId(pub [u8; 12]);

impl TransactionId {
    /// A random id.
    #[must_use]
    pub fn random(rng: &mut Rng) -> Self {
        // RFC 8489 §5: MUST be uniformly and randomly chosen, and cryptographically random.
        Self(rng.bytes())
    }
}

impl fmt::Debug for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
