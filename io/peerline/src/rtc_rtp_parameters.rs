//! `RTCRtpParameters` and its kin (W3C webrtc-pc §5.2.3 to §5.2.10, §5.3).

use crate::media_stream_track::RtcMediaKind;
use peerline_peer::{Codec, CodecPreference};
use std::time::SystemTime;

pub use peerline_peer::{
    DegradationPreference as RtcDegradationPreference, EncodingParameters as RtcRtpEncodingParameters,
    HeaderExtension as RtcRtpHeaderExtensionParameters, ReceiveParameters as RtcRtpReceiveParameters,
    Resolution as RtcResolutionRestriction, SendParameters as RtcRtpSendParameters,
};

/// `RTCRtpCodec` (§5.2.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpCodec {
    /// `mimeType`, such as `audio/opus`.
    pub mime_type: String,
    /// `clockRate`, hertz.
    pub clock_rate: u32,
    /// `channels`, for audio.
    pub channels: Option<u16>,
    /// `sdpFmtpLine`.
    pub sdp_fmtp_line: Option<String>,
}

impl RtcRtpCodec {
    pub(crate) fn preference(&self) -> CodecPreference {
        let name = self.mime_type.split_once('/').map_or(self.mime_type.as_str(), |(_, subtype)| subtype);
        CodecPreference {
            name: name.to_owned(),
            clock_rate: self.clock_rate,
            channels: self.channels,
            parameters: self.sdp_fmtp_line.clone(),
        }
    }

    fn of(kind: RtcMediaKind, codec: &Codec) -> Self {
        Self {
            mime_type: format!("{}/{}", kind.as_str(), codec.name),
            clock_rate: codec.clock_rate,
            channels: codec.channels.or((kind == RtcMediaKind::Audio).then_some(1)),
            sdp_fmtp_line: Some(codec.parameters.clone()).filter(|parameters| !parameters.is_empty()),
        }
    }
}

/// `RTCRtpCapabilities` (§5.2.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpCapabilities {
    /// `codecs`, best first; `rtx` stands there once.
    pub codecs: Vec<RtcRtpCodec>,
    /// `headerExtensions`: their URIs.
    pub header_extensions: Vec<String>,
}

impl RtcRtpCapabilities {
    pub(crate) fn of(kind: RtcMediaKind) -> Self {
        let capabilities = peerline_peer::capabilities(kind);
        let mut codecs: Vec<RtcRtpCodec> =
            capabilities.codecs.iter().map(|capability| RtcRtpCodec::of(kind, &capability.codec)).collect();
        if capabilities.codecs.iter().any(|capability| capability.rtx.is_some()) {
            let mime_type = format!("{}/rtx", kind.as_str());
            codecs.push(RtcRtpCodec { mime_type, clock_rate: 90_000, channels: None, sdp_fmtp_line: None });
        }
        let header_extensions = capabilities.header_extensions.iter().map(|extension| extension.uri.clone()).collect();
        Self { codecs, header_extensions }
    }
}

/// `RTCRtpContributingSource` and `RTCRtpSynchronizationSource` (§5.3.1, §5.3.2).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RtcRtpContributingSource {
    /// `timestamp`: when a frame of the source was last played.
    pub timestamp: SystemTime,
    /// `source`: CSRC or SSRC.
    pub source: u32,
    /// `audioLevel`, 0.0 to 1.0.
    pub audio_level: Option<f64>,
    /// `rtpTimestamp`.
    pub rtp_timestamp: u32,
}
