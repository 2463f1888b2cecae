//! A certificate with its private key, as data (W3C webrtc-pc §4.9 RTCCertificate, RFC 8827 §6.5).

use crate::Fingerprint;
use core::fmt;
use peerline_crypto::{CryptoProvider, HashAlgorithm};

/// The kind of key in a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// ECDSA on the curve P-256 with SHA-256: the default (RFC 8827 §6.5).
    EcdsaP256,
    /// ECDSA on the curve P-384 with SHA-384.
    EcdsaP384,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 2048 bits.
    Rsa2048,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 3072 bits.
    Rsa3072,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 4096 bits.
    Rsa4096,
}

/// A self-signed certificate and its private key. Making one is the crypto backend's work; an engine uses it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The private key, PKCS #8 DER. Never printed.
    pub private_key_pkcs8: Vec<u8>,
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// When it ceases to be valid, in milliseconds since 1970-01-01T00:00:00Z (what `RTCCertificate.expires` holds).
    pub expires: u64,
}

impl Certificate {
    /// The hash of the certificate, as `a=fingerprint` carries it (RFC 8122 §5).
    #[must_use]
    pub fn fingerprint(&self, crypto: &dyn CryptoProvider, algorithm: HashAlgorithm) -> Fingerprint {
        Fingerprint::of(&self.der, crypto, algorithm)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("algorithm", &self.algorithm)
            .field("der_len", &self.der.len())
            .field("expires", &self.expires)
            .field("private_key_pkcs8", &"[redacted]")
            .finish()
    }
}
