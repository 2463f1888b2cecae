//! Forged, altered, replayed and random datagrams: counted, dropped, and nothing changes (RFC 8445 §7.3, RFC 8489 §9.1).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::net::SocketAddr;
use peerline_crypto::CryptoProvider;
use peerline_edge::{Deadline, Ecn, FiveTuple, Received, Rng, Time};
use peerline_ice::{Agent, CandidateType, Component, Credentials, PairState, State};
use peerline_stun::{AttributeType, Class, Message, MessageBuilder, Method, TransactionId};
use support::puppet::*;
use support::*;

/// All that an outsider must not be able to change.
fn visible(agent: &Agent) -> (State, usize, Vec<PairState>, Option<FiveTuple>, Option<Deadline>) {
    let states = agent.pairs().map(|pair| pair.state).collect();
    (agent.state(), agent.remote_candidates().count(), states, agent.path(Component::RTP), agent.poll_timeout())
}

#[track_caller]
fn assert_untouched(by: impl FnOnce(&mut Agent, &[u8])) -> Agent {
    let (mut agent, check) = checking();
    let before = visible(&agent);
    by(&mut agent, &check);
    assert_eq!(visible(&agent), before);
    agent
}

#[test]
fn a_check_is_what_rfc_8445_asks_for() {
    let (agent, check) = checking();
    let message = Message::parse(&check).unwrap();
    assert_eq!(message.username(), Some(format!("remo:{}", agent.local_credentials().ufrag).as_str()));
    assert!(message.ice_controlling().is_some() && message.ice_controlled().is_none() && !message.use_candidate());
    let host = agent.local_candidates().next().unwrap().1.priority();
    assert_eq!(message.priority(), Some(host - (126 << 24) + (110 << 24)));
    assert!(message.verify_integrity(&*TestCrypto.hmac_sha1(REMOTE_PWD.as_bytes())).is_ok());
    assert_eq!(message.fingerprint_matches(), Some(true));
}

#[test]
fn a_check_with_the_wrong_password_gets_401_and_changes_nothing() {
    let mut agent = assert_untouched(|agent, _| {
        let forged = request(agent, "a wrong password", 1, |m| {
            m.use_candidate();
        });
        receive(agent, Time::ZERO, "192.0.2.66:1", &forged);
    });
    assert_eq!(agent.drops().wrong_integrity, 1);
    let (path, answer) = transmit(&mut agent, Time::ZERO).unwrap();
    let message = Message::parse(&answer).unwrap();
    assert_eq!((path.remote, message.error_code().unwrap().code), (address("192.0.2.66:1"), 401));
    assert!(!agent.is_valid_path(&path_from("192.0.2.66:1")));
}

#[test]
fn a_check_without_credentials_gets_400_and_one_for_somebody_else_401() {
    let mut agent = assert_untouched(|agent, _| {
        let mut bare = Vec::new();
        MessageBuilder::new(&mut bare, Class::Request, Method::BINDING, TransactionId([1; 12])).fingerprint();
        receive(agent, Time::ZERO, REMOTE, &bare);
        let mut other = Vec::new();
        let mut message = MessageBuilder::new(&mut other, Class::Request, Method::BINDING, TransactionId([2; 12]));
        message.username("else:remo").integrity(&*TestCrypto.hmac_sha1(b"x"));
        receive(agent, Time::ZERO, REMOTE, &other);
    });
    let mut codes = Vec::new();
    while let Some((_, answer)) = transmit(&mut agent, Time::ZERO) {
        codes.push(Message::parse(&answer).unwrap().error_code().unwrap().code);
        assert!(answer.len() <= 40, "no use as an amplifier");
    }
    assert_eq!(codes, [400, 401]);
    assert_eq!((agent.drops().unauthenticated_request, agent.drops().wrong_username), (1, 1));
}

