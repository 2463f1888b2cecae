//! One call of a native peer: perfect negotiation (W3C webrtc-pc §10.7) between a peer connection and the signaling.
//!
//! 1. What the connection says (descriptions, candidates) goes to the peer over the signaling, and the other way round.
//! 2. When both make an offer at once, the peer with the smaller id is polite and takes the other's.
//! 3. The call ends when the peer says goodbye, when the connection fails, or when somebody is paired anew. Once connected, our own
//!    lost signaling ends nothing.

use crate::client::{SignalingClient, SignalingError};
use crate::hub::Port;
use peerline::{
    RtcIceCandidate, RtcIceCandidateInit, RtcPeerConnection, RtcPeerConnectionEvent, RtcPeerConnectionState,
    RtcSdpType, RtcSessionDescription, RtcSignalingState,
};
use peerline_signaling::{Candidate, ClientMessage, Description, DescriptionType, ServerMessage};
use std::time::Duration;
use tokio::time::Instant;

/// How long a disconnected call is given to come back.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a call may take to connect.
const CONNECT: Duration = Duration::from_secs(30);

/// A way to say and hear signaling messages.
pub(crate) trait Signal {
    /// Our own peer id.
    fn me(&self) -> &str;
    /// Says something.
    async fn say(&mut self, message: &ClientMessage) -> Result<(), SignalingError>;
    /// The next thing said to us. Cancel-safe.
    async fn hear(&mut self) -> Result<ServerMessage, SignalingError>;
}

impl Signal for SignalingClient {
    fn me(&self) -> &str {
        self.peer()
    }

    async fn say(&mut self, message: &ClientMessage) -> Result<(), SignalingError> {
        self.send(message).await
    }

    async fn hear(&mut self) -> Result<ServerMessage, SignalingError> {
        self.receive().await
    }
}

impl Signal for Port {
    fn me(&self) -> &str {
        // An echo peer is called by, or calls, exactly one peer: as the smaller id it is always the polite one.
        ""
    }

    async fn say(&mut self, message: &ClientMessage) -> Result<(), SignalingError> {
        let text = serde_json::to_string(message).map_err(|_| SignalingError::Lost)?;
        Self::say(self, &text);
        Ok(())
    }

