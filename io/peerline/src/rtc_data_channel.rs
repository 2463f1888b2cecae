//! `RTCDataChannel` (W3C webrtc-pc §6.2); the core's side is `peerline_peer::DataChannel`.

use crate::rtc_error::RtcError;
use crate::shared::{Handle, Shared, State};
use crate::waiters::{Place, Wait, leave, poll_at};
use bytes::Bytes;
use futures_core::Stream;
use peerline_peer::{ChannelId, DataChannel, Message, Misuse};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub use peerline_peer::{
    DataChannelInit as RtcDataChannelInit, DataChannelState as RtcDataChannelState, Priority as RtcPriorityType,
};

/// [`RtcDataChannel::writable`] waits once this many bytes are queued …
const WRITABLE_LIMIT: usize = 1024 * 1024;
/// … until no more than this many are.
pub(crate) const WRITABLE_AGAIN: usize = 512 * 1024;

/// A message that came over a data channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RtcDataChannelMessage {
    /// A string. What is not UTF-8 was replaced by U+FFFD, as a browser does.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl RtcDataChannelMessage {
    /// The message's bytes, whichever kind it is.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(text) => text.into(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// True if it has no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Message> for RtcDataChannelMessage {
    fn from(message: Message) -> Self {
        match message {
            Message::Binary(bytes) => Self::Binary(bytes),
            Message::Text(bytes) => Self::Text(
                String::from_utf8(bytes.into())
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            ),
        }
    }
}

/// A data channel: a handle, cheap to clone; all clones are the same channel.
///
/// Handles keep the connection open, as a handle of the connection does. A channel whose every handle was dropped stays open, but messages
/// that come over it are thrown away, as a browser does when nobody listens.
#[derive(Clone)]
pub struct RtcDataChannel(Arc<Inner>);

/// What the handles of a channel share.
#[derive(Debug)]
pub(crate) struct Inner {
    connection: Handle,
    id: ChannelId,
    label: String,
    protocol: String,
    ordered: bool,
    max_packet_life_time: Option<u16>,
    max_retransmits: Option<u16>,
    negotiated: bool,
    priority: RtcPriorityType,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let mut state = self.connection.lock();
        let now = state.now();
        state.abandon_channel(now, self.id);
    }
}

impl RtcDataChannel {
    /// The handle of a channel: the one there is, or a new one. `None` if the core has forgotten the channel.
    pub(crate) fn of(shared: &Arc<Shared>, state: &mut State, id: ChannelId) -> Option<Self> {
        let slot = state.channels.entry(id).or_default();
        if let Some(inner) = slot.handle.upgrade() {
            return Some(Self(inner));
        }
        let Some(channel) = state.core.channel(id) else {
            state.channels.remove(&id);
            return None;
        };
        let inner = Arc::new(Inner {
            connection: Handle::new(shared),
            id,
            label: channel.label().to_owned(),
            protocol: channel.protocol().to_owned(),
            ordered: channel.ordered(),
            max_packet_life_time: channel.max_packet_life_time(),
            max_retransmits: channel.max_retransmits(),
            negotiated: channel.negotiated(),
            priority: channel.priority(),
        });
        slot.handle = Arc::downgrade(&inner);
        slot.is_abandoned = false;
        Some(Self(inner))
    }

