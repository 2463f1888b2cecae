//! The pair that carries data: nominated, or the best valid one before that (RFC 8445 §8.1, §12.1).

use super::{Context, Session};
use crate::check::Validity;
use crate::{Component, Config, PairId, PairState, Role};
use core::time::Duration;
use peerline_edge::{FiveTuple, Time};

/// How long an agent of RFC 5245 may go on nominating.
const AGGRESSIVE: Duration = Duration::from_secs(3);

/// A session that a newer one has replaced still answers checks and takes data until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retired {
    pub(crate) until: Time,
}

impl Session {
    /// The controlled agent takes a nomination once the pair is valid (RFC 8445 §7.3.1.5).
    pub(crate) fn accept_nomination(&mut self, id: PairId, cx: &Context<'_>) {
        if self.role != Role::Controlled {
            return;
        }
        let Some(pair) = self.checklist.pairs.get_mut(&id) else { return };
        if pair.to_nominate && pair.is_usable(cx.now) {
            pair.to_nominate = false;
            self.nominate(id, cx);
        }
    }

    /// Makes a valid pair the nominated one of its component, and ends the checks of that component (RFC 8445 §8.1.2).
    pub(crate) fn nominate(&mut self, id: PairId, cx: &Context<'_>) {
        let Some(pair) = self.checklist.pairs.get(&id) else { return };
        let (component, priority) = (pair.component, pair.priority);
        // A peer that nominates several pairs at once (RFC 5245's aggressive nomination) means the best one. One that goes on nominating
        // a worse one, or does so after the present one has fallen silent, means to leave that.
        let present = self.nominated(component).and_then(|id| self.checklist.pairs.get(&id));
        let stays = present.is_some_and(|present| {
            present.is_usable(cx.now)
                && present.priority > priority
                && !present.consent.is_silent(cx.now, &cx.config.timing, cx.config.lite)
                && cx.now < self.nominated_at(component) + AGGRESSIVE
        });
        if stays {
            return;
        }
        if let Some(replaced) = self.nominated(component).and_then(|id| self.checklist.pairs.get_mut(&id)) {
            replaced.nominated = false;
        }
        if let Some(pair) = self.checklist.pairs.get_mut(&id) {
            pair.nominated = true;
        }
        self.set_nominated(component, Some((id, cx.now)));
        self.searching = false;
        self.checklist.conclude(cx.now, component, cx.config.timing.consent_timeout);
    }

    /// The pair that this session would carry data on.
    pub(crate) fn usable_pair(&self, component: Component, now: Time) -> Option<PairId> {
        let usable = |id: &PairId| self.checklist.pairs.get(id).is_some_and(|pair| pair.is_usable(now));
        self.nominated(component).filter(usable).or_else(|| {
            let valid = self.checklist.pairs.values().filter(|p| p.component == component && p.is_usable(now));
            valid.max_by_key(|pair| pair.priority).map(|pair| pair.id)
        })
    }

    /// True if the nominated pair of this component may carry data.
    pub(crate) fn has_usable_nominated(&self, component: Component, now: Time) -> bool {
        self.nominated(component).and_then(|id| self.checklist.pairs.get(&id)).is_some_and(|pair| pair.is_usable(now))
    }

    /// True if this pair has been silent for too long.
    pub(crate) fn is_silent(&self, id: PairId, now: Time, config: &Config) -> bool {
        let silent = |pair: &crate::check::Pair| pair.consent.is_silent(now, &config.timing, config.lite);
        self.checklist.pairs.get(&id).is_some_and(|pair| silent(pair))
    }

    /// True if a check of the other side came, or one of ours was answered, on this five-tuple.
    pub(crate) fn knows_path(&self, path: &FiveTuple) -> bool {
        match self.checklist.by_path(path).and_then(|id| self.checklist.pairs.get(&id)) {
            Some(pair) => pair.authentic || self.early.came_on(path),
            None => self.early.came_on(path),
        }
    }

    /// When to give up. A peer that never says that no more candidates will come is waited for twice as long: that it may still trickle one keeps
    /// an `RTCIceTransport` from "failed" (W3C webrtc-pc §5.6.4), but nobody waits for ever.
    pub(crate) fn patience_ends(&self, config: &Config) -> Option<Time> {
        let may_come = !self.ended && !self.was_connected;
        self.patience.map(|until| if may_come { until + config.timing.patience } else { until })
    }

    /// There are pairs, and a check has failed on each.
    pub(crate) fn has_failed_checks_only(&self) -> bool {
        let mut pairs = self.checklist.pairs.values().peekable();
        pairs.peek().is_some() && pairs.all(|pair| pair.state == PairState::Failed)
    }

    /// Every pair has been decided, and the time to wait for others is over (RFC 8863 §3), or consent is gone. `gathered`: no more local
    /// candidates will come.
    pub(crate) fn update_failed(&mut self, now: Time, config: &Config, gathered: bool) {
        if self.failed || self.retired.is_some() {
            return;
        }
        let without: Vec<_> =
            Self::components(config).filter(|component| self.usable_pair(*component, now).is_none()).collect();
        if without.is_empty() {
            self.was_connected = true;
            return;
        }
        let pairs = || self.checklist.pairs.values();
        let revoked = pairs().any(|pair| pair.validity == Validity::Revoked && without.contains(&pair.component));
        let pending = pairs().any(|pair| pair.is_pending() && without.contains(&pair.component));
        let patient = self.patience_ends(config).is_none_or(|until| now < until);
        // A search after the pair in use was lost has its time too, but no longer.
        let over = !patient && (!pending || self.was_connected);
        // W3C webrtc-pc §5.6.4: without a local candidate nothing is waited for; none can become peer-reflexive.
        let barren = gathered && self.ended && self.remote.is_some() && !self.policy.allows_hosts();
        self.failed = (revoked && self.was_connected) || over || barren;
    }
}
