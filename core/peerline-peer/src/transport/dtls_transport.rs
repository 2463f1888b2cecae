//! `RTCDtlsTransport` (W3C webrtc-pc §5.5): what the DTLS connection tells, as tasks.

use crate::PeerConnection;
use crate::event::{Event, TransportEvent, TransportId};
use crate::states::DtlsTransportState;
use crate::task::Task;
use peerline_dtls as dtls;
use peerline_edge::Time;

impl PeerConnection {
    /// Turns an event of the DTLS connection into its task. Once the peer is verified, the association starts: no timer in between.
    pub(crate) fn handle_dtls_event(&mut self, now: Time, id: TransportId, event: &dtls::Event) {
        let state = match event {
            dtls::Event::Connected(_) => {
                if let Some(sctp) = self.sctp.as_mut().filter(|sctp| sctp.transport == id) {
                    sctp.association.connect(now);
                }
                // "connected" means all of it: RTCP on a component of its own may still be on its way.
                let rtcp = self.transports.get(id).and_then(|transport| transport.rtcp.as_ref());
                if rtcp.is_some_and(|dtls| dtls.state() != dtls::State::Connected) {
                    return;
                }
                DtlsTransportState::Connected
            }
            dtls::Event::Closed => DtlsTransportState::Closed,
            dtls::Event::Failed(failure) => {
                tracing::info!(reason = ?failure.reason, "DTLS failed");
                if let Some(transport) = self.transports.get_mut(id) {
                    transport.dtls_failure = Some(*failure);
                }
                DtlsTransportState::Failed
            }
        };
        self.tasks.push(Task::DtlsState(id, state));
    }

    /// The same for RTCP on a component of its own; W3C has one object for both.
    pub(crate) fn handle_rtcp_dtls_event(&mut self, now: Time, id: TransportId, event: &dtls::Event) {
        let rtp = self.transports.get(id).map(|transport| transport.dtls.state());
        match event {
            dtls::Event::Connected(_) if rtp != Some(dtls::State::Connected) => {}
            event => self.handle_dtls_event(now, id, event),
        }
    }

    /// §5.5.1: the state changes in a task; an error goes first.
    pub(crate) fn run_dtls_state(&mut self, id: TransportId, state: DtlsTransportState) {
        let Some(transport) = self.transports.get_mut(id).filter(|_| !self.is_closed) else { return };
        if core::mem::replace(&mut transport.slots.dtls_state, state) == state {
            return;
        }
        if let Some(failure) = transport.dtls_failure.filter(|_| state == DtlsTransportState::Failed) {
            self.tasks.fire(Event::Transport(id, TransportEvent::DtlsError(failure)));
        }
        self.tasks.fire(Event::Transport(id, TransportEvent::DtlsState(state)));
        self.update_connection_state();
        // §6.1.1.1: an association whose DTLS transport ended is closed.
        if matches!(state, DtlsTransportState::Closed | DtlsTransportState::Failed) {
            self.end_association(id, state);
        }
    }
}

pub(super) const fn w3c_state(state: dtls::State) -> DtlsTransportState {
    match state {
        dtls::State::New => DtlsTransportState::New,
        dtls::State::Connecting => DtlsTransportState::Connecting,
        dtls::State::Connected => DtlsTransportState::Connected,
        dtls::State::Closed => DtlsTransportState::Closed,
        dtls::State::Failed => DtlsTransportState::Failed,
    }
}