    async fn hear(&mut self) -> Result<ServerMessage, SignalingError> {
        loop {
            let text = Self::hear(self).await.ok_or(SignalingError::Lost)?;
            if let Ok(message) = serde_json::from_str(&text) {
                return Ok(message);
            }
        }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CallEnd {
    /// The peer said that the call is over.
    #[error("the other side hung up")]
    HungUp,
    /// The peer left the signaling before the call was connected.
    #[error("the other side is gone")]
    PeerLeft,
    /// The connection failed: no path, or the peer has gone silent.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// The signaling was lost before the call was connected.
    #[error("the connection to the signaling server is lost")]
    SignalingLost,
    /// The code has a new pair: a call with this peer takes the place of the present one.
    #[error("the other side came back as {0}")]
    Paired(String),
    /// Our own side closed the connection.
    #[error("closed")]
    Closed,
}

/// Whether a connected call goes on when the other side has left the signaling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutlivesSignaling(pub(crate) bool);

/// Carries one call to its end. `observe` sees each event of the connection after it was dealt with.
pub(crate) async fn run(
    pc: &RtcPeerConnection,
    signal: &mut impl Signal,
    peer: &str,
    outlives: OutlivesSignaling,
    observe: impl FnMut(&RtcPeerConnectionEvent),
) -> CallEnd {
    let polite = signal.me() < peer;
    let deadline = Some((Instant::now() + CONNECT, "no connection within 30 seconds"));
    let mut call = Call {
        pc,
        signal,
        peer,
        polite,
        outlives,
        observe,
        deadline,
        connected: false,
        signaling_lost: false,
        ignoring: false,
    };
    loop {
        if let Err(end) = call.step().await {
            return end;
        }
    }
}

struct Call<'a, S, O> {
    pc: &'a RtcPeerConnection,
    signal: &'a mut S,
    peer: &'a str,
    polite: bool,
    outlives: OutlivesSignaling,
    observe: O,
    deadline: Option<(Instant, &'static str)>,
    connected: bool,
    signaling_lost: bool,
    ignoring: bool,
}

impl<S: Signal, O: FnMut(&RtcPeerConnectionEvent)> Call<'_, S, O> {
    async fn step(&mut self) -> Result<(), CallEnd> {
        let far = Instant::now() + Duration::from_secs(86_400);
        let (at, why) = self.deadline.unwrap_or((far, ""));
        tokio::select! {
            event = self.pc.next_event() => {
                let event = event.ok_or(CallEnd::Closed)?;
                let outcome = self.handle_event(&event).await;
                (self.observe)(&event);
                outcome
            }
            heard = self.signal.hear(), if !self.signaling_lost => match heard {
                Ok(message) => self.handle_message(message).await,
                Err(_) if self.connected => {
                    self.signaling_lost = true;
                    Ok(())
                }
                Err(_) => Err(CallEnd::SignalingLost),
            },
            () = tokio::time::sleep_until(at), if self.deadline.is_some() => Err(CallEnd::Failed(why.to_owned())),
        }
    }

    async fn handle_event(&mut self, event: &RtcPeerConnectionEvent) -> Result<(), CallEnd> {
        match event {
            RtcPeerConnectionEvent::NegotiationNeeded => {
                self.pc.set_local_description(None).await.map_err(failed)?;
                self.tell_description().await;
            }
            RtcPeerConnectionEvent::IceCandidate(candidate) => {
                let candidate = candidate.as_ref().map(to_signaling);
                let to = self.peer.to_owned();
                self.tell(ClientMessage::Candidate { to, candidate }).await;
            }
            RtcPeerConnectionEvent::ConnectionStateChange(state) => match state {
                RtcPeerConnectionState::Connected => {
                    self.connected = true;
                    self.deadline = None;
                }
                RtcPeerConnectionState::Disconnected => {
                    self.deadline = Some((Instant::now() + PATIENCE, "the other side has gone silent"));
                }
                RtcPeerConnectionState::Failed => return Err(CallEnd::Failed("no path, or no secure one".to_owned())),
                RtcPeerConnectionState::Closed => return Err(CallEnd::Closed),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    async fn handle_message(&mut self, message: ServerMessage) -> Result<(), CallEnd> {
        match message {
            ServerMessage::Description { from, description } if from == self.peer => {
                self.handle_description(description).await
            }
            ServerMessage::Candidate { from, candidate } if from == self.peer => {
                let candidate = candidate.map(from_signaling);
                match self.pc.add_ice_candidate(candidate).await {
                    Ok(()) => {}
                    // A candidate that we can't use is no reason to end: another may do.
                    Err(error) if self.ignoring => tracing::debug!(%error, "candidate of an ignored offer"),
                    Err(error) => tracing::debug!(%error, "unusable candidate"),
                }
                Ok(())
            }
            ServerMessage::Bye { from } if from == self.peer => Err(CallEnd::HungUp),
            ServerMessage::PeerLeft { peer } if peer == self.peer && !(self.connected && self.outlives.0) => {
                Err(CallEnd::PeerLeft)
            }
            ServerMessage::Paired { peer, .. } => Err(CallEnd::Paired(peer)),
            _ => Ok(()),
        }
    }

    async fn handle_description(&mut self, description: Description) -> Result<(), CallEnd> {
        let sdp_type = match description.kind {
            DescriptionType::Offer => RtcSdpType::Offer,
            DescriptionType::Pranswer => RtcSdpType::Pranswer,
            DescriptionType::Answer => RtcSdpType::Answer,
            DescriptionType::Rollback => RtcSdpType::Rollback,
        };
        let is_offer = sdp_type == RtcSdpType::Offer;
        let glare = is_offer && self.pc.signaling_state() != RtcSignalingState::Stable;
        self.ignoring = glare && !self.polite;
        if self.ignoring {
            return Ok(());
        }
        let description = RtcSessionDescription { sdp_type, sdp: description.sdp };
        self.pc.set_remote_description(description).await.map_err(failed)?;
        if is_offer {
            self.pc.set_local_description(None).await.map_err(failed)?;
            self.tell_description().await;
        }
        Ok(())
    }

    async fn tell_description(&mut self) {
        let Some(local) = self.pc.local_description() else { return };
        let kind = match local.sdp_type {
            RtcSdpType::Offer => DescriptionType::Offer,
            RtcSdpType::Pranswer => DescriptionType::Pranswer,
            RtcSdpType::Answer => DescriptionType::Answer,
            RtcSdpType::Rollback => DescriptionType::Rollback,
        };
        let description = Description { kind, sdp: local.sdp };
        self.tell(ClientMessage::Description { to: self.peer.to_owned(), description }).await;
    }

    /// Says something; that the signaling is lost shows when something is heard next.
    async fn tell(&mut self, message: ClientMessage) {
        if !self.signaling_lost {
            let _ = self.signal.say(&message).await;
        }
    }
}

fn failed(error: peerline::RtcError) -> CallEnd {
    CallEnd::Failed(error.to_string())
}

fn to_signaling(candidate: &RtcIceCandidate) -> Candidate {
    let init = candidate.to_init();
    Candidate {
        candidate: init.candidate,
        sdp_mid: init.sdp_mid,
        sdp_m_line_index: init.sdp_m_line_index,
        username_fragment: init.username_fragment,
    }
}

fn from_signaling(candidate: Candidate) -> RtcIceCandidateInit {
    RtcIceCandidateInit {
        candidate: candidate.candidate,
        sdp_mid: candidate.sdp_mid,
        sdp_m_line_index: candidate.sdp_m_line_index,
        username_fragment: candidate.username_fragment,
    }
}
