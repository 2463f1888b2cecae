//! Identity for WebRTC (webrtc-identity, RFC 8827 §7): assertions that bind our certificate to a name, and the check of the peer's.
//!
//! The identity provider is code of the application's choice, outside the core. The core asks it as data:
//!
//! 1. `createOffer` and `createAnswer` with a provider need an assertion over our fingerprints: [`IdentityRequest::Generate`].
//! 2. `setRemoteDescription` with `a=identity` needs the peer's assertion checked: [`IdentityRequest::Validate`].
//! 3. [`PeerConnection::handle_identity`] brings the answer; an operation that waits for it goes on.

mod assertion;
#[cfg(test)]
mod tests;

use crate::PeerConnection;
use crate::error::{Error, IdentityError, IdentityFailure, Misuse};
use crate::event::{Event, Settled};
use crate::task::Task;
use assertion::{binds, contents_of, decode, encode};
use core::task::Poll;
use peerline_edge::Time;
use peerline_sdp::Session;

/// A question to an identity provider; each number is used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityRequestId(pub u64);

/// The arguments of `setIdentityProvider` (webrtc-identity §4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityProvider {
    /// The provider's domain name.
    pub domain: String,
    /// `protocol`.
    pub protocol: Option<String>,
    /// `usernameHint`.
    pub username_hint: Option<String>,
    /// `peerIdentity`.
    pub peer_identity: Option<String>,
}

/// What an identity provider is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityRequest {
    /// `generateAssertion(contents, origin, options)`.
    Generate {
        /// The number to answer with.
        request: IdentityRequestId,
        /// The provider.
        provider: IdentityProvider,
        /// What to assert: JSON with our fingerprints (RFC 8827 §7.4.1).
        contents: String,
    },
    /// `validateAssertion(assertion, origin)`.
    Validate {
        /// The number to answer with.
        request: IdentityRequestId,
        /// The domain of the provider that made it.
        domain: String,
        /// Its protocol.
        protocol: String,
        /// The assertion.
        assertion: String,
    },
}

/// What an identity provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityOutcome {
    /// `RTCIdentityAssertionResult`.
    Assertion {
        /// The domain of the provider that made it.
        domain: String,
        /// Its protocol.
        protocol: String,
        /// The assertion.
        assertion: String,
    },
    /// `RTCIdentityValidationResult`.
    Validated {
        /// The asserted name, such as `alice@example.org`.
        identity: String,
        /// What was asserted.
        contents: String,
    },
}

/// `RTCIdentityAssertion`: who the peer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerIdentity {
    /// The provider's domain.
    pub idp: String,
    /// The name.
    pub name: String,
}

/// The slots of webrtc-identity.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    provider: Option<IdentityProvider>,
    next_request: u64,
    generation: Option<Question>,
    validation: Option<Question>,
    /// Who the peer is, once an assertion was validated: from then on nobody else.
    pub(crate) peer: Option<PeerIdentity>,
    /// `idpLoginUrl`.
    pub(crate) login_url: Option<String>,
    /// `idpErrorInfo`.
    error_info: Option<String>,
}

/// A question that was asked, and its answer if it has come.
#[derive(Debug)]
struct Question {
    request: IdentityRequestId,
    /// Contents to assert, or the attribute to validate.
    about: String,
    domain: String,
    answer: Option<Result<IdentityOutcome, IdentityFailure>>,
    /// The fingerprints that the assertion must cover.
    session: Option<Session>,
}

impl PeerConnection {
    /// `setIdentityProvider(provider, options)`: earlier assertions are forgotten.
    ///
    /// # Errors
    /// [`Misuse::Closed`], [`Misuse::MalformedIdentityProvider`].
    pub fn set_identity_provider(&mut self, now: Time, provider: IdentityProvider) -> Result<(), Error> {
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        let slashes = |text: &str| text.contains(['/', '\\']);
        if provider.domain.is_empty() || slashes(&provider.domain) || provider.protocol.as_deref().is_some_and(slashes)
        {
            return Err(Misuse::MalformedIdentityProvider.into());
        }
        self.identity.provider = Some(provider);
        self.identity.generation = None;
        self.settings.identity = None;
        self.descriptions.note_change();
        self.advance(now);
        Ok(())
    }

