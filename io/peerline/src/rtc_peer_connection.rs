//! `RTCPeerConnection` (W3C webrtc-pc §4.4); the core's side is `peerline_peer::PeerConnection`.

use crate::media_stream::MediaStream;
use crate::media_stream_track::MediaStreamTrack;
use crate::open::open;
use crate::operation::Operation;
use crate::rtc_configuration::RtcConfiguration;
use crate::rtc_data_channel::{RtcDataChannel, RtcDataChannelInit};
use crate::rtc_error::RtcError;
use crate::rtc_ice_candidate::RtcIceCandidateInit;
use crate::rtc_identity::{self, IdentityProvider, RtcIdentityAssertion, RtcIdentityProviderOptions};
use crate::rtc_peer_connection_event::{RtcPeerConnectionEvent, RtcPeerConnectionEvents, take_event};
use crate::rtc_rtp_receiver::RtcRtpReceiver;
use crate::rtc_rtp_sender::RtcRtpSender;
use crate::rtc_rtp_transceiver::{self, RtcRtpTransceiver, RtcRtpTransceiverInit, RtcTrackOrKind};
use crate::rtc_sctp_transport::RtcSctpTransport;
use crate::rtc_session_description::RtcSessionDescription;
use crate::rtc_stats::RtcStatsReport;
use crate::shared::{Handle, TaskRunner};
use crate::waiters::{Place, Wait};
use peerline_peer::{PeerConnection, StatsSelector};
use std::fmt;
use std::sync::Arc;

pub use peerline_peer::{
    AnswerOptions as RtcAnswerOptions, ConnectionState as RtcPeerConnectionState,
    IceConnectionState as RtcIceConnectionState, IceGatheringState as RtcIceGatheringState,
    OfferOptions as RtcOfferOptions, SignalingState as RtcSignalingState,
};

/// A peer connection: a handle, cheap to clone; all clones are the same connection.
///
/// Dropping the last handle closes it, and so does [`close`](Self::close). Handles of its channels and transports count as handles of the connection;
/// event streams and running operations do not.
///
/// A task of the runtime that called [`new`](Self::new) drives it. Methods may be called from any thread and from inside any other task. What W3C makes a promise
/// is a future here: the operation starts with the call and runs to its end, in the order of the calls, also if the future is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct RtcPeerConnection(Handle);

