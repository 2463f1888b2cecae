//! Alerts: the messages by which one side tells the other that it ends or fails (RFC 8446 §6, RFC 5246 §7.2).

use core::fmt;

/// How grave an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlertLevel {
    /// The connection may go on (in DTLS 1.2), or ends in good order (`close_notify`).
    Warning,
    /// The connection ends at once.
    Fatal,
}

/// What an alert says: a number of the IANA "TLS Alerts" registry. `RTCError.sentAlert` and `receivedAlert` carry it as it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlertDescription(pub u8);

macro_rules! descriptions {
    ($($(#[$doc:meta])* $constant:ident = $value:literal, $name:literal;)*) => {
        impl AlertDescription {
            $($(#[$doc])* pub const $constant: Self = Self($value);)*

            /// The registered name, such as `bad_certificate`; `None` if the number is not one we know.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

descriptions! {
    /// The sender sends no more.
    CLOSE_NOTIFY = 0, "close_notify";
    /// A message that does not fit the state.
    UNEXPECTED_MESSAGE = 10, "unexpected_message";
    /// A record that could not be authenticated.
    BAD_RECORD_MAC = 20, "bad_record_mac";
    /// A record that is too long.
    RECORD_OVERFLOW = 22, "record_overflow";
    /// No common set of parameters.
    HANDSHAKE_FAILURE = 40, "handshake_failure";
    /// A certificate that is corrupt, or not the one that was signalled.
    BAD_CERTIFICATE = 42, "bad_certificate";
    /// A certificate of a kind that is not supported.
    UNSUPPORTED_CERTIFICATE = 43, "unsupported_certificate";
    /// A certificate that is past its time.
    CERTIFICATE_EXPIRED = 45, "certificate_expired";
    /// A certificate that is not acceptable for another reason.
    CERTIFICATE_UNKNOWN = 46, "certificate_unknown";
    /// A field out of its range.
    ILLEGAL_PARAMETER = 47, "illegal_parameter";
    /// The certificate authority is not known.
    UNKNOWN_CA = 48, "unknown_ca";
    /// Access denied.
    ACCESS_DENIED = 49, "access_denied";
    /// A message that cannot be decoded.
    DECODE_ERROR = 50, "decode_error";
    /// A signature or a Finished that does not verify.
    DECRYPT_ERROR = 51, "decrypt_error";
    /// A protocol version that is not supported.
    PROTOCOL_VERSION = 70, "protocol_version";
    /// The parameters are too weak.
    INSUFFICIENT_SECURITY = 71, "insufficient_security";
    /// A failure of the sender's own.
    INTERNAL_ERROR = 80, "internal_error";
    /// The user gave up.
    USER_CANCELED = 90, "user_canceled";
    /// A required extension is missing.
    MISSING_EXTENSION = 109, "missing_extension";
    /// An extension that was not asked for.
    UNSUPPORTED_EXTENSION = 110, "unsupported_extension";
    /// A certificate is required and none was sent.
    CERTIFICATE_REQUIRED = 116, "certificate_required";
    /// No common application protocol.
    NO_APPLICATION_PROTOCOL = 120, "no_application_protocol";
}

impl fmt::Debug for AlertDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name}({})", self.0),
            None => write!(f, "alert({})", self.0),
        }
    }
}

impl fmt::Display for AlertDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// An alert that was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alert {
    /// How grave it is.
    pub level: AlertLevel,
    /// What it says.
    pub description: AlertDescription,
}

impl Alert {
    /// The warning `close_notify`.
    pub const CLOSE_NOTIFY: Self = Self { level: AlertLevel::Warning, description: AlertDescription::CLOSE_NOTIFY };

    /// A fatal alert.
    #[must_use]
    pub const fn fatal(description: AlertDescription) -> Self {
        Self { level: AlertLevel::Fatal, description }
    }
}
