//! Identity (webrtc-identity, RFC 8827 §7): identity providers, assertions, and who the peer is.
//!
//! A browser loads a provider's script from its domain; here the application brings the provider as code
//! ([`RtcPeerConnection::register_identity_provider`](crate::RtcPeerConnection::register_identity_provider)). What the provider asserts and what the peer's
//! assertion must cover is the core's business (`peerline-peer`, `identity.rs`).

use crate::operation::FromSettled;
use crate::rtc_error::RtcError;
use crate::shared::{Shared, State};
use crate::waiters::{Place, Wait};
use peerline_peer::{IdentityOutcome, IdentityRequest, IdentityRequestId, Settled};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

pub use peerline_peer::{
    IdentityError as RtcIdentityError, IdentityFailure as RtcIdentityFailure,
    IdentityProvider as RtcIdentityProviderOptions, PeerIdentity as RtcIdentityAssertion,
};

/// How long a provider may take (RFC 8827 leaves it open; browsers take as much).
const PATIENCE: Duration = Duration::from_secs(30);

/// What a provider says of an assertion that it made (`RTCIdentityAssertionResult`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcIdentityAssertionResult {
    /// The domain under which it can be validated.
    pub domain: String,
    /// The provider's protocol; `default` for most.
    pub protocol: String,
    /// The assertion, opaque to everybody else.
    pub assertion: String,
}

/// What a provider says of an assertion that it believes (`RTCIdentityValidationResult`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcIdentityValidationResult {
    /// The name, such as `alice@example.org`; its domain is the provider's.
    pub identity: String,
    /// The contents that were asserted, unchanged.
    pub contents: String,
}

/// An identity provider: vouches for its own user, and tells whom an assertion names. It may say more of a failure than its kind
/// ([`RtcIdentityFailure::info`], which [`idp_error_info`](crate::RtcPeerConnection::idp_error_info) shows).
pub trait IdentityProvider: Send + Sync + 'static {
    /// `generateAssertion`: binds `contents` (JSON with our fingerprints) to the user that `options` hints at.
    fn generate_assertion(
        &self,
        contents: String,
        options: RtcIdentityProviderOptions,
    ) -> impl Future<Output = Result<RtcIdentityAssertionResult, RtcIdentityFailure>> + Send;

    /// `validateAssertion`: whom `assertion` names, and what it was made over.
    fn validate_assertion(
        &self,
        assertion: String,
    ) -> impl Future<Output = Result<RtcIdentityValidationResult, RtcIdentityFailure>> + Send;
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<IdentityOutcome, RtcIdentityFailure>> + Send + 'a>>;

/// [`IdentityProvider`] behind a pointer.
trait Provider: Send + Sync {
    fn generate(&self, contents: String, options: RtcIdentityProviderOptions) -> Answer<'_>;
    fn validate(&self, assertion: String) -> Answer<'_>;
}

impl<P: IdentityProvider> Provider for P {
    fn generate(&self, contents: String, options: RtcIdentityProviderOptions) -> Answer<'_> {
        Box::pin(async move {
            let RtcIdentityAssertionResult { domain, protocol, assertion } =
                self.generate_assertion(contents, options).await?;
            Ok(IdentityOutcome::Assertion { domain, protocol, assertion })
        })
    }

    fn validate(&self, assertion: String) -> Answer<'_> {
        Box::pin(async move {
            let RtcIdentityValidationResult { identity, contents } = self.validate_assertion(assertion).await?;
            Ok(IdentityOutcome::Validated { identity, contents })
        })
    }
}

/// The providers of a connection and the questions that wait for its driver.
#[derive(Default)]
pub(crate) struct IdentityProviders {
    by_domain: BTreeMap<String, Arc<dyn Provider>>,
    questions: Vec<IdentityRequest>,
    /// Why the peer's last assertion was not believed.
    failure: Option<RtcIdentityError>,
}

impl fmt::Debug for IdentityProviders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProviders").field("domains", &self.by_domain.keys()).finish_non_exhaustive()
    }
}

impl IdentityProviders {
    pub(crate) fn register(&mut self, domain: &str, provider: impl IdentityProvider) {
        self.by_domain.insert(domain.to_owned(), Arc::new(provider));
    }

    pub(crate) fn ask(&mut self, question: IdentityRequest) {
        self.questions.push(question);
    }

    pub(crate) fn note_failure(&mut self, error: RtcIdentityError) {
        self.failure = Some(error);
    }

    /// Who is to be asked what; without a provider for the domain the answer is known.
    pub(crate) fn take_questions(&mut self) -> Vec<Question> {
        let questions = std::mem::take(&mut self.questions);
        questions.into_iter().map(|question| Question { provider: self.provider_of(&question), question }).collect()
    }

    fn provider_of(&self, question: &IdentityRequest) -> Option<Arc<dyn Provider>> {
        let domain = match question {
            IdentityRequest::Generate { provider, .. } => &provider.domain,
            IdentityRequest::Validate { domain, .. } => domain,
        };
        self.by_domain.get(domain).cloned()
    }
}

/// A question on its way to a provider.
pub(crate) struct Question {
    provider: Option<Arc<dyn Provider>>,
    question: IdentityRequest,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("question", &self.question).finish_non_exhaustive()
    }
}

impl Question {
    /// Asks the provider and brings the answer to the connection, if that still exists.
    pub(crate) async fn ask(self, connection: Weak<Shared>) {
        let request = id_of(&self.question);
        let answer = match tokio::time::timeout(PATIENCE, self.answer()).await {
            Ok(answer) => answer,
            Err(_) => Err(RtcIdentityError::Timeout.into()),
        };
        if let Some(shared) = connection.upgrade() {
            shared.lock().call(|core, now| core.handle_identity(now, request, answer));
        }
    }

    async fn answer(self) -> Result<IdentityOutcome, RtcIdentityFailure> {
        let Some(provider) = self.provider else { return Err(RtcIdentityError::Load(None).into()) };
        match self.question {
            IdentityRequest::Generate { provider: options, contents, .. } => provider.generate(contents, options).await,
            IdentityRequest::Validate { assertion, .. } => provider.validate(assertion).await,
        }
    }
}

const fn id_of(question: &IdentityRequest) -> IdentityRequestId {
    match question {
        IdentityRequest::Generate { request, .. } | IdentityRequest::Validate { request, .. } => *request,
    }
}

impl FromSettled for String {
    fn from_settled(settled: Settled) -> Self {
        match settled {
            Settled::IdentityAssertion(assertion) => assertion,
            _ => {
                unreachable!("getIdentityAssertion alone ends as a text, and it always does")
            }
        }
    }
}

/// The promise `peerIdentity`.
pub(crate) fn peer_identity(
    shared: &Arc<Shared>,
) -> impl Future<Output = Result<RtcIdentityAssertion, RtcError>> + Send + '_ {
    Wait::new(shared, Place::States, |state: &mut State| {
        if let Some(peer) = state.core.peer_identity() {
            return Some(Ok(peer.clone()));
        }
        if let Some(failure) = &state.identity.failure {
            return Some(Err(RtcError::from(peerline_peer::Error::from(failure.clone()))));
        }
        state.is_closed().then(|| Err(RtcError::connection_closed()))
    })
}
