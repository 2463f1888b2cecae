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
        let used =
            [self.used(self.session.generation), self.previous.as_ref().map_or([None; 2], |p| self.used(p.generation))];
        let [current, previous] = used.map(|pairs| pairs.into_iter().flatten().collect::<Vec<_>>());
        self.session.advance(&current, &mut context!(self, now));
        if let Some(session) = &mut self.previous {
            session.advance(&previous, &mut context!(self, now));
        }
        self.update_previous(now);
        self.update_paths(now);
        self.session.update_failed(now, &self.config);
        self.update_state(now);
        self.update_deadline(now);
    }

    /// NAT bindings of reflexive candidates are refreshed until every component has its pair.
    fn keeps_bindings(&self) -> bool {
        !self.session.failed && !self.session.is_concluded(&self.config)
    }

    /// The pairs of a generation that carry data.
    fn used(&self, generation: Generation) -> [Option<PairId>; 2] {
        self.paths.map(|path| path.filter(|(carrier, _)| *carrier == generation).map(|(_, pair)| pair))
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

    /// RFC 8445 §12.1.1, §9: the nominated pair; during a restart the pair of before; else the best valid one.
    fn update_paths(&mut self, now: Time) {
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
                self.out.event(Event::SelectedPairChange { component });
            }
        }
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
                let restarted = !is_current(*generation) && !self.session.failed;
                return if restarted { State::Checking } else { State::Disconnected };
            }
            let concluded = paths.iter().all(|(generation, _)| is_current(*generation))
                && self.session.is_concluded(&self.config)
                && self.gatherer.state() == GatheringState::Complete
                && self.session.ended;
            return if concluded { State::Completed } else { State::Connected };
        }
        if self.session.failed {
            State::Failed
        } else if self.session.was_connected {
            State::Disconnected
        } else if self.session.remote.is_some() && !self.session.remotes.is_empty() || self.state != State::New {
            State::Checking
        } else {
            State::New
        }
    }

    fn update_deadline(&mut self, now: Time) {
        let keep_bindings = self.keeps_bindings();
        let used = self.used(self.session.generation);
        let current: Vec<_> = used.into_iter().flatten().collect();
        let used = self.previous.as_ref().map_or([None; 2], |previous| self.used(previous.generation));
        let previous: Vec<_> = used.into_iter().flatten().collect();
        let mut deadline = self.gatherer.deadline(&self.config, keep_bindings);
        let cx = context!(self, now);
        deadline = Deadline::earliest(deadline, self.session.deadline(&current, &cx));
        if let Some(session) = &self.previous {
            deadline = Deadline::earliest(deadline, session.deadline(&previous, &cx));
        }
        self.deadline = deadline;
    }
}
