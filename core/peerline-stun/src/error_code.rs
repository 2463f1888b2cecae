//! ERROR-CODE (RFC 8489 §14.8).

/// An error code with its reason phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode<'a> {
    /// 300 to 699.
    pub code: u16,
    /// For people; empty if it isn't UTF-8.
    pub reason: &'a str,
}

impl<'a> ErrorCode<'a> {
    /// The client should try another server.
    pub const TRY_ALTERNATE: u16 = 300;
    /// The request was malformed.
    pub const BAD_REQUEST: u16 = 400;
    /// The credentials are missing or wrong.
    pub const UNAUTHENTICATED: u16 = 401;
    /// A comprehension-required attribute is unknown.
    pub const UNKNOWN_ATTRIBUTE: u16 = 420;
    /// The nonce is too old.
    pub const STALE_NONCE: u16 = 438;
    /// Both agents claim the same role (RFC 8445 §16.1).
    pub const ROLE_CONFLICT: u16 = 487;
    /// The server had an error; try again.
    pub const SERVER_ERROR: u16 = 500;

    /// Reads the attribute's value.
    pub(crate) fn decode(value: &'a [u8]) -> Option<Self> {
        let ([_, _, class, number], reason) = value.split_first_chunk()?;
        // RFC 8489 §14.8: the class is the hundreds digit, 3 to 6; the number is 0 to 99.
        let (class, number) = (u16::from(class & 0x7), u16::from(*number));
        if !(3..=6).contains(&class) || number > 99 {
            return None;
        }
        Some(Self { code: class * 100 + number, reason: core::str::from_utf8(reason).unwrap_or_default() })
    }
}
