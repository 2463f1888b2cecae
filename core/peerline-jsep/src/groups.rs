//! The BUNDLE groups of a description by m-line index (RFC 9143 §7).

use std::collections::BTreeMap;

use peerline_sdp::{Attribute, GroupSemantics, Mid, Session};

use crate::{Error, Invalid};

/// Which sections are bundled with which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Groups {
    /// The groups in order; the members of each as m-line indexes in order, the first is the tagged one. None is empty.
    pub(crate) groups: Vec<Vec<usize>>,
    /// By m-line index: the group.
    of: Vec<Option<usize>>,
}

impl Groups {
    /// Groups of `count` sections from lists of indexes.
    pub(crate) fn new(groups: Vec<Vec<usize>>, count: usize) -> Self {
        let mut of = vec![None; count];
        for (number, group) in groups.iter().enumerate() {
            for index in group {
                if let Some(place) = of.get_mut(*index) {
                    *place = Some(number);
                }
            }
        }
        Self { groups, of }
    }

    /// Reads the `a=group:BUNDLE` lines.
    ///
    /// # Errors
    ///
    /// [`Invalid::DuplicateMid`]; [`Invalid::BundleGroup`] for a mid that isn't there or is in two groups.
    pub(crate) fn read(session: &Session) -> Result<Self, Error> {
        let mut by_mid = BTreeMap::new();
        for (index, media) in session.media.iter().enumerate() {
            if let Some(mid) = media.values(Mid::NAME).next()
                && by_mid.insert(mid, index).is_some()
            {
                return Err(Error::section(index, Invalid::DuplicateMid));
            }
        }
        let mut of = vec![None; session.media.len()];
        let mut groups = Vec::new();
        for group in session.groups(GroupSemantics::Bundle).filter(|group| !group.mids.is_empty()) {
            let mut members = Vec::with_capacity(group.mids.len());
            for mid in &group.mids {
                let index = *by_mid.get(mid.as_str()).ok_or(Error::session(Invalid::BundleGroup))?;
                match of.get_mut(index) {
                    Some(place @ None) => *place = Some(groups.len()),
                    _ => return Err(Error::session(Invalid::BundleGroup)),
                }
                members.push(index);
            }
            groups.push(members);
        }
        Ok(Self { groups, of })
    }

    /// Reads the groups of a description that was checked before.
    pub(crate) fn of_checked(session: &Session) -> Self {
        Self::read(session).unwrap_or_else(|_| Self { groups: Vec::new(), of: vec![None; session.media.len()] })
    }

    /// The number of the group that the section is in.
    pub(crate) fn of(&self, index: usize) -> Option<usize> {
        self.of.get(index).copied().flatten()
    }

    /// The tagged section of the group that the section is in.
    pub(crate) fn tag_of(&self, index: usize) -> Option<usize> {
        self.groups.get(self.of(index)?)?.first().copied()
    }

    /// Whether the section is in the group of another section, which speaks for it.
    pub(crate) fn is_bundled_into_other(&self, index: usize) -> bool {
        self.tag_of(index).is_some_and(|tag| tag != index)
    }

    /// Whether both are in one group.
    pub(crate) fn together(&self, a: usize, b: usize) -> bool {
        self.of(a).is_some() && self.of(a) == self.of(b)
    }
}
