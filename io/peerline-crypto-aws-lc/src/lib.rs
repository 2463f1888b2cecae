//! The default crypto backend: aws-lc-rs, with RustCrypto's HMAC-SHA-1 (the faster one); certificates made, exported and imported.

#![forbid(unsafe_code)]

mod certificate;
mod cipher;
mod mac;
mod pem;
mod seeded;

pub use certificate::{CertificateError, CertificateParameters, generate_certificate, generate_certificate_with};
pub use pem::{PemError, certificate_from_pem, certificate_to_pem};
pub use seeded::certificate_from_seed;

use peerline_crypto::{AeadKey, CounterKey, CryptoProvider, HashAlgorithm, MacKey};

/// The primitives of aws-lc-rs and RustCrypto.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsLc;

impl CryptoProvider for AwsLc {
    fn hmac_sha1(&self, key: &[u8]) -> Box<dyn MacKey> {
        Box::new(mac::HmacSha1::new(key))
    }

    fn hmac_sha256(&self, key: &[u8]) -> Box<dyn MacKey> {
        Box::new(mac::HmacSha2::sha256(key))
    }

    fn hmac_sha512(&self, key: &[u8]) -> Box<dyn MacKey> {
        Box::new(mac::HmacSha2::sha512(key))
    }

    fn aes_gcm(&self, key: &[u8]) -> Option<Box<dyn AeadKey>> {
        Some(Box::new(cipher::Gcm::new(key)?))
    }

    fn aes_ctr(&self, key: &[u8]) -> Option<Box<dyn CounterKey>> {
        Some(Box::new(cipher::Ctr::new(key)?))
    }

    fn digest(&self, algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8> {
        use aws_lc_rs::digest;
        let algorithm = match algorithm {
            HashAlgorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            HashAlgorithm::Sha224 => &digest::SHA224,
            HashAlgorithm::Sha256 => &digest::SHA256,
            HashAlgorithm::Sha384 => &digest::SHA384,
            HashAlgorithm::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, data).as_ref().to_vec()
    }

    fn md5(&self, data: &[u8]) -> [u8; 16] {
        use md5::Digest;
        md5::Md5::digest(data).into()
    }
}

#[cfg(test)]
mod tests;
