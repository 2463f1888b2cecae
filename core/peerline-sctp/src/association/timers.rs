//! Timers: T1 of the handshake, T2 and T5 of the shutdown, those of the link (RFC 9260 §5.1, §6.3, §8, §9.2).

use super::Association;
use super::phase::{Closing, Phase};
use crate::event::CloseReason;
use core::time::Duration;
use peerline_edge::{Deadline, Time};

/// The handshake's timer backs off no further: its packets are few and a user waits.
const MAX_T1: Duration = Duration::from_secs(4);

/// What a timer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    GoOn,
    ConnectTimeout,
    TooManyRetransmissions,
    /// The shutdown did not come to an end in time.
    GuardExpired,
}

impl Association {
    /// Runs every timer that is due. Poll for packets afterwards.
    pub fn handle_timeout(&mut self, now: Time) {
        match self.run_timers(now) {
            Outcome::GoOn => {
                if let Phase::Up { link, .. } = &mut self.phase {
                    link.resets.advance(&link.tx, &self.queue);
                    self.advance_closing();
                }
            }
            Outcome::ConnectTimeout => self.end(CloseReason::ConnectTimeout),
            Outcome::TooManyRetransmissions => {
                self.abort_with(
                    CloseReason::TooManyRetransmissions,
                    crate::wire::cause::USER_ABORT,
                    b"no acknowledgement",
                );
            }
            Outcome::GuardExpired => {
                self.abort_with(
                    CloseReason::TooManyRetransmissions,
                    crate::wire::cause::USER_ABORT,
                    b"shutdown timed out",
                );
            }
        }
    }

    fn run_timers(&mut self, now: Time) -> Outcome {
        let (max_init, max_timeout) = (self.config.max_init_retransmissions, self.config.rto_max);
        let max_t1 = max_timeout.min(MAX_T1);
        match &mut self.phase {
            Phase::Closed | Phase::Ended { .. } => {}
            Phase::CookieWait { t1, .. } => {
                if t1.handle_timeout(now, max_init, max_t1) == Some(false) {
                    return Outcome::ConnectTimeout;
                }
            }
            Phase::CookieEchoed { t1, link, .. } => match t1.handle_timeout(now, max_init, max_t1) {
                Some(false) => return Outcome::ConnectTimeout,
                // What went with the COOKIE ECHO goes with the next one.
                Some(true) => link.tx.lose_all(),
                None => {}
            },
            Phase::Up { link, closing, guard } => {
                if guard.is_some_and(|at| at <= now) {
                    return Outcome::GuardExpired;
                }
                if let Closing::Sent(t2) | Closing::AckSent(t2) = closing
                    && t2.handle_timeout(now, self.config.max_retransmissions, max_timeout) == Some(false)
                {
                    return Outcome::TooManyRetransmissions;
                }
                link.rx.on_timeout(now);
                let unanswered = link.heartbeat.handle_timeout(now);
                let ignored = link.resets.handle_timeout(now);
                for _ in 0..u8::from(unanswered) + u8::from(ignored) {
                    link.tx.rtt.back_off();
                    if link.tx.count_error().is_err() {
                        return Outcome::TooManyRetransmissions;
                    }
                }
                if link.tx.handle_timeout(now, &mut self.queue, &mut self.journal.events).is_err() {
                    return Outcome::TooManyRetransmissions;
                }
            }
        }
        Outcome::GoOn
    }

    pub(super) fn deadline(&self) -> Option<Deadline> {
        match &self.phase {
            Phase::Closed | Phase::Ended { .. } => None,
            Phase::CookieWait { t1, .. } => t1.deadline().map(|at| Deadline::new(at, "sctp T1-init")),
            Phase::CookieEchoed { t1, .. } => t1.deadline().map(|at| Deadline::new(at, "sctp T1-cookie")),
            Phase::Up { link, closing, guard } => {
                let t2 = match closing {
                    Closing::Sent(t2) | Closing::AckSent(t2) => t2.deadline(),
                    Closing::No | Closing::Pending | Closing::Received => None,
                };
                let t2 = t2.map(|at| Deadline::new(at, "sctp T2-shutdown"));
                let guard = guard.map(|at| Deadline::new(at, "sctp T5-shutdown-guard"));
                Deadline::earliest(Deadline::earliest(link.deadline(), t2), guard)
            }
        }
    }
}
