//! Certificates with their keys as PEM text, out and in (RFC 7468).

use peerline_dtls::{Certificate, KeyAlgorithm};
use rcgen::{KeyPair, PublicKeyData};
use x509_cert::der::Decode;
use x509_cert::der::pem::{LineEnding, decode_vec, encode_string};

const CERTIFICATE: &str = "CERTIFICATE";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Why PEM text cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// No block `CERTIFICATE`, or not a certificate in it.
    #[error("no readable certificate in the PEM text")]
    Certificate,
    /// No block `PRIVATE KEY` (PKCS #8), or not a key in it.
    #[error("no readable PKCS #8 private key in the PEM text")]
    PrivateKey,
    /// The key is neither ECDSA on P-256 or P-384 nor RSA of 2048, 3072 or 4096 bits.
    #[error("an unsupported kind of key")]
    UnsupportedKey,
    /// The private key does not belong to the certificate.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
}

/// The certificate and its private key (PKCS #8) as two blocks of PEM text. The text is secret.
#[must_use]
pub fn certificate_to_pem(certificate: &Certificate) -> String {
    let block = |label, der: &[u8]| encode_string(label, LineEnding::LF, der).unwrap_or_default();
    block(CERTIFICATE, &certificate.der) + &block(PRIVATE_KEY, &certificate.private_key_pkcs8)
}

/// The first certificate and the first private key (PKCS #8) of a PEM text, in any order, with anything between.
///
/// # Errors
/// If one is missing or unreadable, or they don't belong together.
pub fn certificate_from_pem(text: &str) -> Result<Certificate, PemError> {
    let der = block(text, CERTIFICATE).ok_or(PemError::Certificate)?;
    let private_key_pkcs8 = block(text, PRIVATE_KEY).ok_or(PemError::PrivateKey)?;
    let parsed = x509_cert::Certificate::from_der(&der).map_err(|_| PemError::Certificate)?;
    let key = KeyPair::try_from(private_key_pkcs8.as_slice()).map_err(|_| PemError::PrivateKey)?;
    let tbs = parsed.tbs_certificate();
    if tbs.subject_public_key_info().subject_public_key.raw_bytes() != key.der_bytes() {
        return Err(PemError::Mismatch);
    }
    let expires = tbs.validity().not_after.to_unix_duration().as_millis();
    Ok(Certificate {
        algorithm: key_algorithm(&key).ok_or(PemError::UnsupportedKey)?,
        expires: u64::try_from(expires).map_err(|_| PemError::Certificate)?,
        der,
        private_key_pkcs8,
    })
}

/// The DER of the first block with this label.
fn block(text: &str, label: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let from = text.find(&begin)?;
    let len = text.get(from..)?.find(&end)? + end.len();
    let (found, der) = decode_vec(text.get(from..from + len)?.as_bytes()).ok()?;
    (found == label).then_some(der)
}

fn key_algorithm(key: &KeyPair) -> Option<KeyAlgorithm> {
    if key.algorithm() == &rcgen::PKCS_ECDSA_P256_SHA256 {
        return Some(KeyAlgorithm::EcdsaP256);
    }
    if key.algorithm() == &rcgen::PKCS_ECDSA_P384_SHA384 {
        return Some(KeyAlgorithm::EcdsaP384);
    }
    if key.algorithm() != &rcgen::PKCS_RSA_SHA256 {
        return None;
    }
    // An RSAPublicKey is the modulus, its leading zero, a three-byte exponent and 11 to 13 bytes of tags and lengths around them.
    match key.der_bytes().len() {
        265..=271 => Some(KeyAlgorithm::Rsa2048),
        393..=399 => Some(KeyAlgorithm::Rsa3072),
        521..=527 => Some(KeyAlgorithm::Rsa4096),
        _ => None,
    }
}
