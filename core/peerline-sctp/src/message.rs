//! Messages and streams as the owner sees them (RFC 9260 §11.1.5 send, RFC 8831 §6, RFC 3758 §4).

use bytes::Bytes;
use core::fmt;
use core::time::Duration;

/// The number of a stream. A data channel is a pair of streams of one number, one in each direction (RFC 8831 §6.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u16);

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {}", self.0)
    }
}

/// A payload protocol identifier (RFC 8831 §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ppid(pub u32);

impl Ppid {
    /// WebRTC DCEP.
    pub const DCEP: Self = Self(50);
    /// WebRTC String: UTF-8, not empty.
    pub const STRING: Self = Self(51);
    /// WebRTC Binary Partial (deprecated).
    pub const BINARY_PARTIAL: Self = Self(52);
    /// WebRTC Binary: not empty.
    pub const BINARY: Self = Self(53);
    /// WebRTC String Partial (deprecated).
    pub const STRING_PARTIAL: Self = Self(54);
    /// WebRTC String Empty: one byte that is ignored stands for the empty string.
    pub const STRING_EMPTY: Self = Self(56);
    /// WebRTC Binary Empty: one byte that is ignored stands for the empty message.
    pub const BINARY_EMPTY: Self = Self(57);
}

/// How long the sender tries to deliver a message (RFC 3758 and RFC 7496).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reliability {
    /// Until it arrives.
    #[default]
    Reliable,
    /// A lost fragment is sent again at most this often; 0 means never.
    MaxRetransmits(u16),
    /// It is dropped once this much time has passed since `send`.
    MaxLifetime(Duration),
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Its payload protocol identifier.
    pub ppid: Ppid,
    /// Its bytes; at least one. Sliced into packets, never copied before that.
    pub payload: Bytes,
    /// True if it may overtake others of its stream.
    pub unordered: bool,
    /// How hard to try.
    pub reliability: Reliability,
}

impl OutgoingMessage {
    /// An ordered, reliable message.
    #[must_use]
    pub const fn new(ppid: Ppid, payload: Bytes) -> Self {
        Self { ppid, payload, unordered: false, reliability: Reliability::Reliable }
    }
}

/// A message that came in whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its payload protocol identifier.
    pub ppid: Ppid,
    /// Its bytes; at least one.
    pub payload: Bytes,
}

/// Settings of an outgoing stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamOptions {
    /// Its weight in the scheduler (RFC 8831 §6.4: 128 below normal, 256 normal, 512 high, 1024 extra high). 0 counts as 1.
    pub priority: u16,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self { priority: 256 }
    }
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SendError {
    /// Misuse: SCTP has no empty messages; send one byte under an `_EMPTY` identifier (RFC 8831 §6.6).
    #[error("an SCTP message has at least one byte")]
    Empty,
    /// Misuse: the stream number is not below the number of outgoing streams.
    #[error("the stream number is beyond the negotiated outgoing streams")]
    NoSuchStream,
    /// Misuse: the stream is being reset; wait for the outcome.
    #[error("the stream is being reset")]
    Resetting,
    /// Misuse: the association is shutting down or has ended.
    #[error("the association is shutting down or has ended")]
    Closed,
    /// Back-pressure: `max_send_buffer` bytes wait unsent; try again after [`Event::BufferedAmountLow`](crate::Event::BufferedAmountLow).
    #[error("the send buffer is full")]
    BufferFull,
}
