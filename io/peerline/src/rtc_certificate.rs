//! `RTCCertificate` (W3C webrtc-pc §4.9) and `RTCDtlsFingerprint` (§5.5.2).

use crate::clock;
use crate::rtc_error::{RtcError, RtcErrorName};
use peerline_crypto::HashAlgorithm;
use peerline_crypto_aws_lc::{
    AwsLc, CertificateParameters, certificate_from_pem, certificate_from_seed, certificate_to_pem,
    generate_certificate, generate_certificate_with,
};
use peerline_dtls::{Certificate, KeyAlgorithm};
use std::sync::Arc;
use std::time::Duration;

pub use peerline_dtls::KeyAlgorithm as RtcKeyAlgorithm;

/// A certificate to authenticate with. Configuring several connections with one lets a peer recognize them; each connection that is configured
/// with none makes its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcCertificate(Arc<Certificate>);

/// The longest validity that `expires` can ask for (§4.9.1).
const MAX_EXPIRES: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The hash of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcDtlsFingerprint {
    /// `algorithm`: the hash function's name, such as `sha-256`.
    pub algorithm: String,
    /// `value`: pairs of lower-case hexadecimal digits, separated by colons.
    pub value: String,
}

impl RtcCertificate {
    pub(crate) const fn certificate(&self) -> &Arc<Certificate> {
        &self.0
    }

    pub(crate) const fn from_certificate(certificate: Arc<Certificate>) -> Self {
        Self(certificate)
    }

    /// `RTCPeerConnection.generateCertificate`: self-signed, valid for 30 days. The work is done on a thread that may block: an RSA
    /// key takes a while.
    ///
    /// # Errors
    /// `NotSupportedError` outside a tokio runtime, `OperationError` if the key cannot be made.
    pub async fn generate(algorithm: RtcKeyAlgorithm) -> Result<Self, RtcError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| RtcError::no_runtime())?;
        let work = runtime.spawn_blocking(move || generate_certificate(algorithm));
        match work.await {
            Ok(Ok(certificate)) => Ok(Self(Arc::new(certificate))),
            Ok(Err(error)) => Err(RtcError::certificate(&error)),
            Err(_) => Err(RtcError::new(RtcErrorName::OperationError, "the runtime is shutting down")),
        }
    }

    /// `RTCPeerConnection.generateCertificate` with `expires`: valid for that long, 365 days at most (§4.9.1).
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub async fn generate_expiring(algorithm: RtcKeyAlgorithm, expires: Duration) -> Result<Self, RtcError> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| RtcError::no_runtime())?;
        let mut parameters = CertificateParameters::new(algorithm, clock::unix_millis_now());
        parameters.valid_for = expires.min(MAX_EXPIRES);
        match runtime.spawn_blocking(move || generate_certificate_with(&parameters)).await {
            Ok(Ok(certificate)) => Ok(Self(Arc::new(certificate))),
            Ok(Err(error)) => Err(RtcError::certificate(&error)),
            Err(_) => Err(RtcError::new(RtcErrorName::OperationError, "the runtime is shutting down")),
        }
    }

    /// The certificate of a seed: the same fingerprint wherever and whenever it is derived, so that a peer is known by it without anything to
    /// keep but the seed. The seed is the private key.
    ///
    /// # Errors
    /// `OperationError` if the certificate cannot be encoded.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, RtcError> {
        certificate_from_seed(seed)
            .map(|certificate| Self(Arc::new(certificate)))
            .map_err(|error| RtcError::certificate(&error))
    }

    /// The certificate of a connection that was configured with none: ECDSA on P-256, some 100 µs of work.
    pub(crate) fn generate_default() -> Result<Self, RtcError> {
        let certificate =
            generate_certificate(KeyAlgorithm::EcdsaP256).map_err(|error| RtcError::certificate(&error))?;
        Ok(Self(Arc::new(certificate)))
    }

    /// `expires`: milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn expires(&self) -> u64 {
        self.0.expires
    }

    /// `getFingerprints`.
    #[must_use]
    pub fn get_fingerprints(&self) -> Vec<RtcDtlsFingerprint> {
        let fingerprint = self.0.fingerprint(&AwsLc, HashAlgorithm::Sha256);
        vec![RtcDtlsFingerprint {
            algorithm: fingerprint.algorithm.as_str().to_owned(),
            value: fingerprint.value_hex().to_ascii_lowercase(),
        }]
    }

    /// Certificate and private key as PEM, to keep them. Whoever reads it can pretend to be this peer.
    #[must_use]
    pub fn to_pem(&self) -> String {
        certificate_to_pem(&self.0)
    }

    /// From what [`Self::to_pem`] wrote, or another tool.
    ///
    /// # Errors
    /// `SyntaxError` if it does not hold a certificate with its key, of a kind that can be used.
    pub fn from_pem(text: &str) -> Result<Self, RtcError> {
        let certificate = certificate_from_pem(text).map_err(|error| RtcError::pem(&error))?;
        Ok(Self(Arc::new(certificate)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_certificate_survives_pem() {
        let certificate = RtcCertificate::generate(RtcKeyAlgorithm::EcdsaP256).await.unwrap();
        let again = RtcCertificate::from_pem(&certificate.to_pem()).unwrap();
        assert_eq!(again.get_fingerprints(), certificate.get_fingerprints());
        let fingerprint = certificate.get_fingerprints().remove(0);
        assert_eq!((fingerprint.algorithm.as_str(), fingerprint.value.len()), ("sha-256", 95));
    }

    #[test]
    fn a_seed_gives_the_same_certificate_every_time_and_another_seed_another() {
        let of = |seed| RtcCertificate::from_seed(&[seed; 32]).unwrap();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1).get_fingerprints(), of(2).get_fingerprints());
        let known = "8f:22:18:7c:e0:9c:e9:0e:df:27:87:dc:43:aa:44:ed:93:b8:e9:4f:74:58:b0:20:02:5a:e4:c4:41:96:9a:94";
        assert_eq!(of(1).get_fingerprints()[0].value, known, "the derivation must never change");
    }

    #[tokio::test]
    async fn a_certificate_of_a_seed_connects_and_one_that_expired_is_refused() {
        use crate::{RtcConfiguration, RtcPeerConnection};
        let with = |certificate| RtcConfiguration { certificates: vec![certificate], ..RtcConfiguration::default() };
        assert!(RtcPeerConnection::new(with(RtcCertificate::from_seed(&[7; 32]).unwrap())).is_ok());
        let expired = RtcCertificate::generate_expiring(RtcKeyAlgorithm::EcdsaP256, Duration::ZERO).await.unwrap();
        let refused = RtcPeerConnection::new(with(expired)).unwrap_err();
        assert_eq!(refused.name, RtcErrorName::InvalidAccessError);
        let rsa = RtcCertificate::generate(RtcKeyAlgorithm::Rsa2048).await.unwrap();
        let refused = RtcPeerConnection::new(with(rsa)).unwrap_err();
        assert_eq!(refused.name, RtcErrorName::NotSupportedError);
    }

    #[test]
    fn garbage_is_no_certificate() {
        assert_eq!(RtcCertificate::from_pem("-----BEGIN NOTHING-----").unwrap_err().name, RtcErrorName::SyntaxError);
    }
}
