//! `RTCConfiguration` (W3C webrtc-pc §4.2) and what only a native peer can set.

mod ice_server;
#[cfg(test)]
mod tests;

pub use ice_server::{IceServer, IceServerUrl, OAuthCredential, Scheme};

use crate::error::{Error, Misuse};
use crate::states::{BundlePolicy, IceTransportPolicy, RtcpMuxPolicy};
use peerline_crypto::CryptoProvider;
use peerline_dtls::{Certificate, EngineProvider};
use peerline_edge::{Seed, Time};
use peerline_ice::AddressFilter;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// `RTCConfiguration`, with the native settings beside it.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// STUN and TURN servers.
    pub ice_servers: Vec<IceServer>,
    /// Which candidates may be used.
    pub ice_transport_policy: IceTransportPolicy,
    /// How m-sections share transports in the first offer.
    pub bundle_policy: BundlePolicy,
    /// Whether RTCP may have a component of its own.
    pub rtcp_mux_policy: RtcpMuxPolicy,
    /// Who the peer must prove to be (webrtc-identity §4).
    pub peer_identity: Option<String>,
    /// Certificates to authenticate with; the environment's default one if empty.
    pub certificates: Vec<Arc<Certificate>>,
    /// How many transports gather before they are needed.
    pub ice_candidate_pool_size: u8,
    /// What the W3C dictionary does not have.
    pub native: NativeSettings,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            ice_servers: Vec::new(),
            ice_transport_policy: IceTransportPolicy::All,
            bundle_policy: BundlePolicy::Balanced,
            rtcp_mux_policy: RtcpMuxPolicy::Require,
            peer_identity: None,
            certificates: Vec::new(),
            ice_candidate_pool_size: 0,
            native: NativeSettings::default(),
        }
    }
}

/// Settings beyond the W3C dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NativeSettings {
    /// Offer loopback addresses as candidates too (they are always offered when the host has no other address).
    pub include_loopback: bool,
    /// Which local addresses may be candidates; the removed policy "public" is a filter that denies the private ranges.
    pub address_filter: AddressFilter,
    /// The local UDP ports to choose from; any free one if not set.
    pub udp_ports: Option<RangeInclusive<u16>>,
    /// The largest UDP payload we send, bytes.
    pub max_datagram_len: usize,
    /// The largest message we accept on a data channel, bytes; announced as max-message-size.
    pub max_message_size: usize,
    /// Bytes that may wait unsent over all channels before `send` fails with `SendBufferFull`.
    pub max_send_buffer: usize,
    /// Bytes that may wait unread before the peer has to stop.
    pub max_receive_buffer: usize,
}

impl Default for NativeSettings {
    fn default() -> Self {
        Self {
            include_loopback: false,
            address_filter: AddressFilter::default(),
            udp_ports: None,
            max_datagram_len: 1200,
            max_message_size: 262_144,
            max_send_buffer: 16 * 1024 * 1024,
            max_receive_buffer: 8 * 1024 * 1024,
        }
    }
}

/// What the machine cannot make for itself.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Hashes and message authentication.
    pub crypto: Arc<dyn CryptoProvider>,
    /// Makes DTLS engines.
    pub dtls: Arc<dyn EngineProvider>,
    /// The certificate of a connection that was configured with none.
    pub certificate: Arc<Certificate>,
    /// The wall clock at [`Time::ZERO`], milliseconds since 1970: to tell an expired certificate.
    pub unix_millis_at_epoch: u64,
    /// Entropy; never the same for two connections.
    pub seed: Seed,
}

impl Configuration {
    /// The validation that the constructor and `setConfiguration` share (§4.4.1.6 "set the configuration").
    pub(crate) fn validate(&self, now: Time, environment: &Environment) -> Result<(), Error> {
        let unix_now = environment.unix_millis_at_epoch.saturating_add(millis(now));
        if self.certificates.iter().any(|certificate| certificate.expires <= unix_now) {
            return Err(Misuse::ExpiredCertificate.into());
        }
        self.ice_servers.iter().try_for_each(|server| server.validate())
    }

    /// The certificate that every transport authenticates with: the first that the engine can use.
    pub(crate) fn certificate(&self, environment: &Environment) -> Result<Arc<Certificate>, Error> {
        if self.certificates.is_empty() {
            return Ok(Arc::clone(&environment.certificate));
        }
        let usable = self.certificates.iter().find(|certificate| environment.dtls.supports(certificate.algorithm));
        usable.map(Arc::clone).ok_or_else(|| Misuse::UnsupportedCertificate.into())
    }

    /// §4.4.1.6: members that may not change once the connection exists. `gathered`: a local description was applied.
    pub(crate) fn check_change_to(&self, new: &Self, gathered: bool) -> Result<(), Error> {
        let same_certificates = self.certificates.len() == new.certificates.len()
            && self.certificates.iter().zip(&new.certificates).all(|(a, b)| a.der == b.der);
        let pool_may_change = !gathered || self.ice_candidate_pool_size == new.ice_candidate_pool_size;
        if self.bundle_policy == new.bundle_policy
            && self.rtcp_mux_policy == new.rtcp_mux_policy
            && self.peer_identity == new.peer_identity
            && same_certificates
            && pool_may_change
        {
            return Ok(());
        }
        Err(Misuse::UnchangeableConfiguration.into())
    }
}

fn millis(now: Time) -> u64 {
    u64::try_from(now.since_epoch().as_millis()).unwrap_or(u64::MAX)
}
