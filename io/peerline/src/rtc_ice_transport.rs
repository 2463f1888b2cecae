//! `RTCIceTransport` (W3C webrtc-pc §5.6): a view of one ICE transport.

use crate::rtc_ice_candidate::{RtcIceCandidate, RtcIceCandidateInit};
use crate::shared::Handle;
use peerline_peer::{CandidatePair, TransportId, TransportView};
use std::time::Duration;

pub use peerline_peer::{
    IceConnectionState as RtcIceTransportState, IceCredentials as RtcIceParameters,
    IceGatheringState as RtcIceGathererState, IceRole as RtcIceRole,
};

/// A view of an ICE transport; it always shows the present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcIceTransport {
    connection: Handle,
    id: TransportId,
}

/// `RTCIceCandidatePair` (§5.6.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtcIceCandidatePair {
    /// Our candidate.
    pub local: RtcIceCandidate,
    /// The peer's candidate.
    pub remote: RtcIceCandidate,
    /// The round-trip time that the last check measured.
    pub round_trip_time: Option<Duration>,
}

impl RtcIceTransport {
    pub(crate) const fn new(connection: Handle, id: TransportId) -> Self {
        Self { connection, id }
    }

    /// `state`.
    #[must_use]
    pub fn state(&self) -> RtcIceTransportState {
        self.view().map_or(RtcIceTransportState::Closed, |view| view.ice_state)
    }

    /// `gatheringState`.
    #[must_use]
    pub fn gathering_state(&self) -> RtcIceGathererState {
        self.view().map_or(RtcIceGathererState::Complete, |view| view.gathering_state)
    }

    /// `role`; `None` before a description decided it.
    #[must_use]
    pub fn role(&self) -> Option<RtcIceRole> {
        self.view().and_then(|view| view.ice_role)
    }

    /// `getLocalCandidates()`: those gathered and told so far.
    #[must_use]
    pub fn get_local_candidates(&self) -> Vec<RtcIceCandidate> {
        self.view().map_or_else(Vec::new, |view| view.local_candidates.into_iter().map(candidate).collect())
    }

    /// `getRemoteCandidates()`: those the peer signaled, and those its checks came from.
    #[must_use]
    pub fn get_remote_candidates(&self) -> Vec<RtcIceCandidate> {
        self.view().map_or_else(Vec::new, |view| view.remote_candidates.into_iter().map(candidate).collect())
    }

    /// `getLocalParameters()`; `None` before a local description.
    #[must_use]
    pub fn get_local_parameters(&self) -> Option<RtcIceParameters> {
        self.view().and_then(|view| view.local_parameters)
    }

    /// `getRemoteParameters()`; `None` before a remote description.
    #[must_use]
    pub fn get_remote_parameters(&self) -> Option<RtcIceParameters> {
        self.view().and_then(|view| view.remote_parameters)
    }

    /// `getSelectedCandidatePair`.
    #[must_use]
    pub fn get_selected_candidate_pair(&self) -> Option<RtcIceCandidatePair> {
        self.connection.lock().core.selected_candidate_pair(self.id).map(RtcIceCandidatePair::from)
    }

    fn view(&self) -> Option<TransportView> {
        self.connection.lock().transport(self.id)
    }
}

impl From<CandidatePair> for RtcIceCandidatePair {
    fn from(pair: CandidatePair) -> Self {
        Self { local: candidate(pair.local), remote: candidate(pair.remote), round_trip_time: pair.round_trip_time }
    }
}

fn candidate(candidate: String) -> RtcIceCandidate {
    RtcIceCandidate::from_init(RtcIceCandidateInit { candidate, ..RtcIceCandidateInit::default() })
}