    /// `idpLoginUrl`.
    #[must_use]
    pub fn idp_login_url(&self) -> Option<&str> {
        self.identity.login_url.as_deref()
    }

    /// `idpErrorInfo`: what the provider said of its last failure.
    #[must_use]
    pub fn idp_error_info(&self) -> Option<&str> {
        self.identity.error_info.as_deref()
    }

    /// What the promise `peerIdentity` is fulfilled with, once it is.
    #[must_use]
    pub const fn peer_identity(&self) -> Option<&PeerIdentity> {
        self.identity.peer.as_ref()
    }

    /// The answer to an [`IdentityRequest`].
    pub fn handle_identity(
        &mut self,
        now: Time,
        request: IdentityRequestId,
        answer: Result<IdentityOutcome, impl Into<IdentityFailure>>,
    ) {
        let identity = &mut self.identity;
        let questions = [&mut identity.generation, &mut identity.validation].into_iter().flatten();
        let Some(question) =
            questions.into_iter().find(|question| question.request == request && question.answer.is_none())
        else {
            return;
        };
        question.answer = Some(answer.map_err(Into::into));
        let is_validation = identity.validation.as_ref().is_some_and(|question| question.request == request);
        self.tasks.push(if is_validation { Task::IdentityValidated } else { Task::Operation });
        self.advance(now);
    }

    /// Puts `a=identity` into the settings if a provider is set. Pending while the provider works.
    fn provide_identity(&mut self) -> Poll<Result<(), IdentityError>> {
        let Some(provider) = &self.identity.provider else { return Poll::Ready(Ok(())) };
        if self.settings.identity.is_some() {
            return Poll::Ready(Ok(()));
        }
        let contents = contents_of(&self.settings.fingerprints);
        let Some(question) = &self.identity.generation else {
            let (mut provider, domain) = (provider.clone(), provider.domain.clone());
            // webrtc-identity §10.5: the one who is expected, unless the caller has named another.
            provider.peer_identity = provider.peer_identity.or_else(|| self.configuration.peer_identity.clone());
            let request = self.identity.next();
            let about = contents.clone();
            self.identity.generation = Some(Question { request, about, domain, answer: None, session: None });
            self.tasks.fire(Event::IdentityRequest(IdentityRequest::Generate { request, provider, contents }));
            return Poll::Pending;
        };
        let Some(answer) = question.answer.clone() else { return Poll::Pending };
        let asked_about = question.about == contents;
        // An answer serves one operation; the next one may ask again after a failure.
        self.identity.generation = None;
        match answer {
            Ok(IdentityOutcome::Assertion { domain, protocol, assertion }) if asked_about => {
                self.settings.identity = Some(encode(&domain, &protocol, &assertion));
                Poll::Ready(Ok(()))
            }
            Ok(_) => Poll::Ready(Err(IdentityError::InvalidResult)),
            Err(failure) => Poll::Ready(Err(self.identity.note_failure(failure))),
        }
    }

    /// The same for `createOffer` and `createAnswer`, which are rejected with a plain `OperationError` (webrtc-identity §6).
    pub(crate) fn provide_identity_for_description(&mut self) -> Poll<Result<(), Error>> {
        self.provide_identity().map_err(Error::NoIdentityAssertion)
    }

    /// `getIdentityAssertion()`: the attribute's value.
    pub(crate) fn run_get_identity_assertion(&mut self) -> Poll<Result<Settled, Error>> {
        if self.identity.provider.is_none() {
            return Poll::Ready(Err(Misuse::NoIdentityProvider.into()));
        }
        self.provide_identity()
            .map_err(Error::from)
            .map_ok(|()| Settled::IdentityAssertion(self.settings.identity.clone().unwrap_or_default()))
    }

