//! dimpl behind the DTLS engine interface.

#![forbid(unsafe_code)]

use peerline_dtls::{Engine, EngineConfig, EngineProvider, Failure, FailureReason, KeyAlgorithm, Role};
use peerline_edge::{Seed, Time};

/// Makes engines that run on dimpl.
#[derive(Clone, Debug, Default)]
pub struct Dimpl(());

impl Dimpl {
    /// A provider.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl EngineProvider for Dimpl {
    fn supports(&self, algorithm: KeyAlgorithm) -> bool {
        matches!(algorithm, KeyAlgorithm::EcdsaP256 | KeyAlgorithm::EcdsaP384)
    }

    fn create(&self, _: &EngineConfig, _: Role, _: Time, _: Seed) -> Result<Box<dyn Engine>, Failure> {
        Err(Failure::new(FailureReason::Internal))
    }
}
