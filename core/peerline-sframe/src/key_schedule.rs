//! From a base key to what encrypts (RFC 9605 §4.4.2).

use crate::hkdf;
use crate::{CipherSuite, SecretsError};
use core::fmt;
use peerline_crypto::CryptoProvider;

/// How the base key of one number is expanded: what HKDF is told, for those who derive where the base key lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySchedule {
    suite: CipherSuite,
    key_label: Vec<u8>,
    salt_label: Vec<u8>,
}

impl KeySchedule {
    /// The schedule of a suite and the number of a key.
    #[must_use]
    pub fn new(suite: CipherSuite, kid: u64) -> Self {
        let label = |text: &str| [text.as_bytes(), &kid.to_be_bytes(), &suite.id().to_be_bytes()].concat();
        Self { suite, key_label: label("SFrame 1.0 Secret key "), salt_label: label("SFrame 1.0 Secret salt ") }
    }

    /// HKDF's `info` for the key; the salt of HKDF itself is empty.
    #[must_use]
    pub fn key_label(&self) -> &[u8] {
        &self.key_label
    }

    /// HKDF's `info` for the salt.
    #[must_use]
    pub fn salt_label(&self) -> &[u8] {
        &self.salt_label
    }

    /// Derives from a base key.
    #[must_use]
    pub fn derive(&self, crypto: &dyn CryptoProvider, base_key: &[u8]) -> Secrets {
        let secret = hkdf::extract(crypto, self.suite.hash(), base_key);
        let key = hkdf::expand(&*secret, &self.key_label, self.suite.key_len());
        let mut salt = [0; CipherSuite::NONCE_LEN];
        salt.copy_from_slice(&hkdf::expand(&*secret, &self.salt_label, CipherSuite::NONCE_LEN));
        Secrets { suite: self.suite, key, salt }
    }
}

/// What the key schedule makes of a base key: `sframe_key` and `sframe_salt`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    pub(crate) suite: CipherSuite,
    pub(crate) key: Vec<u8>,
    pub(crate) salt: [u8; CipherSuite::NONCE_LEN],
}

impl Secrets {
    /// Secrets that were derived elsewhere, by the labels of a [`KeySchedule`].
    ///
    /// # Errors
    /// If one is not as long as the suite wants it.
    pub fn new(suite: CipherSuite, key: &[u8], salt: &[u8]) -> Result<Self, SecretsError> {
        let salt = salt.try_into().map_err(|_| SecretsError)?;
        if key.len() == suite.key_len() { Ok(Self { suite, key: key.to_vec(), salt }) } else { Err(SecretsError) }
    }

    /// `sframe_key`.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// `sframe_salt`.
    #[must_use]
    pub const fn salt(&self) -> &[u8; CipherSuite::NONCE_LEN] {
        &self.salt
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("suite", &self.suite).finish_non_exhaustive()
    }
}