#[test]
fn an_unknown_required_attribute_is_refused_by_name() {
    let mut agent = assert_untouched(|agent, _| {
        let pwd = agent.local_credentials().pwd.clone();
        let odd = request(agent, &pwd, 1, |m| {
            m.attribute(AttributeType(0x7777), &[]);
        });
        receive(agent, Time::ZERO, REMOTE, &odd);
    });
    let (_, answer) = transmit(&mut agent, Time::ZERO).unwrap();
    let message = Message::parse(&answer).unwrap();
    assert_eq!(message.error_code().unwrap().code, 420);
    assert!(message.unknown_attributes().eq([AttributeType(0x7777)]));
}

#[test]
fn a_response_with_the_wrong_password_or_none_is_as_if_it_never_came() {
    let mut agent = assert_untouched(|agent, check| {
        receive(agent, Time::ZERO, REMOTE, &success(check, "a wrong password"));
        let mut bare = Vec::new();
        let id = Message::parse(check).unwrap().transaction_id();
        MessageBuilder::new(&mut bare, Class::Error, Method::BINDING, id).error_code(487, "").fingerprint();
        receive(agent, Time::ZERO, REMOTE, &bare);
    });
    assert_eq!(agent.drops().unauthenticated_response, 2);
    let (mut agent2, check) = checking();
    receive(&mut agent2, Time::from_millis(9), REMOTE, &success(&check, REMOTE_PWD));
    assert_eq!(agent2.state(), State::Connected, "the true one is taken");
    assert_eq!(agent.role(), peerline_ice::Role::Controlling);
    assert!(transmit(&mut agent, Time::ZERO).is_none());
}

#[test]
fn a_response_from_another_address_fails_the_pair() {
    let (mut agent, check) = checking();
    receive(&mut agent, Time::from_millis(9), "192.0.2.66:6000", &success(&check, REMOTE_PWD));
    assert_eq!(agent.pairs().next().unwrap().state, PairState::Failed);
    assert_eq!(agent.drops().asymmetric_response, 1);
}

#[test]
fn a_response_is_taken_once_and_a_replayed_one_is_dropped() {
    let (mut agent, check) = checking();
    let response = success(&check, REMOTE_PWD);
    receive(&mut agent, Time::from_millis(9), REMOTE, &response);
    let before = visible(&agent);
    for _ in 0..10 {
        receive(&mut agent, Time::from_millis(1000), REMOTE, &response);
    }
    assert_eq!(visible(&agent), before);
    assert_eq!(agent.drops().unexpected_response, 10);
}

#[test]
fn a_true_check_truncated_or_altered_anywhere_changes_nothing() {
    let probe = checking().0;
    let original = good_request(&probe, 1);
    let agent = assert_untouched(|agent, check| {
        let response = success(check, REMOTE_PWD);
        for message in [&original, &response] {
            for len in 0..message.len() {
                receive(agent, Time::ZERO, REMOTE, &message[..len]);
            }
            // Not the type of FINGERPRINT: without that attribute the rest is still authentic.
            let fingerprint = message.len() - 8..message.len() - 6;
            for bit in (0..message.len() * 8).filter(|bit| !fingerprint.contains(&(bit / 8))) {
                let mut altered = message.clone();
                altered[bit / 8] ^= 1 << (bit % 8);
                receive(agent, Time::ZERO, REMOTE, &altered);
            }
        }
    });
    assert!(agent.drops().not_stun > 0 && agent.drops().wrong_fingerprint > 0);
}

#[test]
fn an_altered_check_with_a_true_fingerprint_changes_nothing_either() {
    // An attacker can make FINGERPRINT himself; only MESSAGE-INTEGRITY protects.
    let probe = checking().0;
    let original = good_request(&probe, 1);
    assert_untouched(|agent, _| {
        for bit in 0..(original.len() - 8) * 8 {
            let mut altered = original[..original.len() - 8].to_vec();
            altered[bit / 8] ^= 1 << (bit % 8);
            let len = u16::try_from(altered.len() - 20).unwrap();
            let length = bit / 8 == 2 || bit / 8 == 3;
            if !length {
                altered[2..4].copy_from_slice(&len.to_be_bytes());
            }
            receive(agent, Time::ZERO, REMOTE, &altered);
        }
    });
}

