//! The sending half (RFC 9605 §4.4.3).

use crate::frame_key::FrameKey;
use crate::{EncodedHeader, EncryptError, Header, Secrets, SecretsError};
use peerline_crypto::CryptoProvider;

/// The longest frame: AES-CTR numbers its blocks of 16 bytes with 32 bits, of which AES-GCM needs two blocks for itself.
const MAX_FRAME_LEN: u64 = ((1 << 32) - 2) * 16;

/// Encrypts frames with the key that was set last.
#[derive(Debug)]
pub struct Encrypter {
    current: Option<(u64, FrameKey)>,
    /// The next counter, `None` if all are used up. It counts on when keys change: a key that is set twice under one number would meet
    /// its old nonces otherwise.
    counter: Option<u64>,
}

impl Encrypter {
    /// Without a key.
    #[must_use]
    pub const fn new() -> Self {
        Self::resume(0)
    }

    /// Without a key; the first frame has this counter. For those who go on with a key that has been used.
    #[must_use]
    pub const fn resume(counter: u64) -> Self {
        Self { current: None, counter: Some(counter) }
    }

    /// Encrypts from now on with this key, under the number `kid`.
    ///
    /// # Errors
    /// If the backend refuses the key.
    pub fn set_key(&mut self, crypto: &dyn CryptoProvider, kid: u64, secrets: &Secrets) -> Result<(), SecretsError> {
        self.current = Some((kid, FrameKey::new(crypto, secrets).ok_or(SecretsError)?));
        Ok(())
    }

    /// The SFrame ciphertext of a frame. `metadata` goes another way and is authenticated only.
    ///
    /// # Errors
    /// If there is no key, no counter is left, or the frame is too long.
    pub fn encrypt(&mut self, metadata: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, EncryptError> {
        let (kid, key) = self.current.as_ref().ok_or(EncryptError::NoKey)?;
        let ctr = self.counter.ok_or(EncryptError::CounterExhausted)?;
        if plaintext.len() as u64 > MAX_FRAME_LEN {
            return Err(EncryptError::TooLong);
        }
        self.counter = ctr.checked_add(1);
        let header = Header { kid: *kid, ctr }.encode();
        let mut out = Vec::with_capacity(EncodedHeader::MAX_LEN + plaintext.len() + 16);
        out.extend_from_slice(header.as_ref());
        key.seal(ctr, header, metadata, plaintext, &mut out).map_err(|_| EncryptError::TooLong)?;
        Ok(out)
    }
}

impl Default for Encrypter {
    fn default() -> Self {
        Self::new()
    }
}
