//! webrtc-identity at the border: the provider's script runs in JavaScript; its answers go back to the core.

use crate::connection::{Connection, Operation, id};
use crate::error::Result;
use napi_derive::napi;
use peerline_peer::{
    IdentityError, IdentityFailure, IdentityOutcome, IdentityProvider, IdentityRequestId, PeerConnection,
};

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeIdentityAnswer {
    pub assertion: Option<String>,
    pub domain: Option<String>,
    pub protocol: Option<String>,
    pub identity: Option<String>,
    pub contents: Option<String>,
    pub error: Option<String>,
    pub login_url: Option<String>,
    pub error_info: Option<String>,
    pub status: Option<u16>,
}

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn set_identity_provider(
        &self,
        domain: String,
        protocol: Option<String>,
        username_hint: Option<String>,
        peer_identity: Option<String>,
    ) -> Result<()> {
        let provider = IdentityProvider { domain, protocol, username_hint, peer_identity };
        self.try_call(|core, now| core.set_identity_provider(now, provider))
    }

    #[napi(catch_unwind)]
    pub fn get_identity_assertion(&self) -> Operation {
        self.operation(PeerConnection::get_identity_assertion)
    }

    #[napi(catch_unwind)]
    pub fn idp_login_url(&self) -> Option<String> {
        self.look(|core| core.idp_login_url().map(str::to_owned))
    }

    #[napi(catch_unwind)]
    pub fn idp_error_info(&self) -> Option<String> {
        self.look(|core| core.idp_error_info().map(str::to_owned))
    }

    #[napi(catch_unwind)]
    pub fn answer_identity(&self, request: f64, answer: NativeIdentityAnswer) {
        let request = IdentityRequestId(id(request));
        self.call(|core, now| core.handle_identity(now, request, answer.into_outcome()));
    }
}

impl NativeIdentityAnswer {
    fn into_outcome(self) -> std::result::Result<IdentityOutcome, IdentityFailure> {
        let error = match (self.error.as_deref(), self.assertion, self.identity) {
            (None, Some(assertion), _) => {
                return Ok(IdentityOutcome::Assertion {
                    domain: self.domain.unwrap_or_default(),
                    protocol: self.protocol.unwrap_or_default(),
                    assertion,
                });
            }
            (None, None, Some(identity)) => {
                return Ok(IdentityOutcome::Validated { identity, contents: self.contents.unwrap_or_default() });
            }
            (None, None, None) => IdentityError::InvalidResult,
            (Some("idp-load-failure"), ..) => IdentityError::Load(self.status),
            (Some("idp-tls-failure"), ..) => IdentityError::Tls,
            (Some("idp-bad-script-failure"), ..) => IdentityError::BadScript,
            (Some("idp-need-login"), ..) => IdentityError::NeedLogin(self.login_url),
            (Some("idp-timeout"), ..) => IdentityError::Timeout,
            (Some("idp-token-expired"), ..) => IdentityError::Expired,
            (Some("idp-token-invalid"), ..) => IdentityError::Invalid,
            (Some(_), ..) => IdentityError::Execution,
        };
        Err(IdentityFailure { error, info: self.error_info })
    }
}
