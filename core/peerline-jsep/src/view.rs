//! The read-only view of a peer connection that every function here works on (RFC 9429; the slots of webrtc-pc §4.4.1).
//!
//! The peer connection builds a [`View`] from its own state before each call. Nothing here is changed by this crate; what is to change comes
//! back as a [`crate::Plan`].

use std::fmt;
use std::sync::Arc;

use peerline_sdp::{Direction, Fingerprint, Mid, Rid, TlsId};

use crate::{
    Capabilities, CodecPreference, Created, Description, HeaderExtensionPreference, MediaKind, SignalingState, Stable,
    TransportMap,
};

/// A transceiver, numbered by the peer connection. Numbers are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TransceiverId(pub u32);

/// An RTCDtlsTransport with its RTCIceTransport, numbered by the peer connection. Numbers are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TransportId(pub u32);

/// ICE username fragment and password (RFC 8445 §5.3).
#[derive(Clone, PartialEq, Eq)]
pub struct IceCredentials {
    /// 4 to 256 characters.
    pub ufrag: String,
    /// 22 to 256 characters.
    pub pwd: String,
}

impl fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceCredentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}

/// `RTCBundlePolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BundlePolicy {
    /// One transport per media type in the first offer.
    #[default]
    Balanced,
    /// One transport per media section in the first offer.
    MaxCompat,
    /// One transport.
    MaxBundle,
}

/// `RTCRtcpMuxPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RtcpMuxPolicy {
    /// RTCP is multiplexed or the section is refused.
    #[default]
    Require,
    /// An own component for RTCP is gathered, and used if the other side doesn't multiplex.
    Negotiate,
}

/// What the application and the build have decided for all descriptions. The default has the standard capabilities, and no certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `RTCConfiguration.bundlePolicy`.
    pub bundle_policy: BundlePolicy,
    /// `RTCConfiguration.rtcpMuxPolicy`.
    pub rtcp_mux_policy: RtcpMuxPolicy,
    /// Whether we are an ICE lite agent (RFC 8445 §2.5; RFC 9429 forbids it to browsers, servers want it).
    pub ice_lite: bool,
    /// Fingerprints of all certificates.
    pub fingerprints: Vec<Fingerprint>,
    /// Codecs and header extensions.
    pub capabilities: Arc<Capabilities>,
    /// Whether offered simulcast is accepted, to be received as several encodings. Browsers don't; a selective forwarding unit does.
    pub receive_simulcast: bool,
    /// `a=identity`, if an assertion was made for this description.
    pub identity: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bundle_policy: BundlePolicy::default(),
            rtcp_mux_policy: RtcpMuxPolicy::default(),
            ice_lite: false,
            fingerprints: Vec::new(),
            capabilities: Capabilities::shared(),
            receive_simulcast: false,
            identity: None,
        }
    }
}

/// The data section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Whether a data channel was created, here or by the other side, that wasn't closed by the rejection of its section
    /// ([`crate::DataChange::Close`] of an answer): then every offer has a data section.
    pub wanted: bool,
    /// `[[SctpTransport]]` is not null.
    pub sctp_transport: bool,
    /// Our SCTP port.
    pub sctp_port: u16,
    /// The largest message we receive, in bytes; 0 for any size.
    pub max_message_size: u64,
    /// Our SCTP INIT chunk in base64 for `a=sctp-init`, if it is to be sent in SDP.
    pub sctp_init: Option<String>,
    /// The remote SCTP port in use, if the association was started.
    pub remote_port: Option<u16>,
}

impl Default for Data {
    /// No channel; port 5000; 256 KiB.
    fn default() -> Self {
        Self {
            wanted: false,
            sctp_transport: false,
            sctp_port: 5000,
            max_message_size: 262_144,
            sctp_init: None,
            remote_port: None,
        }
    }
}

/// Who made a transceiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CreatedBy {
    /// addTrack: a remote offer may take it (RFC 9429 §5.10).
    AddTrack,
    /// addTransceiver.
    AddTransceiver,
    /// A remote offer: a rollback of that offer removes it.
    RemoteOffer,
}

