//! What a description changes, as data: the peer connection executes it in one queued task (webrtc-pc §4.4.1.5, RFC 9429 §5.9 to §5.11).
//!
//! To execute a [`Plan`], in this order: store `stable` if it is there; change the slots as `slots` says (`[[SignalingState]]` becomes
//! `signaling_state`); for each of `media` in order create, associate, set slots, apply remote tracks, stop; `disassociate` (after `media`: in a
//! rollback a transceiver may be in both); store `map`; create, configure and start each of `transports`; close `close_transports`; `data`; `remove_transceivers`; store the two `next_*` numbers.

use peerline_sdp::{Direction, Fingerprint, IceOptions, Mid, Rid, SsrcGroup, SsrcLine, TlsId};

use crate::{
    DtlsRole, HeaderExtensionPreference, IceCredentials, IceRole, MediaKind, RtpParameters, SdpType, SignalingState,
    TransceiverId, TransportId,
};

/// How the four description slots change. "The description" is the one that was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotChange {
    /// Local offer or pranswer: pendingLocal := the description.
    PendingLocal,
    /// Remote offer or pranswer: pendingRemote := the description.
    PendingRemote,
    /// Local answer: currentLocal := the description, currentRemote := pendingRemote, both pending := null, both last created := "".
    CommitLocal,
    /// Remote answer: currentRemote := the description, currentLocal := pendingLocal, both pending := null, both last created := "".
    CommitRemote,
    /// Rollback: both pending := null.
    DropPending,
}

/// Which media section uses which transport. Kept by the peer connection as it is and given back in the [`crate::View`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransportMap {
    /// By m-line index: the transport in use; `None` for a rejected section.
    pub used: Vec<Option<TransportId>>,
    /// By m-line index: what `used` was when the offer was applied, which is what a second answer starts from.
    pub offered: Vec<Option<TransportId>>,
}

impl TransportMap {
    /// The transport that the section uses.
    pub fn used(&self, m_line_index: usize) -> Option<TransportId> {
        self.used.get(m_line_index).copied().flatten()
    }

    /// The transport that the section had in the offer.
    pub fn offered(&self, m_line_index: usize) -> Option<TransportId> {
        self.offered.get(m_line_index).copied().flatten()
    }
}

/// What a rollback goes back to: the `[[LastStableState…]]` slots that are this crate's business. Kept by the peer connection as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stable {
    /// The transports in use.
    pub map: TransportMap,
    /// The transports that existed, and their local credentials.
    pub transports: Vec<(TransportId, Option<IceCredentials>)>,
    /// The transceivers that existed.
    pub transceivers: Vec<StableTransceiver>,
    /// `[[LastStableStateSctpTransport]]` is not null.
    pub sctp_transport: bool,
}

/// A transceiver of a [`Stable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StableTransceiver {
    /// Its number.
    pub id: TransceiverId,
    /// Its association.
    pub association: Option<(usize, Mid)>,
    /// `[[LastStableStateAssociatedRemoteMediaStreams]]`.
    pub remote_streams: Vec<String>,
}

/// All that a description changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What was applied.
    pub sdp_type: SdpType,
    /// The new `[[SignalingState]]`.
    pub signaling_state: SignalingState,
    /// How the slots change.
    pub slots: SlotChange,
    /// `Some` when an offer is applied in stable: to be kept for its rollback (then also the `[[LastStable…]]` slots are saved).
    pub stable: Option<Stable>,
    /// Transceivers that lose their association: `[[JsepMid]]`, `[[Mid]]` and the m-line index become null.
    pub disassociate: Vec<TransceiverId>,
    /// What happens to transceivers, one per RTP section, in m-line order. In a rollback: what happens to those that stay.
    pub media: Vec<MediaChange>,
    /// Which section uses which transport from now on.
    pub map: TransportMap,
    /// Transports that are created, get credentials, or start.
    pub transports: Vec<TransportChange>,
    /// Transports that nothing uses any more.
    pub close_transports: Vec<TransportId>,
    /// What happens to the SCTP association.
    pub data: DataChange,
    /// Transceivers that leave the set; those of a rollback are stopped first.
    pub remove_transceivers: Vec<TransceiverId>,
    /// `canTrickleIceCandidates`; `Some` for a remote description.
    pub can_trickle: Option<bool>,
    /// `[[LocalIceCredentialsToReplace]]` becomes empty.
    pub clear_ice_credentials_to_replace: bool,
    /// `a=identity` of a remote description, one per line.
    pub remote_identity: Vec<String>,
    /// The number for the next transceiver.
    pub next_transceiver: TransceiverId,
    /// The number for the next transport.
    pub next_transport: TransportId,
}

