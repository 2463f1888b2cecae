//! Why a text is not a session description, and in which line (RFC 8866 §9; W3C `RTCError.sdpLineNumber`).

/// A text that is not SDP. The blame is the author's of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ParseError {
    /// Line of the text where the fault was found, counted from 1.
    pub line: u32,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a line of SDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The text is longer than [`crate::Limits::max_bytes`].
    #[error("the description is too long")]
    TooLong,
    /// The line is longer than [`crate::Limits::max_line_bytes`].
    #[error("the line is too long")]
    LineTooLong,
    /// More lines than [`crate::Limits::max_lines`].
    #[error("too many lines")]
    TooManyLines,
    /// More media sections than [`crate::Limits::max_media`].
    #[error("too many m= sections")]
    TooManyMedia,
    /// More attributes in one section than [`crate::Limits::max_attributes`].
    #[error("too many attributes in one section")]
    TooManyAttributes,
    /// More `a=candidate` lines in one section than [`crate::Limits::max_candidates`].
    #[error("too many candidates in one section")]
    TooManyCandidates,
    /// An empty line with more lines behind it.
    #[error("empty line")]
    EmptyLine,
    /// Not `<letter>=<value>`.
    #[error("not of the form <type>=<value>")]
    NotTypeValue,
    /// A NUL or a carriage return inside of a line.
    #[error("forbidden control character")]
    ControlCharacter,
    /// A type letter that RFC 8866 doesn't know (§5: such a description is ignored as a whole).
    #[error("unknown line type")]
    UnknownLineType,
    /// The first line is not `v=0`.
    #[error("the first line must be v=0")]
    Version,
    /// The second line is not a well-formed `o=` line.
    #[error("the second line must be a well-formed o= line")]
    Origin,
    /// The third line is not an `s=` line.
    #[error("the third line must be an s= line")]
    SessionName,
    /// A known line at a place where RFC 8866 §9 doesn't have it.
    #[error("line out of order")]
    OutOfOrder,
    /// A malformed `m=` line.
    #[error("malformed m= line")]
    MediaLine,
    /// A malformed `c=` line.
    #[error("malformed c= line")]
    Connection,
    /// A malformed `b=` line.
    #[error("malformed b= line")]
    Bandwidth,
    /// A malformed `t=` line.
    #[error("malformed t= line")]
    Timing,
    /// An attribute without a name, or with one that is no token.
    #[error("malformed attribute name")]
    AttributeName,
    /// An attribute that needs a value and has none.
    #[error("the attribute needs a value")]
    MissingValue,
    /// A number that is missing, malformed or out of range.
    #[error("malformed or out-of-range number")]
    Number,
    /// A token with a character that it must not have, or an empty one.
    #[error("malformed token")]
    Token,
    /// Fewer or more fields than the attribute has.
    #[error("wrong number of fields")]
    Fields,
    /// A keyword that is not one of those the attribute knows.
    #[error("unknown keyword")]
    Keyword,
    /// `a=ice-ufrag` or `a=ice-pwd` with a forbidden character or length (RFC 8839 §5.4).
    #[error("malformed ICE credential")]
    IceCredential,
    /// `a=fingerprint` whose bytes are no hex pairs or don't have the length of the hash (RFC 8122 §5).
    #[error("malformed fingerprint")]
    Fingerprint,
}