/// One layer of `[[SendEncodings]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encoding {
    /// Its rid, if it has one.
    pub rid: Option<Rid>,
    /// `active`.
    pub active: bool,
}

/// One transceiver, with what a description needs of its sender and receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transceiver {
    /// Its number.
    pub id: TransceiverId,
    /// Its kind.
    pub kind: MediaKind,
    /// `[[JsepMid]]`.
    pub mid: Option<Mid>,
    /// The media section it is associated with.
    pub m_line_index: Option<usize>,
    /// `[[Direction]]`.
    pub direction: Direction,
    /// `[[CurrentDirection]]`.
    pub current_direction: Option<Direction>,
    /// `[[FiredDirection]]`.
    pub fired_direction: Option<Direction>,
    /// `[[Stopping]]`.
    pub stopping: bool,
    /// `[[Stopped]]`.
    pub stopped: bool,
    /// Who made it.
    pub created_by: CreatedBy,
    /// Whether addTrack has ever attached a track to it.
    pub add_track_used: bool,
    /// `[[AssociatedMediaStreamIds]]` of the sender.
    pub send_streams: Vec<String>,
    /// An opaque id for the sent track, written behind the stream id in `a=msid` as browsers do; `None` omits it, as RFC 9429 §5.2.1 has it.
    /// Receivers only use it to tell a section that was copied from two sections of one stream.
    pub msid_appdata: Option<String>,
    /// `[[SendEncodings]]`.
    pub encodings: Vec<Encoding>,
    /// `[[PreferredCodecs]]`, in order; empty for none.
    pub codec_preferences: Vec<CodecPreference>,
    /// `[[HeaderExtensionsToNegotiate]]`; where an extension is missing, our capabilities count.
    pub header_extensions: Vec<HeaderExtensionPreference>,
    /// Ids of `[[AssociatedRemoteMediaStreams]]` of the receiver.
    pub remote_streams: Vec<String>,
}

impl Transceiver {
    /// A new transceiver, in no description yet.
    pub fn new(id: TransceiverId, kind: MediaKind, direction: Direction, created_by: CreatedBy) -> Self {
        Self {
            id,
            kind,
            mid: None,
            m_line_index: None,
            direction,
            current_direction: None,
            fired_direction: None,
            stopping: false,
            stopped: false,
            created_by,
            add_track_used: created_by == CreatedBy::AddTrack,
            send_streams: Vec::new(),
            msid_appdata: None,
            encodings: vec![Encoding { rid: None, active: true }],
            codec_preferences: Vec::new(),
            header_extensions: Vec::new(),
            remote_streams: Vec::new(),
        }
    }
}

/// Who is the DTLS client (RFC 8842 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DtlsRole {
    /// `a=setup:active`.
    Client,
    /// `a=setup:passive`.
    Server,
}

/// RFC 8445 §6.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IceRole {
    /// Nominates.
    Controlling,
    /// Is told.
    Controlled,
}

/// One transport, with what a description needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// Its number.
    pub id: TransportId,
    /// Our credentials, of the newest generation; `None` until a local description gave them.
    pub local: Option<IceCredentials>,
    /// Our candidates of that generation, each as `candidate:…` (the W3C form), in the order of gathering.
    pub candidates: Vec<String>,
    /// Whether that generation is gathered.
    pub gathering_complete: bool,
    /// `[[IceRole]]`.
    pub ice_role: Option<IceRole>,
    /// The remote credentials in use.
    pub remote: Option<IceCredentials>,
    /// The remote fingerprints in use.
    pub remote_fingerprints: Vec<Fingerprint>,
    /// Our role in the DTLS association, once decided.
    pub dtls_role: Option<DtlsRole>,
    /// Our tls-id, if we write one.
    pub local_tls_id: Option<TlsId>,
    /// The remote tls-id in use.
    pub remote_tls_id: Option<TlsId>,
}

