//! `RTCIceCandidate` (W3C webrtc-pc §4.8.1): a candidate-attribute (RFC 8839 §5.1) with its fields taken apart.

use crate::enumeration::w3c_enum;
use crate::rtc_error::RtcError;
use peerline_peer::IceCandidateInit;

pub use peerline_peer::IceCandidateError as RtcPeerConnectionIceError;
pub use peerline_peer::stats::{
    IceCandidateType as RtcIceCandidateType, IceProtocol as RtcIceProtocol,
    IceTcpCandidateType as RtcIceTcpCandidateType,
};

w3c_enum!(
    /// `RTCIceComponent` (§5.6.5).
    RtcIceComponent {
        /// RTP, or RTP with RTCP, or data.
        Rtp = "rtp",
        /// RTCP on a component of its own.
        Rtcp = "rtcp",
    }
);

/// `RTCIceCandidateInit`: a candidate as it is signaled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
pub struct RtcIceCandidateInit {
    /// `candidate`: the candidate-attribute; empty at the end of a generation's candidates.
    pub candidate: String,
    /// `sdpMid`: the m-section's mid.
    pub sdp_mid: Option<String>,
    /// `sdpMLineIndex`: the m-section's index.
    #[cfg_attr(feature = "serde", serde(rename = "sdpMLineIndex"))]
    pub sdp_m_line_index: Option<u16>,
    /// `usernameFragment`: the ICE ufrag of the generation it belongs to.
    pub username_fragment: Option<String>,
}

impl From<IceCandidateInit> for RtcIceCandidateInit {
    fn from(init: IceCandidateInit) -> Self {
        Self {
            candidate: init.candidate,
            sdp_mid: init.sdp_mid,
            sdp_m_line_index: init.sdp_m_line_index,
            username_fragment: init.username_fragment,
        }
    }
}

impl From<RtcIceCandidateInit> for IceCandidateInit {
    fn from(init: RtcIceCandidateInit) -> Self {
        Self {
            candidate: init.candidate,
            sdp_mid: init.sdp_mid,
            sdp_m_line_index: init.sdp_m_line_index,
            username_fragment: init.username_fragment,
        }
    }
}

/// A candidate. Fields of a candidate-attribute that does not parse, or is empty, are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcIceCandidate {
    init: RtcIceCandidateInit,
    fields: Fields,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fields {
    foundation: Option<String>,
    component: Option<RtcIceComponent>,
    priority: Option<u32>,
    address: Option<String>,
    protocol: Option<RtcIceProtocol>,
    port: Option<u16>,
    candidate_type: Option<RtcIceCandidateType>,
    tcp_type: Option<RtcIceTcpCandidateType>,
    related_address: Option<String>,
    related_port: Option<u16>,
    ufrag: Option<String>,
}

impl RtcIceCandidate {
    /// The constructor.
    ///
    /// # Errors
    /// `TypeError` if neither `sdp_mid` nor `sdp_m_line_index` is set.
    pub fn new(init: RtcIceCandidateInit) -> Result<Self, RtcError> {
        // §4.8.1 constructor step 1.
        if init.sdp_mid.is_none() && init.sdp_m_line_index.is_none() {
            return Err(RtcError::candidate_syntax());
        }
        Ok(Self::from_init(init))
    }

    pub(crate) fn from_init(init: RtcIceCandidateInit) -> Self {
        // Step 3.4: if any field is invalid, leave them all null.
        let fields = Fields::parse(&init.candidate).unwrap_or_default();
        Self { init, fields }
    }

    /// `candidate`.
    #[must_use]
    pub fn candidate(&self) -> &str {
        &self.init.candidate
    }

    /// `sdpMid`.
    #[must_use]
    pub fn sdp_mid(&self) -> Option<&str> {
        self.init.sdp_mid.as_deref()
    }

    /// `sdpMLineIndex`.
    #[must_use]
    pub const fn sdp_m_line_index(&self) -> Option<u16> {
        self.init.sdp_m_line_index
    }

    /// `foundation`.
    #[must_use]
    pub fn foundation(&self) -> Option<&str> {
        self.fields.foundation.as_deref()
    }

    /// `component`.
    #[must_use]
    pub const fn component(&self) -> Option<RtcIceComponent> {
        self.fields.component
    }

    /// `priority`.
    #[must_use]
    pub const fn priority(&self) -> Option<u32> {
        self.fields.priority
    }