/// What happens to one transceiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaChange {
    /// Its section.
    pub m_line_index: usize,
    /// The transceiver.
    pub transceiver: TransceiverId,
    /// `Some`: it doesn't exist yet; create it with that kind, direction recvonly, by a remote offer, with the proposed encodings.
    pub create: Option<MediaKind>,
    /// `[[JsepMid]]` and `[[Mid]]`, set if they were null.
    pub mid: Mid,
    /// `[[SenderTransport]]` and `[[ReceiverTransport]]`, where W3C sets them: in a local description of any type and in a remote answer.
    pub transport: Option<TransportId>,
    /// The direction of the section from our point of view; inactive if it is rejected.
    pub direction: Direction,
    /// `[[CurrentDirection]]` and, in a local answer, `[[FiredDirection]]` become `direction` (answers and pranswers).
    pub set_current_direction: bool,
    /// `[[Receptive]]`, if it changes.
    pub receptive: Option<bool>,
    /// What happens to the remote track. `None` in a local offer.
    pub remote_track: Option<RemoteTrackChange>,
    /// `[[ReceiveCodecs]]` and the extensions to receive; `None` leaves them.
    pub receive: Option<RtpParameters>,
    /// `[[SendCodecs]]` and the extensions to send; `None` leaves them.
    pub send: Option<RtpParameters>,
    /// `[[HeaderExtensionsToNegotiate]]` and `[[NegotiatedHeaderExtensions]]` (answers); `None` leaves them.
    pub extensions: Option<Vec<HeaderExtensionPreference>>,
    /// `[[SendEncodings]]`.
    pub encodings: EncodingsChange,
    /// The section is rejected: stop the transceiver if it isn't stopped.
    pub stop: bool,
    /// What a remote description says of the streams that it sends; `None` for a local one.
    pub remote_streams: Option<RemoteStreams>,
}

/// What a remote description says of the RTP streams of a section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteStreams {
    /// `a=ssrc` (RFC 5576), to associate streams that carry no mid.
    pub ssrcs: Vec<SsrcLine>,
    /// `a=ssrc-group`, as `FID`.
    pub ssrc_groups: Vec<SsrcGroup>,
    /// Rids that it sends, if simulcast was accepted ([`crate::Settings::receive_simulcast`]).
    pub rids: Vec<Rid>,
    /// The most that may be sent to it, in bits per second (`b=TIAS`, or from `b=AS`; RFC 9429 §5.10).
    pub max_bitrate: Option<u64>,
}

/// Outcome of "process remote tracks" (webrtc-pc §5.1.1.1) for one transceiver.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteTrackChange {
    /// Ids of `[[AssociatedRemoteMediaStreams]]`.
    pub streams: Vec<String>,
    /// Streams that the track is added to (addList), in order.
    pub added: Vec<String>,
    /// Streams that the track is removed from (removeList), in order.
    pub removed: Vec<String>,
    /// A `track` event is fired.
    pub fire_track: bool,
    /// The track is muted, if it isn't.
    pub mute: bool,
    /// `[[FiredDirection]]` becomes the direction.
    pub set_fired_direction: bool,
}

/// What happens to `[[SendEncodings]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EncodingsChange {
    /// Nothing.
    #[default]
    Keep,
    /// The offer asks for simulcast: one encoding per rid, the first with the highest `scaleResolutionDownBy` (2^(n-1-index));
    /// `[[LastReturnedParameters]]` := null.
    Propose(Vec<Rid>),
    /// Only the encodings with these rids stay.
    Retain(Vec<Rid>),
    /// Only the first encoding stays.
    First,
    /// Rollback: `[[LastStableRidlessSendEncodings]]`, if that is not null.
    Restore,
}

