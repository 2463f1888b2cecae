//! `RTCIceTransport` (W3C webrtc-pc §5.6): what the ICE agent tells, as tasks.

use super::aggregate;
use crate::PeerConnection;
use crate::event::{Event, IceCandidateError, IceCandidateInit, TransportEvent, TransportId};
use crate::states::{DtlsTransportState, IceConnectionState, IceGatheringState};
use crate::task::Task;
use peerline_ice as ice;

impl PeerConnection {
    /// Turns an agent's event into the task that the specification queues for it.
    pub(crate) fn handle_ice_event(&mut self, id: TransportId, event: ice::Event) {
        let task = match event {
            ice::Event::LocalCandidate(candidate) => {
                let ufrag = candidate.ufrag().unwrap_or_default().to_owned();
                Task::Candidate { transport: id, candidate: candidate.to_string(), ufrag }
            }
            ice::Event::LocalCandidatesEnd { ufrag } => {
                Task::Candidate { transport: id, candidate: String::new(), ufrag }
            }
            ice::Event::GatheringStateChange(state) => Task::GatheringState(id, state.into()),
            ice::Event::StateChange(state) => Task::IceState(id, state.into()),
            ice::Event::SelectedPairChange { component } => {
                if let Some(transport) = self.transports.get_mut(id).filter(|_| component == ice::Component::RTP) {
                    transport.selected_pair_changes += 1;
                }
                Task::SelectedPair(id)
            }
            ice::Event::CandidateError { address, port, url, code, text } => Task::CandidateError(IceCandidateError {
                address,
                // Port 0 without an address, as browsers have it.
                port: Some(port),
                url,
                error_code: code,
                error_text: text.to_owned(),
            }),
            _ => return,
        };
        self.tasks.push(task);
    }

    /// §5.6.1 "when the ICE agent starts or ends gathering", and "update the ICE gathering state" (§4.4.1.9).
    pub(crate) fn run_gathering_state(&mut self, id: TransportId, state: IceGatheringState) {
        let Some(transport) = self.transports.get_mut(id).filter(|_| !self.is_closed) else { return };
        if transport.slots.gathering_state == state {
            return;
        }
        transport.slots.gathering_state = state;
        self.tasks.fire(Event::Transport(id, TransportEvent::IceGatheringState(state)));
        self.update_gathering_state();
    }

    /// "Update the ICE gathering state" (§4.4.1.9).
    pub(crate) fn update_gathering_state(&mut self) {
        let all: Vec<_> = self.transports.iter().map(|transport| transport.slots.gathering_state).collect();
        let new = aggregate::ice_gathering_state(&all);
        if new == self.ice_gathering_state {
            return;
        }
        self.ice_gathering_state = new;
        self.tasks.fire(Event::IceGatheringStateChange(new));
        // If the new state is complete, an icecandidate event with null follows.
        if new == IceGatheringState::Complete {
            self.tasks.fire(Event::IceCandidate(None));
        }
    }

    /// "Surface the candidate": add it to the descriptions, then fire `icecandidate` (§5.6.1).
    pub(crate) fn run_candidate(&mut self, id: TransportId, candidate: String, ufrag: String) {
        if self.is_closed {
            return;
        }
        let Some(transport) = self.transports.get_mut(id) else { return };
        let Some((index, mid)) = transport.speaks_for.clone() else { return };
        if candidate.is_empty() {
            transport.surfaced_all = true;
        } else {
            transport.surfaced.push(candidate.clone());
        }
        self.descriptions.add_local_candidate(&ufrag, &candidate);
        self.tasks.fire(Event::IceCandidate(Some(IceCandidateInit {
            candidate,
            sdp_mid: Some(mid.as_str().to_owned()),
            sdp_m_line_index: u16::try_from(index).ok(),
            username_fragment: Some(ufrag),
        })));
    }

    /// §5.6.1: the state of an ICE transport changes; then the connection's states follow.
    pub(crate) fn run_ice_state(&mut self, id: TransportId, state: IceConnectionState) {
        let Some(transport) = self.transports.get_mut(id).filter(|_| !self.is_closed) else { return };
        if transport.slots.ice_state == state {
            return;
        }
        transport.slots.ice_state = state;
        // The order of the specification: transport, iceconnectionstatechange, connectionstatechange.
        self.tasks.fire(Event::Transport(id, TransportEvent::IceState(state)));
        self.update_ice_connection_state();
        self.update_connection_state();
    }

    /// A transport that the last description made superfluous is closed: its objects tell.
    pub(crate) fn run_transport_closed(&mut self, id: TransportId) {
        if self.is_closed {
            return;
        }
        self.transports.forget(id);
        self.tasks.fire(Event::Transport(id, TransportEvent::DtlsState(DtlsTransportState::Closed)));
        self.tasks.fire(Event::Transport(id, TransportEvent::IceState(IceConnectionState::Closed)));
    }

    /// "Update the ICE connection state" (§4.4.1.9).
    pub(crate) fn update_ice_connection_state(&mut self) {
        let ice: Vec<_> = self.transports.iter().map(|transport| transport.slots.ice_state).collect();
        let new = aggregate::ice_connection_state(&ice);
        if core::mem::replace(&mut self.ice_connection_state, new) != new {
            self.tasks.fire(Event::IceConnectionStateChange(new));
        }
    }

    pub(crate) fn run_selected_pair(&mut self, id: TransportId) {
        if !self.is_closed {
            self.tasks.fire(Event::Transport(id, TransportEvent::SelectedCandidatePair));
        }
    }

    /// "Update the connection state" (§4.4.1.10).
    pub(crate) fn update_connection_state(&mut self) {
        let ice: Vec<_> = self.transports.iter().map(|transport| transport.slots.ice_state).collect();
        let dtls: Vec<_> = self.transports.iter().map(|transport| transport.slots.dtls_state).collect();
        let new = aggregate::connection_state(&ice, &dtls);
        if core::mem::replace(&mut self.connection_state, new) != new {
            self.tasks.fire(Event::ConnectionStateChange(new));
        }
    }
}

impl From<ice::GatheringState> for IceGatheringState {
    fn from(state: ice::GatheringState) -> Self {
        match state {
            ice::GatheringState::New => Self::New,
            ice::GatheringState::Gathering => Self::Gathering,
            ice::GatheringState::Complete => Self::Complete,
        }
    }
}

impl From<ice::State> for IceConnectionState {
    fn from(state: ice::State) -> Self {
        match state {
            ice::State::New => Self::New,
            ice::State::Checking => Self::Checking,
            ice::State::Connected => Self::Connected,
            ice::State::Completed => Self::Completed,
            ice::State::Disconnected => Self::Disconnected,
            ice::State::Failed => Self::Failed,
            ice::State::Closed => Self::Closed,
        }
    }
}
