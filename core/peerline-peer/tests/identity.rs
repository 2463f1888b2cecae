//! Identity assertions between two peers, with a provider that the test plays.

mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use peerline_edge::Time;
use peerline_netsim::{INTERNET, LinkConfig, NodeId, Simulation};
use peerline_peer::{
    Configuration, ConnectionState, DataChannelInit, Error, Event, IdentityError, IdentityFailure, IdentityOutcome,
    IdentityProvider, IdentityRequest, Misuse, OperationId, PeerConnection, PeerIdentity, Settled, SignalingState,
};
use std::time::Duration;
use support::{Pair, Peer};

const IDP: &str = "idp.example.org";

fn pair(bob_expects: Option<&str>) -> Pair {
    let mut sim = Simulation::<Peer>::new(51);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    let alice = sim.add(alice, Peer::new(1, Configuration::default()));
    let expecting = Configuration { peer_identity: bob_expects.map(str::to_owned), ..Configuration::default() };
    let bob = sim.add(bob, Peer::new(2, expecting));
    let mut pair = Pair::between(sim, alice, bob);
    let provider = IdentityProvider { domain: IDP.to_owned(), ..IdentityProvider::default() };
    pair.call(alice, |pc, now| pc.set_identity_provider(now, provider)).expect("a provider");
    pair
}

/// The provider answers what was asked last: it signs for alice, and believes what it signed.
fn provider_answers(pair: &mut Pair, node: NodeId, name: &str) {
    let asked = pair.peer(node).history.iter().rev().find_map(|event| match event {
        Event::IdentityRequest(request) => Some(request.clone()),
        _ => None,
    });
    let (request, answer) = match asked.expect("a question") {
        IdentityRequest::Generate { request, provider, contents } => {
            let assertion = format!("signed:{contents}");
            (
                request,
                Ok(IdentityOutcome::Assertion { domain: provider.domain, protocol: "default".to_owned(), assertion }),
            )
        }
        IdentityRequest::Validate { request, domain, assertion, .. } => {
            assert_eq!(domain, IDP);
            let contents = assertion.strip_prefix("signed:").map(str::to_owned).ok_or(IdentityError::Invalid);
            (request, contents.map(|contents| IdentityOutcome::Validated { identity: name.to_owned(), contents }))
        }
    };
    pair.call(node, |pc, now| pc.handle_identity(now, request, answer));
}

fn start(pair: &mut Pair, node: NodeId, work: impl FnOnce(&mut PeerConnection, Time) -> OperationId) -> OperationId {
    pair.call(node, work)
}

/// Alice's offer with her assertion in it.
fn asserted_offer(pair: &mut Pair) -> peerline_peer::Description {
    let alice = pair.alice;
    pair.create_channel(alice, "identity", DataChannelInit::default());
    let operation = start(pair, alice, |pc, now| pc.set_local_description(now, None));
    assert_eq!(pair.peer(alice).settled(operation), None, "it waits for the provider");
    provider_answers(pair, alice, "");
    assert_eq!(pair.peer(alice).settled(operation), Some(Ok(Settled::Done)));
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    assert!(offer.sdp.contains("a=identity:"), "{}", offer.sdp);
    offer
}

/// Bob applies it and his provider says it is `name`.
fn apply(pair: &mut Pair, offer: peerline_peer::Description, name: &str) -> Option<Result<Settled, Error>> {
    let bob = pair.bob;
    let operation = start(pair, bob, |pc, now| pc.set_remote_description(now, offer));
    if pair.peer(bob).settled(operation).is_none() {
        provider_answers(pair, bob, name);
    }
    pair.peer(bob).settled(operation)
}

fn assert_refused(pair: &Pair, result: Option<Result<Settled, Error>>, error: IdentityError) {
    assert_eq!(result, Some(Err(Error::Identity(error))));
    let bob = pair.bob;
    assert_eq!(pair.peer(bob).pc.signaling_state(), SignalingState::Stable);
    assert_eq!(pair.peer(bob).pc.transports().count(), 0);
    assert_eq!(pair.peer(bob).pc.peer_identity(), None);
}

/// The promise `peerIdentity` was rejected so often.
fn rejections(pair: &Pair) -> usize {
    let rejected = |event: &&Event| matches!(event, Event::PeerIdentity(Err(_)));
    pair.peer(pair.bob).history.iter().filter(rejected).count()
}

