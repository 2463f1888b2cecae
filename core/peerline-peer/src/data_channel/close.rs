//! Closing data channels (W3C webrtc-pc §6.2 "closing procedure", RFC 8831 §6.7): each side resets its outgoing stream.

use super::Message;
use crate::PeerConnection;
use crate::error::ChannelError;
use crate::event::{ChannelEvent, ChannelId, Event};
use crate::states::DataChannelState;
use crate::task::Task;
use peerline_edge::Time;
use peerline_sctp::StreamId;

impl PeerConnection {
    /// `RTCDataChannel.close()` (§6.2.1): what was sent before still arrives.
    pub fn close_channel(&mut self, now: Time, id: ChannelId) {
        let Some(channel) = self.channels.get_mut(id) else { return };
        // 2. If channel.[[ReadyState]] is closing or closed, abort.
        if matches!(channel.state, DataChannelState::Closing | DataChannelState::Closed) {
            return;
        }
        // 3. Set channel.[[ReadyState]] to closing.
        channel.state = DataChannelState::Closing;
        channel.closing = true;
        // 4., 5. Start the closing procedure.
        self.start_closing(now, id);
        self.advance(now);
    }

    /// Forgets a closed channel whose messages nobody will read any more.
    pub fn release_channel(&mut self, id: ChannelId) {
        if self.channels.get(id).is_some_and(|channel| channel.state == DataChannelState::Closed) {
            self.channels.remove(id);
        }
    }

    fn start_closing(&mut self, now: Time, id: ChannelId) {
        let Some(channel) = self.channels.by_id.get_mut(&id) else { return };
        let connected = self.sctp.as_mut().filter(|sctp| sctp.is_connected());
        match (connected, channel.stream) {
            (Some(sctp), Some(stream)) => {
                if !core::mem::replace(&mut channel.resets.outgoing_asked, true) {
                    sctp.association.reset_stream(now, stream);
                }
            }
            // Nothing was ever opened on the wire.
            _ => self.tasks.push(Task::ChannelClosed(id)),
        }
    }

    /// The peer reset its side of `stream`, and messages stand before that: they move to the channel, so that it can close at once although
    /// nobody reads. As much as the receive window may hold is kept that way; beyond it, the reset waits for the reader.
    pub(crate) fn read_ahead_of_reset(&mut self, now: Time, stream: StreamId) {
        let Some(id) = self.channels.on_stream(stream) else { return };
        while self.channels.inbox_len < self.configuration.native.max_receive_buffer {
            let Some(message) = self.sctp.as_mut().and_then(|sctp| sctp.association.receive(now, stream)) else {
                return;
            };
            if let Some(message) = Message::from_wire(message.ppid, message.payload) {
                self.channels.keep(id, message);
            }
        }
        if let Some(channel) = self.channels.get_mut(id) {
            channel.reset_waits = true;
        }
    }

    /// The peer reset its side of `stream`; everything that came before has been taken off it.
    pub(crate) fn handle_incoming_reset(&mut self, now: Time, stream: StreamId) {
        let Some(id) = self.channels.on_stream(stream) else { return };
        let Some(channel) = self.channels.get_mut(id) else { return };
        channel.reset_waits = false;
        channel.resets.incoming = true;
        if channel.resets.outgoing {
            self.finish_closing(id);
        } else if !core::mem::replace(&mut channel.closing, true) {
            self.tasks.push(Task::PeerClosing(id));
            self.start_closing(now, id);
        }
    }

    /// Our outgoing side of `stream` is reset.
    pub(crate) fn handle_outgoing_reset(&mut self, stream: StreamId) {
        let Some(id) = self.channels.on_stream(stream) else { return };
        let Some(channel) = self.channels.get_mut(id) else { return };
        channel.resets.outgoing = true;
        if channel.resets.incoming {
            self.finish_closing(id);
        }
    }

    /// Both directions are reset: the stream is free again, the channel is closed in its task.
    fn finish_closing(&mut self, id: ChannelId) {
        if let Some(stream) = self.channels.get(id).and_then(|channel| channel.stream)
            && self.channels.on_stream(stream) == Some(id)
        {
            self.channels.by_stream.remove(&stream);
        }
        self.tasks.push(Task::ChannelClosed(id));
    }

    /// §6.2: the transport is being closed by the peer: closing is fired before close.
    pub(crate) fn run_peer_closing(&mut self, _now: Time, id: ChannelId) {
        let Some(channel) = self.channels.get_mut(id).filter(|_| !self.is_closed) else { return };
        if matches!(channel.state, DataChannelState::Closing | DataChannelState::Closed) {
            return;
        }
        channel.state = DataChannelState::Closing;
        self.tasks.fire(Event::Channel(id, ChannelEvent::Closing));
    }

    /// §6.2 "announce the data channel as closed".
    pub(crate) fn run_channel_closed(&mut self, id: ChannelId) {
        if let Some(channel) = self.channels.get_mut(id).filter(|_| !self.is_closed)
            && channel.state != DataChannelState::Closed
        {
            channel.state = DataChannelState::Closed;
            self.channels.sending.retain(|other| *other != id);
            self.tasks.fire(Event::Channel(id, ChannelEvent::Close));
        }
    }

    /// These channels cannot be opened: error, then close.
    pub(crate) fn fail_channels(&mut self, ids: &[ChannelId]) {
        for id in ids {
            let Some(channel) = self.channels.get_mut(*id).filter(|_| !self.is_closed) else { continue };
            if channel.state == DataChannelState::Closed {
                continue;
            }
            channel.closing = true;
            channel.state = DataChannelState::Closed;
            self.tasks.fire(Event::Channel(*id, ChannelEvent::Error(ChannelError::DataChannelFailure)));
            self.tasks.fire(Event::Channel(*id, ChannelEvent::Close));
        }
    }

    /// The association ended: every channel closes, with an error if it did not end well (§6.2).
    pub(crate) fn close_all_channels(&mut self, error: Option<&ChannelError>) {
        for id in self.channels.live() {
            let Some(channel) = self.channels.get_mut(id) else { continue };
            channel.state = DataChannelState::Closed;
            channel.closing = true;
            if let Some(error) = error {
                self.tasks.fire(Event::Channel(id, ChannelEvent::Error(error.clone())));
            }
            self.tasks.fire(Event::Channel(id, ChannelEvent::Close));
        }
        self.channels.sending.clear();
        self.channels.by_stream.clear();
    }

    /// `RTCPeerConnection.close()`: every channel is closed at once and without an event (§4.4.1.8 step 5).
    pub(crate) fn close_channels_silently(&mut self) {
        for channel in self.channels.by_id.values_mut() {
            channel.state = DataChannelState::Closed;
            channel.closing = true;
        }
        self.channels.sending.clear();
    }
}
