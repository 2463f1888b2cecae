//! Messages on data channels: sending, reading, and the buffered amount (W3C webrtc-pc §6.2, RFC 8831 §6.6).

use super::{DataChannel, Handshake, Message};
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::{ChannelEvent, ChannelId, Event};
use crate::states::DataChannelState;
use crate::task::Task;
use bytes::Bytes;
use peerline_edge::Time;
use peerline_sctp::{OutgoingMessage, Ppid, SendError, StreamId};

impl PeerConnection {
    /// `send` (§6.2.1): queues one message, in order of the calls.
    ///
    /// # Errors
    /// [`Misuse::ChannelNotOpen`], [`Misuse::MessageTooLarge`] (the channel lives on), [`Misuse::SendBufferFull`] (wait for
    /// `BufferedAmountLow`), [`Misuse::UnknownChannel`].
    pub fn send(&mut self, now: Time, id: ChannelId, message: Message) -> Result<(), Error> {
        let channel = self.channels.by_id.get_mut(&id).ok_or(Misuse::UnknownChannel)?;
        // 2. If channel.[[ReadyState]] is not open, throw an InvalidStateError.
        if channel.state != DataChannelState::Open || channel.closing {
            return Err(Misuse::ChannelNotOpen.into());
        }
        let (Some(sctp), Some(stream)) = (&mut self.sctp, channel.stream) else {
            return Err(Misuse::ChannelNotOpen.into());
        };
        // 4. Larger than [[MaxMessageSize]]: TypeError.
        if sctp.max_message_size.is_some_and(|max| message.len() > max) {
            return Err(Misuse::MessageTooLarge.into());
        }
        let len = message.len();
        // 5. Queue it for transmission, or throw an OperationError.
        sctp.association.send(now, stream, channel.outgoing(message)).map_err(|error| match error {
            SendError::BufferFull => Misuse::SendBufferFull,
            _ => Misuse::ChannelNotOpen,
        })?;
        channel.messages.note_sent(len);
        // 6. Increase [[BufferedAmount]].
        if len > 0 {
            if channel.buffered_amount == 0 {
                self.channels.sending.push(id);
            }
            channel.buffered_amount += len;
        }
        Ok(())
    }

    /// Takes the next message off a channel; `None` if there is none now. Messages that came before the channel closed can still
    /// be read after it did. Not reading holds the peer back.
    pub fn receive(&mut self, now: Time, id: ChannelId) -> Option<Message> {
        let message = self.next_message(now, id);
        if self.channels.get(id).is_some_and(|channel| channel.reset_waits) {
            // The last message before a reset lets the reset through.
            self.advance(now);
        }
        if let Some(channel) = self.channels.get_mut(id) {
            match &message {
                Some(message) => channel.messages.note_received(message.len()),
                None => channel.readable_told = false,
            }
        }
        message
    }

    fn next_message(&mut self, now: Time, id: ChannelId) -> Option<Message> {
        loop {
            if let Some(message) = self.channels.take_kept(id) {
                return Some(message);
            }
            let channel = self.channels.get(id)?;
            if channel.resets.incoming {
                return None;
            }
            let stream = channel.stream?;
            let message = self.sctp.as_mut()?.association.receive(now, stream)?;
            match Message::from_wire(message.ppid, message.payload) {
                Some(message) => return Some(message),
                None if message.ppid == Ppid::DCEP => self.drops.dcep += 1,
                None => self.drops.unknown_ppid += 1,
            }
        }
    }

    /// The association has something to read on `stream`. DCEP is taken off here; user messages stay where they are, unless
    /// they stand behind a DCEP message.
    pub(crate) fn handle_readable(&mut self, now: Time, stream: StreamId) {
        let mut is_behind_dcep = false;
        loop {
            let known =
                self.channels.on_stream(stream).and_then(|id| self.channels.get(id).map(|channel| (id, channel)));
            if let Some((id, channel)) = known
                && channel.handshake != Handshake::AwaitingAck
                // Behind a DCEP message there need not be another one.
                && !is_behind_dcep
            {
                return self.tell_readable(id);
            }
            let Some(message) = self.sctp.as_mut().and_then(|sctp| sctp.association.receive(now, stream)) else {
                return;
            };
            if message.ppid == Ppid::DCEP {
                self.handle_dcep(now, stream, &message.payload);
                is_behind_dcep = true;
                continue;
            }
            is_behind_dcep = false;
            let channel = self
                .channels
                .on_stream(stream)
                .and_then(|id| self.channels.by_id.get_mut(&id).map(|channel| (id, channel)));
            match (channel, Message::from_wire(message.ppid, message.payload)) {
                (Some((id, channel)), Some(message)) => {
                    // RFC 8832 §6: data from the peer shows that it has seen our OPEN, as an ACK does.
                    channel.handshake = Handshake::Done;
                    self.channels.keep(id, message);
                    self.tell_readable(id);
                }
                _ => self.drops.unknown_ppid += 1,
            }
        }
    }

