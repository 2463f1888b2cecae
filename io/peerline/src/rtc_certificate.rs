//! `RTCCertificate` (W3C webrtc-pc §4.9) and `RTCDtlsFingerprint` (§5.5.2).

use crate::rtc_error::{RtcError, RtcErrorName};
use peerline_crypto::HashAlgorithm;
use peerline_crypto_aws_lc::{AwsLc, certificate_from_pem, certificate_to_pem, generate_certificate};
use peerline_dtls::{Certificate, KeyAlgorithm};
use std::sync::Arc;

pub use peerline_dtls::KeyAlgorithm as RtcKeyAlgorithm;

/// A certificate to authenticate with. Configuring several connections with one lets a peer recognize them; each connection that is configured
/// with none makes its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcCertificate(Arc<Certificate>);

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
    fn garbage_is_no_certificate() {
        assert_eq!(RtcCertificate::from_pem("-----BEGIN NOTHING-----").unwrap_err().name, RtcErrorName::SyntaxError);
    }
}
