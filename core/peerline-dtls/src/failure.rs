//! Why a connection failed, grouped by blame.

use crate::{Alert, Mismatch};
use core::fmt;

/// Why a connection failed, and the alerts that went with it (what `RTCError` of type `dtls-failure` carries).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    /// Why.
    pub reason: FailureReason,
    /// The alert we sent for it, if any.
    pub alert_sent: Option<Alert>,
    /// The alert we received, if that was the cause.
    pub alert_received: Option<Alert>,
}

impl Failure {
    /// A failure without alerts.
    #[must_use]
    pub const fn new(reason: FailureReason) -> Self {
        Self { reason, alert_sent: None, alert_received: None }
    }

    /// A failure because of a received alert.
    #[must_use]
    pub const fn alert_received(alert: Alert) -> Self {
        Self { reason: FailureReason::AlertReceived, alert_sent: None, alert_received: Some(alert) }
    }
}

/// Why a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureReason {
    /// Misuse: the engine cannot use our own certificate, or another part of the configuration.
    Configuration,
    /// Misuse or bug: the engine failed for a reason of its own.
    Internal,
    /// Peer incompatible: no common version, cipher suite, group or signature scheme.
    NoCommonParameters,
    /// Peer incompatible: its certificate is of a kind the engine cannot verify.
    UnsupportedCertificate,
    /// Peer misbehaved: it sent no certificate.
    NoCertificate,
    /// Peer misbehaved, or is someone else: its certificate is not the one that was signalled.
    Fingerprint(Mismatch),
    /// Peer misbehaved: a message out of order, a signature or a Finished that does not verify.
    Handshake,
    /// The peer said that it failed; [`Failure::alert_received`] has the alert.
    AlertReceived,
    /// Nobody answered in time.
    Timeout,
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configuration => "the DTLS engine cannot use the configuration or our certificate",
            Self::Internal => "the DTLS engine failed",
            Self::NoCommonParameters => "no common DTLS version, cipher suite, group or signature scheme",
            Self::UnsupportedCertificate => "the other side's certificate is of an unsupported kind",
            Self::NoCertificate => "the other side sent no certificate",
            Self::Fingerprint(Mismatch::NoneSignalled) => "no certificate fingerprint was signalled",
            Self::Fingerprint(Mismatch::TooWeak) => "only fingerprints with too weak a hash function were signalled",
            Self::Fingerprint(Mismatch::Different) => {
                "the other side's certificate does not match the signalled fingerprint"
            }
            Self::Handshake => "the other side broke the DTLS handshake",
            Self::AlertReceived => "the other side sent a fatal alert",
            Self::Timeout => "the DTLS handshake timed out",
        })
    }
}
