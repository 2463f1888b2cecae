//! Whether a new offer is needed (webrtc-pc §4.7.3).

use crate::View;

/// "Check if negotiation is needed".
pub fn negotiation_needed(view: &View<'_>) -> bool {
    let _ = view;
    false
}
