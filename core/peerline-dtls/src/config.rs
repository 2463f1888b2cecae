//! What a connection is made of.

use crate::{Certificate, CipherSuite, EngineProvider, NamedGroup, ProtocolVersion, SrtpProfile};
use core::fmt;
use core::time::Duration;
use peerline_crypto::CryptoProvider;
use peerline_edge::Seed;
use std::sync::Arc;

/// The versions that may be negotiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Versions {
    /// DTLS 1.3, or 1.2 if the other side cannot do better.
    Any,
    /// DTLS 1.2 alone.
    Only12,
    /// DTLS 1.3 alone.
    Only13,
}

impl Versions {
    /// True if `version` may be negotiated.
    #[must_use]
    pub const fn allow(self, version: ProtocolVersion) -> bool {
        match self {
            Self::Any => true,
            Self::Only12 => matches!(version, ProtocolVersion::Dtls12),
            Self::Only13 => matches!(version, ProtocolVersion::Dtls13),
        }
    }
}

/// What a [`crate::Connection`] is made of. [`Config::new`] fills in the defaults.
#[derive(Clone)]
pub struct Config {
    /// Makes the engine.
    pub provider: Arc<dyn EngineProvider>,
    /// Hashes the certificates.
    pub crypto: Arc<dyn CryptoProvider>,
    /// Our certificate.
    pub certificate: Arc<Certificate>,
    /// The engine's randomness, as far as it takes any from outside.
    pub seed: Seed,
    /// The longest datagram to make, in bytes of UDP payload.
    pub mtu: usize,
    /// The versions to offer and to accept.
    pub versions: Versions,
    /// The cipher suites to offer and to accept, best first; empty leaves it to the engine.
    pub cipher_suites: Vec<CipherSuite>,
    /// The groups to offer and to accept, best first; empty leaves it to the engine.
    pub groups: Vec<NamedGroup>,
    /// The SRTP profiles to offer and to accept, best first; empty leaves it to the engine.
    pub srtp_profiles: Vec<SrtpProfile>,
    /// How long to wait for the answer to a flight before it is sent again the first time.
    pub initial_rto: Duration,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
}

impl Config {
    /// The default of [`Config::mtu`]: fits an IPv6 packet of 1280 bytes below a TURN channel header.
    pub const DEFAULT_MTU: usize = 1200;
    /// The default of [`Config::initial_rto`].
    // RFC 9147 §5.8.2: for DTLS-SRTP 400 ms are recommended.
    pub const DEFAULT_INITIAL_RTO: Duration = Duration::from_millis(400);
    /// The default of [`Config::handshake_timeout`]. ICE gives up earlier if nobody is there.
    pub const DEFAULT_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);

    /// The defaults around these four.
    #[must_use]
    pub fn new(
        provider: Arc<dyn EngineProvider>,
        crypto: Arc<dyn CryptoProvider>,
        certificate: Arc<Certificate>,
        seed: Seed,
    ) -> Self {
        Self {
            provider,
            crypto,
            certificate,
            seed,
            mtu: Self::DEFAULT_MTU,
            versions: Versions::Any,
            cipher_suites: Vec::new(),
            groups: Vec::new(),
            srtp_profiles: Vec::new(),
            initial_rto: Self::DEFAULT_INITIAL_RTO,
            handshake_timeout: Self::DEFAULT_HANDSHAKE_TIMEOUT,
        }
    }
}

impl fmt::Debug for Config {
    /// Without the seed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("provider", &self.provider)
            .field("certificate", &self.certificate)
            .field("mtu", &self.mtu)
            .field("versions", &self.versions)
            .finish_non_exhaustive()
    }
}
