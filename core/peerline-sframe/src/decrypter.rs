//! The receiving half (RFC 9605 §4.4.4).

use crate::frame_key::FrameKey;
use crate::{CipherSuite, DecryptError, Header, Secrets, SecretsError};
use peerline_crypto::CryptoProvider;
use std::collections::BTreeMap;

/// Decrypts frames with whichever key they name.
#[derive(Debug)]
pub struct Decrypter {
    suite: CipherSuite,
    keys: BTreeMap<u64, FrameKey>,
}

impl Decrypter {
    /// Without keys.
    #[must_use]
    pub const fn new(suite: CipherSuite) -> Self {
        Self { suite, keys: BTreeMap::new() }
    }

    /// Adds a key, or replaces the one of the same number.
    ///
    /// # Errors
    /// If the key is another suite's, or the backend refuses it.
    pub fn set_key(&mut self, crypto: &dyn CryptoProvider, kid: u64, secrets: &Secrets) -> Result<(), SecretsError> {
        if secrets.suite != self.suite {
            return Err(SecretsError);
        }
        self.keys.insert(kid, FrameKey::new(crypto, secrets).ok_or(SecretsError)?);
        Ok(())
    }

    /// Forgets a key; false if there is none of this number.
    pub fn remove_key(&mut self, kid: u64) -> bool {
        self.keys.remove(&kid).is_some()
    }

    /// The frame in an SFrame ciphertext.
    ///
    /// # Errors
    /// If it is not one, its key is unknown, or it was changed on the way.
    pub fn decrypt(&self, metadata: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let (Header { kid, ctr }, rest) = Header::parse(ciphertext).ok_or(DecryptError::Syntax)?;
        if rest.len() < self.suite.tag_len() {
            return Err(DecryptError::Syntax);
        }
        let key = self.keys.get(&kid).ok_or(DecryptError::UnknownKey(kid))?;
        let header = ciphertext.get(..ciphertext.len() - rest.len()).unwrap_or_default();
        key.open(ctr, header, metadata, rest).map_err(|_| DecryptError::Authentication)
    }
}
