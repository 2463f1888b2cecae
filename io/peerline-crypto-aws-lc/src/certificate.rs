//! Making self-signed certificates (W3C webrtc-pc §4.10.1 generateCertificate, RFC 8827 §6.5).

use peerline_dtls::{Certificate, KeyAlgorithm};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, RsaKeySize, date_time_ymd};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a new certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateParameters {
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// The time of making, in milliseconds since 1970-01-01T00:00:00Z.
    pub now: u64,
    /// How long it is valid, from `now`.
    pub valid_for: Duration,
    /// The subject's and the issuer's common name. It says nothing about anyone: each connection of a privacy-minded user would have
    /// its own certificate with the same name.
    pub common_name: String,
}

impl CertificateParameters {
    /// The default of [`Self::valid_for`]: 30 days (W3C webrtc-pc §4.10.1).
    pub const DEFAULT_VALID_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// 30 days from `now` (milliseconds since 1970-01-01T00:00:00Z), under the name `WebRTC`.
    #[must_use]
    pub fn new(algorithm: KeyAlgorithm, now: u64) -> Self {
        Self { algorithm, now, valid_for: Self::DEFAULT_VALID_FOR, common_name: "WebRTC".to_owned() }
    }
}

/// Why a certificate could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The validity lies beyond the year 9999.
    #[error("the certificate's validity cannot be expressed")]
    Validity,
    /// The backend failed.
    #[error("the crypto backend could not make a certificate")]
    Backend,
}

/// A certificate with a new key, valid for 30 days by the system's clock.
///
/// # Errors
/// If the backend fails.
pub fn generate_certificate(algorithm: KeyAlgorithm) -> Result<Certificate, CertificateError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(now.as_millis()).map_err(|_| CertificateError::Validity)?;
    generate_certificate_with(&CertificateParameters::new(algorithm, now))
}

/// A certificate with a new key. RSA takes a few hundred milliseconds of computing; call it off the event loop.
///
/// # Errors
/// If the validity cannot be expressed or the backend fails.
pub fn generate_certificate_with(parameters: &CertificateParameters) -> Result<Certificate, CertificateError> {
    /// Tolerates a clock that is behind ours.
    const BACKDATED: u64 = 24 * 60 * 60 * 1000;
    /// 9999-12-31T23:59:59Z, the last time that X.509 can express (RFC 5280 §4.1.2.5).
    const LAST: u64 = 253_402_300_799_000;
    let valid_for = u64::try_from(parameters.valid_for.as_millis()).map_err(|_| CertificateError::Validity)?;
    let expires = parameters.now.checked_add(valid_for).filter(|end| *end <= LAST).ok_or(CertificateError::Validity)?;
    let at = |millis: u64| date_time_ymd(1970, 1, 1) + Duration::from_secs(millis / 1000);

    let mut params = CertificateParams::default();
    params.not_before = at(parameters.now.saturating_sub(BACKDATED));
    params.not_after = at(expires);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, parameters.common_name.as_str());
    let key = generate_key(parameters.algorithm).map_err(|_| CertificateError::Backend)?;
    let certificate = params.self_signed(&key).map_err(|_| CertificateError::Backend)?;
    Ok(Certificate {
        der: certificate.der().to_vec(),
        private_key_pkcs8: key.serialize_der(),
        algorithm: parameters.algorithm,
        expires,
    })
}

fn generate_key(algorithm: KeyAlgorithm) -> Result<KeyPair, rcgen::Error> {
    match algorithm {
        KeyAlgorithm::EcdsaP256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        KeyAlgorithm::EcdsaP384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
        KeyAlgorithm::Rsa2048 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyAlgorithm::Rsa3072 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_3072),
        KeyAlgorithm::Rsa4096 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_4096),
    }
}
