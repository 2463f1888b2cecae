//! Traits for the cryptographic primitives the core needs; no algorithm, no default, no process-wide provider.
//!
//! A backend crate under `io/` implements [`CryptoProvider`]; whoever builds a peer connection passes one in.

#![forbid(unsafe_code)]

use core::fmt::Debug;

/// A hash function, named as in the "Hash Function Textual Names" registry (RFC 8122 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// `sha-1`.
    Sha1,
    /// `sha-224`.
    Sha224,
    /// `sha-256`.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

impl HashAlgorithm {
    /// Every algorithm, weakest first.
    pub const ALL: [Self; 5] = [Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The textual name of RFC 8122, such as `sha-256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha224 => "sha-224",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm of a textual name, in any case; `None` if it is not one of ours (md2 and md5 are refused, RFC 8122 §5).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// Bytes of a digest.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A message authentication key with its schedule already computed (HMAC, RFC 2104).
pub trait MacKey: Send + Sync + Debug {
    /// The tag over the concatenation of `parts`, at most [`MacTag::MAX_LEN`] bytes.
    fn sign(&self, parts: &[&[u8]]) -> MacTag;

    /// True if `tag` is the tag over the concatenation of `parts`, or a prefix of it no shorter than `min_len`; compares in constant time.
    fn verify(&self, parts: &[&[u8]], tag: &[u8], min_len: usize) -> bool {
        let expected = self.sign(parts);
        let expected = expected.as_ref();
        if tag.len() < min_len || tag.len() > expected.len() {
            return false;
        }
        expected.iter().zip(tag).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

/// A tag that a [`MacKey`] made.
#[derive(Clone, Copy, Debug)]
pub struct MacTag {
    bytes: [u8; Self::MAX_LEN],
    len: usize,
}

impl MacTag {
    /// The longest tag (HMAC-SHA-512).
    pub const MAX_LEN: usize = 64;

    /// A tag of these bytes; what is longer than [`Self::MAX_LEN`] is cut.
    #[must_use]
    pub fn new(tag: &[u8]) -> Self {
        let len = tag.len().min(Self::MAX_LEN);
        let mut bytes = [0; Self::MAX_LEN];
        bytes.iter_mut().zip(tag).for_each(|(to, from)| *to = *from);
        Self { bytes, len }
    }
}

impl AsRef<[u8]> for MacTag {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// A backend could not encrypt or decrypt: the tag does not fit, or the data is longer than one nonce allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CipherError;

impl core::fmt::Display for CipherError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the data cannot be encrypted or decrypted")
    }
}

impl core::error::Error for CipherError {}

/// A key for AES in Galois/counter mode with a nonce of 96 bits and a tag of 128 (NIST SP 800-38D, RFC 5116).
pub trait AeadKey: Send + Sync + Debug {
    /// Encrypts `data` in place and gives its tag. A nonce must not be used twice with a key.
    ///
    /// # Errors
    /// If the data is too long; it is not to be used then.
    fn seal(&self, nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> Result<[u8; 16], CipherError>;

    /// Decrypts in place: `data` ends with the tag, which is no part of the plaintext.
    ///
    /// # Errors
    /// If the tag does not fit; what is in `data` then is not to be used.
    fn open(&self, nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> Result<(), CipherError>;
}

/// A key for AES in counter mode (NIST SP 800-38A §6.5): encryption and decryption are the same.
pub trait CounterKey: Send + Sync + Debug {
    /// Encrypts or decrypts in place. The key stream begins at `counter`; no part of it must be used twice with a key.
    ///
    /// # Errors
    /// If the backend fails; the data is not to be used then.
    fn apply(&self, counter: &[u8; 16], data: &mut [u8]) -> Result<(), CipherError>;
}

/// The primitives of one backend.
pub trait CryptoProvider: Send + Sync + Debug + 'static {
    /// A key for HMAC-SHA-1 (STUN MESSAGE-INTEGRITY, SRTP).
    fn hmac_sha1(&self, key: &[u8]) -> Box<dyn MacKey>;

    /// A key for HMAC-SHA-256 (STUN MESSAGE-INTEGRITY-SHA256).
    fn hmac_sha256(&self, key: &[u8]) -> Box<dyn MacKey>;

    /// A key for HMAC-SHA-512 (SFrame's key schedule).
    fn hmac_sha512(&self, key: &[u8]) -> Box<dyn MacKey>;

    /// A key of 128 or 256 bits for AES-GCM; `None` if it has another length.
    fn aes_gcm(&self, key: &[u8]) -> Option<Box<dyn AeadKey>>;

    /// A key of 128 or 256 bits for AES-CTR; `None` if it has another length.
    fn aes_ctr(&self, key: &[u8]) -> Option<Box<dyn CounterKey>>;

    /// The digest of `data`: [`HashAlgorithm::digest_len`] bytes.
    fn digest(&self, algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8>;

    /// The MD5 digest of `data`, for the long-term credential key only (RFC 8489 §9.2.2).
    fn md5(&self, data: &[u8]) -> [u8; 16];
}