    /// `address`: an IP address, or an mDNS name.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.fields.address.as_deref()
    }

    /// `protocol`.
    #[must_use]
    pub const fn protocol(&self) -> Option<RtcIceProtocol> {
        self.fields.protocol
    }

    /// `port`.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.fields.port
    }

    /// `type`.
    #[must_use]
    pub const fn candidate_type(&self) -> Option<RtcIceCandidateType> {
        self.fields.candidate_type
    }

    /// `tcpType`.
    #[must_use]
    pub const fn tcp_type(&self) -> Option<RtcIceTcpCandidateType> {
        self.fields.tcp_type
    }

    /// `relatedAddress`.
    #[must_use]
    pub fn related_address(&self) -> Option<&str> {
        self.fields.related_address.as_deref()
    }

    /// `relatedPort`.
    #[must_use]
    pub const fn related_port(&self) -> Option<u16> {
        self.fields.related_port
    }

    /// `usernameFragment`.
    #[must_use]
    pub fn username_fragment(&self) -> Option<&str> {
        self.init.username_fragment.as_deref().or(self.fields.ufrag.as_deref())
    }

    /// `toJSON`: what is signaled.
    #[must_use]
    pub fn to_init(&self) -> RtcIceCandidateInit {
        self.init.clone()
    }
}

impl From<RtcIceCandidate> for RtcIceCandidateInit {
    fn from(candidate: RtcIceCandidate) -> Self {
        candidate.init
    }
}

impl From<RtcIceCandidate> for Option<RtcIceCandidateInit> {
    fn from(candidate: RtcIceCandidate) -> Self {
        Some(candidate.init)
    }
}

impl Fields {
    /// RFC 8839 §5.1: `candidate:` foundation component transport priority address port `typ` type, then pairs.
    fn parse(attribute: &str) -> Option<Self> {
        let text = attribute.strip_prefix("candidate:").unwrap_or(attribute);
        let mut words = text.split_ascii_whitespace();
        let mut fields = Self {
            foundation: Some(words.next()?.to_owned()),
            component: match words.next()?.parse::<u16>().ok()? {
                1 => Some(RtcIceComponent::Rtp),
                2 => Some(RtcIceComponent::Rtcp),
                _ => None,
            },
            protocol: Some(words.next()?.to_ascii_lowercase().parse().ok()?),
            priority: Some(words.next()?.parse().ok()?),
            address: Some(words.next()?.to_owned()),
            port: Some(words.next()?.parse().ok()?),
            ..Self::default()
        };
        if words.next()? != "typ" {
            return None;
        }
        fields.candidate_type = Some(words.next()?.parse().ok()?);
        while let Some(name) = words.next() {
            let value = words.next()?;
            match name {
                "raddr" => fields.related_address = Some(value.to_owned()),
                "rport" => fields.related_port = Some(value.parse().ok()?),
                "tcptype" => fields.tcp_type = Some(value.parse().ok()?),
                "ufrag" => fields.ufrag = Some(value.to_owned()),
                _ => {}
            }
        }
        Some(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str) -> RtcIceCandidate {
        let init = RtcIceCandidateInit {
            candidate: text.to_owned(),
            sdp_mid: Some("0".to_owned()),
            ..RtcIceCandidateInit::default()
        };
        RtcIceCandidate::new(init).unwrap()
    }

    #[test]
    fn takes_a_server_reflexive_candidate_apart() {
        let candidate = candidate(
            "candidate:842163049 1 UDP 1677729535 203.0.113.7 3478 typ srflx raddr 192.0.2.1 rport 56789 generation 0 ufrag EsAw",
        );
        assert_eq!(candidate.foundation(), Some("842163049"));
        assert_eq!(candidate.component(), Some(RtcIceComponent::Rtp));
        assert_eq!(candidate.protocol(), Some(RtcIceProtocol::Udp));
        assert_eq!(candidate.priority(), Some(1_677_729_535));
        assert_eq!(candidate.address(), Some("203.0.113.7"));
        assert_eq!(candidate.port(), Some(3478));
        assert_eq!(candidate.candidate_type(), Some(RtcIceCandidateType::Srflx));
        assert_eq!((candidate.related_address(), candidate.related_port()), (Some("192.0.2.1"), Some(56_789)));
        assert_eq!(candidate.username_fragment(), Some("EsAw"));
        assert_eq!(candidate.sdp_mid(), Some("0"));
    }

    #[test]
    fn takes_a_tcp_candidate_apart() {
        let candidate = candidate("candidate:1 2 tcp 1518280447 fe80::1 9 typ host tcptype active");
        assert_eq!(candidate.component(), Some(RtcIceComponent::Rtcp));
        assert_eq!(candidate.protocol(), Some(RtcIceProtocol::Tcp));
        assert_eq!(candidate.tcp_type(), Some(RtcIceTcpCandidateType::Active));
    }

    #[test]
    fn leaves_every_field_empty_if_one_is_invalid() {
        for text in [
            "",
            "candidate:1 1 udp",
            "candidate:1 1 udp 5 192.0.2.1 99999 typ host",
            "candidate:1 1 udp 5 192.0.2.1 9 typ other",
        ] {
            let candidate = candidate(text);
            assert_eq!(
                (candidate.foundation(), candidate.port(), candidate.candidate_type()),
                (None, None, None),
                "{text}"
            );
            assert_eq!(candidate.candidate(), text);
        }
    }

    #[test]
    fn refuses_a_candidate_that_names_no_section() {
        assert_eq!(
            RtcIceCandidate::new(RtcIceCandidateInit::default()).unwrap_err().name,
            crate::RtcErrorName::TypeError
        );
    }
}