    /// webrtc-identity §6 "verifying assertions": before a remote description is applied. With a target identity it has to wait for
    /// the verdict; without one the description is applied meanwhile.
    pub(crate) fn check_identity(&mut self, session: &Session) -> Poll<Result<(), Error>> {
        let demanded = self.configuration.peer_identity.is_some() || self.identity.peer.is_some();
        let Some(attribute) = session.get::<peerline_sdp::Identity>().map(|identity| identity.0) else {
            return Poll::Ready(if demanded { Err(IdentityError::Missing.into()) } else { Ok(()) });
        };
        let asked = self.identity.validation.as_ref().is_some_and(|question| question.about == attribute);
        if !asked {
            let Some((domain, protocol, assertion)) = decode(&attribute) else {
                let error = self.refuse_peer(IdentityError::Malformed);
                return Poll::Ready(if demanded { Err(error) } else { Ok(()) });
            };
            let request = self.identity.next();
            let session = Some(session.clone());
            let question = Question { request, about: attribute, domain: domain.clone(), answer: None, session };
            self.identity.validation = Some(question);
            self.tasks.fire(Event::IdentityRequest(IdentityRequest::Validate { request, domain, protocol, assertion }));
            return if demanded { Poll::Pending } else { Poll::Ready(Ok(())) };
        }
        match (self.identity.verdict(self.configuration.peer_identity.as_deref()), demanded) {
            (None, true) => Poll::Pending,
            (None, false) => Poll::Ready(Ok(())),
            (Some(verdict), _) => {
                self.identity.validation = None;
                match verdict {
                    Ok(peer) => self.accept_identity(peer),
                    Err(failure) => return Poll::Ready(Err(self.refuse_peer(failure))),
                }
                Poll::Ready(Ok(()))
            }
        }
    }

    /// The provider's verdict on the peer's assertion has come.
    pub(crate) fn run_identity_validated(&mut self, now: Time) {
        if self.is_closed {
            return;
        }
        if self.operations.is_waiting() {
            // If the operation at the head waits for this verdict, it settles with it.
            self.run_operation(now);
        }
        if self.operations.is_waiting() && self.identity.validation.is_none() {
            return;
        }
        let verdict = self.identity.verdict(self.configuration.peer_identity.as_deref());
        self.identity.validation = None;
        match verdict {
            Some(Ok(peer)) => self.accept_identity(peer),
            Some(Err(failure)) => {
                self.refuse_peer(failure);
            }
            None => {}
        }
    }

    /// The peer's assertion is not believed: the promise `peerIdentity` is rejected.
    fn refuse_peer(&mut self, failure: impl Into<IdentityFailure>) -> Error {
        let error = self.identity.note_failure(failure.into());
        self.tasks.fire(Event::PeerIdentity(Err(error.clone())));
        error.into()
    }

    fn accept_identity(&mut self, peer: PeerIdentity) {
        if self.identity.peer.as_ref() != Some(&peer) {
            self.identity.peer = Some(peer.clone());
            self.tasks.fire(Event::PeerIdentity(Ok(peer)));
        }
    }
}

impl Identity {
    fn next(&mut self) -> IdentityRequestId {
        self.next_request += 1;
        IdentityRequestId(self.next_request)
    }

    /// Keeps what the provider says of its failure.
    fn note_failure(&mut self, failure: IdentityFailure) -> IdentityError {
        if let IdentityError::NeedLogin(url) = &failure.error {
            self.login_url.clone_from(url);
        }
        self.error_info = failure.info;
        failure.error
    }

    /// The steps after `validateAssertion` returned: contents, name, expectation.
    fn verdict(&self, target: Option<&str>) -> Option<Result<PeerIdentity, IdentityFailure>> {
        let question = self.validation.as_ref()?;
        let (identity, contents) = match question.answer.clone()? {
            Ok(IdentityOutcome::Validated { identity, contents }) => (identity, contents),
            Ok(IdentityOutcome::Assertion { .. }) => return Some(Err(IdentityError::InvalidResult.into())),
            Err(error) => return Some(Err(error)),
        };
        // 5. Every fingerprint of the description must be among those asserted: a replayed assertion fails here.
        if !question.session.as_ref().is_some_and(|session| binds(&contents, session)) {
            return Some(Err(IdentityError::Fingerprint.into()));
        }
        // 6. A provider may only assert names of its own domain (RFC 8827 §7.7).
        let Some((_, domain)) = identity.rsplit_once('@') else {
            return Some(Err(IdentityError::WrongIdentity.into()));
        };
        let provider_host = question.domain.split(':').next().unwrap_or_default();
        let expected = target.or(self.peer.as_ref().map(|peer| peer.name.as_str()));
        if !domain.eq_ignore_ascii_case(provider_host) || expected.is_some_and(|expected| expected != identity) {
            return Some(Err(IdentityError::WrongIdentity.into()));
        }
        Some(Ok(PeerIdentity { idp: question.domain.clone(), name: identity }))
    }
}
