//! A key ready for frames.

use crate::aead::Aead;
use crate::{CipherSuite, EncodedHeader, Secrets};
use peerline_crypto::{CipherError, CryptoProvider};
use std::borrow::Cow;

/// An AEAD with its key and the salt of its nonces.
#[derive(Debug)]
pub(crate) struct FrameKey {
    aead: Aead,
    salt: [u8; CipherSuite::NONCE_LEN],
}

impl FrameKey {
    pub(crate) fn new(crypto: &dyn CryptoProvider, secrets: &Secrets) -> Option<Self> {
        Some(Self { aead: Aead::new(crypto, secrets)?, salt: secrets.salt })
    }

    /// Appends to `out`, which ends with the header, the ciphertext of `plaintext`.
    pub(crate) fn seal(
        &self,
        ctr: u64,
        header: EncodedHeader,
        metadata: &[u8],
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CipherError> {
        let start = out.len();
        out.extend_from_slice(plaintext);
        self.aead.seal(&self.nonce(ctr), &aad(header.as_ref(), metadata), out, start)
    }

    /// The plaintext of what follows a header.
    pub(crate) fn open(
        &self,
        ctr: u64,
        header: &[u8],
        metadata: &[u8],
        ciphertext: &[u8],
    ) -> Result<Vec<u8>, CipherError> {
        let mut data = ciphertext.to_vec();
        self.aead.open(&self.nonce(ctr), &aad(header, metadata), &mut data)?;
        Ok(data)
    }

    /// The salt, with the counter added to its end by XOR (RFC 9605 §4.4.3).
    fn nonce(&self, ctr: u64) -> [u8; CipherSuite::NONCE_LEN] {
        let mut nonce = self.salt;
        nonce.iter_mut().rev().zip(ctr.to_le_bytes()).for_each(|(byte, of_ctr)| *byte ^= of_ctr);
        nonce
    }
}

/// What is authenticated besides the ciphertext.
fn aad<'a>(header: &'a [u8], metadata: &[u8]) -> Cow<'a, [u8]> {
    if metadata.is_empty() { header.into() } else { [header, metadata].concat().into() }
}
