//! The provider: one for many connections, with their configurations kept, since dimpl tests its primitives each time it makes one.

use crate::engine::DimplEngine;
use crate::failure::failure;
use crate::suites::PROVIDER;
use core::time::Duration;
use dimpl::crypto::{Dtls12CipherSuite, Dtls13CipherSuite};
use dimpl::{Config, NamedGroup};
use peerline_dtls::{
    CipherSuite, Engine, EngineConfig, EngineProvider, Failure, FailureReason, KeyAlgorithm, ProtocolVersion, Role,
    Versions,
};
use peerline_edge::{Seed, Time};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Makes engines that run on dimpl with the primitives of aws-lc-rs.
#[derive(Debug)]
pub struct Dimpl {
    /// What [`Time::ZERO`] is for dimpl.
    epoch: Instant,
    seeded: bool,
    configs: Mutex<Vec<(Key, Arc<Config>)>>,
}

/// How often a flight is sent again. dimpl counts answers to repeated flights of the other side against it too.
const FLIGHT_RETRIES: usize = 12;
/// Datagrams in flight inside dimpl before it gives up.
const MAX_QUEUE: usize = 128;
/// Configurations kept.
const MAX_CONFIGS: usize = 8;

impl Dimpl {
    /// A provider whose engines take their randomness from the operating system.
    #[must_use]
    pub fn new() -> Self {
        Self { epoch: Instant::now(), seeded: false, configs: Mutex::new(Vec::new()) }
    }

    /// A provider for tests: hello randoms and the jitter of timers come from the engine's seed, so that a simulated run happens the same
    /// way twice. Keys and signatures are still the operating system's. Making an engine takes longer.
    #[must_use]
    pub fn deterministic() -> Self {
        Self { seeded: true, ..Self::new() }
    }

    fn config(&self, key: Key) -> Result<Arc<Config>, Failure> {
        let kept = || self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, config)) = kept().iter().find(|(kept, _)| *kept == key) {
            return Ok(config.clone());
        }
        let config = Arc::new(key.build()?);
        if key.seed.is_none() {
            let mut kept = kept();
            if kept.len() >= MAX_CONFIGS {
                kept.remove(0);
            }
            kept.push((key, config.clone()));
        }
        Ok(config)
    }
}

impl Default for Dimpl {
    fn default() -> Self {
        Self::new()
    }
}

impl EngineProvider for Dimpl {
    fn supports(&self, algorithm: KeyAlgorithm) -> bool {
        matches!(algorithm, KeyAlgorithm::EcdsaP256 | KeyAlgorithm::EcdsaP384)
    }

    fn create(&self, config: &EngineConfig, role: Role, now: Time, seed: Seed) -> Result<Box<dyn Engine>, Failure> {
        if !self.supports(config.certificate.algorithm) {
            return Err(Failure::new(FailureReason::Configuration));
        }
        let [a, b, c, d, e, f, g, h, ..] = seed;
        let seed = self.seeded.then(|| u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        let (key, versions) = Key::new(config, seed)?;
        let dimpl_config = self.config(key)?;
        let engine = DimplEngine::new(dimpl_config, &config.certificate, versions, role, self.epoch, now)?;
        Ok(Box::new(engine))
    }
}

/// All that a configuration of dimpl depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    mtu: usize,
    initial_rto: Duration,
    handshake_timeout: Duration,
    suites12: Vec<Dtls12CipherSuite>,
    suites13: Vec<Dtls13CipherSuite>,
    groups: Vec<NamedGroup>,
    seed: Option<u64>,
}

impl Key {
    /// The key, and the versions that are left after the cipher suites were filtered.
    fn new(config: &EngineConfig, seed: Option<u64>) -> Result<(Self, Versions), Failure> {
        let wanted = |suite: u16| config.cipher_suites.is_empty() || config.cipher_suites.contains(&CipherSuite(suite));
        let wanted_group =
            |group: u16| config.groups.is_empty() || config.groups.iter().any(|wanted| wanted.0 == group);
        let suites12: Vec<_> = PROVIDER
            .cipher_suites
            .iter()
            .map(|suite| suite.suite())
            .filter(|suite| wanted(suite.as_u16()))
            .filter(|_| config.versions.allow(ProtocolVersion::Dtls12))
            .collect();
        let suites13: Vec<_> = PROVIDER
            .dtls13_cipher_suites
            .iter()
            .map(|suite| suite.suite())
            .filter(|suite| wanted(suite.as_u16()))
            .filter(|_| config.versions.allow(ProtocolVersion::Dtls13))
            .collect();
        let groups =
            PROVIDER.kx_groups.iter().map(|group| group.name()).filter(|group| wanted_group(group.as_u16())).collect();
        let versions = match (suites12.is_empty(), suites13.is_empty()) {
            (false, false) => Versions::Any,
            (false, true) => Versions::Only12,
            (true, false) => Versions::Only13,
            (true, true) => return Err(Failure::new(FailureReason::Configuration)),
        };
        let (mtu, initial_rto, handshake_timeout) = (config.mtu, config.initial_rto, config.handshake_timeout);
        Ok((Self { mtu, initial_rto, handshake_timeout, suites12, suites13, groups, seed }, versions))
    }

    fn build(&self) -> Result<Config, Failure> {
        let mut builder = Config::builder()
            .mtu(self.mtu)
            .max_queue_rx(MAX_QUEUE)
            .max_queue_tx(crate::engine::MAX_UNSENT + MAX_QUEUE)
            // RFC 8827 §6.5: both sides authenticate.
            .require_client_certificate(true)
            // ICE has already checked that the other side receives at its address; a cookie would cost a round trip.
            .use_server_cookie(false)
            .flight_start_rto(self.initial_rto)
            .flight_retries(FLIGHT_RETRIES)
            .handshake_timeout(self.handshake_timeout)
            .with_crypto_provider(PROVIDER.clone())
            .dtls12_cipher_suites(&self.suites12)
            .dtls13_cipher_suites(&self.suites13)
            .kx_groups(&self.groups);
        if let Some(seed) = self.seed {
            builder = builder.dangerously_set_rng_seed(seed);
        }
        builder.build().map_err(|error| failure(&error))
    }
}
