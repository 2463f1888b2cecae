//! What the agent tells its owner (W3C webrtc-pc §5.6, events of `RTCIceTransport` and `RTCPeerConnection`).

use crate::{Candidate, Component, GatheringState, Role, State};
use core::net::IpAddr;

/// News from the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A local candidate to signal; its `ufrag` extension names the generation.
    LocalCandidate(Candidate),
    /// All local candidates of this generation were told: signal end-of-candidates.
    LocalCandidatesEnd {
        /// The username fragment of the generation that ended.
        ufrag: String,
    },
    /// The gathering state changed.
    GatheringStateChange(GatheringState),
    /// The state changed.
    StateChange(State),
    /// [`crate::Agent::path`] and [`crate::Agent::selected_pair`] of this component changed.
    SelectedPairChange {
        /// Which component.
        component: Component,
    },
    /// A STUN server could not be used (W3C `icecandidateerror`).
    CandidateError {
        /// The local address the query went out from, if one did.
        address: Option<IpAddr>,
        /// The local port, or 0.
        port: u16,
        /// The server's URL.
        url: String,
        /// The STUN error code, or 701 if the server could not be reached.
        code: u16,
        /// The reason, in English.
        text: &'static str,
    },
    /// A role conflict was resolved by taking this role (RFC 8445 §7.3.1.1).
    RoleChange(Role),
    /// Addresses of this host came or went after gathering was complete: an ICE restart would tell the other side.
    InterfacesChange,
}
