//! A provider, two peers, and one who is not who she says she is.

mod support;

use peerline::{
    IdentityProvider, RtcConfiguration, RtcErrorName, RtcIdentityAssertionResult, RtcIdentityError, RtcIdentityFailure,
    RtcIdentityProviderOptions, RtcIdentityValidationResult, RtcOfferOptions, RtcPeerConnection,
};
use support::{configuration, negotiate, soon};

const DOMAIN: &str = "idp.example.org";

/// Signs with a key that only it has: here, a word.
struct Idp;

impl IdentityProvider for Idp {
    async fn generate_assertion(
        &self,
        contents: String,
        options: RtcIdentityProviderOptions,
    ) -> Result<RtcIdentityAssertionResult, RtcIdentityFailure> {
        let user = options.username_hint.ok_or(RtcIdentityError::NeedLogin(Some(format!("https://{DOMAIN}/login"))))?;
        let assertion = format!("secret|{user}|{contents}");
        Ok(RtcIdentityAssertionResult { domain: DOMAIN.to_owned(), protocol: "default".to_owned(), assertion })
    }

    async fn validate_assertion(&self, assertion: String) -> Result<RtcIdentityValidationResult, RtcIdentityFailure> {
        let mut parts = assertion.splitn(3, '|');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("secret"), Some(identity), Some(contents)) => {
                Ok(RtcIdentityValidationResult { identity: identity.to_owned(), contents: contents.to_owned() })
            }
            _ => Err(RtcIdentityError::Invalid.into()),
        }
    }
}

fn peer(expects: Option<&str>) -> RtcPeerConnection {
    let configuration = RtcConfiguration { peer_identity: expects.map(str::to_owned), ..configuration() };
    let connection = RtcPeerConnection::new(configuration).expect("a connection");
    connection.register_identity_provider(DOMAIN, Idp);
    connection
}

fn is(connection: &RtcPeerConnection, user: &str) {
    let options = RtcIdentityProviderOptions {
        domain: DOMAIN.to_owned(),
        username_hint: Some(user.to_owned()),
        ..RtcIdentityProviderOptions::default()
    };
    connection.set_identity_provider(options).expect("a provider");
}

#[tokio::test]
async fn two_peers_that_expect_each_other_connect_and_know_each_other() {
    let (alice, bob) = (peer(Some("bob@idp.example.org")), peer(Some("alice@idp.example.org")));
    is(&alice, "alice@idp.example.org");
    is(&bob, "bob@idp.example.org");
    let channel = alice.create_data_channel("private", Default::default()).expect("a channel");
    negotiate(&alice, &bob).await;
    soon("the channel opens", channel.opened()).await.expect("open");
    assert_eq!(soon("alice knows", alice.peer_identity()).await.expect("validated").name, "bob@idp.example.org");
    assert_eq!(soon("bob knows", bob.peer_identity()).await.expect("validated").name, "alice@idp.example.org");
    assert!(!soon("an assertion", alice.get_identity_assertion()).await.expect("made").is_empty());
}

#[tokio::test]
async fn somebody_else_is_refused() {
    let (mallory, bob) = (peer(None), peer(Some("alice@idp.example.org")));
    is(&mallory, "mallory@idp.example.org");
    mallory.create_data_channel("private", Default::default()).expect("a channel");
    soon("an offer", mallory.set_local_description(None)).await.expect("an offer");
    let offer = mallory.local_description().expect("an offer");
    let refused = soon("the verdict", bob.set_remote_description(offer)).await.expect_err("not alice");
    assert_eq!(refused.name, RtcErrorName::OperationError);
    assert!(bob.remote_description().is_none());
}

#[tokio::test]
async fn a_user_that_is_not_logged_in_learns_where() {
    let alice = peer(None);
    let options = RtcIdentityProviderOptions { domain: DOMAIN.to_owned(), ..RtcIdentityProviderOptions::default() };
    alice.set_identity_provider(options).expect("a provider");
    soon("the refusal", alice.create_offer(RtcOfferOptions::default())).await.expect_err("no login");
    assert_eq!(alice.idp_login_url().as_deref(), Some("https://idp.example.org/login"));
    let unknown =
        RtcIdentityProviderOptions { domain: "unknown.example".to_owned(), ..RtcIdentityProviderOptions::default() };
    alice.set_identity_provider(unknown).expect("a provider");
    soon("the refusal", alice.create_offer(RtcOfferOptions::default())).await.expect_err("no such provider");
}
