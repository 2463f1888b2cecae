//! The negotiation-needed flag (W3C webrtc-pc §4.7.3).

use crate::PeerConnection;
use crate::event::Event;
use crate::states::SignalingState;
use crate::task::Task;

impl PeerConnection {
    /// "Update the negotiation-needed flag".
    pub(crate) fn update_negotiation_needed(&mut self) {
        // 1. If the length of [[Operations]] is not 0, set the flag for the empty chain and abort.
        if !self.operations.is_empty() {
            self.operations.update_negotiation_needed_when_empty = true;
            return;
        }
        // 2. Queue a task.
        self.tasks.push(Task::NegotiationNeeded);
    }

    pub(crate) fn run_negotiation_needed(&mut self) {
        // 2.1: closed: abort.
        if self.is_closed {
            return;
        }
        // 2.2: an operation came in between: leave it to the empty chain.
        if !self.operations.is_empty() {
            self.operations.update_negotiation_needed_when_empty = true;
            return;
        }
        // 2.3: not stable: abort; the flag is updated on the way back to stable.
        if self.descriptions.signaling_state != SignalingState::Stable {
            return;
        }
        // 2.4: nothing to negotiate: clear the flag and abort.
        if !peerline_jsep::negotiation_needed(&self.view()) {
            self.negotiation_needed = false;
            return;
        }
        // 2.5–2.7: fire once until it is cleared.
        if !core::mem::replace(&mut self.negotiation_needed, true) {
            self.tasks.fire(Event::NegotiationNeeded);
        }
    }
}
