//! AES in Galois/counter mode (RFC 5116) and in counter mode (NIST SP 800-38A §6.5), by aws-lc-rs.

use aws_lc_rs::{aead, cipher};
use core::fmt;
use peerline_crypto::{AeadKey, CipherError, CounterKey};

/// AES-128-GCM or AES-256-GCM, after the key's length.
pub(crate) struct Gcm(aead::LessSafeKey);

impl Gcm {
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => &aead::AES_128_GCM,
            32 => &aead::AES_256_GCM,
            _ => return None,
        };
        aead::UnboundKey::new(algorithm, key).ok().map(|key| Self(aead::LessSafeKey::new(key)))
    }
}

impl AeadKey for Gcm {
    fn seal(&self, nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> Result<[u8; 16], CipherError> {
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, aead::Aad::from(aad), data).map_err(|_| CipherError)?;
        tag.as_ref().try_into().map_err(|_| CipherError)
    }

    fn open(&self, nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> Result<(), CipherError> {
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        self.0.open_in_place(nonce, aead::Aad::from(aad), data).map(|_| ()).map_err(|_| CipherError)
    }
}

impl fmt::Debug for Gcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gcm(..)")
    }
}

/// AES-128-CTR or AES-256-CTR, after the key's length.
pub(crate) struct Ctr(cipher::EncryptingKey);

impl Ctr {
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => &cipher::AES_128,
            32 => &cipher::AES_256,
            _ => return None,
        };
        let key = cipher::UnboundCipherKey::new(algorithm, key).ok()?;
        cipher::EncryptingKey::ctr(key).ok().map(Self)
    }
}

impl CounterKey for Ctr {
    fn apply(&self, counter: &[u8; 16], data: &mut [u8]) -> Result<(), CipherError> {
        let context = cipher::EncryptionContext::Iv128(counter.into());
        self.0.less_safe_encrypt(data, context).map(|_| ()).map_err(|_| CipherError)
    }
}

impl fmt::Debug for Ctr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ctr(..)")
    }
}
