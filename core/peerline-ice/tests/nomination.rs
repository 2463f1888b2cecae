//! The controlled agent and other kinds of peers: regular, aggressive and repeated nomination (RFC 8445 §7.3.1.5, RFC 5245 §8.1.1.2).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::time::Duration;
use peerline_crypto::CryptoProvider;
use peerline_edge::Time;
use peerline_ice::{Agent, Component, PairState, Role, State};
use peerline_stun::{Class, Message, MessageBuilder, Method, TransactionId};
use support::puppet::*;
use support::*;

const LOW: &str = "192.0.2.3:6000";

/// A check of a controlling peer; it is answered, and so is the check that it triggers.
fn check_from(agent: &mut Agent, now: Time, remote: &str, priority: u32, nominates: bool) {
    let mut check = Vec::new();
    let id = TransactionId::random(&mut peerline_edge::Rng::new([remote.len() as u8; 32]));
    let mut message = MessageBuilder::new(&mut check, Class::Request, Method::BINDING, id);
    message.username(&format!("{}:remo", agent.local_credentials().ufrag)).priority(priority).ice_controlling(u64::MAX);
    if nominates {
        message.use_candidate();
    }
    message.integrity(&*TestCrypto.hmac_sha1(agent.local_credentials().pwd.clone().as_bytes())).fingerprint();
    receive(agent, now, remote, &check);
    answer_all(agent, now);
}

/// Answers every check that the agent has to send until `now`.
fn answer_all(agent: &mut Agent, now: Time) {
    for step in 0..20 {
        let now = now + ms(step * 5);
        agent.handle_timeout(now);
        while let Some((path, sent)) = transmit(agent, now) {
            if Message::parse(&sent).unwrap().class() == Class::Request {
                receive(agent, now, &path.remote.to_string(), &success(&sent, REMOTE_PWD));
            }
        }
    }
}

fn at(millis: u64) -> Time {
    Time::from_millis(millis)
}

fn remote(agent: &Agent) -> String {
    agent.path(Component::RTP).unwrap().remote.to_string()
}

/// A controlled agent with two remote candidates; REMOTE is the better one.
fn controlled_agent() -> Agent {
    let (mut agent, _) = checking_with(config(3, Role::Controlled));
    agent.add_remote_candidate(at(0), "candidate:2 1 udp 50 192.0.2.3 6000 typ host".parse().unwrap()).unwrap();
    agent
}

#[test]
fn a_nomination_of_a_pair_that_is_not_valid_yet_counts_once_it_is() {
    let mut agent = controlled_agent();
    let mut check = Vec::new();
    let mut message = MessageBuilder::new(&mut check, Class::Request, Method::BINDING, TransactionId([1; 12]));
    message
        .username(&format!("{}:remo", agent.local_credentials().ufrag))
        .priority(9)
        .ice_controlling(1)
        .use_candidate();
    message.integrity(&*TestCrypto.hmac_sha1(agent.local_credentials().pwd.clone().as_bytes())).fingerprint();
    receive(&mut agent, at(0), REMOTE, &check);
    assert!(agent.path(Component::RTP).is_none());
    answer_all(&mut agent, at(5));
    assert!(agent.selected_pair(Component::RTP).unwrap().nominated);
}

#[test]
fn aggressive_nomination_ends_on_the_best_pair_in_any_order() {
    for order in [[REMOTE, LOW], [LOW, REMOTE]] {
        let mut agent = controlled_agent();
        for (index, from) in order.into_iter().enumerate() {
            check_from(&mut agent, at(200 * index as u64), from, 9, true);
        }
        assert_eq!(remote(&agent), REMOTE);
        assert!(agent.selected_pair(Component::RTP).unwrap().nominated);
    }
}

#[test]
fn a_peer_that_moves_its_nomination_later_is_followed() {
    let mut agent = controlled_agent();
    check_from(&mut agent, at(0), REMOTE, 9, true);
    assert_eq!(remote(&agent), REMOTE);
    check_from(&mut agent, at(2000), LOW, 9, true);
    assert_eq!(remote(&agent), REMOTE, "it may be aggressive nomination");
    check_from(&mut agent, at(4500), LOW, 9, true);
    assert_eq!(remote(&agent), LOW, "it insists");
    check_from(&mut agent, at(4700), REMOTE, 9, true);
    assert_eq!(remote(&agent), REMOTE, "back to the better one");
}

#[test]
fn without_nomination_the_best_valid_pair_carries_data() {
    let mut agent = controlled_agent();
    check_from(&mut agent, at(0), LOW, 9, false);
    // The first check to the better one was lost; it is repeated after 500 ms.
    answer_all(&mut agent, at(500));
    assert_eq!(remote(&agent), REMOTE);
    assert!(!agent.selected_pair(Component::RTP).unwrap().nominated);
    assert_eq!(agent.state(), State::Connected);
}

#[test]
fn a_refused_nomination_moves_on_to_the_next_pair() {
    let (mut agent, check) = checking_with(controlling());
    agent.add_remote_candidate(at(0), "candidate:2 1 udp 50 192.0.2.3 6000 typ host".parse().unwrap()).unwrap();
    receive(&mut agent, at(10), REMOTE, &success(&check, REMOTE_PWD));
    let mut now = at(10);
    while agent.selected_pair(Component::RTP).is_none_or(|pair| !pair.nominated) {
        now += Duration::from_millis(5);
        assert!(now < at(2000), "nothing was nominated");
        agent.handle_timeout(now);
        while let Some((path, sent)) = transmit(&mut agent, now) {
            let nominates = Message::parse(&sent).unwrap().use_candidate();
            let refused = nominates && path.remote.to_string() == REMOTE;
            let answer = if refused { error(&sent, 500) } else { success(&sent, REMOTE_PWD) };
            receive(&mut agent, now, &path.remote.to_string(), &answer);
        }
    }
    assert_eq!(remote(&agent), LOW);
    let refused = agent.pairs().find(|pair| pair.path.remote.to_string() == REMOTE).unwrap();
    assert_eq!((refused.state, refused.nominated), (PairState::Failed, false));
}

#[test]
fn use_candidate_from_a_peer_that_is_controlled_means_nothing() {
    let (mut agent, check) = checking_with(controlling());
    receive(&mut agent, at(1), REMOTE, &success(&check, REMOTE_PWD));
    let request = request(&agent, &agent.local_credentials().pwd.clone(), 1, |message| {
        message.use_candidate();
    });
    receive(&mut agent, at(2), REMOTE, &request);
    assert!(!agent.selected_pair(Component::RTP).unwrap().nominated);
}