impl Transport {
    /// A transport that no description has touched.
    pub fn new(id: TransportId) -> Self {
        Self {
            id,
            local: None,
            candidates: Vec::new(),
            gathering_complete: false,
            ice_role: None,
            remote: None,
            remote_fingerprints: Vec::new(),
            dtls_role: None,
            local_tls_id: None,
            remote_tls_id: None,
        }
    }
}

/// Everything a description depends on.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// `[[SignalingState]]`.
    pub signaling_state: SignalingState,
    /// `[[CurrentLocalDescription]]`, with the candidates that were gathered since.
    pub current_local: Option<&'a Description>,
    /// `[[PendingLocalDescription]]`, with the candidates that were gathered since.
    pub pending_local: Option<&'a Description>,
    /// `[[CurrentRemoteDescription]]`, with the candidates that were added since.
    pub current_remote: Option<&'a Description>,
    /// `[[PendingRemoteDescription]]`, with the candidates that were added since.
    pub pending_remote: Option<&'a Description>,
    /// `[[LastCreatedOffer]]`; `None` for "".
    pub last_offer: Option<&'a Created>,
    /// `[[LastCreatedAnswer]]`; `None` for "".
    pub last_answer: Option<&'a Created>,
    /// `<sess-id>` of all our descriptions: random, at most 63 bits (RFC 9429 §5.2.1).
    pub session_id: u64,
    /// `<sess-version>` for the description that is created next. The caller adds one after each that was created.
    pub session_version: u64,
    /// The set of transceivers in the order they were added.
    pub transceivers: Vec<Transceiver>,
    /// The number for the next transceiver.
    pub next_transceiver: TransceiverId,
    /// The data section.
    pub data: Data,
    /// The transports that exist.
    pub transports: Vec<Transport>,
    /// The number for the next transport.
    pub next_transport: TransportId,
    /// Which section uses which transport: [`crate::Plan::map`] of the last plan.
    pub map: &'a TransportMap,
    /// [`crate::Plan::stable`] of the offer that is pending, for its rollback.
    pub stable: Option<&'a Stable>,
    /// `[[LocalIceCredentialsToReplace]]` (restartIce).
    pub ice_credentials_to_replace: &'a [IceCredentials],
    /// The id of the stream for remote tracks without `a=msid` (RFC 9429 §5.8.2: random, one per session).
    pub default_stream: &'a str,
    /// Policies and capabilities.
    pub settings: &'a Settings,
}

impl<'a> View<'a> {
    /// A connection on which nothing happened yet; the caller fills in what did.
    pub fn new(settings: &'a Settings, map: &'a TransportMap) -> Self {
        Self {
            signaling_state: SignalingState::Stable,
            current_local: None,
            pending_local: None,
            current_remote: None,
            pending_remote: None,
            last_offer: None,
            last_answer: None,
            session_id: 0,
            session_version: 0,
            transceivers: Vec::new(),
            next_transceiver: TransceiverId(0),
            data: Data::default(),
            transports: Vec::new(),
            next_transport: TransportId(0),
            map,
            stable: None,
            ice_credentials_to_replace: &[],
            default_stream: "",
            settings,
        }
    }

    /// `localDescription`: the pending one or else the current one.
    pub fn local_description(&self) -> Option<&'a Description> {
        self.pending_local.or(self.current_local)
    }

    /// `remoteDescription`: the pending one or else the current one.
    pub fn remote_description(&self) -> Option<&'a Description> {
        self.pending_remote.or(self.current_remote)
    }

    /// The transceiver with that number.
    pub fn transceiver(&self, id: TransceiverId) -> Option<&Transceiver> {
        self.transceivers.iter().find(|t| t.id == id)
    }

    /// The transport with that number.
    pub fn transport(&self, id: TransportId) -> Option<&Transport> {
        self.transports.iter().find(|t| t.id == id)
    }

    /// The transceiver that is associated with the section.
    pub fn transceiver_at(&self, m_line_index: usize) -> Option<&Transceiver> {
        self.transceivers.iter().find(|t| t.m_line_index == Some(m_line_index))
    }

    /// The transport that the section uses.
    pub fn transport_at(&self, m_line_index: usize) -> Option<&Transport> {
        self.transport(self.map.used(m_line_index)?)
    }
}
