//! The one place where everything is brought up to date: timers, paths, state, the next deadline.

use super::{Agent, Context, context};
use crate::outbox::Generation;
use crate::session::{Retired, Session};
use crate::{Event, GatheringState, PairId, State};
use peerline_edge::{Deadline, Time};

impl Agent {
    /// Does what is due and tells what has changed. Every call from outside ends here.
    pub(super) fn advance(&mut self, now: Time) {
        if self.state == State::Closed {
            return;
        }
        let keep_bindings = self.keeps_bindings();
        self.gatherer.advance(now, &self.config, keep_bindings, &mut self.out);
        // A pair that comes into use has its consent to keep, from now on.
        for _ in 0..3 {
            self.advance_sessions(now);
            self.update_previous(now);
            if !self.update_paths(now) {
                break;
            }
        }
        let gathered = self.gatherer.state() == GatheringState::Complete;
        self.session.update_failed(now, &self.config, gathered);
        self.end_forbidden(now);
        self.update_state(now);
        self.update_deadline(now);
    }

    /// The policy has come to forbid what the generation before uses. Once the present one has failed, nothing will replace that in a regular way,
    /// so it ends; and what no generation may use any more is closed.
    fn end_forbidden(&mut self, now: Time) {
        if self.session.policy.allows_hosts() {
            return;
        }
        if self.session.failed && self.previous.take_if(|previous| previous.policy.allows_hosts()).is_some() {
            self.update_paths(now);
        }
        let used = self.previous.as_ref().is_some_and(|previous| previous.policy.allows_hosts());
        if !used && self.gatherer.has_hosts() {
            let changes = self.gatherer.remove_hosts(&mut self.out);
            self.apply(now, &changes);
        }
    }

    fn advance_sessions(&mut self, now: Time) {
        let used = self.used(self.session.generation);
        self.session.advance(&used, &mut context!(self, now));
        let used = self.previous.as_ref().map(|previous| self.used(previous.generation));
        if let (Some(session), Some(used)) = (&mut self.previous, used) {
            session.advance(&used, &mut context!(self, now));
        }
    }

    /// NAT bindings of reflexive candidates are refreshed until every component has its pair.
    fn keeps_bindings(&self) -> bool {
        !self.session.failed && !self.session.is_concluded(&self.config)
    }

    /// The pairs of a generation that carry data.
    fn used(&self, generation: Generation) -> Vec<PairId> {
        self.paths.iter().flatten().filter(|(carrier, _)| *carrier == generation).map(|(_, pair)| *pair).collect()
    }

    /// The generation before retires when the present one has a nominated pair everywhere, and goes some time later.
    fn update_previous(&mut self, now: Time) {
        let concluded = Session::components(&self.config).all(|c| self.session.has_usable_nominated(c, now));
        if let Some(previous) = &mut self.previous {
            if previous.retired.is_none() && concluded {
                // What the other side still sends on the old pair must not be lost.
                previous.retired = Some(Retired { until: now + self.config.timing.consent_timeout });
            }
            if previous.retired.is_some_and(|retired| now >= retired.until) {
                self.previous = None;
            }
        }
    }

    /// RFC 8445 §12.1.1, §9: the nominated pair; during a restart the pair of before; else the best valid one. True if another pair
    /// has come into use.
    fn update_paths(&mut self, now: Time) -> bool {
        let mut changed = false;
        for slot in 0..usize::from(self.config.components.clamp(1, 2)) {
            let component = Self::component(slot);
            let current = self.session.usable_pair(component, now).map(|pair| (self.session.generation, pair));
            let path = if self.session.has_usable_nominated(component, now) {
                current
            } else {
                let previous = self.previous.as_ref().filter(|previous| previous.retired.is_none());
                let kept = previous.and_then(|p| p.usable_pair(component, now).map(|pair| (p.generation, pair)));
                kept.or(current)
            };
            if let Some(known) = self.paths.get_mut(slot).filter(|known| **known != path) {
                *known = path;
                changed |= path.is_some();
                self.out.event(Event::SelectedPairChange { component });
            }
        }
        changed
    }

    fn update_state(&mut self, now: Time) {
        let state = self.present_state(now);
        if state != self.state {
            tracing::debug!(from = self.state.as_str(), to = state.as_str(), "ice state");
            self.state = state;
            self.out.event(Event::StateChange(state));
        }
    }

    /// W3C webrtc-pc §5.6.4, `RTCIceTransportState`.
    fn present_state(&self, now: Time) -> State {
        let count = usize::from(self.config.components.clamp(1, 2));
        let paths: Vec<_> = self.paths.iter().take(count).flatten().collect();
        if paths.len() == count {
            let is_current = |generation: Generation| generation == self.session.generation;
            let silent = |(generation, pair): &&(Generation, PairId)| {
                self.session(*generation).is_some_and(|session| session.is_silent(*pair, now, &self.config))
            };
            if let Some((generation, _)) = paths.iter().copied().find(silent) {
                // A restart forgets that connectivity was lost.
                let restarted = !is_current(*generation) && !self.session.failed && self.session.remote.is_some();
                return if restarted { State::Checking } else { State::Disconnected };
            }
            let completed = self.completes_at().is_some_and(|at| now >= at);
            return if completed { State::Completed } else { State::Connected };
        }
        if self.session.failed {
            State::Failed
        } else if self.session.was_connected || self.waits_for_candidates() {
            State::Disconnected
        } else if self.session.remote.is_some() && !self.session.remotes.is_empty() || self.state != State::New {
            State::Checking
        } else {
            State::New
        }
    }

    /// When the state is completed: nothing is gathered or awaited any more, every component has its pair, and for some time no check that came in
    /// has brought another one.
    fn completes_at(&self) -> Option<Time> {
        let is_current = |(generation, _): &(Generation, PairId)| *generation == self.session.generation;
        let concluded = self.paths.iter().flatten().all(is_current)
            && self.session.is_concluded(&self.config)
            && self.gatherer.state() == GatheringState::Complete
            && self.session.ended;
        concluded.then(|| self.session.concluded_at(&self.config) + self.config.timing.completion_wait)
    }

    /// Every pair was checked in vain, but more candidates may come.
    fn waits_for_candidates(&self) -> bool {
        let more_may_come = self.gatherer.state() != GatheringState::Complete || !self.session.ended;
        more_may_come && self.session.has_failed_checks_only()
    }

    fn update_deadline(&mut self, now: Time) {
        let keep_bindings = self.keeps_bindings();
        let mut deadline = self.gatherer.deadline(&self.config, keep_bindings);
        let used = self.used(self.session.generation);
        deadline = Deadline::earliest(deadline, self.session.deadline(&used, &context!(self, now)));
        if let Some(previous) = &self.previous {
            let used = self.used(previous.generation);
            deadline = Deadline::earliest(deadline, previous.deadline(&used, &context!(self, now)));
        }
        if let Some(at) = self.completes_at().filter(|at| *at > now && self.state == State::Connected) {
            deadline = Deadline::earliest(deadline, Some(Deadline::new(at, "ice completion")));
        }
        self.deadline = deadline;
    }
}
