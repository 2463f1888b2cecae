//! Checks that arrive before the other side's credentials do (RFC 8445 §7.3): answered at once, followed up later.

use core::net::SocketAddr;
use peerline_edge::{FiveTuple, Time};

/// An authenticated check whose sender is not known yet.
#[derive(Clone, Debug)]
pub(crate) struct EarlyCheck {
    pub(crate) path: FiveTuple,
    /// The sender's username fragment, as it says.
    pub(crate) ufrag: String,
    pub(crate) priority: u32,
    pub(crate) use_candidate: bool,
    pub(crate) received: Time,
    /// How often it came.
    pub(crate) times: u64,
}

/// Those that wait.
#[derive(Debug, Default)]
pub(crate) struct EarlyChecks(Vec<EarlyCheck>);

impl EarlyChecks {
    /// Remembers a check; returns false if there is no room.
    pub(crate) fn push(&mut self, check: EarlyCheck, limit: usize) -> bool {
        if let Some(known) = self.0.iter_mut().find(|known| known.path == check.path && known.ufrag == check.ufrag) {
            known.use_candidate |= check.use_candidate;
            known.received = check.received;
            known.times += check.times;
            return true;
        }
        if self.0.len() >= limit {
            return false;
        }
        self.0.push(check);
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &EarlyCheck> {
        self.0.iter()
    }

    pub(crate) fn drain(&mut self) -> Vec<EarlyCheck> {
        core::mem::take(&mut self.0)
    }

    pub(crate) fn append(&mut self, other: &mut Self) {
        self.0.append(&mut other.0);
    }

    /// True if one came this way.
    pub(crate) fn came_on(&self, path: &FiveTuple) -> bool {
        self.0.iter().any(|check| check.path == *path)
    }

    pub(crate) fn forget_base(&mut self, base: SocketAddr) {
        self.0.retain(|check| check.path.local != base);
    }
}
