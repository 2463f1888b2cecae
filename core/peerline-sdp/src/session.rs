//! A whole session description (RFC 8866 §5).

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::{Attribute, Group, GroupSemantics, Limits, Line, Media, Mid, ParseError, Section};

/// The session level and the media sections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    pub(crate) section: Section,
    /// The media sections in the order of their `m=` lines.
    pub media: Vec<Media>,
}

/// The `o=` line: `<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The user name, `-` for none.
    pub username: &'a str,
    /// The session id: digits, of any length in a strange description.
    pub session_id: &'a str,
    /// The session version: digits, of any length in a strange description.
    pub session_version: &'a str,
    /// Network type, address type and address.
    pub address: &'a str,
}

impl Session {
    /// Reads a description within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// The first line that is not SDP, or has a malformed value in an attribute that this crate knows.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_with(text, &Limits::default())
    }

    /// Reads a description within limits. Takes time linear in the text.
    ///
    /// # Errors
    ///
    /// The first line that is not SDP, has a malformed value in an attribute that this crate knows, or goes over a limit.
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Self, ParseError> {
        crate::parse::parse(text, limits)
    }

    /// A description with the lines `v=`, `o=`, `s=` and `t=` as JSEP writes them (RFC 9429 §5.2.1), and no media.
    pub fn new(session_id: u64, session_version: u64) -> Self {
        let mut section = Section::default();
        section.push_line(Line::new('v', "0"));
        section.push_line(Line::new('o', format!("- {session_id} {session_version} IN IP4 127.0.0.1")));
        section.push_line(Line::new('s', "-"));
        section.push_line(Line::new('t', "0 0"));
        Self { section, media: Vec::new() }
    }

    /// The fields of the `o=` line.
    pub fn origin(&self) -> Option<Origin<'_>> {
        Origin::parse(self.section.line('o')?)
    }

    /// Index of the media section with this mid.
    pub fn index_of(&self, mid: &Mid) -> Option<usize> {
        self.media.iter().position(|media| media.values(Mid::NAME).next() == Some(mid.as_str()))
    }

    /// The attribute in the media section or, if it has none, at the session level (RFC 9429 §5.3.1: both places count).
    pub fn inherited<T: Attribute>(&self, index: usize) -> Option<T> {
        self.media.get(index).and_then(|media| media.get::<T>()).or_else(|| self.section.get::<T>())
    }

    /// All attributes of that type in the media section or, if it has none, at the session level.
    pub fn inherited_all<T: Attribute>(&self, index: usize) -> Vec<T> {
        let own: Vec<T> = self.media.get(index).map(|media| media.all::<T>().collect()).unwrap_or_default();
        if own.is_empty() { self.section.all::<T>().collect() } else { own }
    }

    /// The `a=group` lines of that kind, in order.
    pub fn groups(&self, semantics: GroupSemantics) -> impl Iterator<Item = Group> + '_ {
        self.section.all::<Group>().filter(move |group| group.semantics == semantics)
    }

    /// Text of at most this many bytes that the session needs, for a buffer of the right size.
    pub fn text_len_hint(&self) -> usize {
        let lines = |section: &Section| section.lines.iter().map(|l| l.value().len() + 4).sum::<usize>();
        let media = |media: &Media| {
            lines(media)
                + media.kind.len()
                + media.protocol.len()
                + media.formats.iter().map(|f| f.len() + 1).sum::<usize>()
                + 24
        };
        lines(&self.section) + self.media.iter().map(media).sum::<usize>()
    }
}

impl<'a> Origin<'a> {
    /// Reads the value of an `o=` line.
    pub(crate) fn parse(value: &'a str) -> Option<Self> {
        let mut fields = value.splitn(4, ' ');
        let (username, session_id, session_version, address) =
            (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let well_formed = !username.is_empty() && digits(session_id) && digits(session_version) && is_address(address);
        well_formed.then_some(Self { username, session_id, session_version, address })
    }
}

/// `<nettype> <addrtype> <address>`: three fields.
pub(crate) fn is_address(value: &str) -> bool {
    let mut fields = value.split(' ');
    let three = fields.by_ref().take(3).filter(|field| !field.is_empty()).count() == 3;
    three && fields.next().is_none()
}

impl Deref for Session {
    type Target = Section;

    fn deref(&self) -> &Section {
        &self.section
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Section {
        &mut self.section
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.section.lines.iter().try_for_each(|line| line.fmt(f))?;
        self.media.iter().try_for_each(|media| media.fmt(f))
    }
}

impl std::str::FromStr for Session {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}
