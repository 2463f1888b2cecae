//! Payload formats and header extensions as a description negotiates them (RFC 8866 §6.6, RFC 8285, webrtc-pc §5.2).

use peerline_sdp::{Direction, PayloadType};

use crate::negotiate::format::is_preferred;

/// What a transceiver carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// `"audio"`.
    Audio,
    /// `"video"`.
    Video,
}

impl MediaKind {
    /// The W3C track kind, which is also the SDP media type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    /// The kind of an `m=` line's media type.
    pub fn from_media(kind: &str) -> Option<Self> {
        match kind {
            "audio" => Some(Self::Audio),
            "video" => Some(Self::Video),
            _ => None,
        }
    }
}

/// One payload format. `rtx`, `red`, `ulpfec`, `flexfec-03`, `telephone-event` and `CN` are formats too, with their `parameters`
/// (as `apt=96`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// The encoding name in its usual spelling; names compare without case.
    pub name: String,
    /// Hertz.
    pub clock_rate: u32,
    /// Audio channels; `None` for video, and means 1 for audio.
    pub channels: Option<u16>,
    /// The number for it: in capabilities the wish, in a plan what was negotiated.
    pub payload_type: PayloadType,
    /// The fmtp parameters as they are written; empty for none.
    pub parameters: String,
    /// RTCP feedback, as `nack pli`.
    pub feedback: Vec<String>,
}

/// An entry of `setCodecPreferences` (`RTCRtpCodec` without the number).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecPreference {
    /// The encoding name (the MIME subtype).
    pub name: String,
    /// Hertz.
    pub clock_rate: u32,
    /// Audio channels.
    pub channels: Option<u16>,
    /// `sdpFmtpLine`.
    pub parameters: Option<String>,
}

impl CodecPreference {
    /// Whether it names this format: "codec dictionary match" (webrtc-pc §5.4) that ignores asymmetrical parameters, which each side may have of
    /// its own: levels, and all that AV1 has.
    pub fn is(&self, codec: &Codec) -> bool {
        let same_name = self.name.eq_ignore_ascii_case(&codec.name);
        is_preferred(codec, self) || (same_name && self.name.eq_ignore_ascii_case("AV1"))
    }
}

/// A codec that we have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecCapability {
    /// The format, with the payload type that we would like.
    pub codec: Codec,
    /// The payload type that we would like for its `rtx`, if it is retransmitted.
    pub rtx: Option<PayloadType>,
    /// Whether we can send it, receive it, or both.
    pub direction: Direction,
}

/// A header extension that we have (RFC 8285).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderExtensionCapability {
    /// What it is.
    pub uri: String,
    /// The id that we would like.
    pub id: u16,
    /// What is offered unless the transceiver says otherwise; `Inactive` is not offered.
    pub direction: Direction,
}

/// An entry of `[[HeaderExtensionsToNegotiate]]` of a transceiver (webrtc-extensions §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderExtensionPreference {
    /// What it is.
    pub uri: String,
    /// What is offered; `None` stands for "stopped": nothing is.
    pub direction: Option<Direction>,
    /// What is agreed to if it is offered. The application sets both alike; an answer only changes `direction`, so that one who offers an extension
    /// again gets it again.
    pub accepted: Option<Direction>,
}

/// A negotiated header extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderExtension {
    /// What it is.
    pub uri: String,
    /// The id on the wire.
    pub id: u16,
    /// Who uses it, from our point of view.
    pub direction: Direction,
    /// RFC 6904: the extension is encrypted.
    pub encrypted: bool,
}

/// What we can do for one kind of media.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindCapabilities {
    /// Codecs in the order of our preference.
    pub codecs: Vec<CodecCapability>,
    /// Header extensions.
    pub header_extensions: Vec<HeaderExtensionCapability>,
}

impl KindCapabilities {
    /// `[[HeaderExtensionsToNegotiate]]` of a first transceiver: all that we have; what is inactive by default is stopped.
    pub fn header_extensions_to_negotiate(&self) -> impl Iterator<Item = HeaderExtensionPreference> {
        self.header_extensions.iter().map(|capability| {
            let direction = Some(capability.direction).filter(|direction| *direction != Direction::Inactive);
            HeaderExtensionPreference { uri: capability.uri.clone(), direction, accepted: direction }
        })
    }
}

/// What we can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// For audio.
    pub audio: KindCapabilities,
    /// For video.
    pub video: KindCapabilities,
}

impl Capabilities {
    /// For that kind.
    pub fn of(&self, kind: MediaKind) -> &KindCapabilities {
        match kind {
            MediaKind::Audio => &self.audio,
            MediaKind::Video => &self.video,
        }
    }
}

/// What one direction of a media section negotiated: formats in order of preference, extensions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RtpParameters {
    /// Formats with the payload types of that direction; empty if that direction is not used.
    pub codecs: Vec<Codec>,
    /// Header extensions of that direction.
    pub header_extensions: Vec<HeaderExtension>,
    /// RFC 5506: reduced-size RTCP.
    pub reduced_size_rtcp: bool,
    /// RFC 8285 §6: one- and two-byte header extensions may mix.
    pub extmap_allow_mixed: bool,
}
