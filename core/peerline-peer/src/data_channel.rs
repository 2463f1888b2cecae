//! Data channels (W3C webrtc-pc §6.2, RFC 8831, RFC 8832): creation, opening, messages, closing.

mod close;
mod open;
mod transfer;

use crate::error::{Error, Misuse};
use crate::event::ChannelId;
use crate::states::{DataChannelState, Priority};
use crate::stats::Messages;
use bytes::Bytes;
use peerline_sctp::{Reliability, StreamId};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// `RTCDataChannelInit` (§6.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataChannelInit {
    /// Deliver messages in order.
    pub ordered: bool,
    /// Milliseconds after which a message is given up.
    pub max_packet_life_time: Option<u16>,
    /// Retransmissions after which a message is given up.
    pub max_retransmits: Option<u16>,
    /// Subprotocol name.
    pub protocol: String,
    /// True if both sides create the channel with the same `id`, without asking in-band.
    pub negotiated: bool,
    /// The SCTP stream, if `negotiated`.
    pub id: Option<u16>,
    /// Weight against the other channels (webrtc-priority §4).
    pub priority: Priority,
}

impl Default for DataChannelInit {
    fn default() -> Self {
        Self {
            ordered: true,
            max_packet_life_time: None,
            max_retransmits: None,
            protocol: String::new(),
            negotiated: false,
            id: None,
            priority: Priority::Low,
        }
    }
}

/// One message (RFC 8831 §6.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A string, as UTF-8 (what came from the peer may not be valid).
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
}

impl Message {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(payload) | Self::Binary(payload) => payload.len(),
        }
    }

    /// True if it has no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How far the in-band opening handshake (RFC 8832) has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    /// Negotiated out of band: none.
    NotNeeded,
    /// OPEN is not sent yet.
    OpenToSend,
    /// OPEN is sent; until the ACK comes, everything goes ordered (RFC 8832 §6).
    AwaitingAck,
    /// Both sides know the channel.
    Done,
}

/// Which directions of the stream pair were reset (RFC 8831 §6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Resets {
    /// We asked to reset our outgoing stream.
    outgoing_asked: bool,
    /// Our outgoing stream is reset.
    outgoing: bool,
    /// The peer reset its side.
    incoming: bool,
}

/// A data channel: the slots of `RTCDataChannel` and where its stream stands.
#[derive(Debug)]
pub struct DataChannel {
    label: String,
    init: DataChannelInit,
    stream: Option<StreamId>,
    state: DataChannelState,
    buffered_amount: usize,
    low_threshold: usize,
    handshake: Handshake,
    resets: Resets,
    /// Messages that were taken off the stream but not read yet: behind an OPEN, or before the stream was reset.
    inbox: VecDeque<Message>,
    readable_told: bool,
    /// The peer reset its side, and unread messages stand before that on the stream.
    reset_waits: bool,
    drained_queued: bool,
    announced: bool,
    opened_by_peer: bool,
    /// `close()` was called, or the peer closes: set before the state changes in its task.
    closing: bool,
    /// It was open once.
    was_open: bool,
    messages: Messages,
}

impl DataChannel {
    /// The stream identifier, once it is known.
    #[must_use]
    pub fn id(&self) -> Option<u16> {
        self.stream.map(|stream| stream.0)
    }

    /// `label`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// `protocol`.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.init.protocol
    }

    /// `ordered`.
    #[must_use]
    pub const fn ordered(&self) -> bool {
        self.init.ordered
    }

    /// `maxPacketLifeTime`, milliseconds.
    #[must_use]
    pub const fn max_packet_life_time(&self) -> Option<u16> {
        self.init.max_packet_life_time
    }

    /// `maxRetransmits`.
    #[must_use]
    pub const fn max_retransmits(&self) -> Option<u16> {
        self.init.max_retransmits
    }

    /// `negotiated`.
    #[must_use]
    pub const fn negotiated(&self) -> bool {
        self.init.negotiated
    }

    /// `priority`.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.init.priority
    }

    /// `readyState`.
    #[must_use]
    pub const fn ready_state(&self) -> DataChannelState {
        self.state
    }

    /// `bufferedAmount`, bytes: grows with each `send` at once, shrinks in a task of its own.
    #[must_use]
    pub const fn buffered_amount(&self) -> usize {
        self.buffered_amount
    }

    /// `bufferedAmountLowThreshold`, bytes.
    #[must_use]
    pub const fn buffered_amount_low_threshold(&self) -> usize {
        self.low_threshold
    }

    pub(crate) const fn was_open(&self) -> bool {
        self.was_open
    }

    pub(crate) const fn messages(&self) -> &Messages {
        &self.messages
    }

    fn new(label: &str, init: DataChannelInit) -> Self {
        let handshake = if init.negotiated { Handshake::NotNeeded } else { Handshake::OpenToSend };
        Self {
            label: label.to_owned(),
            stream: init.id.filter(|_| init.negotiated).map(StreamId),
            init,
            state: DataChannelState::Connecting,
            buffered_amount: 0,
            low_threshold: 0,
            handshake,
            resets: Resets::default(),
            inbox: VecDeque::new(),
            readable_told: false,
            reset_waits: false,
            drained_queued: false,
            announced: true,
            opened_by_peer: false,
            closing: false,
            was_open: false,
            messages: Messages::default(),
        }
    }

    fn text_len(&self) -> usize {
        self.label.len() + self.init.protocol.len()
    }

    fn reliability(&self) -> Reliability {
        match (self.init.max_retransmits, self.init.max_packet_life_time) {
            (Some(retransmits), _) => Reliability::MaxRetransmits(retransmits),
            (None, Some(millis)) => Reliability::MaxLifetime(Duration::from_millis(millis.into())),
            (None, None) => Reliability::Reliable,
        }
    }
}

