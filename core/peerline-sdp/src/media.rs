//! One media section: the `m=` line and the lines after it (RFC 8866 §5.14).

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::{Line, Reason, Section};

/// `m=<kind> <port>[/<count>] <protocol> <format> …` and what follows it. Two sections are equal if all of that is; where they stood in a
/// text doesn't count.
#[derive(Debug, Clone)]
pub struct Media {
    /// `audio`, `video`, `application`, …
    pub kind: String,
    /// The port; 0 means rejected (RFC 3264 §6) or, with `a=bundle-only`, bundled (RFC 9143 §6).
    pub port: u16,
    /// The number of ports, if the line has one.
    pub port_count: Option<u16>,
    /// The transport protocol, as `UDP/TLS/RTP/SAVPF`.
    pub protocol: String,
    /// The formats: payload types for RTP, `webrtc-datachannel` or a port for SCTP.
    pub formats: Vec<String>,
    section: Section,
    number: u32,
    /// The text of the line, where our own spelling of the fields would differ from it; counts as long as the fields still say the same.
    odd_spelling: Option<Box<(String, String)>>,
}

impl Media {
    /// A section with no lines after the `m=` line.
    pub fn new(kind: &str, port: u16, protocol: &str, formats: Vec<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            port,
            port_count: None,
            protocol: protocol.to_owned(),
            formats,
            section: Section::default(),
            number: 0,
            odd_spelling: None,
        }
    }

    /// Reads the value of an `m=` line.
    pub(crate) fn parse(value: &str, number: u32) -> Result<Self, Reason> {
        let mut fields = value.split(' ').filter(|field| !field.is_empty());
        let (Some(kind), Some(port), Some(protocol)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(Reason::MediaLine);
        };
        let (port, port_count) = match port.split_once('/') {
            Some((port, count)) => (port, Some(count.parse().map_err(|_| Reason::MediaLine)?)),
            None => (port, None),
        };
        if !port.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reason::MediaLine);
        }
        let formats: Vec<String> = fields.map(str::to_owned).collect();
        if formats.is_empty() {
            return Err(Reason::MediaLine);
        }
        let mut media = Self::new(kind, port.parse().map_err(|_| Reason::MediaLine)?, protocol, formats);
        media.port_count = port_count;
        media.number = number;
        let ours = media.spelled();
        if ours != value {
            media.odd_spelling = Some(Box::new((ours, value.to_owned())));
        }
        Ok(media)
    }

    /// Line of the text where the section begins, counted from 1; 0 if it was not parsed.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether the protocol is an RTP profile.
    pub fn is_rtp(&self) -> bool {
        self.protocol.split('/').any(|part| part == "RTP")
    }

    /// Whether the protocol is SCTP over DTLS, in the present (RFC 8841) or the old form.
    pub fn is_sctp(&self) -> bool {
        self.protocol.split('/').any(|part| part == "SCTP")
    }

    /// Whether the section is bundle-only (RFC 9143 §6): port 0 without being rejected. With another port, which GStreamer writes also
    /// outside of any group, the RFC leaves the attribute without a meaning, and it has none here.
    pub fn is_bundle_only(&self) -> bool {
        self.port == 0 && self.section.has(crate::flag::BUNDLE_ONLY)
    }

    /// Whether the section is rejected: port 0 and not bundle-only.
    pub fn is_rejected(&self) -> bool {
        self.port == 0 && !self.section.has(crate::flag::BUNDLE_ONLY)
    }

    fn spelled(&self) -> String {
        let count = self.port_count.map(|count| format!("/{count}")).unwrap_or_default();
        let mut text = format!("{} {}{count} {}", self.kind, self.port, self.protocol);
        for format in &self.formats {
            text.push(' ');
            text.push_str(format);
        }
        text
    }
}

impl PartialEq for Media {
    fn eq(&self, other: &Self) -> bool {
        let fields = |m: &Self| (m.port, m.port_count);
        let text = self.kind == other.kind && self.protocol == other.protocol && self.formats == other.formats;
        text && fields(self) == fields(other) && self.section == other.section
    }
}

impl Eq for Media {}

impl Deref for Media {
    type Target = Section;

    fn deref(&self) -> &Section {
        &self.section
    }
}

impl DerefMut for Media {
    fn deref_mut(&mut self) -> &mut Section {
        &mut self.section
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = self.spelled();
        let text = match self.odd_spelling.as_deref() {
            Some((fields, theirs)) if *fields == ours => theirs.clone(),
            _ => ours,
        };
        Line::new('m', text).fmt(f)?;
        self.section.lines.iter().try_for_each(|line| line.fmt(f))
    }
}
