//! Payload formats, header extensions and directions of an RTP section (RFC 8866 §6.6 and §6.15, RFC 8285, RFC 3264).

use std::fmt;

use super::{Attribute, fields, is_token, number};
use crate::Reason;

/// An RTP payload type: 0 to 127 (RFC 3550 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadType(pub u8);

impl PayloadType {
    /// Reads a number of at most 127.
    ///
    /// # Errors
    ///
    /// [`Reason::Number`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        match number::<u8>(text)? {
            payload_type @ 0..=127 => Ok(Self(payload_type)),
            _ => Err(Reason::Number),
        }
    }
}

impl fmt::Display for PayloadType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `a=rtpmap:<payload type> <encoding>/<clock rate>[/<channels>]` (RFC 8866 §6.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtpMap {
    /// The payload type.
    pub payload_type: PayloadType,
    /// The encoding name in its spelling; names compare without case.
    pub encoding: String,
    /// Hertz.
    pub clock_rate: u32,
    /// Audio channels, if given; absent means 1.
    pub channels: Option<u16>,
}

impl Attribute for RtpMap {
    const NAME: &'static str = "rtpmap";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let (Some(payload_type), Some(encoding), None) = (fields.next(), fields.next(), fields.next()) else {
            return Err(Reason::Fields);
        };
        let mut parts = encoding.split('/');
        let (Some(name), Some(clock_rate)) = (parts.next(), parts.next()) else { return Err(Reason::Fields) };
        if !is_token(name) {
            return Err(Reason::Token);
        }
        Ok(Self {
            payload_type: PayloadType::parse(payload_type)?,
            encoding: name.to_owned(),
            clock_rate: number(clock_rate)?,
            channels: parts.next().map(number).transpose()?,
        })
    }
}

impl fmt::Display for RtpMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.payload_type, self.encoding, self.clock_rate)?;
        self.channels.map_or(Ok(()), |channels| write!(f, "/{channels}"))
    }
}

/// `a=fmtp:<payload type> <parameters>` (RFC 8866 §6.15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fmtp {
    /// The format; a payload type in an RTP section.
    pub format: String,
    /// The parameters as they are written, as `minptime=10;useinbandfec=1`.
    pub parameters: String,
}

impl Fmtp {
    /// The format as a payload type.
    pub fn payload_type(&self) -> Option<PayloadType> {
        PayloadType::parse(&self.format).ok()
    }
}

impl Attribute for Fmtp {
    const NAME: &'static str = "fmtp";

    fn parse(value: &str) -> Result<Self, Reason> {
        let (format, parameters) = value.split_once(' ').unwrap_or((value, ""));
        if !is_token(format) {
            return Err(Reason::Token);
        }
        Ok(Self { format: format.to_owned(), parameters: parameters.trim().to_owned() })
    }
}

impl fmt::Display for Fmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.format, self.parameters)
    }
}

/// Who sends media in a section (RFC 3264 §6.1, RFC 8866 §6.7), seen from the author of the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Both; what a section without a direction attribute means.
    #[default]
    SendRecv,
    /// The author only sends.
    SendOnly,
    /// The author only receives.
    RecvOnly,
    /// Nobody sends.
    Inactive,
}

impl Direction {
    /// The direction with that attribute name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sendrecv" => Some(Self::SendRecv),
            "sendonly" => Some(Self::SendOnly),
            "recvonly" => Some(Self::RecvOnly),
            "inactive" => Some(Self::Inactive),
            _ => None,
        }
    }

    /// The attribute name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// The direction that sends and receives as said.
    pub fn new(send: bool, receive: bool) -> Self {
        match (send, receive) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether the author sends.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the author receives.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The same, seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self::new(self.receives(), self.sends())
    }

    /// What both allow.
    #[must_use]
    pub fn intersected(self, other: Self) -> Self {
        Self::new(self.sends() && other.sends(), self.receives() && other.receives())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `a=extmap:<id>[/<direction>] <URI> [<attributes>]` (RFC 8285 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtMap {
    /// The identifier; 1 to 14 fit the one-byte form, 15 to 255 need the two-byte form, 4096 to 4351 are for offers only.
    pub id: u16,
    /// The direction, if given.
    pub direction: Option<Direction>,
    /// What the extension is.
    pub uri: String,
    /// Extension attributes, as for RFC 6904 the URI of the encrypted extension.
    pub attributes: Option<String>,
}

impl Attribute for ExtMap {
    const NAME: &'static str = "extmap";

    fn parse(value: &str) -> Result<Self, Reason> {
        let (id, rest) = value.split_once(' ').ok_or(Reason::Fields)?;
        let rest = rest.trim_start_matches(' ');
        let (uri, attributes) = match rest.split_once(' ') {
            Some((uri, attributes)) => (uri, Some(attributes.to_owned())),
            None => (rest, None),
        };
        if uri.is_empty() {
            return Err(Reason::Fields);
        }
        let (id, direction) = match id.split_once('/') {
            Some((id, direction)) => (id, Some(Direction::from_name(direction).ok_or(Reason::Keyword)?)),
            None => (id, None),
        };
        match number::<u16>(id)? {
            0 => Err(Reason::Number),
            id => Ok(Self { id, direction, uri: uri.to_owned(), attributes }),
        }
    }
}

impl fmt::Display for ExtMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)?;
        if let Some(direction) = self.direction {
            write!(f, "/{direction}")?;
        }
        write!(f, " {}", self.uri)?;
        self.attributes.as_ref().map_or(Ok(()), |attributes| write!(f, " {attributes}"))
    }
}

/// `a=ptime` in milliseconds (RFC 8866 §6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ptime(pub u32);

/// `a=maxptime` in milliseconds (RFC 8866 §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxPtime(pub u32);

/// RFC 8866 §9 allows a fraction; it is cut off.
fn milliseconds(value: &str) -> Result<u32, Reason> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    number::<u64>(fraction)?;
    number(whole)
}

impl Attribute for Ptime {
    const NAME: &'static str = "ptime";

    fn parse(value: &str) -> Result<Self, Reason> {
        milliseconds(value).map(Self)
    }
}

impl fmt::Display for Ptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Attribute for MaxPtime {
    const NAME: &'static str = "maxptime";

    fn parse(value: &str) -> Result<Self, Reason> {
        milliseconds(value).map(Self)
    }
}

impl fmt::Display for MaxPtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
