//! When a session has something to do next.

use super::{Context, Session};
use crate::check::nomination::Decision;
use crate::{PairId, Role};
use peerline_edge::Deadline;

impl Session {
    /// The earliest of: a repetition, the next check, a nomination, consent, patience, the end of retirement.
    pub(crate) fn deadline(&self, used: &[PairId], cx: &Context<'_>) -> Option<Deadline> {
        let checking = self.may_check(cx.config);
        let mut deadline = self.checklist.deadline(checking);
        let mut consider = |candidate| deadline = Deadline::earliest(deadline, candidate);
        for pair in self.checklist.pairs.values().filter(|pair| pair.is_usable(cx.now)) {
            if used.contains(&pair.id) && self.retired.is_none() {
                consider(pair.consent.deadline(cx.now, &cx.config.timing, cx.config.lite));
            } else {
                consider(Some(Deadline::new(pair.consent.expires, "ice consent expiry")));
            }
        }
        if checking && self.role == Role::Controlling {
            for component in Self::components(cx.config) {
                if let Decision::WaitUntil(at) = self.nomination(component, cx.now, cx) {
                    consider(Some(at));
                }
            }
        }
        if let (Some(patience), false) = (self.patience_ends(cx.config), self.failed) {
            let idle = Self::components(cx.config).any(|component| self.usable_pair(component, cx.now).is_none());
            if idle && self.retired.is_none() && patience > cx.now {
                consider(Some(Deadline::new(patience, "ice patience")));
            }
        }
        consider(self.retired.map(|retired| Deadline::new(retired.until, "ice previous generation")));
        deadline
    }
}
