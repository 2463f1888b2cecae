//! Which media stream and which RTP streams a section carries (RFC 8830, RFC 5576).

use std::fmt;

use super::{Attribute, fields, is_token, number};
use crate::Reason;

/// `a=msid:<stream id> [<appdata>]` (RFC 8830 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Msid {
    /// The id of the MediaStream; `-` for a track in no stream.
    pub stream: String,
    /// The id of the track, as older endpoints send it.
    pub track: Option<String>,
}

impl Attribute for Msid {
    const NAME: &'static str = "msid";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let stream = fields.next().ok_or(Reason::MissingValue)?;
        let track = fields.next();
        if fields.next().is_some() {
            return Err(Reason::Fields);
        }
        // RFC 8830 §2: a token of at most 64 characters; braces and the like of real stream ids are visible text, so only the length counts.
        if stream.len() > 256 || track.is_some_and(|track| track.len() > 256) {
            return Err(Reason::Token);
        }
        Ok(Self { stream: stream.to_owned(), track: track.map(str::to_owned) })
    }
}

impl fmt::Display for Msid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stream)?;
        self.track.as_ref().map_or(Ok(()), |track| write!(f, " {track}"))
    }
}

/// A synchronization source (RFC 3550 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ssrc(pub u32);

impl fmt::Display for Ssrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `a=ssrc:<ssrc> <attribute>[:<value>]` (RFC 5576 §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsrcLine {
    /// The source.
    pub ssrc: Ssrc,
    /// Name of the source attribute, as `cname`.
    pub attribute: String,
    /// Its value.
    pub value: Option<String>,
}

impl Attribute for SsrcLine {
    const NAME: &'static str = "ssrc";

    fn parse(value: &str) -> Result<Self, Reason> {
        let (ssrc, attribute) = value.split_once(' ').ok_or(Reason::Fields)?;
        let (attribute, value) = match attribute.split_once(':') {
            Some((attribute, value)) => (attribute, Some(value.to_owned())),
            None => (attribute, None),
        };
        if !is_token(attribute) {
            return Err(Reason::Token);
        }
        Ok(Self { ssrc: Ssrc(number(ssrc)?), attribute: attribute.to_owned(), value })
    }
}

impl fmt::Display for SsrcLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.ssrc, self.attribute)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, ":{value}"))
    }
}

/// `a=ssrc-group:<semantics> <ssrc> …` (RFC 5576 §4.2), as `FID 1 2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsrcGroup {
    /// `FID`, `FEC-FR`, `SIM` …
    pub semantics: String,
    /// The sources.
    pub ssrcs: Vec<Ssrc>,
}

impl Attribute for SsrcGroup {
    const NAME: &'static str = "ssrc-group";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = fields(value);
        let semantics = fields.next().filter(|s| is_token(s)).ok_or(Reason::Token)?;
        let ssrcs = fields.map(|ssrc| number(ssrc).map(Ssrc)).collect::<Result<_, _>>()?;
        Ok(Self { semantics: semantics.to_owned(), ssrcs })
    }
}

impl fmt::Display for SsrcGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.semantics)?;
        self.ssrcs.iter().try_for_each(|ssrc| write!(f, " {ssrc}"))
    }
}
