//! The lines of one level of a description, with typed access to its attributes (RFC 8866 §5.13).

use crate::{Attribute, Direction, Line};

/// Lines of the session level, or those after an `m=` line.
///
/// [`crate::Session`] and [`crate::Media`] deref to their section, so `media.get::<Mid>()` works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    pub(crate) lines: Vec<Line>,
}

impl Section {
    /// The lines in their order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Appends a line that is no attribute (`c=`, `b=`, `t=` …).
    pub fn push_line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Replaces the first line of that type letter, or appends one.
    pub fn set_line(&mut self, line: Line) {
        match self.lines.iter_mut().find(|l| l.kind() == line.kind()) {
            Some(place) => *place = line,
            None => self.lines.push(line),
        }
    }

    /// The value of the first line of that type letter.
    pub fn line(&self, kind: char) -> Option<&str> {
        self.lines.iter().find(|l| l.kind() == kind).map(Line::value)
    }

    /// Names and values of all attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.lines.iter().filter_map(Line::attribute)
    }

    /// Raw values of the attributes of that name, in order; those without a value are skipped.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.attributes().filter(move |(n, _)| *n == name).filter_map(|(_, value)| value)
    }

    /// Whether an attribute of that name is there, with or without a value; see [`crate::flag`] for the names.
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|(n, _)| n == name)
    }

    /// The first attribute of that type.
    pub fn get<T: Attribute>(&self) -> Option<T> {
        self.all::<T>().next()
    }

    /// All attributes of that type, in order. What a parsed session holds is well formed; of pushed raw text the malformed is skipped.
    pub fn all<T: Attribute>(&self) -> impl Iterator<Item = T> + '_ {
        self.values(T::NAME).filter_map(|value| T::parse(value).ok())
    }

    /// Line number of the first attribute of that name, 0 if there is none or it was not parsed.
    pub fn line_number(&self, name: &str) -> u32 {
        self.lines.iter().find(|l| l.attribute().is_some_and(|(n, _)| n == name)).map_or(0, Line::number)
    }

    /// Appends an attribute.
    pub fn push<T: Attribute>(&mut self, attribute: T) {
        self.lines.push(Line::new('a', format!("{}:{attribute}", T::NAME)));
    }

    /// Appends an attribute without a value.
    pub fn push_flag(&mut self, name: &str) {
        self.lines.push(Line::new('a', name));
    }

    /// Appends an attribute as text.
    pub fn push_raw(&mut self, name: &str, value: &str) {
        self.lines.push(Line::new('a', format!("{name}:{value}")));
    }

    /// Puts an attribute in the place of the first of its name and drops the others of that name; appends it if there is none.
    pub fn set<T: Attribute>(&mut self, attribute: T) {
        let line = Line::new('a', format!("{}:{attribute}", T::NAME));
        let place = self.lines.iter().position(|l| l.attribute().is_some_and(|(n, _)| n == T::NAME));
        self.remove(T::NAME);
        match place {
            Some(place) => self.lines.insert(place.min(self.lines.len()), line),
            None => self.lines.push(line),
        }
    }

    /// Drops all attributes of that name; says how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.lines.len();
        self.lines.retain(|line| line.attribute().is_none_or(|(n, _)| n != name));
        before - self.lines.len()
    }

    /// The direction attribute, if there is one.
    pub fn direction(&self) -> Option<Direction> {
        self.attributes().find_map(|(name, _)| Direction::from_name(name))
    }

    /// Replaces the direction attribute in its place, or appends one.
    pub fn set_direction(&mut self, direction: Direction) {
        let line = Line::new('a', direction.as_str());
        let is_direction = |l: &Line| l.attribute().is_some_and(|(n, _)| Direction::from_name(n).is_some());
        match self.lines.iter_mut().find(|l| is_direction(l)) {
            Some(place) => *place = line,
            None => self.lines.push(line),
        }
    }
}
