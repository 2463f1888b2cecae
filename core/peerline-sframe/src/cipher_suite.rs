//! Cipher suites (RFC 9605 §4.5).

use peerline_crypto::HashAlgorithm;

/// A hash function for the key schedule and an AEAD for the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CipherSuite {
    /// `AES_128_CTR_HMAC_SHA256_80`.
    Aes128CtrHmacSha256_80,
    /// `AES_128_CTR_HMAC_SHA256_64`.
    Aes128CtrHmacSha256_64,
    /// `AES_128_CTR_HMAC_SHA256_32`.
    Aes128CtrHmacSha256_32,
    /// `AES_128_GCM_SHA256_128`.
    Aes128GcmSha256_128,
    /// `AES_256_GCM_SHA512_128`.
    Aes256GcmSha512_128,
}

impl CipherSuite {
    /// Every suite, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Aes128CtrHmacSha256_80,
        Self::Aes128CtrHmacSha256_64,
        Self::Aes128CtrHmacSha256_32,
        Self::Aes128GcmSha256_128,
        Self::Aes256GcmSha512_128,
    ];

    /// Bytes of a nonce, and of a salt (`Nn`), in every suite.
    pub const NONCE_LEN: usize = 12;

    /// The suite's number in the registry "SFrame Cipher Suites" (RFC 9605 §8.1).
    #[must_use]
    pub const fn id(self) -> u16 {
        match self {
            Self::Aes128CtrHmacSha256_80 => 1,
            Self::Aes128CtrHmacSha256_64 => 2,
            Self::Aes128CtrHmacSha256_32 => 3,
            Self::Aes128GcmSha256_128 => 4,
            Self::Aes256GcmSha512_128 => 5,
        }
    }

    /// The suite's name in that registry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes128CtrHmacSha256_80 => "AES_128_CTR_HMAC_SHA256_80",
            Self::Aes128CtrHmacSha256_64 => "AES_128_CTR_HMAC_SHA256_64",
            Self::Aes128CtrHmacSha256_32 => "AES_128_CTR_HMAC_SHA256_32",
            Self::Aes128GcmSha256_128 => "AES_128_GCM_SHA256_128",
            Self::Aes256GcmSha512_128 => "AES_256_GCM_SHA512_128",
        }
    }

    /// The suite of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.as_str() == name)
    }

    /// The hash function of the key schedule.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::Aes256GcmSha512_128 => HashAlgorithm::Sha512,
            _ => HashAlgorithm::Sha256,
        }
    }

    /// Bytes of the AEAD's key (`Nk`).
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            // The cipher's key and the authentication key.
            Self::Aes128CtrHmacSha256_80 | Self::Aes128CtrHmacSha256_64 | Self::Aes128CtrHmacSha256_32 => 16 + 32,
            Self::Aes128GcmSha256_128 => 16,
            Self::Aes256GcmSha512_128 => 32,
        }
    }

    /// Bytes of a tag, by which a ciphertext is longer than its plaintext (`Nt`).
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::Aes128CtrHmacSha256_80 => 10,
            Self::Aes128CtrHmacSha256_64 => 8,
            Self::Aes128CtrHmacSha256_32 => 4,
            Self::Aes128GcmSha256_128 | Self::Aes256GcmSha512_128 => 16,
        }
    }
}
