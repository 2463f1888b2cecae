//! dimpl's errors in our words.

use dimpl::{CertificateError, CryptoError, Error, SecurityError};
use peerline_dtls::{Alert, AlertDescription, Failure, FailureReason};

/// A failure of dimpl.
pub(crate) fn failure(error: &Error) -> Failure {
    let reason = match error {
        Error::SecurityError(SecurityError::FatalAlert { description }) => {
            return Failure::alert_received(Alert::fatal(AlertDescription(*description)));
        }
        Error::SecurityError(error) => security(error),
        Error::CertificateError(error) => certificate(error),
        Error::CryptoError(error) => crypto(error),
        Error::Timeout(_) => FailureReason::Timeout,
        Error::ConfigError(_) | Error::PskError(_) => FailureReason::Configuration,
        Error::UnexpectedMessage(_)
        | Error::IncompleteServerHello
        | Error::RenegotiationAttempt
        | Error::ReceiveQueueFull
        | Error::TooManyClientHelloFragments
        | Error::ConnectionClosed => FailureReason::Handshake,
        // A state without its data, a full queue of our own, or something newer than this table.
        _ => FailureReason::Internal,
    };
    let mut failure = Failure::new(reason);
    if matches!(error, Error::CertificateError(CertificateError::NoClientCertificateReceived)) {
        // dimpl queues this alert itself.
        failure.alert_sent = Some(Alert::fatal(AlertDescription::HANDSHAKE_FAILURE));
    }
    failure
}

fn security(error: &SecurityError) -> FailureReason {
    match error {
        SecurityError::UnsupportedHelloVerifyRequestVersion(_)
        | SecurityError::UnsupportedServerVersion(_)
        | SecurityError::UnsupportedClientVersion(_)
        | SecurityError::UnsupportedServerCompression(_)
        | SecurityError::UnsupportedClientCompression
        | SecurityError::UnsupportedKeyExchangeAlgorithm
        | SecurityError::ExtendedMasterSecretNotNegotiated
        | SecurityError::NoMutuallyAcceptableCipherSuite
        | SecurityError::ClientHelloLegacyVersionNotDtls12
        | SecurityError::ServerHelloLegacyVersionNotDtls12
        | SecurityError::ClientHelloMissingDtls13SupportedVersions
        | SecurityError::ClientHelloMustOfferNullCompression
        | SecurityError::NoCommonCipherSuite
        | SecurityError::NoCommonKeyExchangeGroup
        | SecurityError::ServerDidNotNegotiateDtls13
        | SecurityError::UnsupportedSignatureScheme(_) => FailureReason::NoCommonParameters,
        SecurityError::SignatureSchemeCertificateCurveMismatch { .. } => FailureReason::UnsupportedCertificate,
        _ => FailureReason::Handshake,
    }
}

fn certificate(error: &CertificateError) -> FailureReason {
    match error {
        CertificateError::NoServerCertificateReceived
        | CertificateError::NoClientCertificateReceived
        | CertificateError::NoClientCertificateForVerification
        | CertificateError::NoServerCertificateForVerification => FailureReason::NoCertificate,
        CertificateError::UnsupportedHashAlgorithm(_)
        | CertificateError::ParseFailed
        | CertificateError::MissingEcCurveParameter
        | CertificateError::InvalidEcCurveParameter
        | CertificateError::UnsupportedEcCurve
        | CertificateError::InvalidSubjectPublicKey => FailureReason::UnsupportedCertificate,
        _ => FailureReason::Handshake,
    }
}

fn crypto(error: &CryptoError) -> FailureReason {
    match error {
        CryptoError::NoSupportedKeyExchangeGroups
        | CryptoError::NoDtls12KeyExchangeGroupsConfigured
        | CryptoError::NoPrivateKeyConfigured
        | CryptoError::InvalidPrivateKey => FailureReason::Configuration,
        CryptoError::KeyExchangeGroupNotFound(_)
        | CryptoError::UnsupportedKeyExchangeGroup(_)
        | CryptoError::UnsupportedEcdheNamedGroup(_)
        | CryptoError::UnsupportedCipherSuite(_)
        | CryptoError::SignatureAlgorithmNotOfferedByClient => FailureReason::NoCommonParameters,
        CryptoError::UnsupportedPublicKeyAlgorithm
        | CryptoError::UnsupportedEcCurve
        | CryptoError::CertificateParseFailed
        | CryptoError::MissingEcCurveParameter
        | CryptoError::InvalidEcCurveParameter
        | CryptoError::InvalidSubjectPublicKey
        | CryptoError::UnsupportedSignatureVerification { .. } => FailureReason::UnsupportedCertificate,
        CryptoError::SignatureVerificationFailed { .. }
        | CryptoError::SignatureAlgorithmMismatch { .. }
        | CryptoError::UnsupportedSignatureAlgorithm(_)
        | CryptoError::UnsupportedSignaturePair { .. }
        | CryptoError::InvalidSignatureFormat
        | CryptoError::InvalidPublicKey(_)
        | CryptoError::KeyExchangeNotInitialized
        | CryptoError::PreMasterSecretNotAvailable
        | CryptoError::OperationFailed(_) => FailureReason::Handshake,
        _ => FailureReason::Internal,
    }
}
