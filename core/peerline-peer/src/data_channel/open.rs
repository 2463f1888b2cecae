//! Creating and opening data channels: by us, by the peer (RFC 8832), and out of band.

use super::{DataChannel, DataChannelInit, DataChannels, Handshake, validate};
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::{ChannelEvent, ChannelId, Event};
use crate::states::{DataChannelState, Priority};
use crate::task::Task;
use bytes::Bytes;
use peerline_edge::Time;
use peerline_sctp::dcep::{self, Open};
use peerline_sctp::{OutgoingMessage, Ppid, Reliability, StreamId, StreamOptions};

impl PeerConnection {
    /// `createDataChannel` (§6.1). The channel is `connecting` until its transport stands.
    ///
    /// # Errors
    /// Each [`Misuse`] that the algorithm names; none of them changes anything.
    pub fn create_data_channel(&mut self, now: Time, label: &str, init: DataChannelInit) -> Result<ChannelId, Error> {
        // 2. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        validate(label, &init)?;
        // 12. An id without `negotiated` is ignored.
        let init = DataChannelInit { id: init.id.filter(|_| init.negotiated), ..init };
        let dtls_is_client = self.sctp_dtls_is_client();
        let mut channel = DataChannel::new(label, init);
        // 18., 19.: if the DTLS role is known, the stream is chosen now; it must be free and within what was negotiated.
        if let Some(stream) = channel.stream {
            if self.channels.on_stream(stream).is_some() || self.max_channels().is_some_and(|max| stream.0 >= max) {
                return Err(Misuse::ChannelIdTaken.into());
            }
        } else if let Some(is_client) = dtls_is_client {
            let max = self.max_channels().unwrap_or(u16::MAX);
            channel.stream = Some(self.channels.free_stream(is_client, max).ok_or(Misuse::ChannelIdTaken)?);
        }
        let id = self.channels.insert(channel);
        // 22., 23.: connect it in parallel; the first channel makes negotiation necessary.
        let first = !core::mem::replace(&mut self.channels.created, true);
        self.connect_channel(now, id);
        if first {
            self.descriptions.note_change();
            self.update_negotiation_needed();
        }
        self.advance(now);
        Ok(id)
    }

    /// §4.4.1.5 step 4.6.5.2: the DTLS role is known now, which decides the parity of ids: each channel without one gets one. Gives those that go
    /// without.
    pub(crate) fn assign_channel_ids(&mut self) -> Vec<ChannelId> {
        let Some(is_client) = self.sctp_dtls_is_client() else { return Vec::new() };
        let max = self.max_channels().unwrap_or(u16::MAX);
        let waits = |channel: &DataChannel| channel.stream.is_none() && channel.state == DataChannelState::Connecting;
        let mut failed = Vec::new();
        for id in self.channels.live() {
            if !self.channels.get(id).is_some_and(waits) {
                continue;
            }
            match self.channels.free_stream(is_client, max) {
                Some(stream) => self.channels.assign_stream(id, stream),
                None => failed.push(id),
            }
        }
        failed
    }

    /// The association came up: connect every channel that waits for it (§6.1.1.3).
    pub(crate) fn connect_waiting_channels(&mut self, now: Time) {
        for id in self.channels.live() {
            self.connect_channel(now, id);
        }
    }

    /// §6.2 "connect" steps: give the channel its stream, send OPEN, announce it as open.
    fn connect_channel(&mut self, now: Time, id: ChannelId) {
        let Some(is_client) = self.sctp_dtls_is_client() else { return };
        let max_channels = self.max_channels();
        let Some(channel) = self.channels.by_id.get(&id) else { return };
        if channel.state != DataChannelState::Connecting || channel.closing {
            return;
        }
        let stream = channel.stream.or_else(|| self.channels.free_stream(is_client, max_channels.unwrap_or(u16::MAX)));
        let Some(stream) = stream else { return self.tasks.push(Task::ChannelFailed(id)) };
        self.channels.assign_stream(id, stream);
        let Some(sctp) = self.sctp.as_mut().filter(|sctp| sctp.is_connected()) else { return };
        // §6.1.1.3: a channel whose id is beyond what was negotiated fails.
        if max_channels.is_some_and(|max| stream.0 >= max) {
            return self.tasks.push(Task::ChannelFailed(id));
        }
        let Some(channel) = self.channels.by_id.get_mut(&id) else { return };
        let priority = channel.init.priority.sctp_priority();
        sctp.association.open_stream(stream, StreamOptions { priority });
        if channel.handshake == Handshake::OpenToSend {
            let mut payload = Vec::with_capacity(12 + channel.label.len() + channel.init.protocol.len());
            dcep::Message::Open(channel.open_message()).encode(&mut payload);
            // RFC 8832 §6: DCEP goes ordered and reliable, whatever the channel is.
            if sctp.association.send(now, stream, dcep_message(payload)).is_err() {
                return self.tasks.push(Task::ChannelFailed(id));
            }
            channel.handshake = Handshake::AwaitingAck;
        }
        self.tasks.push(Task::OpenChannel(id));
    }

