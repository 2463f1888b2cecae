//! What goes wrong with identity (webrtc-identity §9, §10.6).

/// Why there is no assertion, or why the peer's is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// `idp-load-failure`: the provider could not be reached; the HTTP status code if it answered.
    #[error("the identity provider could not be loaded")]
    Load(Option<u16>),
    /// `idp-tls-failure`: the provider's TLS certificate is not trusted.
    #[error("the identity provider's TLS certificate is not trusted")]
    Tls,
    /// `idp-bad-script-failure`: what was loaded is no identity provider.
    #[error("the identity provider's script is not one")]
    BadScript,
    /// `idp-execution-failure`: the provider failed.
    #[error("the identity provider failed")]
    Execution,
    /// `idp-need-login`: the user has to log in at this URL (`idpLoginUrl`).
    #[error("the identity provider wants a login")]
    NeedLogin(Option<String>),
    /// `idp-timeout`.
    #[error("the identity provider did not answer in time")]
    Timeout,
    /// `idp-token-expired`: the provider says that the assertion has expired.
    #[error("the assertion has expired")]
    Expired,
    /// `idp-token-invalid`: the provider does not recognize the assertion.
    #[error("the assertion is invalid")]
    Invalid,
    /// The provider answered something else than was asked.
    #[error("the identity provider answered something else than was asked")]
    InvalidResult,
    /// `a=identity` cannot be read.
    #[error("the identity assertion of the description is malformed")]
    Malformed,
    /// The assertion is about other fingerprints than the description's.
    #[error("the assertion does not cover the description's fingerprints")]
    Fingerprint,
    /// The asserted name is not one that this provider may assert, or not the one that was expected.
    #[error("the assertion names somebody else")]
    WrongIdentity,
    /// The description has no assertion, and one is demanded.
    #[error("the description has no identity assertion")]
    Missing,
}

impl IdentityError {
    /// The value of `RTCErrorDetailTypeIdp`: what went wrong in interacting with the provider is an `RTCError`. `None` for what is wrong with
    /// its answer: that is an `OperationError`.
    #[must_use]
    pub const fn detail(&self) -> Option<&'static str> {
        Some(match self {
            Self::Load(_) => "idp-load-failure",
            Self::Tls => "idp-tls-failure",
            Self::BadScript => "idp-bad-script-failure",
            Self::Execution => "idp-execution-failure",
            Self::NeedLogin(_) => "idp-need-login",
            Self::Timeout => "idp-timeout",
            Self::Expired => "idp-token-expired",
            Self::Invalid => "idp-token-invalid",
            Self::InvalidResult | Self::Malformed | Self::Fingerprint | Self::WrongIdentity | Self::Missing => {
                return None;
            }
        })
    }
}

/// How an identity provider failed, with its own words for the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityFailure {
    /// What went wrong.
    pub error: IdentityError,
    /// `idpErrorInfo`: the provider decides what it says.
    pub info: Option<String>,
}

impl From<IdentityError> for IdentityFailure {
    fn from(error: IdentityError) -> Self {
        Self { error, info: None }
    }
}