/// All data channels of a connection, and which stream belongs to which.
#[derive(Debug, Default)]
pub(crate) struct DataChannels {
    next_id: u64,
    by_id: BTreeMap<ChannelId, Box<DataChannel>>,
    by_stream: BTreeMap<StreamId, ChannelId>,
    /// Bytes of labels and protocols that the peer brought.
    peer_text_len: usize,
    /// Bytes of messages in the channels' inboxes.
    inbox_len: usize,
    /// Channels whose bufferedAmount is not zero: those to look at after a flush.
    sending: Vec<ChannelId>,
    /// Channels that were open and are forgotten.
    forgotten_after_open: u64,
    /// A channel was made since the last rejection of the data section.
    created: bool,
}

impl DataChannels {
    /// True if a channel was made that no rejection of the data section has closed: an m-section for data is wanted.
    pub(crate) fn was_any_created(&self) -> bool {
        self.created
    }

    /// The data section was rejected: offers speak of data again once another channel is made.
    pub(crate) fn forget_created(&mut self) {
        self.created = false;
    }

    pub(crate) fn get(&self, id: ChannelId) -> Option<&DataChannel> {
        self.by_id.get(&id).map(|channel| &**channel)
    }

    /// Every channel, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ChannelId, &DataChannel)> {
        self.by_id.iter().map(|(id, channel)| (*id, &**channel))
    }

    pub(crate) const fn forgotten_after_open(&self) -> u64 {
        self.forgotten_after_open
    }

    /// Forgets a channel with all that was kept for it.
    fn remove(&mut self, id: ChannelId) {
        while self.take_kept(id).is_some() {}
        self.forgotten_after_open += u64::from(self.get(id).is_some_and(DataChannel::was_open));
        if let Some(channel) = self.by_id.remove(&id).filter(|channel| channel.opened_by_peer) {
            self.peer_text_len = self.peer_text_len.saturating_sub(channel.text_len());
        }
    }

    /// Keeps a message that was taken off its stream.
    fn keep(&mut self, id: ChannelId, message: Message) {
        if let Some(channel) = self.by_id.get_mut(&id) {
            self.inbox_len += message.len();
            channel.inbox.push_back(message);
        }
    }

    /// The next message that was kept.
    fn take_kept(&mut self, id: ChannelId) -> Option<Message> {
        let message = self.by_id.get_mut(&id)?.inbox.pop_front()?;
        self.inbox_len = self.inbox_len.saturating_sub(message.len());
        Some(message)
    }

    fn get_mut(&mut self, id: ChannelId) -> Option<&mut DataChannel> {
        self.by_id.get_mut(&id).map(|channel| &mut **channel)
    }

    fn on_stream(&self, stream: StreamId) -> Option<ChannelId> {
        self.by_stream.get(&stream).copied()
    }

    fn insert(&mut self, channel: DataChannel) -> ChannelId {
        self.next_id += 1;
        let id = ChannelId(self.next_id);
        if let Some(stream) = channel.stream {
            self.by_stream.insert(stream, id);
        }
        self.by_id.insert(id, Box::new(channel));
        id
    }

    /// The channels that are not closed, oldest first.
    fn live(&self) -> Vec<ChannelId> {
        let live = self.by_id.iter().filter(|(_, channel)| channel.state != DataChannelState::Closed);
        live.map(|(id, _)| *id).collect()
    }

    /// RFC 8832 §6: the DTLS client takes even streams, the server odd ones; the lowest that is free.
    fn free_stream(&self, is_dtls_client: bool, max_channels: u16) -> Option<StreamId> {
        let first = u16::from(!is_dtls_client);
        (first..max_channels).step_by(2).map(StreamId).find(|stream| !self.by_stream.contains_key(stream))
    }
}

/// The checks of §6.1 "create a data channel" that need no state.
fn validate(label: &str, init: &DataChannelInit) -> Result<(), Error> {
    let too_long = |text: &str| text.len() > usize::from(u16::MAX);
    // 4., 9.: label and protocol are at most 65,535 bytes.
    if too_long(label) || too_long(&init.protocol) {
        return Err(Misuse::LabelOrProtocolTooLong.into());
    }
    // 13.: negotiated needs an id.
    if init.negotiated && init.id.is_none() {
        return Err(Misuse::NegotiatedWithoutId.into());
    }
    // 14.: not both limits.
    if init.max_packet_life_time.is_some() && init.max_retransmits.is_some() {
        return Err(Misuse::TwoReliabilityLimits.into());
    }
    // 17.: 65,535 is a value that an id may have, but not a stream that SCTP can have.
    if init.negotiated && init.id == Some(u16::MAX) {
        return Err(Misuse::ChannelIdOutOfRange.into());
    }
    Ok(())
}
