//! A certificate derived from a seed: the same fingerprint on every machine and at every start, with nothing to keep but the seed.
//!
//! The key is ECDSA on P-256, drawn from the seed by SHA-256 in counter mode; the signature is the deterministic one of RFC 6979 (the usual
//! backend signs with fresh randomness, which would change the fingerprint each time); the validity is fixed.

use crate::certificate::CertificateError;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey;
use peerline_dtls::{Certificate, KeyAlgorithm};
use rcgen::{CertificateParams, DistinguishedName, DnType, PublicKeyData, SignatureAlgorithm, date_time_ymd};
use sha2::{Digest, Sha256};

/// What this derivation is for: another purpose with the same seed gives another key.
const DOMAIN: &[u8] = b"peerline certificate v1";

/// 2100-01-01T00:00:00Z in milliseconds since 1970: the end of every derived certificate.
const EXPIRES: u64 = 4_102_444_800_000;

/// The certificate of a seed, valid from 2020 to 2100. The seed is the private key: whoever has it is this peer.
///
/// # Errors
/// If the certificate cannot be encoded.
pub fn certificate_from_seed(seed: &[u8; 32]) -> Result<Certificate, CertificateError> {
    let key = signing_key(seed).ok_or(CertificateError::Backend)?;
    let private_key_pkcs8 = key.to_pkcs8_der().map_err(|_| CertificateError::Backend)?.as_bytes().to_vec();
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "WebRTC");
    let certificate = params.self_signed(&Seeded::new(key)).map_err(|_| CertificateError::Backend)?;
    Ok(Certificate {
        der: certificate.der().to_vec(),
        private_key_pkcs8,
        algorithm: KeyAlgorithm::EcdsaP256,
        expires: EXPIRES,
    })
}

/// The first block of SHA-256(domain ‖ counter ‖ seed) that is a scalar of the group; all but one in 2³² is.
fn signing_key(seed: &[u8; 32]) -> Option<SigningKey> {
    (0_u8..=255).find_map(|counter| {
        let block = Sha256::new().chain_update(DOMAIN).chain_update([counter]).chain_update(seed).finalize();
        SigningKey::from_slice(block.as_slice()).ok()
    })
}

struct Seeded {
    key: SigningKey,
    /// The uncompressed point.
    public: Vec<u8>,
}

impl Seeded {
    fn new(key: SigningKey) -> Self {
        let public = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        Self { key, public }
    }
}

impl PublicKeyData for Seeded {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Seeded {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: DerSignature = self.key.sign(message);
        Ok(signature.as_bytes().to_vec())
    }
}
