//! `RTCConfiguration` (W3C webrtc-pc §4.2) with the native settings beside it.

use crate::rtc_certificate::RtcCertificate;
use peerline_peer::Configuration;
use std::sync::Arc;

pub use peerline_peer::{
    AddressFilter as RtcAddressFilter, BundlePolicy as RtcBundlePolicy, IceServer as RtcIceServer,
    IceTransportPolicy as RtcIceTransportPolicy, NativeSettings as RtcNativeSettings,
    OAuthCredential as RtcOAuthCredential, Prefix as RtcAddressPrefix, RtcpMuxPolicy as RtcRtcpMuxPolicy,
};

/// How a connection is to work. `RtcConfiguration::default()` connects within a network; add a STUN server to get through NATs.
#[derive(Clone, Debug)]
pub struct RtcConfiguration {
    /// `iceServers`.
    pub ice_servers: Vec<RtcIceServer>,
    /// `iceTransportPolicy`.
    pub ice_transport_policy: RtcIceTransportPolicy,
    /// `bundlePolicy`.
    pub bundle_policy: RtcBundlePolicy,
    /// `rtcpMuxPolicy`.
    pub rtcp_mux_policy: RtcRtcpMuxPolicy,
    /// `peerIdentity`: who the peer must prove to be (webrtc-identity §4).
    pub peer_identity: Option<String>,
    /// `certificates`; if empty, the connection makes one of its own.
    pub certificates: Vec<RtcCertificate>,
    /// `iceCandidatePoolSize`.
    pub ice_candidate_pool_size: u8,
    /// What the W3C dictionary does not have.
    pub native: RtcNativeSettings,
}

impl Default for RtcConfiguration {
    fn default() -> Self {
        Configuration::default().into()
    }
}

impl From<Configuration> for RtcConfiguration {
    fn from(core: Configuration) -> Self {
        Self {
            ice_servers: core.ice_servers,
            ice_transport_policy: core.ice_transport_policy,
            bundle_policy: core.bundle_policy,
            rtcp_mux_policy: core.rtcp_mux_policy,
            peer_identity: core.peer_identity,
            certificates: core.certificates.into_iter().map(RtcCertificate::from_certificate).collect(),
            ice_candidate_pool_size: core.ice_candidate_pool_size,
            native: core.native,
        }
    }
}

impl From<RtcConfiguration> for Configuration {
    fn from(configuration: RtcConfiguration) -> Self {
        Self {
            peer_identity: configuration.peer_identity,
            ice_servers: configuration.ice_servers,
            ice_transport_policy: configuration.ice_transport_policy,
            bundle_policy: configuration.bundle_policy,
            rtcp_mux_policy: configuration.rtcp_mux_policy,
            certificates: configuration
                .certificates
                .iter()
                .map(|certificate| Arc::clone(certificate.certificate()))
                .collect(),
            ice_candidate_pool_size: configuration.ice_candidate_pool_size,
            native: configuration.native,
        }
    }
}
