//! `RTCIceTransport` (W3C webrtc-pc §5.6): a view of one ICE transport.

use crate::rtc_ice_candidate::{RtcIceCandidate, RtcIceCandidateInit};
use crate::shared::Handle;
use peerline_peer::{CandidatePair, TransportId, TransportView};
use std::time::Duration;

pub use peerline_peer::{IceConnectionState as RtcIceTransportState, IceGatheringState as RtcIceGathererState};

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
        let candidate =
            |candidate| RtcIceCandidate::from_init(RtcIceCandidateInit { candidate, ..RtcIceCandidateInit::default() });
        Self { local: candidate(pair.local), remote: candidate(pair.remote), round_trip_time: pair.round_trip_time }
    }
}
