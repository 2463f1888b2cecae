//! The ways down: SHUTDOWN in three steps, and ABORT (RFC 9260 §9).
//!
//! 1. `shutdown`: SHUTDOWN-PENDING until all data is acknowledged, then SHUTDOWN goes out.
//! 2. The peer, once its own data is acknowledged, answers SHUTDOWN ACK.
//! 3. SHUTDOWN COMPLETE ends both.

use super::Association;
use super::phase::{Closing, Phase, Retry};
use crate::event::{CloseReason, Event};
use crate::receive::streams::Streams;
use crate::wire::chunk::{self, Chunk};
use crate::wire::sack::Sack;
use crate::wire::{CommonHeader, cause};
use peerline_edge::Time;

/// RFC 9260 §9.2: T5-shutdown-guard is five times RTO.Max.
const GUARD_FACTOR: u32 = 5;

impl Association {
    /// Ends the association gracefully: delivers what is queued, then closes.
    pub fn shutdown(&mut self, now: Time) {
        match &mut self.phase {
            // Nobody knows of us yet.
            Phase::Closed | Phase::CookieWait { .. } => self.end(CloseReason::Shutdown),
            Phase::CookieEchoed { .. } => self.abort_with(CloseReason::Shutdown, cause::USER_ABORT, b"shut down"),
            Phase::Up { closing, guard, .. } => {
                if matches!(closing, Closing::No) {
                    *closing = Closing::Pending;
                    *guard = Some(now + self.config.rto_max.saturating_mul(GUARD_FACTOR));
                }
                self.advance_closing();
            }
            Phase::Ended { .. } => {}
        }
    }

    /// Ends the association at once with an ABORT that carries the first 128 bytes of `reason`.
    pub fn abort(&mut self, now: Time, reason: &str) {
        let _ = now;
        match &self.phase {
            Phase::Closed | Phase::CookieWait { .. } => self.end(CloseReason::Aborted),
            Phase::CookieEchoed { .. } | Phase::Up { .. } => {
                self.abort_with(CloseReason::Aborted, cause::USER_ABORT, reason.as_bytes());
            }
            Phase::Ended { .. } => {}
        }
    }

    /// Tells the peer with an ABORT, and ends.
    pub(super) fn abort_with(&mut self, reason: CloseReason, cause: u16, information: &[u8]) {
        if let Phase::CookieEchoed { link, .. } | Phase::Up { link, .. } = &self.phase {
            let tag = link.peer_tag;
            self.replies.clear();
            self.reply_abort(tag, false, cause, information);
        }
        self.end(reason);
    }

    /// The association is over.
    pub(super) fn end(&mut self, reason: CloseReason) {
        tracing::debug!(?reason, "closed");
        let unread = match core::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::Up { link, .. } => link.rx.into_unread(),
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => Streams::default(),
            Phase::Ended { unread } => unread,
        };
        self.phase = Phase::Ended { unread };
        self.queue.clear();
        self.resets_wanted = Vec::new();
        self.journal.events.push_back(Event::Closed { reason });
    }

    /// Moves a shutdown on once no data is out; true if it did.
    pub(super) fn advance_closing(&mut self) -> bool {
        let Phase::Up { link, closing, .. } = &mut self.phase else { return false };
        if !matches!(closing, Closing::Pending | Closing::Received) {
            return false;
        }
        if !self.queue.is_empty() || !link.tx.is_settled() {
            return false;
        }
        let t2 = Retry::new(link.tx.rtt.rto());
        *closing = if matches!(closing, Closing::Pending) { Closing::Sent(t2) } else { Closing::AckSent(t2) };
        true
    }

    /// SHUTDOWN: acknowledges like a SACK without gap blocks, and asks us to finish.
    pub(super) fn on_shutdown(&mut self, now: Time, chunk: &Chunk<'_>) {
        let Phase::Up { link, closing, guard } = &mut self.phase else {
            self.count_unexpected();
            return;
        };
        let Some(cumulative) = chunk.value.first_chunk::<4>() else {
            self.journal.drops.malformed_chunk = self.journal.drops.malformed_chunk.saturating_add(1);
            return;
        };
        let window = u32::try_from(link.tx.peer_window()).unwrap_or(u32::MAX);
        let sack = Sack::cumulative_only(u32::from_be_bytes(*cumulative), window);
        link.tx.handle_sack(now, &sack, &mut self.queue, &mut self.journal.drops, &mut self.journal.events);
        match closing {
            Closing::No | Closing::Pending => *closing = Closing::Received,
            // §9.2: both at once: answer with SHUTDOWN ACK.
            Closing::Sent(_) => *closing = Closing::AckSent(Retry::new(link.tx.rtt.rto())),
            Closing::Received => {}
            Closing::AckSent(t2) => t2.now(),
        }
        guard.get_or_insert(now + self.config.rto_max.saturating_mul(GUARD_FACTOR));
        self.advance_closing();
    }

    /// SHUTDOWN ACK: the peer has nothing more.
    pub(super) fn on_shutdown_ack(&mut self, header: &CommonHeader) {
        match &self.phase {
            Phase::Up { link, closing: Closing::Sent(_) | Closing::AckSent(_), .. } => {
                let tag = link.peer_tag;
                self.reply(tag, |buf| chunk::write(buf, chunk::SHUTDOWN_COMPLETE, 0, |_| {}));
                self.end(CloseReason::Shutdown);
            }
            // §8.5.1 E: our SHUTDOWN COMPLETE was lost; say it again under the tag that came.
            Phase::Ended { .. } => {
                let tag = header.tag;
                self.reply(tag, |buf| chunk::write(buf, chunk::SHUTDOWN_COMPLETE, chunk::FLAG_REFLECTED_TAG, |_| {}));
            }
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } | Phase::Up { .. } => {
                self.count_unexpected();
            }
        }
    }

    /// SHUTDOWN COMPLETE.
    pub(super) fn on_shutdown_complete(&mut self) {
        if matches!(self.phase, Phase::Up { closing: Closing::AckSent(_), .. }) {
            self.end(CloseReason::Shutdown);
        } else {
            self.count_unexpected();
        }
    }
}
