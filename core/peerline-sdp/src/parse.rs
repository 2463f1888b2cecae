//! Text to [`Session`]: one pass over the lines, no recursion, no look-ahead (RFC 8866 §9, RFC 9429 §5.8).

use crate::attribute;
use crate::session::{Origin, is_address};
use crate::{Attribute, Candidate, Limits, Line, Media, ParseError, Reason, Section, Session};

/// The order of the line types at the session level; lines of one rank may mix.
const SESSION_ORDER: &[u8] = b"vosiuepcbtrzka";
/// The order of the line types after an `m=` line.
const MEDIA_ORDER: &[u8] = b"icbka";

/// What the parser knows about the section it is in.
struct Progress {
    session: Session,
    rank: usize,
    attributes: usize,
    candidates: usize,
}

/// Reads a description.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Session, ParseError> {
    let text = text.trim_end_matches(['\r', '\n']);
    if text.len() > limits.max_bytes {
        // The line that goes over the limit is the one to name.
        let line = text.bytes().take(limits.max_bytes).filter(|b| *b == b'\n').count();
        return Err(ParseError { line: number(line), reason: Reason::TooLong });
    }
    let mut progress = Progress { session: Session::default(), rank: 0, attributes: 0, candidates: 0 };
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        progress.line(line, index, limits).map_err(|reason| ParseError { line: number(index), reason })?;
    }
    let lines = progress.session.section.lines.len();
    if lines < 3 {
        let reason = if lines == 1 { Reason::Origin } else { Reason::SessionName };
        return Err(ParseError { line: number(lines), reason });
    }
    Ok(progress.session)
}

/// Line number of the line with that index.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

impl Progress {
    fn line(&mut self, line: &str, index: usize, limits: &Limits) -> Result<(), Reason> {
        if line.len() > limits.max_line_bytes {
            return Err(Reason::LineTooLong);
        }
        if index >= limits.max_lines {
            return Err(Reason::TooManyLines);
        }
        // RFC 9429 §5.8.1: the first three lines MUST be v=, o= and s=. Said before anything else of a text that is no SDP at all.
        let first = match index {
            0 => Some(("v=", Reason::Version)),
            1 => Some(("o=", Reason::Origin)),
            2 => Some(("s=", Reason::SessionName)),
            _ => None,
        };
        if let Some((prefix, reason)) = first
            && !line.starts_with(prefix)
        {
            return Err(reason);
        }
        if line.is_empty() {
            return Err(Reason::EmptyLine);
        }
        if line.bytes().any(|b| b == 0 || b == b'\r') {
            return Err(Reason::ControlCharacter);
        }
        let Some((kind, value)) = line.split_once('=') else { return Err(Reason::NotTypeValue) };
        let &[kind] = kind.as_bytes() else { return Err(Reason::NotTypeValue) };
        if kind == b'm' {
            return self.media_line(value, number(index), limits);
        }
        // RFC 8866 §5: a description with a type letter that is not defined is ignored as a whole.
        if !SESSION_ORDER.contains(&kind) {
            return Err(Reason::UnknownLineType);
        }
        self.place(kind, index)?;
        check(kind, value)?;
        if kind == b'a' {
            self.count(value, limits)?;
        }
        let line = Line::parsed(char::from(kind), value, number(index));
        self.section().lines.push(line);
        Ok(())
    }

    fn section(&mut self) -> &mut Section {
        match self.session.media.last_mut() {
            Some(media) => media,
            None => &mut self.session.section,
        }
    }

    fn media_line(&mut self, value: &str, number: u32, limits: &Limits) -> Result<(), Reason> {
        if self.session.media.len() >= limits.max_media {
            return Err(Reason::TooManyMedia);
        }
        self.session.media.push(Media::parse(value, number)?);
        (self.rank, self.attributes, self.candidates) = (0, 0, 0);
        Ok(())
    }

    /// RFC 9429 §5.8.1: line types MUST occur in the defined order; lines of one type in any order.
    fn place(&mut self, kind: u8, index: usize) -> Result<(), Reason> {
        let order = if self.session.media.is_empty() { SESSION_ORDER } else { MEDIA_ORDER };
        let rank = order.iter().position(|k| *k == kind).ok_or(Reason::OutOfOrder)?;
        let once = matches!(kind, b'v' | b'o' | b's');
        // `t=` and `r=` alternate (§9), and `k=`, `b=` and `c=` are seen in either order in the wild: only a step back over an attribute,
        // or a second first line, makes a description ambiguous.
        if (once && index > 2) || (self.rank == order.len() - 1 && rank < self.rank) {
            return Err(Reason::OutOfOrder);
        }
        self.rank = rank;
        Ok(())
    }

    fn count(&mut self, value: &str, limits: &Limits) -> Result<(), Reason> {
        self.attributes += 1;
        if self.attributes > limits.max_attributes {
            return Err(Reason::TooManyAttributes);
        }
        if value.strip_prefix(Candidate::NAME).is_some_and(|rest| rest.starts_with(':')) {
            self.candidates += 1;
            if self.candidates > limits.max_candidates {
                return Err(Reason::TooManyCandidates);
            }
        }
        Ok(())
    }
}

/// The syntax of a line of that type.
fn check(kind: u8, value: &str) -> Result<(), Reason> {
    match kind {
        b'v' if value != "0" => Err(Reason::Version),
        b'o' if Origin::parse(value).is_none() => Err(Reason::Origin),
        b'c' if !is_address(value) => Err(Reason::Connection),
        b'b' => match value.split_once(':') {
            Some((name, bandwidth)) if attribute::is_token(name) && is_digits(bandwidth) => Ok(()),
            _ => Err(Reason::Bandwidth),
        },
        b't' => match value.split_once(' ') {
            Some((start, stop)) if is_digits(start) && is_digits(stop) => Ok(()),
            _ => Err(Reason::Timing),
        },
        b'a' => {
            let (name, value) = match value.split_once(':') {
                Some((name, value)) => (name, Some(value)),
                None => (value, None),
            };
            attribute::check(name, value)
        }
        _ => Ok(()),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