    /// `label`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// `protocol`: the subprotocol's name.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.0.protocol
    }

    /// `ordered`.
    #[must_use]
    pub fn ordered(&self) -> bool {
        self.0.ordered
    }

    /// `maxPacketLifeTime`: milliseconds after which a message is given up.
    #[must_use]
    pub fn max_packet_life_time(&self) -> Option<u16> {
        self.0.max_packet_life_time
    }

    /// `maxRetransmits`: retransmissions after which a message is given up.
    #[must_use]
    pub fn max_retransmits(&self) -> Option<u16> {
        self.0.max_retransmits
    }

    /// `negotiated`: both sides created the channel with the same id.
    #[must_use]
    pub fn negotiated(&self) -> bool {
        self.0.negotiated
    }

    /// `priority` (webrtc-priority).
    #[must_use]
    pub fn priority(&self) -> RtcPriorityType {
        self.0.priority
    }

    /// `id`: the SCTP stream, once it is known.
    #[must_use]
    pub fn id(&self) -> Option<u16> {
        self.read(|channel| channel.and_then(DataChannel::id))
    }

    /// `readyState`.
    #[must_use]
    pub fn ready_state(&self) -> RtcDataChannelState {
        ready_state(&self.0.connection.lock(), self.0.id)
    }

    /// `bufferedAmount`: bytes of application data that were given to `send` and have not been transmitted yet.
    #[must_use]
    pub fn buffered_amount(&self) -> usize {
        self.read(|channel| channel.map_or(0, DataChannel::buffered_amount))
    }

    /// `bufferedAmountLowThreshold`, bytes.
    #[must_use]
    pub fn buffered_amount_low_threshold(&self) -> usize {
        self.read(|channel| channel.map_or(0, DataChannel::buffered_amount_low_threshold))
    }

    /// Sets `bufferedAmountLowThreshold`, bytes: falling to it is told by [`RtcPeerConnectionEvent::DataChannelBufferedAmountLow`].
    ///
    /// [`RtcPeerConnectionEvent::DataChannelBufferedAmountLow`]: crate::RtcPeerConnectionEvent::DataChannelBufferedAmountLow
    pub fn set_buffered_amount_low_threshold(&self, threshold: usize) {
        self.0.connection.lock().core.set_buffered_amount_low_threshold(self.0.id, threshold);
    }

    /// `send` of bytes. Queues the message and returns; [`Self::send_when_writable`] waits for room first.
    ///
    /// # Errors
    /// `InvalidStateError` if the channel is not open, `TypeError` if the message is larger than the peer accepts, `OperationError` if the
    /// send buffer is full.
    pub fn send(&self, data: impl Into<Bytes>) -> Result<(), RtcError> {
        self.send_message(Message::Binary(data.into()))
    }

    /// `send` of a string; the rest as [`Self::send`].
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn send_text(&self, text: &str) -> Result<(), RtcError> {
        self.send_message(Message::Text(Bytes::copy_from_slice(text.as_bytes())))
    }

    /// Waits for room, then sends: a producer that only uses this never has more than a few MiB queued. Dropping the future before it
    /// is ready means that the message is not sent.
    ///
    /// # Errors
    /// As [`Self::send`], except that a full buffer is waited for; `InvalidStateError` if the channel closes meanwhile.
    pub async fn send_when_writable(&self, data: impl Into<Bytes>) -> Result<(), RtcError> {
        let message = Message::Binary(data.into());
        self.send_message_when_writable(message).await
    }

    /// [`Self::send_when_writable`] for a string.
    ///
    /// # Errors
    /// As [`Self::send_when_writable`].
    pub async fn send_text_when_writable(&self, text: &str) -> Result<(), RtcError> {
        let message = Message::Text(Bytes::copy_from_slice(text.as_bytes()));
        self.send_message_when_writable(message).await
    }

    /// Sends every item of a stream as a binary message, each when there is room for it.
    ///
    /// # Errors
    /// The first error of [`Self::send_when_writable`]; the rest of the stream is not sent.
    pub async fn send_all<S>(&self, messages: S) -> Result<(), RtcError>
    where
        S: Stream + Send,
        S::Item: Into<Bytes> + Send,
    {
        let mut messages = std::pin::pin!(messages);
        while let Some(message) = std::future::poll_fn(|cx| messages.as_mut().poll_next(cx)).await {
            let message = Message::Binary(message.into());
            self.send_message_when_writable(message).await?;
        }
        Ok(())
    }

    /// Waits until the channel is open and has room for more: ready at once while less than 1 MiB is queued, then again once no
    /// more than 512 KiB are.
    ///
    /// # Errors
    /// `InvalidStateError` if the channel is or becomes closing or closed; what broke it, if something did.
    pub fn writable(&self) -> impl Future<Output = Result<(), RtcError>> + Send + '_ {
        let id = self.0.id;
        let mut waited = false;
        Wait::new(self.shared(), Place::Writers(id), move |state| check_writable(state, id, &mut waited))
    }

    /// Waits until the channel is open; ready at once if it is.
    ///
    /// # Errors
    /// `InvalidStateError` if it closes instead; what broke it, if something did.
    pub fn opened(&self) -> impl Future<Output = Result<(), RtcError>> + Send + '_ {
        let id = self.0.id;
        Wait::new(self.shared(), Place::Channel(id), move |state| match ready_state(state, id) {
            RtcDataChannelState::Open => Some(Ok(())),
            RtcDataChannelState::Connecting if !state.is_closed() => None,
            _ => Some(Err(state.channel_error(id))),
        })
    }

    /// Waits until the channel is closed: by either side's `close`, or with the connection. A channel that the peer closed is closed once the messages that came
    /// before were taken: [`receive`](Self::receive) them, or let go of every handle of the channel.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + '_ {
        let id = self.0.id;
        Wait::new(self.shared(), Place::Channel(id), move |state| {
            (ready_state(state, id) == RtcDataChannelState::Closed || state.is_closed()).then_some(())
        })
    }

    /// The next message. `None` once the channel is closed and every message that came before was taken. Not calling it holds the peer back once
    /// the receive buffer is full. Dropping the future loses no message; several tasks may wait, each message goes to one of them.
    pub fn receive(&self) -> impl Future<Output = Option<RtcDataChannelMessage>> + Send + '_ {
        let id = self.0.id;
        Wait::new(self.shared(), Place::Readers(id), move |state| take_message(state, id))
    }

    /// The messages as a stream; the same as [`Self::receive`] over and over.
    #[must_use]
    pub fn messages(&self) -> RtcDataChannelMessages {
        RtcDataChannelMessages { channel: self.clone(), key: None }
    }

    /// `close`: what was sent before still arrives; messages that came can still be read.
    pub fn close(&self) {
        self.0.connection.lock().call(|core, now| core.close_channel(now, self.0.id));
    }

    fn shared(&self) -> &Arc<Shared> {
        self.0.connection.shared()
    }

    fn read<T>(&self, read: impl FnOnce(Option<&DataChannel>) -> T) -> T {
        read(self.0.connection.lock().core.channel(self.0.id))
    }

    fn send_message(&self, message: Message) -> Result<(), RtcError> {
        let mut state = self.0.connection.lock();
        let now = state.now_in_burst();
        state.core.send(now, self.0.id, message).map_err(|error| RtcError::from(&error))?;
        state.wake_driver();
        Ok(())
    }

    fn send_message_when_writable(&self, message: Message) -> impl Future<Output = Result<(), RtcError>> + Send + '_ {
        let id = self.0.id;
        let mut waited = false;
        Wait::new(self.shared(), Place::Writers(id), move |state| {
            if let Err(error) = check_writable(state, id, &mut waited)? {
                return Some(Err(error));
            }
            let now = state.now_in_burst();
            match state.core.send(now, id, message.clone()) {
                Ok(()) => {
                    state.wake_driver();
                    Some(Ok(()))
                }
                // Other channels have filled the association's buffer.
                Err(peerline_peer::Error::Misuse(Misuse::SendBufferFull)) => {
                    state.wait_for_room(id);
                    None
                }
                Err(error) => Some(Err((&error).into())),
            }
        })
    }
}

