//! `RTCRtpTransceiver` (W3C webrtc-pc §5.4); the core's side is `peerline_peer::Transceiver`.

use crate::media_stream::MediaStream;
use crate::media_stream_track::{MediaStreamTrack, RtcMediaKind};
use crate::rtc_error::RtcError;
use crate::rtc_rtp_parameters::{RtcRtpCodec, RtcRtpEncodingParameters};
use crate::rtc_rtp_receiver::RtcRtpReceiver;
use crate::rtc_rtp_sender::RtcRtpSender;
use crate::shared::Handle;
use peerline_peer::{Direction, HeaderExtensionPreference, Transceiver, TransceiverId};

crate::enumeration::w3c_enum!(
    /// `RTCRtpTransceiverDirection` (§5.4.1).
    RtcRtpTransceiverDirection {
        /// Sends and receives.
        Sendrecv = "sendrecv",
        /// Sends.
        Sendonly = "sendonly",
        /// Receives.
        Recvonly = "recvonly",
        /// Neither.
        Inactive = "inactive",
        /// Stopped for good.
        Stopped = "stopped",
    }
);

/// `RTCRtpTransceiverInit` (§5.1).
#[derive(Clone, Debug, PartialEq)]
pub struct RtcRtpTransceiverInit {
    /// `direction`.
    pub direction: RtcRtpTransceiverDirection,
    /// `streams`.
    pub streams: Vec<MediaStream>,
    /// `sendEncodings`; empty for one default encoding.
    pub send_encodings: Vec<RtcRtpEncodingParameters>,
}

impl Default for RtcRtpTransceiverInit {
    fn default() -> Self {
        Self { direction: RtcRtpTransceiverDirection::Sendrecv, streams: Vec::new(), send_encodings: Vec::new() }
    }
}

/// The first argument of `addTransceiver`: a track to send, or only the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RtcTrackOrKind {
    /// This track is sent.
    Track(MediaStreamTrack),
    /// Nothing is sent yet.
    Kind(RtcMediaKind),
}

impl From<&MediaStreamTrack> for RtcTrackOrKind {
    fn from(track: &MediaStreamTrack) -> Self {
        Self::Track(track.clone())
    }
}

impl From<RtcMediaKind> for RtcTrackOrKind {
    fn from(kind: RtcMediaKind) -> Self {
        Self::Kind(kind)
    }
}

/// `RTCRtpHeaderExtensionCapability` (webrtc-extensions §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpHeaderExtensionCapability {
    /// `uri`.
    pub uri: String,
    /// `direction`; `Stopped` is neither offered nor accepted.
    pub direction: RtcRtpTransceiverDirection,
}

/// A transceiver of a connection: a handle, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpTransceiver {
    connection: Handle,
    id: TransceiverId,
}

impl RtcRtpTransceiver {
    pub(crate) const fn new(connection: Handle, id: TransceiverId) -> Self {
        Self { connection, id }
    }

    /// `mid`.
    #[must_use]
    pub fn mid(&self) -> Option<String> {
        self.with(|transceiver| transceiver.mid().map(str::to_owned)).flatten()
    }

    /// `sender`.
    #[must_use]
    pub fn sender(&self) -> RtcRtpSender {
        RtcRtpSender::new(self.connection.clone(), self.id)
    }

    /// `receiver`.
    #[must_use]
    pub fn receiver(&self) -> RtcRtpReceiver {
        RtcRtpReceiver::new(self.connection.clone(), self.id)
    }

    /// `direction`.
    #[must_use]
    pub fn direction(&self) -> RtcRtpTransceiverDirection {
        self.with(|transceiver| transceiver.direction()).map_or(RtcRtpTransceiverDirection::Stopped, from_core)
    }

    /// `direction = …`.
    ///
    /// # Errors
    /// `InvalidStateError` if it is stopping, `TypeError` for `Stopped`.
    pub fn set_direction(&self, direction: RtcRtpTransceiverDirection) -> Result<(), RtcError> {
        let direction = to_core(direction)?;
        Ok(self.connection.lock().call(|core, now| core.set_direction(now, self.id, direction))?)
    }