#[test]
fn random_bytes_never_panic_and_never_change_anything() {
    let agent = assert_untouched(|agent, _| {
        let mut rng = Rng::new([5; 32]);
        for _ in 0..50_000 {
            let mut bytes = vec![0; rng.below(120) as usize];
            rng.fill(&mut bytes);
            if rng.below(2) == 0 && bytes.len() >= 20 {
                bytes[..8].copy_from_slice(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
                let len = u16::try_from(bytes.len() - 20).unwrap() & !3;
                bytes[2..4].copy_from_slice(&len.to_be_bytes());
                bytes.truncate(20 + usize::from(len));
            }
            receive(agent, Time::ZERO, "192.0.2.66:1", &bytes);
        }
    });
    assert!(agent.drops().not_stun > 10_000);
}

#[test]
fn a_datagram_on_a_foreign_socket_is_dropped() {
    let (mut agent, check) = checking();
    let mut response = success(&check, REMOTE_PWD);
    let path = FiveTuple::udp(address("192.0.2.1:5001"), address(REMOTE));
    agent.handle_datagram(Time::ZERO, Received { path, ecn: Ecn::NotEct, contents: &mut response });
    assert_eq!((agent.state(), agent.drops().unknown_socket), (State::Checking, 1));
}

#[test]
fn a_million_spoofed_datagrams_leave_no_trace_and_the_true_peer_still_connects() {
    let (mut agent, check) = checking();
    let before = visible(&agent);
    let mut spoofed = [
        request(&agent, "a wrong password", 9, |_| {}),
        success(&check, "a wrong password"),
        check.clone(),
        good_request(&agent, 9)[..60].to_vec(),
    ];
    let mut rng = Rng::new([6; 32]);
    for index in 0..1_000_000usize {
        let datagram = &mut spoofed[index % 4];
        datagram[8 + index % 12] = rng.u32().to_le_bytes()[0];
        let remote = SocketAddr::from((rng.u32().to_be_bytes(), 4000));
        let path = FiveTuple::udp(address(LOCAL), remote);
        let mut contents = datagram.clone();
        agent.handle_datagram(Time::ZERO, Received { path, ecn: Ecn::NotEct, contents: &mut contents });
    }
    assert_eq!(visible(&agent), before);
    let mut waiting = 0;
    while transmit(&mut agent, Time::ZERO).is_some() {
        waiting += 1;
    }
    assert!(waiting <= 16, "{waiting} answers wait");
    receive(&mut agent, Time::from_millis(5), REMOTE, &success(&check, REMOTE_PWD));
    assert_eq!(agent.state(), State::Connected);
}

#[test]
fn a_peer_that_checks_from_everywhere_gets_no_more_than_the_limits() {
    let (mut agent, _) = checking();
    for index in 0..5000u16 {
        let check = good_request(&agent, 3);
        receive(&mut agent, Time::ZERO, &format!("198.51.100.7:{}", 1000 + index), &check);
        let _ = transmit(&mut agent, Time::ZERO);
    }
    assert_eq!(agent.remote_candidates().count(), 100);
    assert!(agent.pairs().count() <= 200);
    assert_eq!(agent.drops().candidate_overflow, 4901);
}

#[test]
fn early_checks_are_answered_but_only_so_many_are_remembered() {
    let mut agent = Agent::new(controlled());
    agent.gather(Time::ZERO);
    answer_io(&mut agent);
    for index in 0..1000u16 {
        let pwd = agent.local_credentials().pwd.clone();
        let mut check = Vec::new();
        let id = TransactionId::random(&mut Rng::new([index.to_le_bytes()[0]; 32]));
        MessageBuilder::new(&mut check, Class::Request, Method::BINDING, id)
            .username(&format!("{}:remo", agent.local_credentials().ufrag))
            .priority(5)
            .ice_controlling(1)
            .integrity(&*TestCrypto.hmac_sha1(pwd.as_bytes()))
            .fingerprint();
        receive(&mut agent, Time::ZERO, &format!("198.51.100.7:{}", 1000 + index), &check);
        let (_, answer) = transmit(&mut agent, Time::ZERO).unwrap();
        assert_eq!(Message::parse(&answer).unwrap().class(), Class::Success);
    }
    assert_eq!(agent.drops().early_check_overflow, 1000 - 32);
    assert_eq!((agent.state(), agent.remote_candidates().count()), (State::New, 0));
    agent.set_remote_credentials(Time::ZERO, Credentials { ufrag: "remo".into(), pwd: REMOTE_PWD.into() });
    assert_eq!(agent.remote_candidates().count(), 32);
    assert!(agent.remote_candidates().all(|(_, candidate)| candidate.kind() == CandidateType::PeerReflexive));
}

#[test]
fn early_checks_of_somebody_else_come_to_nothing() {
    let mut agent = Agent::new(controlled());
    agent.gather(Time::ZERO);
    answer_io(&mut agent);
    let check = good_request(&agent, 1);
    receive(&mut agent, Time::ZERO, REMOTE, &check);
    agent.set_remote_credentials(Time::ZERO, Credentials { ufrag: "other".into(), pwd: REMOTE_PWD.into() });
    assert_eq!(agent.remote_candidates().count(), 0);
}

#[test]
fn an_authenticated_peer_that_misbehaves_at_random_does_no_harm() {
    let (mut agent, _) = checking();
    let mut rng = Rng::new([8; 32]);
    let pwd = agent.local_credentials().pwd.clone();
    let mut now = Time::ZERO;
    for round in 0..20_000u32 {
        now += ms(u64::from(rng.below(40)));
        let remote = format!("198.51.100.{}:{}", rng.below(20), 1000 + rng.below(10));
        let mut check = Vec::new();
        let class =
            [Class::Request, Class::Request, Class::Success, Class::Error, Class::Indication][rng.below(5) as usize];
        let mut message = MessageBuilder::new(&mut check, class, Method::BINDING, TransactionId::random(&mut rng));
        let user = if rng.below(4) == 0 { rng.ice_chars(4) } else { "remo".into() };
        message.username(&format!("{}:{user}", agent.local_credentials().ufrag)).priority(rng.u32());
        match rng.below(4) {
            0 => message.ice_controlled(rng.u64()),
            1 => message.ice_controlling(rng.u64()),
            2 => message.use_candidate(),
            _ => message.attribute(AttributeType(rng.u32().to_le_bytes()[0].into()), &[]),
        };
        message.integrity(&*TestCrypto.hmac_sha1(pwd.as_bytes())).fingerprint();
        receive(&mut agent, now, &remote, &check);
        while let Some((path, sent)) = transmit(&mut agent, now) {
            // Now and then one of its checks is answered, truly or with an error.
            let sent_request = Message::parse(&sent).unwrap().class() == Class::Request;
            if sent_request && rng.below(3) == 0 {
                let answer = if rng.below(3) == 0 { error(&sent, 487) } else { success(&sent, REMOTE_PWD) };
                receive(&mut agent, now, &path.remote.to_string(), &answer);
            }
        }
        if agent.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            agent.handle_timeout(now);
        }
        assert!(agent.poll_timeout().is_none_or(|deadline| deadline.at > now), "round {round}");
        assert!(agent.pairs().count() <= 200 && agent.remote_candidates().count() <= 100);
        assert!(agent.local_candidates().count() <= 128);
        while agent.poll_event().is_some() {}
    }
    assert!(agent.drops().early_check_overflow > 0);
}
