//! The way up: INIT, INIT ACK, COOKIE ECHO, COOKIE ACK (RFC 9260 §5).
//!
//! 1. `connect` sends INIT.
//! 2. An INIT is answered with INIT ACK and a cookie, in every state; no state is kept for it (§5.1.3). Over DTLS both sides usually send
//!    INIT at once (§5.2.1): then both answer with the tag and TSN of their own INIT, and either cookie leads to the same association.
//! 3. INIT ACK: COOKIE ECHO goes out, and data with it.
//! 4. COOKIE ECHO with a cookie of ours: the association is up, COOKIE ACK and data go out.
//! 5. COOKIE ACK: up on the other side too.

use super::link::{Link, MAX_CONTROL, Terms};
use super::phase::{Closing, Phase, Retry};
use super::{Association, local_init};
use crate::cookie::{Cookie, Refused as CookieRefused};
use crate::event::{CloseReason, Event};
use crate::wire::cause;
use crate::wire::chunk::{self, Chunk};
use crate::wire::init::{self, Refused};
use bytes::Bytes;
use peerline_edge::Time;

impl Association {
    /// An INIT, alone in its packet and with a tag of zero (the caller checked).
    pub(super) fn on_init(&mut self, now: Time, chunk: &Chunk<'_>) {
        let parsed = match init::parse(chunk.value) {
            Ok(parsed) => parsed,
            Err(Refused::Malformed) => {
                self.journal.drops.malformed_chunk = self.journal.drops.malformed_chunk.saturating_add(1);
                return;
            }
            Err(Refused::Invalid(cause)) => {
                self.journal.drops.malformed_chunk = self.journal.drops.malformed_chunk.saturating_add(1);
                // RFC 9260 §3.3.2: answered with an ABORT under the tag it named; there is none to name if that was zero.
                if let Some(tag) = chunk.value.first_chunk::<4>().map(|tag| u32::from_be_bytes(*tag))
                    && tag != 0
                {
                    self.reply_abort(tag, false, cause, &[]);
                }
                return;
            }
        };
        let (local, tie_local, tie_peer) = match &self.phase {
            // §5.2.1: the same tag and TSN as in our own INIT.
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => (self.local, 0, 0),
            // §9.2: SHUTDOWN ACK-SENT: the peer missed our SHUTDOWN ACK; it is repeated, and the INIT dropped.
            Phase::Up { closing: Closing::AckSent(_), .. } => {
                if let Phase::Up { closing: Closing::AckSent(t2), .. } = &mut self.phase {
                    t2.now();
                }
                return;
            }
            // §5.2.2: maybe a restart: a new tag, and the old ones in the cookie to prove it.
            Phase::Up { link, .. } => {
                let ties = (self.local.tag, link.peer_tag);
                (local_init(&self.config, &mut self.rng), ties.0, ties.1)
            }
            Phase::Ended { .. } => {
                self.count_unexpected();
                return;
            }
        };
        let terms = Terms::new(local, parsed.init);
        let cookie = self.cookie_key.seal(&Cookie {
            created: now,
            local_tag: local.tag,
            peer_tag: parsed.init.tag,
            local_initial_tsn: local.initial_tsn,
            peer_initial_tsn: parsed.init.initial_tsn,
            peer_a_rwnd: parsed.init.a_rwnd,
            outgoing: terms.outgoing,
            incoming: terms.incoming,
            capabilities: terms.capabilities,
            tie_local,
            tie_peer,
        });
        self.reply(parsed.init.tag, |buf| local.write_ack(&cookie, &parsed.unrecognized, buf));
    }

