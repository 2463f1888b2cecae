//! `RTCIceCandidate` (webrtc-pc §4.8): what is signaled, and its fields taken apart.

use napi_derive::napi;
use peerline::{RtcIceCandidate, RtcIceCandidateInit};
use peerline_peer::{IceCandidateInit, IceCredentials};

#[napi(object)]
#[derive(Debug)]
pub struct NativeCandidateInit {
    pub candidate: String,
    pub sdp_mid: Option<String>,
    pub sdp_m_line_index: Option<u16>,
    pub username_fragment: Option<String>,
}

/// What a transport's candidates have in common: the m-section that speaks for it, and the generation if an attribute names none.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    section: Option<&'a (String, u16)>,
    ufrag: Option<&'a str>,
}

impl<'a> Origin<'a> {
    pub(crate) fn new(section: Option<&'a (String, u16)>, credentials: Option<&'a IceCredentials>) -> Self {
        Self { section, ufrag: credentials.map(|credentials| credentials.ufrag.as_str()) }
    }

    /// A candidate-attribute as the `icecandidate` event told it.
    pub(crate) fn candidate(&self, candidate: String) -> NativeCandidateInit {
        let mut words = candidate.split_ascii_whitespace();
        let named = words.find(|word| *word == "ufrag").and_then(|_| words.next());
        NativeCandidateInit {
            sdp_mid: self.section.map(|(mid, _)| mid.clone()),
            sdp_m_line_index: self.section.map(|(_, index)| *index),
            username_fragment: named.or(self.ufrag).map(str::to_owned),
            candidate,
        }
    }
}

impl From<IceCandidateInit> for NativeCandidateInit {
    fn from(init: IceCandidateInit) -> Self {
        Self {
            candidate: init.candidate,
            sdp_mid: init.sdp_mid,
            sdp_m_line_index: init.sdp_m_line_index,
            username_fragment: init.username_fragment,
        }
    }
}

impl From<NativeCandidateInit> for IceCandidateInit {
    fn from(init: NativeCandidateInit) -> Self {
        Self {
            candidate: init.candidate,
            sdp_mid: init.sdp_mid,
            sdp_m_line_index: init.sdp_m_line_index,
            username_fragment: init.username_fragment,
        }
    }
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeCandidateFields {
    pub foundation: Option<String>,
    pub component: Option<&'static str>,
    pub priority: Option<u32>,
    pub address: Option<String>,
    pub protocol: Option<&'static str>,
    pub port: Option<u16>,
    #[napi(js_name = "type")]
    pub candidate_type: Option<&'static str>,
    pub tcp_type: Option<&'static str>,
    pub related_address: Option<String>,
    pub related_port: Option<u16>,
    pub username_fragment: Option<String>,
}

#[napi(catch_unwind)]
pub fn parse_candidate(candidate: String) -> NativeCandidateFields {
    let init = RtcIceCandidateInit { candidate, sdp_m_line_index: Some(0), ..RtcIceCandidateInit::default() };
    let candidate = RtcIceCandidate::new(init).ok();
    let candidate = candidate.as_ref();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    NativeCandidateFields {
        foundation: owned(candidate.and_then(RtcIceCandidate::foundation)),
        component: candidate.and_then(|candidate| candidate.component().map(|component| component.as_str())),
        priority: candidate.and_then(RtcIceCandidate::priority),
        address: owned(candidate.and_then(RtcIceCandidate::address)),
        protocol: candidate.and_then(|candidate| candidate.protocol().map(|protocol| protocol.as_str())),
        port: candidate.and_then(RtcIceCandidate::port),
        candidate_type: candidate.and_then(|candidate| candidate.candidate_type().map(|kind| kind.as_str())),
        tcp_type: candidate.and_then(|candidate| candidate.tcp_type().map(|kind| kind.as_str())),
        related_address: owned(candidate.and_then(RtcIceCandidate::related_address)),
        related_port: candidate.and_then(RtcIceCandidate::related_port),
        username_fragment: owned(candidate.and_then(RtcIceCandidate::username_fragment)),
    }
}