impl RtcPeerConnection {
    /// The constructor. Nothing is bound or sent before the first local description.
    ///
    /// # Errors
    /// `OperationError` beyond [`set_connection_limit`](crate::set_connection_limit); `NotSupportedError` outside a tokio runtime (it needs I/O and time enabled); `SyntaxError`, `InvalidAccessError` and
    /// `NotSupportedError` for a configuration that cannot be.
    pub fn new(configuration: RtcConfiguration) -> Result<Self, RtcError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| RtcError::no_runtime())?;
        Ok(Self(open(&runtime, configuration, TaskRunner::AtOnce)?))
    }

    /// `createOffer`.
    pub fn create_offer(&self, options: RtcOfferOptions) -> Operation<RtcSessionDescription> {
        Operation::start(self.0.shared(), |core, now| core.create_offer(now, options))
    }

    /// `createAnswer`.
    pub fn create_answer(&self, options: RtcAnswerOptions) -> Operation<RtcSessionDescription> {
        Operation::start(self.0.shared(), |core, now| core.create_answer(now, options))
    }

    /// `setLocalDescription`. With `None` it makes the offer or the answer that the signaling state wants.
    pub fn set_local_description(&self, description: impl Into<Option<RtcSessionDescription>>) -> Operation<()> {
        let description = description.into().map(peerline_peer::Description::from);
        Operation::start(self.0.shared(), |core, now| core.set_local_description(now, description))
    }

    /// `setRemoteDescription`.
    pub fn set_remote_description(&self, description: RtcSessionDescription) -> Operation<()> {
        Operation::start(self.0.shared(), |core, now| core.set_remote_description(now, description.into()))
    }

    /// `addIceCandidate`; `None` says that there are no more.
    pub fn add_ice_candidate(&self, candidate: impl Into<Option<RtcIceCandidateInit>>) -> Operation<()> {
        let candidate = candidate.into().map(peerline_peer::IceCandidateInit::from);
        Operation::start(self.0.shared(), |core, now| core.add_ice_candidate(now, candidate))
    }

    /// `createDataChannel`. The channel can be used once it is [`opened`](RtcDataChannel::opened).
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed, `TypeError` for an `init` that cannot be, `OperationError` if no stream is free.
    pub fn create_data_channel(&self, label: &str, init: RtcDataChannelInit) -> Result<RtcDataChannel, RtcError> {
        let mut state = self.0.lock();
        let id = state.call(|core, now| core.create_data_channel(now, label, init))?;
        RtcDataChannel::of(self.0.shared(), &mut state, id).ok_or_else(RtcError::channel_closed)
    }

    /// `addTrack(track, ...streams)`.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed, `InvalidAccessError` if a sender has the track already.
    pub fn add_track(&self, track: &MediaStreamTrack, streams: &[&MediaStream]) -> Result<RtcRtpSender, RtcError> {
        let streams = streams.iter().map(|stream| stream.id().to_owned()).collect();
        let mut state = self.0.lock();
        let id = state.call(|core, now| core.add_track(now, track.to_core(), streams))?;
        state.keep_track(track);
        Ok(RtcRtpSender::new(self.0.clone(), id))
    }

    /// `removeTrack(sender)`.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed, `InvalidAccessError` if the sender is another connection's.
    pub fn remove_track(&self, sender: &RtcRtpSender) -> Result<(), RtcError> {
        if !sender.is_of(&self.0) {
            return Err(peerline_peer::Misuse::UnknownTransceiver.into());
        }
        Ok(self.0.lock().call(|core, now| core.remove_track(now, sender.id()))?)
    }

    /// `addTransceiver(trackOrKind, init)`.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed; `TypeError`, `RangeError` and `OperationError` for encodings that cannot be.
    pub fn add_transceiver(
        &self,
        track_or_kind: impl Into<RtcTrackOrKind>,
        init: RtcRtpTransceiverInit,
    ) -> Result<RtcRtpTransceiver, RtcError> {
        let (kind, track) = match track_or_kind.into() {
            RtcTrackOrKind::Track(track) => (track.kind(), Some(track)),
            RtcTrackOrKind::Kind(kind) => (kind, None),
        };
        let core_init = peerline_peer::TransceiverInit {
            direction: rtc_rtp_transceiver::to_core(init.direction)?,
            streams: init.streams.iter().map(|stream| stream.id().to_owned()).collect(),
            send_encodings: init.send_encodings,
        };
        let mut state = self.0.lock();
        let core_track = track.as_ref().map(MediaStreamTrack::to_core);
        let id = state.call(|core, now| core.add_transceiver(now, kind, core_track, core_init))?;
        if let Some(track) = &track {
            state.keep_track(track);
        }
        Ok(RtcRtpTransceiver::new(self.0.clone(), id))
    }

    /// `getTransceivers()`: in the order they were added. A stopped one leaves with the next answer.
    #[must_use]
    pub fn get_transceivers(&self) -> Vec<RtcRtpTransceiver> {
        let ids: Vec<_> = self.0.lock().core.transceivers().map(peerline_peer::Transceiver::id).collect();
        ids.into_iter().map(|id| RtcRtpTransceiver::new(self.0.clone(), id)).collect()
    }

    /// Those whose senders and receivers count (§5.1 "CollectSenders").
    fn get_live_transceivers(&self) -> impl Iterator<Item = RtcRtpTransceiver> {
        self.get_transceivers().into_iter().filter(|transceiver| !transceiver.is_stopped())
    }

    /// `getSenders()`.
    #[must_use]
    pub fn get_senders(&self) -> Vec<RtcRtpSender> {
        self.get_live_transceivers().map(|transceiver| transceiver.sender()).collect()
    }

    /// `getReceivers()`.
    #[must_use]
    pub fn get_receivers(&self) -> Vec<RtcRtpReceiver> {
        self.get_live_transceivers().map(|transceiver| transceiver.receiver()).collect()
    }

    /// Brings the code of the identity provider of a domain, which a browser would load from there.
    pub fn register_identity_provider(&self, domain: &str, provider: impl IdentityProvider) {
        self.0.lock().identity.register(domain, provider);
    }

    /// `setIdentityProvider(provider, options)`: offers and answers carry an assertion from now on. Only the provider's domain and what it is told stand
    /// here; its code comes with [`register_identity_provider`](Self::register_identity_provider).
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed, `SyntaxError` for a domain or protocol that cannot be.
    pub fn set_identity_provider(&self, options: RtcIdentityProviderOptions) -> Result<(), RtcError> {
        Ok(self.0.lock().call(|core, now| core.set_identity_provider(now, options))?)
    }

    /// `getIdentityAssertion()`.
    pub fn get_identity_assertion(&self) -> Operation<String> {
        Operation::start(self.0.shared(), PeerConnection::get_identity_assertion)
    }

    /// The promise `peerIdentity`: waits until the peer's assertion was validated.
    ///
    /// # Errors
    /// `OperationError` if it was not believed, `InvalidStateError` if the connection is or becomes closed.
    pub fn peer_identity(&self) -> impl Future<Output = Result<RtcIdentityAssertion, RtcError>> + Send + '_ {
        rtc_identity::peer_identity(self.0.shared())
    }

    /// `idpLoginUrl`: where the user has to log in, if the provider said so.
    #[must_use]
    pub fn idp_login_url(&self) -> Option<String> {
        self.0.lock().core.idp_login_url().map(str::to_owned)
    }

    /// `idpErrorInfo`: what the provider said of its last failure.
    #[must_use]
    pub fn idp_error_info(&self) -> Option<String> {
        self.0.lock().core.idp_error_info().map(str::to_owned)
    }

    /// `getStats()`: everything of the connection; see [`rtc_stats`](crate::rtc_stats). Does not wait for other operations; a closed connection gives its
    /// last statistics.
    pub fn get_stats(&self) -> Operation<RtcStatsReport> {
        Operation::start(self.0.shared(), |core, now| core.get_stats(now, StatsSelector::Connection))
    }

    /// `restartIce`: the next offer gathers anew and finds new paths.
    pub fn restart_ice(&self) {
        self.0.lock().call(PeerConnection::restart_ice);
    }

    /// `getConfiguration`.
    #[must_use]
    pub fn get_configuration(&self) -> RtcConfiguration {
        self.0.lock().core.configuration().clone().into()
    }

    /// `setConfiguration`: used from the next gathering on.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed, `InvalidModificationError` for what may not change, else as [`Self::new`].
    pub fn set_configuration(&self, configuration: RtcConfiguration) -> Result<(), RtcError> {
        let configuration = configuration.into();
        Ok(self.0.lock().call(|core, now| core.set_configuration(now, configuration))?)
    }

    /// `close`: at once and without events, except that [`next_event`](Self::next_event) ends. The peer is told; soon after, task, sockets and
    /// memory are gone, and what waits for an operation or a channel gets an error.
    pub fn close(&self) {
        self.0.close();
    }

    /// The next event of the connection or of anything on it; `None` once it is closed and every event was taken. Dropping the future loses
    /// no event; several tasks may wait, each event goes to one of them.
    pub fn next_event(&self) -> impl Future<Output = Option<RtcPeerConnectionEvent>> + Send + '_ {
        let shared = self.0.shared();
        Wait::new(shared, Place::Events, move |state| take_event(shared, state))
    }

    /// The events as a stream, which does not keep the connection open.
    #[must_use]
    pub fn events(&self) -> RtcPeerConnectionEvents {
        RtcPeerConnectionEvents::new(Arc::clone(self.0.shared()))
    }

    /// Waits until all candidates are gathered, for signaling that sends a description once and whole; ready at once if they are. The local description then
    /// has them all.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is or becomes closed.
    pub fn gathering_complete(&self) -> impl Future<Output = Result<(), RtcError>> + Send + '_ {
        Wait::new(self.0.shared(), Place::States, |state| {
            if state.is_closed() {
                return Some(Err(RtcError::connection_closed()));
            }
            (state.core.ice_gathering_state() == RtcIceGatheringState::Complete).then_some(Ok(()))
        })
    }

    /// Waits until the connection is `connected`; ready at once if it is.
    ///
    /// # Errors
    /// `OperationError` if it failed, `InvalidStateError` if it is or becomes closed.
    pub fn connected(&self) -> impl Future<Output = Result<(), RtcError>> + Send + '_ {
        Wait::new(self.0.shared(), Place::States, |state| match state.core.connection_state() {
            RtcPeerConnectionState::Connected => Some(Ok(())),
            RtcPeerConnectionState::Failed => Some(Err(RtcError::connection_failed())),
            _ if state.is_closed() => Some(Err(RtcError::connection_closed())),
            _ => None,
        })
    }

    /// `signalingState`.
    #[must_use]
    pub fn signaling_state(&self) -> RtcSignalingState {
        self.0.lock().core.signaling_state()
    }

    /// `iceGatheringState`.
    #[must_use]
    pub fn ice_gathering_state(&self) -> RtcIceGatheringState {
        self.0.lock().core.ice_gathering_state()
    }

    /// `iceConnectionState`.
    #[must_use]
    pub fn ice_connection_state(&self) -> RtcIceConnectionState {
        self.0.lock().core.ice_connection_state()
    }

    /// `connectionState`.
    #[must_use]
    pub fn connection_state(&self) -> RtcPeerConnectionState {
        self.0.lock().core.connection_state()
    }

    /// `canTrickleIceCandidates`.
    #[must_use]
    pub fn can_trickle_ice_candidates(&self) -> Option<bool> {
        self.0.lock().core.can_trickle_ice_candidates()
    }

    /// `localDescription`, with the candidates gathered so far.
    #[must_use]
    pub fn local_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.local_description().map(RtcSessionDescription::from)
    }

    /// `currentLocalDescription`.
    #[must_use]
    pub fn current_local_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.current_local_description().map(RtcSessionDescription::from)
    }

    /// `pendingLocalDescription`.
    #[must_use]
    pub fn pending_local_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.pending_local_description().map(RtcSessionDescription::from)
    }

    /// `remoteDescription`, with the candidates added so far.
    #[must_use]
    pub fn remote_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.remote_description().map(RtcSessionDescription::from)
    }

    /// `currentRemoteDescription`.
    #[must_use]
    pub fn current_remote_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.current_remote_description().map(RtcSessionDescription::from)
    }

    /// `pendingRemoteDescription`.
    #[must_use]
    pub fn pending_remote_description(&self) -> Option<RtcSessionDescription> {
        self.0.lock().core.pending_remote_description().map(RtcSessionDescription::from)
    }

    /// `sctp`: the transport of the data channels, once one was negotiated.
    #[must_use]
    pub fn sctp(&self) -> Option<RtcSctpTransport> {
        let transport = self.0.lock().core.sctp()?.transport;
        Some(RtcSctpTransport::new(self.0.clone(), transport))
    }
}

impl fmt::Debug for RtcPeerConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("RtcPeerConnection")
            .field("signaling_state", &state.core.signaling_state())
            .field("connection_state", &state.core.connection_state())
            .finish_non_exhaustive()
    }
}