#[test]
fn s027_the_right_peer_is_believed_and_named() {
    let mut pair = pair(Some("alice@idp.example.org"));
    let (alice, bob) = (pair.alice, pair.bob);
    let offer = asserted_offer(&mut pair);
    let result = apply(&mut pair, offer, "alice@idp.example.org");
    assert_eq!(result, Some(Ok(Settled::Done)));
    let named = PeerIdentity { idp: IDP.to_owned(), name: "alice@idp.example.org".to_owned() };
    assert_eq!(pair.peer(bob).pc.peer_identity(), Some(&named));
    assert_eq!(pair.peer(bob).count(&Event::PeerIdentity(Ok(named))), 1);
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    pair.run_until(Duration::from_secs(10), |_, b| b.pc.connection_state() == ConnectionState::Connected);
}

#[test]
fn s027_a_missing_assertion_is_refused() {
    let mut pair = pair(Some("alice@idp.example.org"));
    let mut offer = asserted_offer(&mut pair);
    let lines: Vec<_> = offer.sdp.lines().filter(|line| !line.starts_with("a=identity")).collect();
    offer.sdp = format!("{}\r\n", lines.join("\r\n"));
    let result = apply(&mut pair, offer, "");
    assert_refused(&pair, result, IdentityError::Missing);
}

#[test]
fn an_assertion_replayed_over_other_fingerprints_is_refused() {
    let mut pair = pair(Some("alice@idp.example.org"));
    let offer = asserted_offer(&mut pair);
    let assertion = offer.sdp.lines().find(|line| line.starts_with("a=identity")).expect("there").to_owned();
    // Mallory has a certificate of her own and alice's assertion.
    let mut mallory = Peer::new(66, Configuration::default());
    mallory.pc.create_data_channel(Time::ZERO, "m", DataChannelInit::default()).expect("a channel");
    let made = mallory.pc.create_offer(Time::ZERO, Default::default());
    mallory.pump(Time::ZERO);
    let Some(Ok(Settled::Description(mut forged))) = mallory.settled(made) else { panic!("no offer") };
    forged.sdp = forged.sdp.replacen("t=0 0\r\n", &format!("t=0 0\r\n{assertion}\r\n"), 1);
    let result = apply(&mut pair, forged, "alice@idp.example.org");
    assert_refused(&pair, result, IdentityError::Fingerprint);
}

#[test]
fn a_forged_assertion_a_foreign_domain_and_another_name_are_refused() {
    let forged = |sdp: &str| {
        // {"idp":{"domain":"idp.example.org","protocol":"default"},"assertion":"forged"}
        let base64 =
            "eyJpZHAiOnsiZG9tYWluIjoiaWRwLmV4YW1wbGUub3JnIiwicHJvdG9jb2wiOiJkZWZhdWx0In0sImFzc2VydGlvbiI6ImZvcmdlZCJ9";
        let line = sdp.lines().find(|line| line.starts_with("a=identity")).expect("there").to_owned();
        sdp.replace(&line, &format!("a=identity:{base64}"))
    };
    let mut first = pair(Some("alice@idp.example.org"));
    let mut offer = asserted_offer(&mut first);
    offer.sdp = forged(&offer.sdp);
    let result = apply(&mut first, offer, "alice@idp.example.org");
    assert_refused(&first, result, IdentityError::Invalid);
    for name in ["alice@elsewhere.example", "mallory@idp.example.org", "alice"] {
        let mut other = pair(Some("alice@idp.example.org"));
        let offer = asserted_offer(&mut other);
        let result = apply(&mut other, offer, name);
        assert_refused(&other, result, IdentityError::WrongIdentity);
        assert_eq!(rejections(&other), 1);
    }
}

#[test]
fn without_an_expectation_the_peer_is_named_beside_the_negotiation() {
    let mut pair = pair(None);
    let bob = pair.bob;
    let offer = asserted_offer(&mut pair);
    let operation = start(&mut pair, bob, |pc, now| pc.set_remote_description(now, offer));
    assert_eq!(pair.peer(bob).settled(operation), Some(Ok(Settled::Done)));
    assert_eq!(pair.peer(bob).pc.peer_identity(), None);
    provider_answers(&mut pair, bob, "alice@idp.example.org");
    assert_eq!(pair.peer(bob).pc.peer_identity().map(|peer| peer.name.as_str()), Some("alice@idp.example.org"));
}

