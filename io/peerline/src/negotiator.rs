//! Perfect negotiation (W3C webrtc-pc §10.7) ready-made: two peers that negotiate whenever either wants to, and always converge.
//!
//! The application carries messages and events, the negotiator does the rest:
//!
//! ```no_run
//! # use peerline::{Negotiator, RtcError, RtcPeerConnection, RtcSignalingMessage};
//! # async fn receive() -> RtcSignalingMessage { unimplemented!() }
//! # async fn send(_: RtcSignalingMessage) {}
//! # async fn example(connection: RtcPeerConnection, polite: bool) -> Result<(), RtcError> {
//! let mut negotiator = Negotiator::new(connection.clone(), polite);
//! loop {
//!     let answer = tokio::select! {
//!         Some(event) = connection.next_event() => negotiator.handle_event(&event).await?,
//!         message = receive() => negotiator.handle_message(message).await?,
//!     };
//!     if let Some(message) = answer {
//!         send(message).await;
//!     }
//! }
//! # }
//! ```

use crate::rtc_error::RtcError;
use crate::rtc_ice_candidate::RtcIceCandidateInit;
use crate::rtc_peer_connection::{RtcPeerConnection, RtcSignalingState};
use crate::rtc_peer_connection_event::RtcPeerConnectionEvent;
use crate::rtc_session_description::{RtcSdpType, RtcSessionDescription};

/// Candidates that wait for the description they belong to, at most.
const MAX_EARLY_CANDIDATES: usize = 100;

/// What two negotiators say to each other; how it travels is the application's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RtcSignalingMessage {
    /// An offer or an answer.
    Description(RtcSessionDescription),
    /// A candidate; `None` says that there are no more.
    Candidate(Option<RtcIceCandidateInit>),
}

/// One side of a perfect negotiation. Of the two sides, exactly one is polite: it gives way when both offer at once.
#[derive(Debug)]
pub struct Negotiator {
    connection: RtcPeerConnection,
    polite: bool,
    /// The last offer of the other side was ignored, and so are its candidates.
    ignores_offer: bool,
    /// Candidates whose description has not come yet.
    early: Vec<Option<RtcIceCandidateInit>>,
}

impl Negotiator {
    /// The negotiator of this connection.
    #[must_use]
    pub const fn new(connection: RtcPeerConnection, polite: bool) -> Self {
        Self { connection, polite, ignores_offer: false, early: Vec::new() }
    }

    /// Takes an event of the connection; gives what to send, if anything. Events that are not about negotiation are left alone.
    ///
    /// # Errors
    /// What `setLocalDescription` refuses: `InvalidStateError` if the connection is closed.
    pub async fn handle_event(
        &mut self,
        event: &RtcPeerConnectionEvent,
    ) -> Result<Option<RtcSignalingMessage>, RtcError> {
        match event {
            // An offer that came in between has made this one needless, or it is fired again once that is answered.
            RtcPeerConnectionEvent::NegotiationNeeded
                if self.connection.signaling_state() != RtcSignalingState::Stable =>
            {
                Ok(None)
            }
            RtcPeerConnectionEvent::NegotiationNeeded => self.describe().await.map(Some),
            RtcPeerConnectionEvent::IceCandidate(candidate) => {
                let candidate = candidate.as_ref().map(|candidate| candidate.to_init());
                // One of an offer that was rolled back since is of no use to anybody.
                let local = self.connection.local_description();
                let ufrag = candidate.as_ref().and_then(|candidate| candidate.username_fragment.as_deref());
                let is_stale = ufrag.is_some_and(|ufrag| !local.is_some_and(|local| has_generation(&local, ufrag)));
                Ok((!is_stale).then_some(RtcSignalingMessage::Candidate(candidate)))
            }
            _ => Ok(None),
        }
    }

    /// Takes a message of the other side; gives what to answer, if anything.
    ///
    /// # Errors
    /// What `setRemoteDescription` and `addIceCandidate` refuse. An offer that has to give way, and its candidates, are no error.
    pub async fn handle_message(
        &mut self,
        message: RtcSignalingMessage,
    ) -> Result<Option<RtcSignalingMessage>, RtcError> {
        match message {
            RtcSignalingMessage::Description(description) => self.handle_description(description).await,
            RtcSignalingMessage::Candidate(candidate) => self.handle_candidate(candidate).await.map(|()| None),
        }
    }

    async fn handle_description(
        &mut self,
        description: RtcSessionDescription,
    ) -> Result<Option<RtcSignalingMessage>, RtcError> {
        let is_offer = description.sdp_type == RtcSdpType::Offer;
        let collides = is_offer && self.connection.signaling_state() != RtcSignalingState::Stable;
        self.ignores_offer = collides && !self.polite;
        if self.ignores_offer {
            return Ok(None);
        }
        let is_stale_answer = !is_offer && self.connection.signaling_state() != RtcSignalingState::HaveLocalOffer;
        if is_stale_answer {
            // The answer to an offer that was rolled back.
            return Ok(None);
        }
        // A polite side's own offer is rolled back by this.
        self.connection.set_remote_description(description).await?;
        for candidate in std::mem::take(&mut self.early) {
            self.handle_candidate(candidate).await?;
        }
        if is_offer { self.describe().await.map(Some) } else { Ok(None) }
    }

    async fn handle_candidate(&mut self, candidate: Option<RtcIceCandidateInit>) -> Result<(), RtcError> {
        let Some(remote) = self.connection.remote_description() else {
            self.keep_for_later(candidate);
            return Ok(());
        };
        let ufrag = candidate.as_ref().and_then(|candidate| candidate.username_fragment.as_deref());
        if ufrag.is_some_and(|ufrag| !has_generation(&remote, ufrag)) {
            // Ahead of its description, or of an offer that was ignored or rolled back: if its time comes, it comes with a description.
            self.keep_for_later(candidate);
            return Ok(());
        }
        match self.connection.add_ice_candidate(candidate).await {
            Err(_) if self.ignores_offer => Ok(()),
            result => result,
        }
    }

    fn keep_for_later(&mut self, candidate: Option<RtcIceCandidateInit>) {
        if self.early.len() == MAX_EARLY_CANDIDATES {
            self.early.remove(0);
        }
        self.early.push(candidate);
    }

    async fn describe(&self) -> Result<RtcSignalingMessage, RtcError> {
        self.connection.set_local_description(None).await?;
        let description = self.connection.local_description().ok_or_else(RtcError::connection_closed)?;
        Ok(RtcSignalingMessage::Description(description))
    }
}

/// True if the description is of the ICE generation with this ufrag.
fn has_generation(description: &RtcSessionDescription, ufrag: &str) -> bool {
    description.sdp.lines().any(|line| line.strip_prefix("a=ice-ufrag:") == Some(ufrag))
}
