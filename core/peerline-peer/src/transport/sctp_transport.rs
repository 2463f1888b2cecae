//! `RTCSctpTransport` (W3C webrtc-pc §6.1): the association and what it tells, as tasks.

use crate::PeerConnection;
use crate::error::ChannelError;
use crate::event::{Event, TransportId};
use crate::states::{DtlsTransportState, SctpTransportState};
use crate::task::Task;
use peerline_dtls as dtls;
use peerline_edge::Time;
use peerline_sctp as sctp;

/// The association and the slots of its W3C object.
#[derive(Debug)]
pub(crate) struct SctpTransport {
    pub(crate) association: sctp::Association,
    pub(crate) transport: TransportId,
    pub(crate) state: SctpTransportState,
    /// `[[MaxMessageSize]]`, bytes; `None` means no limit.
    pub(crate) max_message_size: Option<usize>,
    /// `[[MaxChannels]]`, once the association stands.
    pub(crate) max_channels: Option<u16>,
    /// The peer's SCTP port, once an answer named it.
    pub(crate) remote_port: Option<u16>,
    /// Why the association ended.
    end: Option<ChannelError>,
}

/// What `RTCSctpTransport` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SctpTransportView {
    /// `transport`.
    pub transport: TransportId,
    /// `state`.
    pub state: SctpTransportState,
    /// `maxMessageSize`, bytes; `None` means infinity.
    pub max_message_size: Option<usize>,
    /// `maxChannels`, once connected.
    pub max_channels: Option<u16>,
}

impl SctpTransport {
    pub(crate) fn new(association: sctp::Association, transport: TransportId) -> Self {
        Self {
            association,
            transport,
            state: SctpTransportState::Connecting,
            max_message_size: Some(65_536),
            max_channels: None,
            remote_port: None,
            end: None,
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.association.state() == sctp::State::Connected
    }
}

impl PeerConnection {
    /// `sctp`.
    #[must_use]
    pub fn sctp(&self) -> Option<SctpTransportView> {
        self.sctp.as_ref().map(|sctp| SctpTransportView {
            transport: sctp.transport,
            state: sctp.state,
            max_message_size: sctp.max_message_size,
            max_channels: sctp.max_channels,
        })
    }

    pub(crate) fn max_channels(&self) -> Option<u16> {
        self.sctp.as_ref().and_then(|sctp| sctp.max_channels)
    }

    /// True if our side of the association's DTLS transport is the client; `None` while that is not known.
    pub(crate) fn sctp_dtls_is_client(&self) -> Option<bool> {
        let role = self.transports.get(self.sctp.as_ref()?.transport)?.dtls_role?;
        Some(role == dtls::Role::Client)
    }

    pub(crate) fn handle_sctp_event(&mut self, now: Time, event: sctp::Event) {
        match event {
            sctp::Event::Connected => self.tasks.push(Task::SctpState(SctpTransportState::Connected)),
            sctp::Event::Readable(stream) => self.handle_readable(now, stream),
            sctp::Event::IncomingStreamResetWaits(stream) => self.read_ahead_of_reset(now, stream),
            sctp::Event::IncomingStreamReset(stream) => self.handle_incoming_reset(now, stream),
            // A peer that refuses to reset will not use the stream either: the channel is closed on our side all the same.
            sctp::Event::OutgoingStreamReset(stream) | sctp::Event::OutgoingStreamResetFailed(stream) => {
                self.handle_outgoing_reset(stream);
            }
            // RFC 9260 §5.2.4.1: the peer began anew and knows none of the channels.
            sctp::Event::Restarted => self.close_all_channels(Some(&ChannelError::SctpFailure { cause: None })),
            sctp::Event::Closed { reason } => {
                if let Some(sctp) = &mut self.sctp {
                    sctp.end = channel_error(reason);
                }
                self.tasks.push(Task::SctpState(SctpTransportState::Closed));
            }
            sctp::Event::BufferedAmountLow(_) => {}
        }
    }

    /// §6.1.1.3 "connected procedure", and the closing of everything above when the association ends.
    pub(crate) fn run_sctp_state(&mut self, now: Time, state: SctpTransportState) {
        let Some(sctp) = self.sctp.as_mut().filter(|_| !self.is_closed) else { return };
        if core::mem::replace(&mut sctp.state, state) == state {
            return;
        }
        match state {
            SctpTransportState::Connected => {
                // 2. Set [[MaxChannels]] to the smaller of the negotiated numbers of streams.
                let association = &sctp.association;
                sctp.max_channels = Some(association.max_outgoing_streams().min(association.max_incoming_streams()));
                self.tasks.fire(Event::SctpTransport(state));
                self.connect_waiting_channels(now);
            }
            SctpTransportState::Closed => {
                let error = sctp.end.clone();
                self.tasks.fire(Event::SctpTransport(state));
                self.close_all_channels(error.as_ref());
            }
            SctpTransportState::Connecting => {}
        }
    }

    /// The DTLS transport below the association ended.
    pub(crate) fn end_association(&mut self, transport: TransportId, state: DtlsTransportState) {
        let Some(sctp) = self.sctp.as_mut().filter(|sctp| sctp.transport == transport) else { return };
        if sctp.end.is_none() && state == DtlsTransportState::Failed {
            sctp.end = Some(ChannelError::SctpFailure { cause: None });
        }
        self.tasks.push(Task::SctpState(SctpTransportState::Closed));
    }
}

/// The error that channels report; `None` if the association ended in good order.
fn channel_error(reason: sctp::CloseReason) -> Option<ChannelError> {
    match reason {
        sctp::CloseReason::Shutdown | sctp::CloseReason::Aborted => None,
        sctp::CloseReason::PeerAbort { cause, .. } => {
            Some(ChannelError::SctpFailure { cause: Some(cause).filter(|cause| *cause != 0) })
        }
        _ => Some(ChannelError::SctpFailure { cause: None }),
    }
}