/// What [`RtcDataChannel::writable`] waits for; `None` as long as there is no room.
fn check_writable(state: &mut State, id: ChannelId, waited: &mut bool) -> Option<Result<(), RtcError>> {
    let channel = state.core.channel(id);
    match channel.map_or(RtcDataChannelState::Closed, DataChannel::ready_state) {
        RtcDataChannelState::Open => {}
        RtcDataChannelState::Connecting if !state.is_closed() => return None,
        _ => return Some(Err(state.channel_error(id))),
    }
    let buffered = channel.map_or(0, DataChannel::buffered_amount);
    let limit = if *waited { WRITABLE_AGAIN } else { WRITABLE_LIMIT };
    // One message larger than the limit goes all the same, into an empty buffer.
    if buffered < limit || buffered == 0 {
        return Some(Ok(()));
    }
    *waited = true;
    state.wait_for_room(id);
    None
}

fn ready_state(state: &State, id: ChannelId) -> RtcDataChannelState {
    state.core.channel(id).map_or(RtcDataChannelState::Closed, DataChannel::ready_state)
}

fn take_message(state: &mut State, id: ChannelId) -> Option<Option<RtcDataChannelMessage>> {
    let now = state.now_in_burst();
    if let Some(message) = state.core.receive(now, id) {
        // Taking it may have opened the receive window.
        state.wake_driver();
        return Some(Some(message.into()));
    }
    (ready_state(state, id) == RtcDataChannelState::Closed || state.is_closed()).then_some(None)
}

impl PartialEq for RtcDataChannel {
    /// True if both are handles of the same channel.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for RtcDataChannel {}

impl fmt::Debug for RtcDataChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RtcDataChannel")
            .field("label", &self.0.label)
            .field("ready_state", &self.ready_state())
            .finish_non_exhaustive()
    }
}

/// The messages of a channel, as a stream that ends when the channel is closed and read dry.
#[derive(Debug)]
pub struct RtcDataChannelMessages {
    channel: RtcDataChannel,
    key: Option<u32>,
}

impl Stream for RtcDataChannelMessages {
    type Item = RtcDataChannelMessage;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let id = this.channel.0.id;
        poll_at(this.channel.shared(), Place::Readers(id), &mut this.key, cx, |state| take_message(state, id))
    }
}

impl Drop for RtcDataChannelMessages {
    fn drop(&mut self) {
        leave(self.channel.shared(), Place::Readers(self.channel.0.id), &mut self.key);
    }
}
