//! Whether a connection still lives of itself: what keeps its objects alive although nobody holds them.

use crate::PeerConnection;
use crate::states::{ConnectionState, IceGatheringState};

impl PeerConnection {
    /// True if an event may still come although nobody calls: an operation or a task waits, candidates are gathered, or there is a peer
    /// who may speak. A script's event loop must keep the connection as long as that; else it may forget it together with its script.
    #[must_use]
    pub fn is_active(&self) -> bool {
        if self.has_events() {
            return true;
        }
        if self.is_closed {
            return false;
        }
        // An offer that nobody has answered starts nothing.
        let has_started = self.descriptions.has_remote() && self.transports.iter().any(|t| t.has_local_credentials);
        let has_peer = has_started && self.connection_state != ConnectionState::Failed;
        !self.operations.is_empty() || self.ice_gathering_state == IceGatheringState::Gathering || has_peer
    }
}