    /// A DCEP message came on `stream`.
    pub(super) fn handle_dcep(&mut self, now: Time, stream: StreamId, payload: &[u8]) {
        match (dcep::parse(payload), self.channels.on_stream(stream)) {
            (Ok(dcep::Message::Open(open)), None) => self.accept_open(now, stream, open),
            (Ok(dcep::Message::Ack), Some(id)) => {
                if let Some(channel) = self.channels.get_mut(id)
                    && channel.handshake == Handshake::AwaitingAck
                {
                    channel.handshake = Handshake::Done;
                }
            }
            // RFC 8832 §6: an OPEN on a stream in use, an ACK on one that is not, and garbage are errors of the peer.
            _ => self.drops.dcep += 1,
        }
    }

    /// RFC 8832 §6 and §6.2 "announce a data channel": the peer opened one.
    fn accept_open(&mut self, now: Time, stream: StreamId, open: Open) {
        let text_len = open.label.len() + open.protocol.len();
        let fits = self.channels.by_id.len() < crate::MAX_CHANNELS
            && self.channels.peer_text_len + text_len <= crate::MAX_PEER_TEXT;
        if !fits {
            self.drops.dcep += 1;
            // The peer sees its channel close.
            if let Some(sctp) = &mut self.sctp {
                sctp.association.reset_stream(now, stream);
            }
            return;
        }
        self.channels.peer_text_len += text_len;
        let (max_retransmits, max_packet_life_time) = match open.reliability {
            Reliability::Reliable => (None, None),
            Reliability::MaxRetransmits(retransmits) => (Some(retransmits), None),
            Reliability::MaxLifetime(life_time) => {
                (None, Some(u16::try_from(life_time.as_millis()).unwrap_or(u16::MAX)))
            }
        };
        let init = DataChannelInit {
            ordered: !open.unordered,
            max_packet_life_time,
            max_retransmits,
            protocol: open.protocol,
            negotiated: false,
            id: None,
            priority: Priority::from_sctp_priority(open.priority),
        };
        let mut channel = DataChannel::new(&open.label, init);
        channel.stream = Some(stream);
        channel.handshake = Handshake::Done;
        channel.announced = false;
        channel.opened_by_peer = true;
        let priority = channel.init.priority.sctp_priority();
        let id = self.channels.insert(channel);
        if let Some(sctp) = &mut self.sctp {
            sctp.association.open_stream(stream, StreamOptions { priority });
            let mut payload = Vec::with_capacity(1);
            dcep::Message::Ack.encode(&mut payload);
            if sctp.association.send(now, stream, dcep_message(payload)).is_err() {
                self.drops.dcep += 1;
            }
        }
        self.tasks.push(Task::AnnounceChannel(id));
        self.tasks.push(Task::OpenChannel(id));
    }

    /// §6.2 "announce a data channel instance".
    pub(crate) fn run_announce_channel(&mut self, id: ChannelId) {
        let Some(channel) = self.channels.get_mut(id).filter(|_| !self.is_closed) else { return };
        // 4. Set channel.[[ReadyState]] to open, but do not fire open yet.
        if channel.state == DataChannelState::Connecting {
            channel.state = DataChannelState::Open;
            channel.was_open = true;
        }
        // 5. Fire datachannel.
        self.tasks.fire(Event::DataChannel(id));
    }

    /// §6.2 "announce the data channel as open".
    pub(crate) fn run_open_channel(&mut self, id: ChannelId) {
        let Some(channel) = self.channels.get_mut(id).filter(|_| !self.is_closed) else { return };
        // 2. If channel.[[ReadyState]] is closing or closed, abort.
        if matches!(channel.state, DataChannelState::Closing | DataChannelState::Closed) {
            return;
        }
        // Told already: the association may have come up between the peer's OPEN and this task.
        if channel.state == DataChannelState::Open && channel.announced {
            return;
        }
        // 3., 4.
        channel.state = DataChannelState::Open;
        channel.was_open = true;
        channel.announced = true;
        self.tasks.fire(Event::Channel(id, ChannelEvent::Open));
    }
}

impl DataChannels {
    fn assign_stream(&mut self, id: ChannelId, stream: StreamId) {
        if let Some(channel) = self.by_id.get_mut(&id) {
            channel.stream = Some(stream);
            self.by_stream.insert(stream, id);
        }
    }
}

impl DataChannel {
    fn open_message(&self) -> Open {
        Open {
            reliability: self.reliability(),
            unordered: !self.init.ordered,
            priority: self.init.priority.sctp_priority(),
            label: self.label.clone(),
            protocol: self.init.protocol.clone(),
        }
    }
}

fn dcep_message(payload: Vec<u8>) -> OutgoingMessage {
    OutgoingMessage {
        ppid: Ppid::DCEP,
        payload: Bytes::from(payload),
        unordered: false,
        reliability: Reliability::Reliable,
    }
}
