//! `RTCRtpParameters` and its kin (webrtc-pc §5.2.3 to §5.2.10), capabilities, and the words for codecs.

use crate::configuration::enumeration;
use crate::error::Result;
use napi_derive::napi;
use peerline::{RtcMediaKind, RtcRtpCodec, RtcRtpSender};
use peerline_peer::{
    Codec, CodecPreference, EncodingParameters, HeaderExtension, MediaKind, ReceiveParameters, Resolution,
    SendParameters,
};

#[napi(object)]
#[derive(Debug)]
pub struct NativeCodec {
    pub mime_type: String,
    pub clock_rate: u32,
    pub channels: Option<u16>,
    pub sdp_fmtp_line: Option<String>,
    pub payload_type: Option<u8>,
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeHeaderExtension {
    pub uri: String,
    pub id: Option<u16>,
    pub encrypted: Option<bool>,
    pub direction: Option<String>,
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeResolution {
    pub max_width: u32,
    pub max_height: u32,
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeEncoding {
    pub rid: Option<String>,
    pub active: bool,
    pub codec: Option<NativeCodec>,
    pub max_bitrate: Option<u32>,
    pub max_framerate: Option<f64>,
    pub scale_resolution_down_by: Option<f64>,
    pub scale_resolution_down_to: Option<NativeResolution>,
    pub adaptive_ptime: Option<bool>,
    pub scalability_mode: Option<String>,
    pub priority: String,
    pub network_priority: Option<String>,
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeRtcp {
    pub cname: String,
    pub reduced_size: bool,
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeSendParameters {
    pub transaction_id: String,
    pub encodings: Vec<NativeEncoding>,
    pub header_extensions: Vec<NativeHeaderExtension>,
    pub rtcp: NativeRtcp,
    pub codecs: Vec<NativeCodec>,
    pub degradation_preference: Option<String>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeReceiveParameters {
    pub header_extensions: Vec<NativeHeaderExtension>,
    pub rtcp: NativeRtcp,
    pub codecs: Vec<NativeCodec>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeCapabilities {
    pub codecs: Vec<NativeCodec>,
    pub header_extensions: Vec<NativeHeaderExtension>,
}

#[napi(catch_unwind)]
pub fn get_capabilities(kind: String, _half: String) -> Option<NativeCapabilities> {
    let kind = RtcMediaKind::from_media(&kind)?;
    let capabilities = RtcRtpSender::get_capabilities(kind);
    let extension = |uri| NativeHeaderExtension { uri, id: None, encrypted: None, direction: None };
    Some(NativeCapabilities {
        codecs: capabilities.codecs.into_iter().map(NativeCodec::from).collect(),
        header_extensions: capabilities.header_extensions.into_iter().map(extension).collect(),
    })
}

impl NativeSendParameters {
    pub(crate) fn of(kind: MediaKind, parameters: SendParameters) -> Self {
        let encodings = parameters.encodings.into_iter();
        Self {
            transaction_id: parameters.transaction_id,
            encodings: encodings.map(|encoding| NativeEncoding::of(kind, encoding)).collect(),
            header_extensions: parameters.header_extensions.into_iter().map(Into::into).collect(),
            rtcp: NativeRtcp { cname: parameters.cname, reduced_size: parameters.reduced_size },
            codecs: parameters.codecs.into_iter().map(|codec| NativeCodec::of(kind, codec)).collect(),
            degradation_preference: parameters.degradation_preference.map(|preference| preference.as_str().to_owned()),
        }
    }

    pub(crate) fn into_core(self) -> Result<SendParameters> {
        Ok(SendParameters {
            transaction_id: self.transaction_id,
            encodings: self.encodings.into_iter().map(NativeEncoding::into_core).collect::<Result<_>>()?,
            header_extensions: self.header_extensions.into_iter().map(NativeHeaderExtension::into_core).collect(),
            cname: self.rtcp.cname,
            reduced_size: self.rtcp.reduced_size,
            codecs: self.codecs.into_iter().map(NativeCodec::into_core).collect(),
            degradation_preference: self.degradation_preference.as_deref().map(enumeration).transpose()?,
        })
    }
}

impl NativeReceiveParameters {
    pub(crate) fn of(kind: MediaKind, parameters: ReceiveParameters) -> Self {
        Self {
            header_extensions: parameters.header_extensions.into_iter().map(Into::into).collect(),
            // A receiver's parameters have no cname: it is the peer's, and not told.
            rtcp: NativeRtcp { cname: String::new(), reduced_size: parameters.reduced_size },
            codecs: parameters.codecs.into_iter().map(|codec| NativeCodec::of(kind, codec)).collect(),
        }
    }
}

impl NativeEncoding {
    fn of(kind: MediaKind, encoding: EncodingParameters) -> Self {
        Self {
            rid: encoding.rid,
            active: encoding.active,
            codec: encoding.codec.map(|codec| NativeCodec::of_preference(kind, codec)),
            max_bitrate: encoding.max_bitrate,
            max_framerate: encoding.max_framerate,
            scale_resolution_down_by: encoding.scale_resolution_down_by,
            scale_resolution_down_to: encoding.scale_resolution_down_to.map(|resolution| NativeResolution {
                max_width: resolution.max_width,
                max_height: resolution.max_height,
            }),
            adaptive_ptime: (kind == MediaKind::Audio).then_some(encoding.adaptive_ptime),
            scalability_mode: encoding.scalability_mode,
            priority: encoding.priority.as_str().to_owned(),
            network_priority: Some(encoding.network_priority.as_str().to_owned()),
        }
    }

    pub(crate) fn into_core(self) -> Result<EncodingParameters> {
        let network_priority = self.network_priority.as_deref().map(enumeration).transpose()?;
        Ok(EncodingParameters {
            rid: self.rid,
            active: self.active,
            codec: self.codec.map(NativeCodec::into_preference),
            max_bitrate: self.max_bitrate,
            max_framerate: self.max_framerate,
            scale_resolution_down_by: self.scale_resolution_down_by,
            scale_resolution_down_to: self
                .scale_resolution_down_to
                .map(|resolution| Resolution { max_width: resolution.max_width, max_height: resolution.max_height }),
            adaptive_ptime: self.adaptive_ptime.unwrap_or_default(),
            scalability_mode: self.scalability_mode,
            priority: enumeration(&self.priority)?,
            network_priority: network_priority.unwrap_or(EncodingParameters::default().network_priority),
        })
    }
}

impl NativeCodec {
    fn of(kind: MediaKind, codec: Codec) -> Self {
        let payload_type = Some(codec.payload_type.0);
        let parameters = Some(codec.parameters).filter(|parameters| !parameters.is_empty());
        let preference =
            CodecPreference { name: codec.name, clock_rate: codec.clock_rate, channels: codec.channels, parameters };
        Self { payload_type, ..Self::of_preference(kind, preference) }
    }

    fn of_preference(kind: MediaKind, codec: CodecPreference) -> Self {
        Self {
            mime_type: format!("{}/{}", kind.as_str(), codec.name),
            clock_rate: codec.clock_rate,
            channels: codec.channels.or((kind == MediaKind::Audio).then_some(1)),
            sdp_fmtp_line: codec.parameters,
            payload_type: None,
        }
    }

    pub(crate) fn into_preference(self) -> CodecPreference {
        CodecPreference {
            name: self.mime_type.split_once('/').map_or(self.mime_type.as_str(), |(_, name)| name).to_owned(),
            clock_rate: self.clock_rate,
            channels: self.channels,
            parameters: self.sdp_fmtp_line,
        }
    }

    fn into_core(self) -> Codec {
        let payload_type = peerline_peer::PayloadType(self.payload_type.unwrap_or_default());
        let codec = self.into_preference();
        Codec {
            name: codec.name,
            clock_rate: codec.clock_rate,
            channels: codec.channels,
            payload_type,
            parameters: codec.parameters.unwrap_or_default(),
            feedback: Vec::new(),
        }
    }
}

impl From<RtcRtpCodec> for NativeCodec {
    fn from(codec: RtcRtpCodec) -> Self {
        Self {
            mime_type: codec.mime_type,
            clock_rate: codec.clock_rate,
            channels: codec.channels,
            sdp_fmtp_line: codec.sdp_fmtp_line,
            payload_type: None,
        }
    }
}

impl From<HeaderExtension> for NativeHeaderExtension {
    fn from(extension: HeaderExtension) -> Self {
        Self {
            uri: extension.uri,
            id: Some(extension.id),
            encrypted: Some(extension.encrypted),
            direction: Some(extension.direction.as_str().to_owned()),
        }
    }
}

impl NativeHeaderExtension {
    fn into_core(self) -> HeaderExtension {
        use peerline_peer::Direction;
        HeaderExtension {
            uri: self.uri,
            id: self.id.unwrap_or_default(),
            direction: self.direction.as_deref().and_then(Direction::from_name).unwrap_or(Direction::SendRecv),
            encrypted: self.encrypted.unwrap_or_default(),
        }
    }
}