    /// An INIT ACK; only COOKIE-WAIT has a use for it (§5.2.3).
    pub(super) fn on_init_ack(&mut self, now: Time, chunk: &Chunk<'_>) {
        let Phase::CookieWait { t1, since } = &self.phase else {
            self.count_unexpected();
            return;
        };
        // Only an INIT that was sent once tells the round-trip time.
        let (timeout, rtt) = (t1.timeout, (t1.timeout == self.config.rto_initial).then(|| now - *since));
        let parsed = match init::parse(chunk.value) {
            Ok(parsed) => parsed,
            Err(Refused::Malformed | Refused::Invalid(_)) => {
                self.journal.drops.malformed_chunk = self.journal.drops.malformed_chunk.saturating_add(1);
                return;
            }
        };
        // §3.3.3: the cookie is mandatory. One that leaves no room in a packet can't be echoed.
        let room = self.config.max_packet_len.saturating_sub(crate::wire::COMMON_HEADER_LEN + chunk::HEADER_LEN);
        let Some(cookie) = parsed.cookie.filter(|cookie| !cookie.is_empty() && cookie.len() <= room) else {
            self.journal.drops.malformed_chunk = self.journal.drops.malformed_chunk.saturating_add(1);
            return;
        };
        let terms = Terms::new(self.local, parsed.init);
        let mut link = self.make_link(now, &terms);
        let mut t1 = Retry::new(timeout);
        if let Some(rtt) = rtt {
            link.tx.rtt.measure(now, rtt);
            t1 = Retry::new(link.tx.rtt.rto());
        }
        if !parsed.unrecognized.is_empty() {
            // §3.2.1: reported in an ERROR that goes with the COOKIE ECHO.
            let mut error = Vec::new();
            chunk::write(&mut error, chunk::ERROR, 0, |buf| {
                cause::write(buf, cause::UNRECOGNIZED_PARAMETERS, &parsed.unrecognized);
            });
            link.push_control(error, &mut self.journal);
        }
        self.phase = Phase::CookieEchoed { t1, cookie: Bytes::copy_from_slice(cookie), link };
    }

    pub(super) fn make_link(&mut self, now: Time, terms: &Terms) -> Box<Link> {
        self.queue.negotiated(terms.capabilities.interleaving, terms.capabilities.partial_reliability, terms.outgoing);
        Box::new(Link::new(now, &self.config, terms, self.rng.u64()))
    }

    /// A COOKIE ECHO, first in its packet, which carries `tag`. True if the chunks behind it may be handled.
    pub(super) fn on_cookie_echo(&mut self, now: Time, tag: u32, chunk: &Chunk<'_>) -> bool {
        let cookie = match self.cookie_key.open(now, chunk.value) {
            Ok(cookie) => cookie,
            Err(CookieRefused::Forged) => {
                self.journal.drops.bad_cookie = self.journal.drops.bad_cookie.saturating_add(1);
                return false;
            }
            Err(CookieRefused::Stale { by, peer_tag }) => {
                self.journal.drops.stale_cookie = self.journal.drops.stale_cookie.saturating_add(1);
                // §5.1.5 step 3: the measure of staleness in microseconds. The tags inside are authentic.
                let micros = u32::try_from(by.as_micros()).unwrap_or(u32::MAX).to_be_bytes();
                self.reply(peer_tag, |buf| {
                    chunk::write(buf, chunk::ERROR, 0, |buf| cause::write(buf, cause::STALE_COOKIE, &micros));
                });
                return false;
            }
        };
        // §5.1.5 step 2; a tag of zero is never ours.
        if cookie.local_tag != tag || tag == 0 || cookie.peer_tag == 0 {
            self.journal.drops.wrong_tag = self.journal.drops.wrong_tag.saturating_add(1);
            return false;
        }
        let terms = Terms::from_cookie(&cookie, self.local);
        match &self.phase {
            Phase::Closed | Phase::CookieWait { .. } => {
                if cookie.local_tag != self.local.tag {
                    self.count_unexpected();
                    return false;
                }
                let link = self.make_link(now, &terms);
                self.come_up(link);
                true
            }
            Phase::CookieEchoed { link, .. } => {
                if cookie.local_tag != self.local.tag {
                    self.count_unexpected();
                    return false;
                }
                // §5.2.4 D: the peer's cookie and ours are about the same pair of INITs. B: they are not (the peer made its own INIT
                // after it had answered ours); its newer one counts. Data that went with our COOKIE ECHO stays ours to deliver.
                let (same_peer, same_terms) =
                    (cookie.peer_tag == link.peer_tag, terms.capabilities == link.capabilities);
                if let Some(mut link) = self.take_echoed() {
                    if !same_peer && same_terms {
                        link.change_peer(now, &self.config, &terms);
                    } else if !same_peer {
                        link = self.make_link(now, &terms);
                    }
                    self.come_up(link);
                }
                true
            }
            Phase::Up { link, closing, .. } => {
                let same_local = cookie.local_tag == self.local.tag;
                let same_peer = cookie.peer_tag == link.peer_tag;
                let ties = cookie.tie_local == self.local.tag && cookie.tie_peer == link.peer_tag;
                let shutting = matches!(closing, Closing::AckSent(_));
                self.on_cookie_when_up(
                    now,
                    same_local && same_peer,
                    ties && !same_local && !same_peer,
                    shutting,
                    &terms,
                )
            }
            Phase::Ended { .. } => {
                self.count_unexpected();
                false
            }
        }
    }

