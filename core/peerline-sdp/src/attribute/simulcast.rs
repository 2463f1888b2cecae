//! Restriction identifiers and simulcast (RFC 8851, RFC 8853).

use std::fmt;

use super::{Attribute, fields};
use crate::Reason;

/// A restriction identifier (RFC 8851 §10, RFC 8852 §3): letters and digits; `-` and `_` are taken too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rid(String);

impl Rid {
    /// Reads an identifier.
    ///
    /// # Errors
    ///
    /// [`Reason::Token`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let rid_char = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !text.is_empty() && text.len() <= 255 && text.bytes().all(rid_char) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Reason::Token)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Rid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who sends a stream with a rid, seen from the author of the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RidDirection {
    /// The author.
    Send,
    /// The other side.
    Recv,
}

impl fmt::Display for RidDirection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send => "send",
            Self::Recv => "recv",
        })
    }
}

/// `a=rid:<id> <direction> [<restrictions>]` (RFC 8851 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RidLine {
    /// The identifier.
    pub rid: Rid,
    /// Who sends it.
    pub direction: RidDirection,
    /// The restrictions as they are written, as `pt=97;max-width=1280`.
    pub restrictions: Option<String>,
}

impl Attribute for RidLine {
    const NAME: &'static str = "rid";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut fields = value.splitn(3, ' ');
        let (Some(rid), Some(direction)) = (fields.next(), fields.next()) else { return Err(Reason::Fields) };
        let direction = match direction {
            "send" => RidDirection::Send,
            "recv" => RidDirection::Recv,
            _ => return Err(Reason::Keyword),
        };
        Ok(Self { rid: Rid::parse(rid)?, direction, restrictions: fields.next().map(str::to_owned) })
    }
}

impl fmt::Display for RidLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rid, self.direction)?;
        self.restrictions.as_ref().map_or(Ok(()), |restrictions| write!(f, " {restrictions}"))
    }
}

/// One stream of `a=simulcast`: a rid, and whether it starts paused (`~`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulcastStream {
    /// The identifier.
    pub rid: Rid,
    /// Whether it starts paused.
    pub paused: bool,
}

/// `a=simulcast:[send <list>] [recv <list>]` (RFC 8853 §5.1): lists of streams, each with its alternatives in order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simulcast {
    /// What the author sends.
    pub send: Vec<Vec<SimulcastStream>>,
    /// What the author receives.
    pub recv: Vec<Vec<SimulcastStream>>,
}

fn streams(list: &str) -> Result<Vec<Vec<SimulcastStream>>, Reason> {
    let stream = |text: &str| {
        let (paused, rid) = text.strip_prefix('~').map_or((false, text), |rid| (true, rid));
        Ok(SimulcastStream { rid: Rid::parse(rid)?, paused })
    };
    list.split(';').map(|alternatives| alternatives.split(',').map(stream).collect()).collect()
}

impl Attribute for Simulcast {
    const NAME: &'static str = "simulcast";

    fn parse(value: &str) -> Result<Self, Reason> {
        let mut simulcast = Self::default();
        let mut fields = fields(value);
        while let Some(direction) = fields.next() {
            let list = fields.next().ok_or(Reason::Fields)?;
            let place = match direction {
                "send" => &mut simulcast.send,
                "recv" => &mut simulcast.recv,
                _ => return Err(Reason::Keyword),
            };
            if !place.is_empty() {
                return Err(Reason::Fields);
            }
            *place = streams(list)?;
        }
        if simulcast == Self::default() { Err(Reason::MissingValue) } else { Ok(simulcast) }
    }
}

impl fmt::Display for Simulcast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |streams: &Vec<Vec<SimulcastStream>>| {
            let stream = |s: &SimulcastStream| format!("{}{}", if s.paused { "~" } else { "" }, s.rid);
            let alternatives = |a: &Vec<SimulcastStream>| a.iter().map(stream).collect::<Vec<_>>().join(",");
            streams.iter().map(alternatives).collect::<Vec<_>>().join(";")
        };
        let mut parts = Vec::new();
        if !self.send.is_empty() {
            parts.push(format!("send {}", list(&self.send)));
        }
        if !self.recv.is_empty() {
            parts.push(format!("recv {}", list(&self.recv)));
        }
        f.write_str(&parts.join(" "))
    }
}
