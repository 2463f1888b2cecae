//! Descriptions (W3C webrtc-pc §4.4.1.5, §4.6; RFC 9429): the slots, the view that `peerline-jsep` works on, and the operations.
//!
//! 1. An operation builds a [`jsep::View`] of the connection.
//! 2. `peerline-jsep` answers with a text, a [`jsep::Plan`], or an error; nothing has changed yet.
//! 3. `commit` executes the plan: slots, transceivers, transports, association.

mod candidates;
mod commit;
mod create;
mod set;
mod view;

pub(crate) use view::settings;

use crate::event::Description;
use crate::states::SignalingState;
use peerline_edge::Rng;
use peerline_jsep as jsep;
use peerline_jsep::{Created, TransceiverId, TransportId, TransportMap};

/// `[[SignalingState]]`, the four description slots and what belongs to them.
#[derive(Debug)]
pub(crate) struct Descriptions {
    pub(crate) signaling_state: SignalingState,
    current_local: Option<jsep::Description>,
    pending_local: Option<jsep::Description>,
    current_remote: Option<jsep::Description>,
    pending_remote: Option<jsep::Description>,
    last_offer: Option<Created>,
    last_answer: Option<Created>,
    session_id: u64,
    session_version: u64,
    map: TransportMap,
    stable: Option<jsep::Stable>,
    next_transceiver: TransceiverId,
    next_transport: TransportId,
    ice_credentials_to_replace: Vec<jsep::IceCredentials>,
    /// The needs-ice-restart bit of RFC 9429 §3.5.1, as the credentials whose candidates were gathered by an older configuration: the bit is
    /// set while one of them is in use. Unlike those to replace they don't make a negotiation needed.
    outdated_ice_credentials: Vec<jsep::IceCredentials>,
    default_stream: String,
    can_trickle: Option<bool>,
    /// Counts what could make the last created offer or answer untrue.
    revision: u64,
    /// The revision that the last created offer or answer describes.
    created_at: u64,
}

impl Descriptions {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        Self {
            signaling_state: SignalingState::Stable,
            current_local: None,
            pending_local: None,
            current_remote: None,
            pending_remote: None,
            last_offer: None,
            last_answer: None,
            // RFC 9429 §5.2.1: random, and positive as a signed 64-bit number.
            session_id: rng.u64() >> 1,
            // RFC 9429 §5.2.1 lets the version begin anywhere; browsers begin with 2.
            session_version: 2,
            map: TransportMap::default(),
            stable: None,
            next_transceiver: TransceiverId(0),
            next_transport: TransportId(0),
            ice_credentials_to_replace: Vec::new(),
            outdated_ice_credentials: Vec::new(),
            default_stream: rng.ice_chars(32),
            can_trickle: None,
            revision: 0,
            created_at: 0,
        }
    }

    /// What an offer or answer says has changed.
    pub(crate) fn note_change(&mut self) {
        self.revision += 1;
    }

    pub(crate) fn has_issued(&self, id: TransceiverId) -> bool {
        id < self.next_transceiver
    }

    pub(crate) fn next_transceiver_id(&mut self) -> TransceiverId {
        let id = self.next_transceiver;
        self.next_transceiver.0 += 1;
        id
    }

    /// The pending local description, else the current one.
    pub(crate) fn local(&self) -> Option<&jsep::Description> {
        self.pending_local.as_ref().or(self.current_local.as_ref())
    }

    /// True if a remote description is set, pending or current.
    pub(crate) const fn has_remote(&self) -> bool {
        self.pending_remote.is_some() || self.current_remote.is_some()
    }

    /// `[[LocalIceCredentialsToReplace]]` := the credentials of the current and the pending local description (§4.4.2 restartIce).
    pub(crate) fn want_ice_restart(&mut self) {
        self.note_change();
        self.ice_credentials_to_replace = self.ice_credentials();
    }

    /// The next offer restarts ICE, if candidates were gathered already (RFC 9429 §4.1.18).
    pub(crate) fn need_ice_restart(&mut self) {
        self.note_change();
        self.outdated_ice_credentials = self.ice_credentials();
    }

    /// The needs-ice-restart bit. A pending offer that restarts clears it; its rollback sets it again.
    pub(crate) fn needs_ice_restart(&self) -> bool {
        let outdated = |credentials: &jsep::IceCredentials| self.outdated_ice_credentials.contains(credentials);
        self.local().is_some_and(|description| credentials_of(description).iter().any(outdated))
    }

    /// The credentials of the current and the pending local description.
    fn ice_credentials(&self) -> Vec<jsep::IceCredentials> {
        [&self.current_local, &self.pending_local].into_iter().flatten().flat_map(credentials_of).collect()
    }
}

fn credentials_of(description: &jsep::Description) -> Vec<jsep::IceCredentials> {
    let session = &description.session;
    let of_section = |index: usize| {
        let peerline_sdp::IceUfrag(ufrag) = session.inherited(index)?;
        let peerline_sdp::IcePwd(pwd) = session.inherited(index)?;
        Some(jsep::IceCredentials { ufrag, pwd })
    };
    (0..session.media.len()).filter_map(of_section).collect()
}

impl crate::PeerConnection {
    /// `currentLocalDescription`.
    #[must_use]
    pub fn current_local_description(&self) -> Option<Description> {
        self.descriptions.current_local.as_ref().map(text_of)
    }

    /// `pendingLocalDescription`.
    #[must_use]
    pub fn pending_local_description(&self) -> Option<Description> {
        self.descriptions.pending_local.as_ref().map(text_of)
    }

    /// `currentRemoteDescription`.
    #[must_use]
    pub fn current_remote_description(&self) -> Option<Description> {
        self.descriptions.current_remote.as_ref().map(text_of)
    }

    /// `pendingRemoteDescription`.
    #[must_use]
    pub fn pending_remote_description(&self) -> Option<Description> {
        self.descriptions.pending_remote.as_ref().map(text_of)
    }

    /// `canTrickleIceCandidates`; `None` before a remote description.
    #[must_use]
    pub const fn can_trickle_ice_candidates(&self) -> Option<bool> {
        self.descriptions.can_trickle
    }
}

fn text_of(description: &jsep::Description) -> Description {
    Description { sdp_type: description.sdp_type, sdp: description.session.to_string() }
}