    /// The rows of the table of §5.2.4 for an association that is up.
    fn on_cookie_when_up(&mut self, now: Time, again: bool, restart: bool, shutting: bool, terms: &Terms) -> bool {
        if again {
            // Row D: our COOKIE ACK was lost.
            self.push_cookie_ack();
            return true;
        }
        if !restart {
            // Rows B and C can't be right any more: an association that is up knows the peer's tag from a cookie of that peer.
            self.count_unexpected();
            return false;
        }
        if shutting {
            // Row A in SHUTDOWN-ACK-SENT: no new association until this one is gone.
            let tag = terms.peer.tag;
            self.reply(tag, |buf| {
                chunk::write(buf, chunk::SHUTDOWN_ACK, 0, |_| {});
                chunk::write(buf, chunk::ERROR, 0, |buf| cause::write(buf, cause::COOKIE_DURING_SHUTDOWN, &[]));
            });
            return false;
        }
        // Row A: the peer restarted.
        tracing::debug!("peer restarted");
        self.local = terms.local;
        self.queue.clear();
        self.resets_wanted.clear();
        let mut link = self.make_link(now, terms);
        link.control.push_front(cookie_ack());
        self.journal.events.clear();
        self.journal.events.push_back(Event::Restarted);
        self.phase = Phase::Up { link, closing: Closing::No, guard: None };
        true
    }

    fn push_cookie_ack(&mut self) {
        if let Phase::Up { link, .. } = &mut self.phase {
            link.control.push_front(cookie_ack());
            link.control.truncate(MAX_CONTROL);
        }
    }

    /// The association is up by the peer's COOKIE ECHO.
    fn come_up(&mut self, mut link: Box<Link>) {
        link.control.push_front(cookie_ack());
        self.establish(link);
    }

    fn take_echoed(&mut self) -> Option<Box<Link>> {
        match core::mem::replace(&mut self.phase, Phase::Closed) {
            Phase::CookieEchoed { link, .. } => Some(link),
            other => {
                self.phase = other;
                None
            }
        }
    }

    pub(super) fn establish(&mut self, mut link: Box<Link>) {
        tracing::debug!(outgoing = self.queue.outgoing(), incoming = link.incoming, "connected");
        self.journal.events.push_back(Event::Connected);
        link.begin_resets(core::mem::take(&mut self.resets_wanted), &mut self.queue, &mut self.journal);
        self.phase = Phase::Up { link, closing: Closing::No, guard: None };
    }

    /// COOKIE ACK (§5.1 E).
    pub(super) fn on_cookie_ack(&mut self) {
        match self.take_echoed() {
            Some(link) => self.establish(link),
            None => self.count_unexpected(),
        }
    }

    /// An ERROR while connecting. A stale cookie (§5.2.6) means that the answer took a minute: that is no connection to try for longer.
    pub(super) fn on_handshake_error(&mut self, chunk: &Chunk<'_>) {
        let stale = cause::first(chunk.value).is_some_and(|(code, _)| code == cause::STALE_COOKIE);
        if stale && matches!(self.phase, Phase::CookieEchoed { .. }) {
            self.end(CloseReason::ConnectTimeout);
        }
    }
}

fn cookie_ack() -> Vec<u8> {
    let mut chunk = Vec::new();
    chunk::write(&mut chunk, chunk::COOKIE_ACK, 0, |_| {});
    chunk
}
