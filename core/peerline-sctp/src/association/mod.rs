//! The association: one SCTP connection over one DTLS transport (RFC 9260).
//!
//! ```text
//! CLOSED -connect-> COOKIE-WAIT -INIT ACK-> COOKIE-ECHOED -COOKIE ACK-> ESTABLISHED -shutdown-> ... -> CLOSED
//!    \---------------------- COOKIE ECHO with a cookie of ours ------------^
//! ```
//!
//! `handshake.rs` has the way up, `input.rs` the chunks of an association that is up, `output.rs` the packets, `timers.rs` the timers,
//! `closing.rs` the ways down.

mod closing;
mod handshake;
mod input;
mod link;
mod output;
mod phase;
mod snap;
mod timers;

use crate::config::Config;
use crate::cookie::CookieKey;
use crate::event::{Event, State};
use crate::journal::Journal;
use crate::message::{Message, OutgoingMessage, SendError, StreamId, StreamOptions};
use crate::receive::read_unread;
use crate::send::queue::SendQueue;
use crate::statistics::{Drops, Statistics};
use crate::wire::init::{Capabilities, Init};
use peerline_edge::{Deadline, Rng, Serial32, Time};
use phase::{Closing, Phase, Retry};
pub use snap::InitError;
use std::collections::VecDeque;

/// Smallest packet size that is worked with.
const MIN_PACKET_LEN: usize = 256;

/// One SCTP association over one DTLS transport.
///
/// Feed it packets and timeouts, then poll it until it has nothing to send; messages go in with [`send`](Self::send) and come out with
/// [`receive`](Self::receive).
#[derive(Debug)]
pub struct Association {
    config: Config,
    rng: Rng,
    cookie_key: CookieKey,
    /// What our INIT and INIT ACK say.
    local: Init,
    phase: Phase,
    queue: SendQueue,
    /// Resets asked for before the association was up.
    resets_wanted: Vec<u16>,
    /// Whole packets to send before anything else.
    replies: VecDeque<Vec<u8>>,
    journal: Journal,
}

impl Association {
    /// An association that waits: for [`connect`](Self::connect) or for the peer's INIT.
    #[must_use]
    pub fn new(mut config: Config) -> Self {
        config.max_packet_len = config.max_packet_len.max(MIN_PACKET_LEN) & !3;
        config.streams = config.streams.max(1);
        let mut rng = Rng::new(config.seed);
        let cookie_key = CookieKey::new(rng.bytes());
        let local = local_init(&config, &mut rng);
        let queue = SendQueue::new(config.max_send_buffer, config.streams);
        Self {
            config,
            rng,
            cookie_key,
            local,
            phase: Phase::Closed,
            queue,
            resets_wanted: Vec::new(),
            replies: VecDeque::new(),
            journal: Journal::default(),
        }
    }

