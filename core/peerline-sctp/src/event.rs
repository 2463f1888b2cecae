//! What an association tells its owner (RFC 9260 §11.2 notifications).

use crate::message::StreamId;
use bytes::Bytes;

/// News from [`Association::poll_event`](crate::Association::poll_event).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The handshake is done; messages flow. The negotiated number of streams is known.
    Connected,
    /// The stream had nothing to read and now has: call [`receive`](crate::Association::receive) until it returns `None`. Told once per
    /// transition.
    Readable(StreamId),
    /// The stream's [`buffered_amount`](crate::Association::buffered_amount) fell from above its low threshold to it or below.
    BufferedAmountLow(StreamId),
    /// The peer reset its side of the stream (RFC 6525 §5.2.2). Told once every message sent before the reset has been *received* by the
    /// owner with [`receive`](crate::Association::receive) (or dropped with [`discard`](crate::Association::discard)); messages read
    /// afterwards belong to the stream's next life.
    IncomingStreamReset(StreamId),
    /// The peer reset its side of the stream, and messages from before that wait to be read. An owner that wants to know of the end at once
    /// reads them now, until [`receive`](crate::Association::receive) returns `None`; [`Self::IncomingStreamReset`] follows.
    IncomingStreamResetWaits(StreamId),
    /// The peer performed the reset of our side; the stream may be used anew from sequence number zero.
    OutgoingStreamReset(StreamId),
    /// The peer refused to reset our side. The stream goes on with its old sequence numbers.
    OutgoingStreamResetFailed(StreamId),
    /// The peer restarted the association (RFC 9260 §5.2.4.1): all that was queued or unread is gone, every stream begins anew, and the
    /// association is connected.
    Restarted,
    /// The association has ended; no event follows. Unread messages can still be received.
    Closed {
        /// Why.
        reason: CloseReason,
    },
}

/// Why an association ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// Graceful shutdown, begun by either side; everything queued before was delivered.
    Shutdown,
    /// The peer sent ABORT.
    PeerAbort {
        /// Its first error cause (RFC 9260 §3.3.10), 0 if it named none.
        cause: u16,
        /// What came with a User-Initiated Abort (cause 12) or Protocol Violation (cause 13); else empty.
        reason: Bytes,
    },
    /// [`abort`](crate::Association::abort) was called.
    Aborted,
    /// The peer did not acknowledge anything through `max_retransmissions` timeouts in a row.
    TooManyRetransmissions,
    /// The handshake got no answer through `max_init_retransmissions` repetitions.
    ConnectTimeout,
    /// The peer sent a message larger than `max_message_size`.
    MessageTooLarge,
    /// The peer held more receive memory than it was granted.
    OutOfResource,
    /// The peer broke the protocol in a way that leaves nothing to continue with.
    ProtocolViolation,
}

/// The coarse state of an association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Not connected yet, or ended.
    Closed,
    /// COOKIE-WAIT or COOKIE-ECHOED.
    Connecting,
    /// ESTABLISHED.
    Connected,
    /// SHUTDOWN-PENDING, SHUTDOWN-SENT, SHUTDOWN-RECEIVED or SHUTDOWN-ACK-SENT.
    ShuttingDown,
}