/// What happens to one transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportChange {
    /// The transport.
    pub id: TransportId,
    /// It doesn't exist yet.
    pub created: bool,
    /// The section that speaks for it: its candidates carry this index and mid.
    pub m_line_index: usize,
    /// The mid of that section.
    pub mid: Mid,
    /// `[[IceRole]]`, where it is still unknown.
    pub ice_role: Option<IceRole>,
    /// A local description gives (new) credentials to gather with.
    pub gather: Option<Gather>,
    /// Remote ICE parameters come into force, and checks start with them.
    pub remote_ice: Option<RemoteIce>,
    /// The DTLS association is decided: start it when ICE is connected.
    pub dtls: Option<Dtls>,
    /// What becomes of the second ICE component.
    pub rtcp: RtcpComponent,
}

/// Why there are credentials to gather with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// Our credentials.
    pub credentials: IceCredentials,
    /// New transport, restart, or back to the old.
    pub kind: GatherKind,
}

/// See [`Gather`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GatherKind {
    /// The first gathering of a transport.
    First,
    /// An ICE restart: a new generation.
    Restart,
    /// The rollback of a restart: the newest generation is forgotten and this one goes on; nothing is gathered.
    Restore,
}

/// The remote side of ICE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteIce {
    /// Its credentials.
    pub credentials: IceCredentials,
    /// The credentials are new on a transport that had others: a new generation.
    pub restart: bool,
    /// Whether it is an ICE lite agent.
    pub lite: bool,
    /// `a=ice-options`.
    pub options: IceOptions,
    /// The candidates of the description, those that were added to it later included; each as `candidate:…`. Some may be known already.
    pub candidates: Vec<String>,
    /// No more will come.
    pub end_of_candidates: bool,
}

/// The DTLS association of a transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dtls {
    /// Our role.
    pub role: DtlsRole,
    /// Fingerprints of which the remote certificate must match one.
    pub fingerprints: Vec<Fingerprint>,
    /// An association exists and is to be replaced (new tls-id or fingerprint).
    pub restart: bool,
    /// The remote tls-id.
    pub remote_tls_id: Option<TlsId>,
}

/// The second ICE component of a transport (RFC 5761 §5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RtcpComponent {
    /// RTCP is multiplexed, or there is none (data only): one component.
    #[default]
    None,
    /// Gathered in case that the other side doesn't multiplex.
    Gathered,
    /// The other side doesn't multiplex: in use.
    Used,
}

/// What happens to the SCTP association.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DataChange {
    /// Nothing.
    #[default]
    Keep,
    /// The description has a data section that isn't rejected.
    Section(DataSection),
    /// The data section is rejected, or rolled back: `[[SctpTransport]]` := null, its channels close.
    Close,
}

/// A data section in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSection {
    /// Its m-line index.
    pub m_line_index: usize,
    /// Its mid.
    pub mid: Mid,
    /// The transport.
    pub transport: TransportId,
    /// `[[SctpTransport]]` is null and is created, in state connecting (offers; and answers whose offer had it).
    pub create: bool,
    /// The association is decided (answers and pranswers).
    pub negotiated: Option<DataNegotiated>,
}

/// What an answer says about the SCTP association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataNegotiated {
    /// Our port.
    pub local_port: u16,
    /// The port of the other side.
    pub remote_port: u16,
    /// An association exists and is to be replaced, because the remote port changed.
    pub restart: bool,
    /// The largest message that the other side receives, in bytes; `None` for any size. 65536 if it doesn't say.
    pub max_message_size: Option<u64>,
    /// Our DTLS role, which decides the parity of channel ids (RFC 8832 §6).
    pub dtls_role: DtlsRole,
    /// The remote SCTP INIT chunk in base64 (`a=sctp-init`), if both descriptions have one.
    pub remote_init: Option<String>,
}
