//! The association: one SCTP connection over one DTLS transport (RFC 9260).

use crate::config::Config;
use crate::event::{Event, State};
use crate::message::{Message, OutgoingMessage, SendError, StreamId, StreamOptions};
use crate::statistics::{Drops, Statistics};
use peerline_edge::{Deadline, Time};

/// One SCTP association over one DTLS transport.
#[derive(Debug)]
pub struct Association {
    config: Config,
    drops: Drops,
}

impl Association {
    /// An association that waits: for [`connect`](Self::connect) or for the peer's INIT.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, drops: Drops::default() }
    }

    /// Sends INIT. Harmless if the peer was first or the association is up.
    pub fn connect(&mut self, now: Time) {
        let _ = now;
    }

    /// Takes one SCTP packet, the plaintext of one DTLS record.
    pub fn handle_datagram(&mut self, now: Time, packet: &[u8]) {
        let _ = (now, packet);
    }

    /// Runs every timer that is due.
    pub fn handle_timeout(&mut self, now: Time) {
        let _ = now;
    }

    /// Appends exactly one packet to `buf` and returns true, or returns false if there is nothing to send now.
    pub fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> bool {
        let _ = (now, buf);
        false
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        None
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        None
    }

    /// The coarse state.
    #[must_use]
    pub fn state(&self) -> State {
        State::Closed
    }

    /// Makes the outgoing stream known, or changes its priority.
    pub fn open_stream(&mut self, stream: StreamId, options: StreamOptions) {
        let _ = (stream, options);
    }

    /// Queues a message; allowed before the association is connected.
    ///
    /// # Errors
    /// See [`SendError`].
    pub fn send(&mut self, now: Time, stream: StreamId, message: OutgoingMessage) -> Result<(), SendError> {
        let _ = (now, stream, message);
        Err(SendError::Closed)
    }

    /// The stream's next message. Not reading closes the receive window.
    pub fn receive(&mut self, now: Time, stream: StreamId) -> Option<Message> {
        let _ = (now, stream);
        None
    }

    /// Drops the stream's unread messages, up to a pending incoming reset.
    pub fn discard(&mut self, now: Time, stream: StreamId) {
        let _ = (now, stream);
    }

    /// Bytes of the stream's messages that were queued and not handed to the network yet.
    #[must_use]
    pub fn buffered_amount(&self, stream: StreamId) -> usize {
        let _ = stream;
        0
    }

    /// Sets the amount at which [`Event::BufferedAmountLow`] is told. 0 at first.
    pub fn set_buffered_amount_low_threshold(&mut self, stream: StreamId, threshold: usize) {
        let _ = (stream, threshold);
    }

    /// Resets our side of the stream (RFC 6525 §5.1.2) after every message queued on it was sent and acknowledged.
    pub fn reset_stream(&mut self, now: Time, stream: StreamId) {
        let _ = (now, stream);
    }

    /// Ends the association gracefully: delivers what is queued, then closes.
    pub fn shutdown(&mut self, now: Time) {
        let _ = now;
    }

    /// Ends the association at once with an ABORT that carries `reason`.
    pub fn abort(&mut self, now: Time, reason: &str) {
        let _ = (now, reason);
    }

    /// Outgoing streams: what we asked for until connected, then what was negotiated.
    #[must_use]
    pub fn max_outgoing_streams(&self) -> u16 {
        self.config.streams
    }

    /// Incoming streams: what we asked for until connected, then what was negotiated.
    #[must_use]
    pub fn max_incoming_streams(&self) -> u16 {
        self.config.streams
    }

    /// A snapshot of counters and gauges.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    /// What was dropped, by reason.
    #[must_use]
    pub const fn drops(&self) -> &Drops {
        &self.drops
    }
}
