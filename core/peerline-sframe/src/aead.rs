//! The AEADs of the cipher suites: AES-GCM, and AES-CTR with HMAC (RFC 9605 §4.5.1).

use crate::{CipherSuite, Secrets};
use peerline_crypto::{AeadKey, CipherError, CounterKey, CryptoProvider, MacKey};

/// Bytes of the cipher's part of a key (`Nka`); the rest authenticates.
const CIPHER_KEY_LEN: usize = 16;

type Nonce = [u8; CipherSuite::NONCE_LEN];

/// An AEAD with its key.
#[derive(Debug)]
pub(crate) enum Aead {
    Gcm(Box<dyn AeadKey>),
    CtrHmac { cipher: Box<dyn CounterKey>, mac: Box<dyn MacKey>, tag_len: usize },
}

impl Aead {
    /// `None` if the backend refuses the key, which has the suite's length.
    pub(crate) fn new(crypto: &dyn CryptoProvider, secrets: &Secrets) -> Option<Self> {
        let Secrets { suite, key, .. } = secrets;
        if matches!(suite, CipherSuite::Aes128GcmSha256_128 | CipherSuite::Aes256GcmSha512_128) {
            return crypto.aes_gcm(key).map(Self::Gcm);
        }
        let (cipher, mac) = key.split_at_checked(CIPHER_KEY_LEN)?;
        Some(Self::CtrHmac { cipher: crypto.aes_ctr(cipher)?, mac: crypto.hmac_sha256(mac), tag_len: suite.tag_len() })
    }

    /// Encrypts what `buffer` holds from `start` on, and appends the tag.
    pub(crate) fn seal(
        &self,
        nonce: &Nonce,
        aad: &[u8],
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), CipherError> {
        let data = buffer.get_mut(start..).unwrap_or_default();
        match self {
            Self::Gcm(key) => {
                let tag = key.seal(nonce, aad, data)?;
                buffer.extend_from_slice(&tag);
            }
            Self::CtrHmac { cipher, mac, tag_len } => {
                cipher.apply(&initial_counter(nonce), data)?;
                let tag = authenticated(nonce, aad, data, *tag_len, |parts| mac.sign(parts));
                buffer.extend(tag.as_ref().iter().take(*tag_len));
            }
        }
        Ok(())
    }

    /// Decrypts in place what ends with its tag, and takes the tag off.
    pub(crate) fn open(&self, nonce: &Nonce, aad: &[u8], data: &mut Vec<u8>) -> Result<(), CipherError> {
        match self {
            Self::Gcm(key) => {
                key.open(nonce, aad, data)?;
                data.truncate(data.len().saturating_sub(CipherSuite::Aes128GcmSha256_128.tag_len()));
            }
            Self::CtrHmac { cipher, mac, tag_len } => {
                let tag = data.split_off(data.len().checked_sub(*tag_len).ok_or(CipherError)?);
                if !authenticated(nonce, aad, data, *tag_len, |parts| mac.verify(parts, &tag, *tag_len)) {
                    return Err(CipherError);
                }
                cipher.apply(&initial_counter(nonce), data)?;
            }
        }
        Ok(())
    }
}

/// The first counter block: the nonce, and a block number of zero.
fn initial_counter(nonce: &Nonce) -> [u8; 16] {
    let mut counter = [0; 16];
    counter.iter_mut().zip(nonce).for_each(|(to, from)| *to = *from);
    counter
}

/// Hands over what the tag of AES-CTR with HMAC covers.
fn authenticated<T>(
    nonce: &Nonce,
    aad: &[u8],
    ciphertext: &[u8],
    tag_len: usize,
    with: impl FnOnce(&[&[u8]]) -> T,
) -> T {
    let [aad_len, ciphertext_len, tag_len] =
        [aad.len(), ciphertext.len(), tag_len].map(|len| (len as u64).to_be_bytes());
    with(&[&aad_len, &ciphertext_len, &tag_len, nonce, aad, ciphertext])
}

#[cfg(test)]
mod tests {
    use super::*;
    use peerline_crypto_aws_lc::AwsLc;

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
    }

    #[test]
    fn aes_ctr_with_hmac_agrees_with_rfc_9605() {
        let vectors =
            include_str!("../tests/vectors/rfc9605.txt").lines().filter_map(|line| line.strip_prefix("aead "));
        let mut seen = 0;
        for vector in vectors {
            let fields: Vec<_> = vector.split(' ').collect();
            let [suite, key, nonce, aad, plaintext, ciphertext] = *fields else { panic!("{vector}") };
            let suite = CipherSuite::ALL.into_iter().find(|known| known.id().to_string() == suite).unwrap();
            let secrets = Secrets::new(suite, &unhex(key), &[0; CipherSuite::NONCE_LEN]).unwrap();
            let aead = Aead::new(&AwsLc, &secrets).unwrap();
            let (nonce, aad) = (unhex(nonce).try_into().unwrap(), unhex(aad));
            let mut buffer = b"before".to_vec();
            buffer.extend(unhex(plaintext));
            aead.seal(&nonce, &aad, &mut buffer, 6).unwrap();
            assert_eq!(buffer, [&b"before"[..], &unhex(ciphertext)].concat(), "{suite:?}");
            let mut opened = unhex(ciphertext);
            aead.open(&nonce, &aad, &mut opened).unwrap();
            assert_eq!(opened, unhex(plaintext), "{suite:?}");
            seen += 1;
        }
        assert_eq!(seen, 3);
    }
}
