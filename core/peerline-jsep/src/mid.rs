//! New mids (RFC 9429 §5.2.1: a counter, at most three characters, nothing about the user).

use std::collections::BTreeSet;

use peerline_sdp::{Attribute, Mid, Session};

use crate::View;

/// Gives out mids that no description and no transceiver of the connection has.
pub(crate) struct MidAllocator {
    taken: BTreeSet<String>,
    next: u32,
}

impl MidAllocator {
    /// An allocator that also avoids the mids of `session`.
    pub(crate) fn new(view: &View<'_>, session: Option<&Session>) -> Self {
        let slots = [view.current_local, view.pending_local, view.current_remote, view.pending_remote];
        let sessions = slots.into_iter().flatten().map(|description| &description.session).chain(session);
        let mut taken: BTreeSet<String> = sessions
            .flat_map(|session| &session.media)
            .filter_map(|media| media.values(Mid::NAME).next().map(str::to_owned))
            .collect();
        taken.extend(view.transceivers.iter().filter_map(|t| t.mid.as_ref()).map(|mid| mid.as_str().to_owned()));
        Self { taken, next: 0 }
    }

    /// The smallest free number.
    pub(crate) fn next(&mut self) -> Mid {
        loop {
            let mid = self.next.to_string();
            self.next = self.next.saturating_add(1);
            if self.taken.insert(mid.clone()) {
                return Mid::new(mid);
            }
        }
    }
}