    /// Sends INIT. Harmless if the peer was first or the association is up.
    pub fn connect(&mut self, now: Time) {
        if matches!(self.phase, Phase::Closed) {
            tracing::debug!("connecting");
            self.phase = Phase::CookieWait { t1: Retry::new(self.config.rto_initial), since: now };
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.journal.events.pop_front()
    }

    /// The coarse state.
    #[must_use]
    pub const fn state(&self) -> State {
        match &self.phase {
            Phase::Closed | Phase::Ended { .. } => State::Closed,
            Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => State::Connecting,
            Phase::Up { closing: Closing::No, .. } => State::Connected,
            Phase::Up { .. } => State::ShuttingDown,
        }
    }

    /// Makes the outgoing stream known, or changes its priority (from its next message on). A number beyond the negotiated streams is
    /// ignored; [`send`](Self::send) refuses it.
    pub fn open_stream(&mut self, stream: StreamId, options: StreamOptions) {
        self.queue.open(stream.0, options.priority);
    }

    /// Queues a message; allowed before the association is connected. Poll for packets afterwards.
    ///
    /// # Errors
    /// See [`SendError`]; the message was not taken.
    pub fn send(&mut self, now: Time, stream: StreamId, message: OutgoingMessage) -> Result<(), SendError> {
        match &self.phase {
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => {}
            Phase::Up { closing: Closing::No, .. } => {}
            // RFC 9260 §9.2: no new data from the upper layer once a shutdown has begun.
            Phase::Up { .. } | Phase::Ended { .. } => return Err(SendError::Closed),
        }
        self.queue.push(now, stream.0, message)?;
        self.journal.counters.messages_sent = self.journal.counters.messages_sent.saturating_add(1);
        Ok(())
    }

    /// The stream's next message. Not reading closes the receive window. `None` also stands between two lives of a stream (see
    /// [`Event::IncomingStreamReset`]).
    pub fn receive(&mut self, now: Time, stream: StreamId) -> Option<Message> {
        let _ = now;
        match &mut self.phase {
            Phase::Up { link, .. } => link.rx.receive(stream.0, &mut self.journal.events),
            Phase::Ended { unread } => read_unread(unread, stream.0, &mut self.journal.events),
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => None,
        }
    }

    /// Drops the stream's unread messages, up to the end of its present life.
    pub fn discard(&mut self, now: Time, stream: StreamId) {
        while self.receive(now, stream).is_some() {}
    }

    /// Bytes of the stream's messages that were queued and not handed to the network yet (W3C `bufferedAmount`).
    #[must_use]
    pub fn buffered_amount(&self, stream: StreamId) -> usize {
        self.queue.stream_buffered(stream.0)
    }

    /// Sets the amount at which [`Event::BufferedAmountLow`] is told. 0 at first.
    pub fn set_buffered_amount_low_threshold(&mut self, stream: StreamId, threshold: usize) {
        self.queue.set_low_threshold(stream.0, threshold);
    }

    /// Resets our side of the stream (RFC 6525 §5.1.2) after every message queued on it was sent and acknowledged. Ends with
    /// [`Event::OutgoingStreamReset`] or [`Event::OutgoingStreamResetFailed`]; until then `send` on it is refused.
    pub fn reset_stream(&mut self, now: Time, stream: StreamId) {
        let _ = now;
        match &mut self.phase {
            Phase::Up { link, .. } => {
                if stream.0 < self.queue.outgoing() {
                    link.resets.begin(stream.0, &mut self.queue, &mut self.journal.events);
                    link.resets.advance(&link.tx, &self.queue);
                } else {
                    self.journal.events.push_back(Event::OutgoingStreamResetFailed(stream));
                }
            }
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } => {
                if !self.resets_wanted.contains(&stream.0) {
                    self.queue.end_stream(stream.0);
                    self.resets_wanted.push(stream.0);
                }
            }
            Phase::Ended { .. } => {}
        }
    }

    /// Outgoing streams: what we asked for until connected, then what was negotiated.
    #[must_use]
    pub const fn max_outgoing_streams(&self) -> u16 {
        self.queue.outgoing()
    }

    /// Incoming streams: what we asked for until connected, then what was negotiated.
    #[must_use]
    pub fn max_incoming_streams(&self) -> u16 {
        match &self.phase {
            Phase::Up { link, .. } | Phase::CookieEchoed { link, .. } => link.incoming,
            Phase::Closed | Phase::CookieWait { .. } | Phase::Ended { .. } => self.config.streams,
        }
    }

    /// True once both sides have agreed on user message interleaving (RFC 8260).
    #[must_use]
    pub fn is_interleaving(&self) -> bool {
        self.agreed().is_some_and(|agreed| agreed.interleaving)
    }

    /// True once both sides have agreed to do without checksums (RFC 9653).
    #[must_use]
    pub fn is_checksum_free(&self) -> bool {
        self.agreed().is_some_and(|agreed| agreed.zero_checksum)
    }

    fn agreed(&self) -> Option<Capabilities> {
        match &self.phase {
            Phase::Up { link, .. } => Some(link.capabilities),
            Phase::Closed | Phase::CookieWait { .. } | Phase::CookieEchoed { .. } | Phase::Ended { .. } => None,
        }
    }

    /// A snapshot of counters and gauges.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let mut out = self.journal.counters;
        out.mtu = self.config.max_packet_len;
        out.buffered_amount = self.queue.buffered();
        out.messages_abandoned = self.queue.abandoned();
        out.duplicates_received = self.journal.drops.duplicate_data;
        match &self.phase {
            Phase::Up { link, .. } | Phase::CookieEchoed { link, .. } => {
                link.tx.report(&mut out);
                out.local_rwnd = link.rx.granted();
            }
            Phase::Closed | Phase::CookieWait { .. } | Phase::Ended { .. } => {}
        }
        out
    }

    /// What was dropped, by reason.
    #[must_use]
    pub const fn drops(&self) -> &Drops {
        &self.journal.drops
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.deadline()
    }
}

/// A fresh tag and initial TSN with what we offer.
fn local_init(config: &Config, rng: &mut Rng) -> Init {
    let tag = core::iter::repeat_with(|| rng.u32()).find(|tag| *tag != 0).unwrap_or(1);
    Init {
        tag,
        a_rwnd: u32::try_from(config.initial_receive_buffer).unwrap_or(u32::MAX),
        outgoing: config.streams,
        incoming: config.streams,
        initial_tsn: Serial32(rng.u32()),
        capabilities: Capabilities {
            partial_reliability: true,
            reconfig: true,
            interleaving: config.interleaving,
            zero_checksum: config.zero_checksum,
        },
    }
}
