//! One line of a description: a type letter and a value (RFC 8866 §5).

use std::fmt;

/// `<type>=<value>`. Two lines are equal if type and value are; where they stood doesn't count.
#[derive(Clone)]
pub struct Line {
    kind: char,
    value: Box<str>,
    number: u32,
}

impl Line {
    /// A line that was not parsed. Carriage returns, line feeds and NULs in `value` are dropped: they can't be in a line.
    pub fn new(kind: char, value: impl AsRef<str>) -> Self {
        const FORBIDDEN: [char; 3] = ['\r', '\n', '\0'];
        let value = value.as_ref();
        let value = if value.contains(FORBIDDEN) { value.replace(FORBIDDEN, "").into() } else { value.into() };
        Self { kind, value, number: 0 }
    }

    pub(crate) fn parsed(kind: char, value: &str, number: u32) -> Self {
        Self { kind, value: value.into(), number }
    }

    /// The type letter.
    pub fn kind(&self) -> char {
        self.kind
    }

    /// What follows the `=`.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Line of the text it came from, counted from 1; 0 if it was not parsed.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Name and value of an attribute line (`a=<name>` or `a=<name>:<value>`).
    pub fn attribute(&self) -> Option<(&str, Option<&str>)> {
        if self.kind != 'a' {
            return None;
        }
        Some(match self.value.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (&self.value, None),
        })
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.value == other.value
    }
}

impl Eq for Line {}

impl fmt::Debug for Line {
    /// Like the line, but without the password: descriptions get into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.starts_with("ice-pwd:") { "ice-pwd:…" } else { &self.value };
        write!(f, "{}={value}", self.kind)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}\r\n", self.kind, self.value)
    }
}
