//! `RTCRtpReceiver` (W3C webrtc-pc §5.3) and its track.

use peerline_jsep::{MediaKind, RtpParameters, TransportId};

/// The track that a receiver gives: `MediaStreamTrack` with a remote source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteTrack {
    /// `id`.
    pub id: String,
    /// `kind`.
    pub kind: MediaKind,
    /// `muted`: true until media comes, and whenever a description says that none will.
    pub muted: bool,
    /// `isolated` (webrtc-identity §7): only for the peer that was named, so nobody else may look at it.
    pub isolated: bool,
    /// `readyState` is "ended".
    pub ended: bool,
}

/// The receiving half of a transceiver.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub(crate) track: RemoteTrack,
    /// `[[ReceiverTransport]]`.
    pub(crate) transport: Option<TransportId>,
    /// `[[Receptive]]`.
    pub(crate) receptive: bool,
    /// The track has ended, or the task that ends it is queued.
    pub(crate) ends: bool,
    /// `[[ReceiveCodecs]]` and the header extensions to receive.
    pub(crate) negotiated: RtpParameters,
}

impl Receiver {
    pub(crate) fn new(kind: MediaKind, track_id: String, isolated: bool) -> Self {
        Self {
            track: RemoteTrack { id: track_id, kind, muted: true, isolated, ended: false },
            transport: None,
            receptive: false,
            ends: false,
            negotiated: RtpParameters::default(),
        }
    }

    /// `track`.
    #[must_use]
    pub const fn track(&self) -> &RemoteTrack {
        &self.track
    }

    /// `transport`, once a description was applied.
    #[must_use]
    pub const fn transport(&self) -> Option<TransportId> {
        self.transport
    }

    /// Whether packets are accepted now.
    #[must_use]
    pub const fn is_receptive(&self) -> bool {
        self.receptive
    }
}