    fn tell_readable(&mut self, id: ChannelId) {
        if let Some(channel) = self.channels.get_mut(id)
            && !core::mem::replace(&mut channel.readable_told, true)
        {
            self.tasks.push(Task::Readable(id));
        }
    }

    pub(crate) fn run_readable(&mut self, id: ChannelId) {
        // Its open task ran before, for it was queued before; if that found the channel closing, nobody reads.
        if self.channels.get(id).is_some_and(|channel| channel.announced) && !self.is_closed {
            self.tasks.fire(Event::Channel(id, ChannelEvent::Readable));
        }
    }

    /// `bufferedAmountLowThreshold = …`, bytes.
    pub fn set_buffered_amount_low_threshold(&mut self, id: ChannelId, threshold: usize) {
        if let Some(channel) = self.channels.get_mut(id) {
            channel.low_threshold = threshold;
        }
    }

    /// After a flush: queue the task that takes what left from each bufferedAmount (§6.2).
    pub(crate) fn note_drained_channels(&mut self) {
        let Some(sctp) = &self.sctp else { return };
        for id in &self.channels.sending {
            let Some(channel) = self.channels.by_id.get_mut(id) else { continue };
            let waiting = channel.stream.map_or(0, |stream| sctp.association.buffered_amount(stream));
            if waiting < channel.buffered_amount && !core::mem::replace(&mut channel.drained_queued, true) {
                self.tasks.push(Task::Drained(*id));
            }
        }
    }

    pub(crate) fn run_drained(&mut self, id: ChannelId) {
        let Some(channel) = self.channels.by_id.get_mut(&id) else { return };
        channel.drained_queued = false;
        let Some(sctp) = &self.sctp else { return };
        let before = channel.buffered_amount;
        let waiting = channel.stream.map_or(0, |stream| sctp.association.buffered_amount(stream));
        channel.buffered_amount = waiting.min(before);
        let crossed = before > channel.low_threshold && channel.buffered_amount <= channel.low_threshold;
        if channel.buffered_amount == 0 {
            self.channels.sending.retain(|other| *other != id);
        }
        // §6.2: fire bufferedamountlow if it crossed the threshold and the channel was not closed.
        if crossed && matches!(channel.state, DataChannelState::Open | DataChannelState::Closing) {
            self.tasks.fire(Event::Channel(id, ChannelEvent::BufferedAmountLow));
        }
    }
}

impl DataChannel {
    fn outgoing(&self, message: Message) -> OutgoingMessage {
        // RFC 8831 §6.6: SCTP has no empty message, so one byte stands for it, with a PPID of its own.
        const EMPTY: Bytes = Bytes::from_static(&[0]);
        let (ppid, payload) = match message {
            Message::Text(payload) if payload.is_empty() => (Ppid::STRING_EMPTY, EMPTY),
            Message::Text(payload) => (Ppid::STRING, payload),
            Message::Binary(payload) if payload.is_empty() => (Ppid::BINARY_EMPTY, EMPTY),
            Message::Binary(payload) => (Ppid::BINARY, payload),
        };
        // RFC 8832 §6: until the ACK came, everything goes ordered, so that nothing overtakes the OPEN.
        let unordered = !self.init.ordered && self.handshake != Handshake::AwaitingAck;
        OutgoingMessage { ppid, payload, unordered, reliability: self.reliability() }
    }
}

impl Message {
    /// The message of a payload protocol identifier; `None` for one that data channels do not have.
    pub(super) fn from_wire(ppid: Ppid, payload: Bytes) -> Option<Self> {
        match ppid {
            Ppid::STRING => Some(Self::Text(payload)),
            Ppid::STRING_EMPTY => Some(Self::Text(Bytes::new())),
            Ppid::BINARY => Some(Self::Binary(payload)),
            Ppid::BINARY_EMPTY => Some(Self::Binary(Bytes::new())),
            _ => None,
        }
    }
}