#[test]
fn a_provider_that_fails_fails_the_offer_and_wants_a_login() {
    let mut pair = pair(None);
    let alice = pair.alice;
    let operation = start(&mut pair, alice, |pc, now| pc.create_offer(now, Default::default()));
    let request = pair.peer(alice).history.iter().find_map(|event| match event {
        Event::IdentityRequest(IdentityRequest::Generate { request, .. }) => Some(*request),
        _ => None,
    });
    let login = IdentityError::NeedLogin(Some("https://idp.example.org/login".to_owned()));
    pair.call(alice, |pc, now| pc.handle_identity(now, request.expect("a question"), Err(login.clone())));
    assert_eq!(pair.peer(alice).settled(operation), Some(Err(Error::NoIdentityAssertion(login))));
    assert_eq!(pair.peer(alice).pc.idp_login_url(), Some("https://idp.example.org/login"));
    let again = start(&mut pair, alice, |pc, now| pc.get_identity_assertion(now));
    assert_eq!(pair.peer(alice).settled(again), None);
    provider_answers(&mut pair, alice, "");
    assert!(matches!(pair.peer(alice).settled(again), Some(Ok(Settled::IdentityAssertion(_)))));
    let bad = IdentityProvider { domain: "a/b".to_owned(), ..IdentityProvider::default() };
    let refused = pair.call(alice, |pc, now| pc.set_identity_provider(now, bad));
    assert_eq!(refused, Err(Error::Misuse(Misuse::MalformedIdentityProvider)));
}

#[test]
fn what_a_provider_says_of_its_failure_reaches_the_application() {
    let mut pair = pair(None);
    let (alice, bob) = (pair.alice, pair.bob);
    let offer = asserted_offer(&mut pair);
    let operation = start(&mut pair, bob, |pc, now| pc.set_remote_description(now, offer));
    assert_eq!(pair.peer(bob).settled(operation), Some(Ok(Settled::Done)), "it does not wait");
    let request = pair.peer(bob).history.iter().find_map(|event| match event {
        Event::IdentityRequest(IdentityRequest::Validate { request, .. }) => Some(*request),
        _ => None,
    });
    let failure = IdentityFailure { error: IdentityError::Execution, info: Some("no database".to_owned()) };
    pair.call(bob, |pc, now| pc.handle_identity(now, request.expect("a question"), Err(failure)));
    assert_eq!(pair.peer(bob).pc.idp_error_info(), Some("no database"));
    assert_eq!(rejections(&pair), 1);
    assert_eq!(pair.peer(alice).pc.idp_error_info(), None);
}

#[test]
fn an_assertion_that_leads_out_of_its_place_is_never_followed() {
    for (idp, protocol) in [("idp.example.org/evil", "default"), ("idp.example.org", "../../evil"), ("a", "b\\c")] {
        let mut pair = pair(None);
        let bob = pair.bob;
        let mut offer = asserted_offer(&mut pair);
        let line = offer.sdp.lines().find(|line| line.starts_with("a=identity")).expect("there").to_owned();
        let json = format!("{{\"idp\":{{\"domain\":\"{idp}\",\"protocol\":\"{protocol}\"}},\"assertion\":\"x\"}}");
        offer.sdp = offer.sdp.replace(&line, &format!("a=identity:{}", STANDARD.encode(json)));
        let operation = start(&mut pair, bob, |pc, now| pc.set_remote_description(now, offer));
        assert_eq!(pair.peer(bob).settled(operation), Some(Ok(Settled::Done)));
        let asked = |event: &Event| matches!(event, Event::IdentityRequest(_));
        assert!(!pair.peer(bob).history.iter().any(asked));
        assert_eq!(rejections(&pair), 1);
    }
}

#[test]
fn the_expected_peer_is_told_to_the_provider_unless_the_caller_names_another() {
    let mut pair = pair(Some("alice@idp.example.org"));
    let bob = pair.bob;
    for (named, told) in [(None, "alice@idp.example.org"), (Some("carol@idp.example.org"), "carol@idp.example.org")] {
        let provider = IdentityProvider {
            domain: IDP.to_owned(),
            peer_identity: named.map(str::to_owned),
            ..IdentityProvider::default()
        };
        pair.call(bob, |pc, now| pc.set_identity_provider(now, provider)).expect("a provider");
        start(&mut pair, bob, |pc, now| pc.get_identity_assertion(now));
        let asked = pair.peer(bob).history.iter().rev().find_map(|event| match event {
            Event::IdentityRequest(IdentityRequest::Generate { provider, .. }) => provider.peer_identity.clone(),
            _ => None,
        });
        assert_eq!(asked.as_deref(), Some(told));
        provider_answers(&mut pair, bob, "");
    }
}
