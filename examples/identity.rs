//! Two peers that know each other by name: an identity provider signs, and each side refuses whoever it does not expect.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use peerline::{
    IdentityProvider, RtcConfiguration, RtcDataChannelInit, RtcError, RtcIdentityAssertionResult as Assertion,
    RtcIdentityError, RtcIdentityFailure, RtcIdentityProviderOptions, RtcIdentityValidationResult as Validation,
    RtcPeerConnection,
};
use peerline_crypto::{CryptoProvider, MacKey};
use peerline_crypto_aws_lc::AwsLc;

const DOMAIN: &str = "idp.example.org";

/// Vouches for its users with a key that only it has. (A real one asks its server, and has its user logged in there.)
struct Idp(Box<dyn MacKey>);

impl Idp {
    fn new() -> Self {
        Self(AwsLc.hmac_sha256(b"known to idp.example.org alone"))
    }

    fn signature(&self, user: &str, contents: &str) -> String {
        self.0
            .sign(&[user.as_bytes(), b"\n", contents.as_bytes()])
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl IdentityProvider for Idp {
    async fn generate_assertion(
        &self,
        contents: String,
        options: RtcIdentityProviderOptions,
    ) -> Result<Assertion, RtcIdentityFailure> {
        let user = options.username_hint.ok_or(RtcIdentityError::NeedLogin(Some(format!("https://{DOMAIN}/login"))))?;
        let assertion = format!("{}\n{user}\n{contents}", self.signature(&user, &contents));
        Ok(Assertion { domain: DOMAIN.to_owned(), protocol: "default".to_owned(), assertion })
    }

    async fn validate_assertion(&self, assertion: String) -> Result<Validation, RtcIdentityFailure> {
        let mut lines = assertion.splitn(3, '\n');
        let (Some(signature), Some(user), Some(contents)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(RtcIdentityError::Invalid.into());
        };
        if signature != self.signature(user, contents) {
            return Err(RtcIdentityError::Invalid.into());
        }
        Ok(Validation { identity: user.to_owned(), contents: contents.to_owned() })
    }
}

/// A peer that is `me` and talks to nobody but `you`.
fn peer(me: &str, you: &str) -> Result<RtcPeerConnection, RtcError> {
    let connection = RtcPeerConnection::new(RtcConfiguration {
        peer_identity: Some(you.to_owned()),
        ..RtcConfiguration::default()
    })?;
    connection.register_identity_provider(DOMAIN, Idp::new());
    connection.set_identity_provider(RtcIdentityProviderOptions {
        domain: DOMAIN.to_owned(),
        username_hint: Some(me.to_owned()),
        ..RtcIdentityProviderOptions::default()
    })?;
    Ok(connection)
}

async fn offer_and_answer(from: &RtcPeerConnection, to: &RtcPeerConnection) -> Result<(), RtcError> {
    from.set_local_description(None).await?;
    from.gathering_complete().await?;
    to.set_remote_description(from.local_description().expect("just set")).await?;
    to.set_local_description(None).await?;
    to.gathering_complete().await?;
    from.set_remote_description(to.local_description().expect("just set")).await
}

#[tokio::main]
async fn main() -> Result<(), RtcError> {
    let (alice, bob) =
        (peer("alice@idp.example.org", "bob@idp.example.org")?, peer("bob@idp.example.org", "alice@idp.example.org")?);
    let channel = alice.create_data_channel("private", RtcDataChannelInit::default())?;
    offer_and_answer(&alice, &bob).await?;
    channel.opened().await?;
    println!("alice talks to {}, bob to {}", alice.peer_identity().await?.name, bob.peer_identity().await?.name);

    let (mallory, bob) = (
        peer("mallory@idp.example.org", "bob@idp.example.org")?,
        peer("bob@idp.example.org", "alice@idp.example.org")?,
    );
    mallory.create_data_channel("private", RtcDataChannelInit::default())?;
    println!("bob refuses mallory: {}", offer_and_answer(&mallory, &bob).await.expect_err("not alice"));
    Ok(())
}