    /// `currentDirection`.
    #[must_use]
    pub fn current_direction(&self) -> Option<RtcRtpTransceiverDirection> {
        let stopped = Some(RtcRtpTransceiverDirection::Stopped);
        self.with(|transceiver| transceiver.current_direction().map(from_core)).unwrap_or(stopped)
    }

    /// `[[Stopped]]`.
    pub(crate) fn is_stopped(&self) -> bool {
        self.with(Transceiver::is_stopped).unwrap_or(true)
    }

    /// `stop()`.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed.
    pub fn stop(&self) -> Result<(), RtcError> {
        Ok(self.connection.lock().call(|core, now| core.stop_transceiver(now, self.id))?)
    }

    /// `setCodecPreferences(codecs)`; empty restores the defaults.
    ///
    /// # Errors
    /// `InvalidModificationError` for codecs that are not among the capabilities.
    pub fn set_codec_preferences(&self, codecs: &[RtcRtpCodec]) -> Result<(), RtcError> {
        let codecs = codecs.iter().map(RtcRtpCodec::preference).collect();
        Ok(self.connection.lock().call(|core, now| core.set_codec_preferences(now, self.id, codecs))?)
    }

    /// `getHeaderExtensionsToNegotiate()` (webrtc-extensions §5).
    #[must_use]
    pub fn get_header_extensions_to_negotiate(&self) -> Vec<RtcRtpHeaderExtensionCapability> {
        self.with(|transceiver| transceiver.header_extensions_to_negotiate().iter().map(capability).collect())
            .unwrap_or_default()
    }

    /// `setHeaderExtensionsToNegotiate(extensions)`: the same extensions in the same order, with other directions.
    ///
    /// # Errors
    /// `TypeError` for an empty URI, `InvalidModificationError` for other extensions or if one that is mandatory is given up.
    pub fn set_header_extensions_to_negotiate(
        &self,
        extensions: &[RtcRtpHeaderExtensionCapability],
    ) -> Result<(), RtcError> {
        let pair =
            |extension: &RtcRtpHeaderExtensionCapability| (extension.uri.clone(), to_core(extension.direction).ok());
        let extensions = extensions.iter().map(pair).collect();
        let mut state = self.connection.lock();
        Ok(state.call(|core, now| core.set_header_extensions_to_negotiate(now, self.id, extensions))?)
    }

    /// `getNegotiatedHeaderExtensions()`.
    #[must_use]
    pub fn get_negotiated_header_extensions(&self) -> Vec<RtcRtpHeaderExtensionCapability> {
        self.with(|transceiver| transceiver.negotiated_header_extensions().iter().map(capability).collect())
            .unwrap_or_default()
    }

    fn with<T>(&self, look: impl FnOnce(&Transceiver) -> T) -> Option<T> {
        self.connection.lock().core.transceiver(self.id).map(look)
    }
}

fn capability(extension: &HeaderExtensionPreference) -> RtcRtpHeaderExtensionCapability {
    RtcRtpHeaderExtensionCapability { uri: extension.uri.clone(), direction: from_core(extension.direction) }
}

fn from_core(direction: Option<Direction>) -> RtcRtpTransceiverDirection {
    match direction {
        Some(Direction::SendRecv) => RtcRtpTransceiverDirection::Sendrecv,
        Some(Direction::SendOnly) => RtcRtpTransceiverDirection::Sendonly,
        Some(Direction::RecvOnly) => RtcRtpTransceiverDirection::Recvonly,
        Some(Direction::Inactive) => RtcRtpTransceiverDirection::Inactive,
        None => RtcRtpTransceiverDirection::Stopped,
    }
}

pub(crate) fn to_core(direction: RtcRtpTransceiverDirection) -> Result<Direction, RtcError> {
    match direction {
        RtcRtpTransceiverDirection::Sendrecv => Ok(Direction::SendRecv),
        RtcRtpTransceiverDirection::Sendonly => Ok(Direction::SendOnly),
        RtcRtpTransceiverDirection::Recvonly => Ok(Direction::RecvOnly),
        RtcRtpTransceiverDirection::Inactive => Ok(Direction::Inactive),
        RtcRtpTransceiverDirection::Stopped => Err(RtcError::stopped_direction()),
    }
}
