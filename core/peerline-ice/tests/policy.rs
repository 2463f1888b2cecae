//! The transport policy (W3C `RTCIceTransportPolicy`) changes between two generations (RFC 9429 §4.1.18).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use peerline_edge::{IoOutcome, IoRequest, Time};
use peerline_ice::{Agent, Component, Credentials, Event, State, TransportPolicy};
use peerline_netsim::NodeId;
use peerline_stun::Message;
use support::puppet::{REMOTE, REMOTE_PWD, good_request, receive, success, transmit};
use support::*;

fn completed() -> Call {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    call.sim.run_for(secs(3));
    call
}

/// Both sides restart, this one under a policy.
fn restart_under(call: &mut Call, node: NodeId, policy: TransportPolicy) {
    call.sim.with(node, |agent, _| agent.set_transport_policy(policy));
    for node in [node, call.other(node)] {
        call.sim.with(node, |agent, now| {
            agent.restart(now);
            agent.gather(now);
        });
    }
    call.exchange_credentials();
}

fn told_candidates(call: &Call, node: NodeId) -> usize {
    call.sim.events(node).iter().filter(|(_, event)| matches!(event, Event::LocalCandidate(_))).count()
}

/// An agent with a path to the puppet, restarted under "relay".
fn restarted_under_relay() -> Agent {
    let (mut agent, check) = support::puppet::checking();
    receive(&mut agent, Time::ZERO, REMOTE, &success(&check, REMOTE_PWD));
    assert!(agent.path(Component::RTP).is_some());
    while transmit(&mut agent, Time::ZERO).is_some() {}
    agent.set_transport_policy(TransportPolicy::Relay);
    agent.restart(Time::ZERO);
    agent.gather(Time::ZERO);
    agent
}

#[test]
fn a_restart_under_relay_tells_and_pairs_no_host_candidate_and_fails_at_once() {
    let mut call = completed();
    let a = call.a;
    call.sim.take_events(a);
    restart_under(&mut call, a, TransportPolicy::Relay);
    call.sim.run_for(secs(1));
    assert_eq!(told_candidates(&call, a), 0);
    assert_eq!(call.agent(a).local_candidates().count(), 0);
    assert_eq!(call.agent(a).pairs().count(), 0);
    assert_eq!(call.state(a), State::Failed);
    assert!(call.agent(a).path(Component::RTP).is_none());
    assert!(call.sim.network.bound(a).is_empty(), "no generation may use the socket any more");
    // The other side has to wait for peer-reflexive candidates (RFC 8863).
    let b = call.b;
    call.assert_reaches(b, State::Failed, secs(45));
}

#[test]
fn the_path_stays_until_the_other_side_has_answered_a_restart_under_relay() {
    let mut call = completed();
    let a = call.a;
    call.sim.with(a, |agent, now| {
        agent.set_transport_policy(TransportPolicy::Relay);
        agent.restart(now);
        agent.gather(now);
    });
    call.sim.run_for(secs(120));
    assert!(call.agent(a).path(Component::RTP).is_some());
    call.assert_same_path();
}

#[test]
fn a_policy_that_changes_means_nothing_before_the_next_gathering() {
    let mut call = completed();
    let a = call.a;
    call.sim.with(a, |agent, _| agent.set_transport_policy(TransportPolicy::Relay));
    call.sim.run_for(secs(120));
    assert_eq!((call.state(a), call.state(call.b)), (State::Completed, State::Completed));
    assert_eq!(call.agent(a).local_candidates().count(), 1);
}

#[test]
fn after_a_restart_under_relay_one_under_all_connects_again() {
    let mut call = completed();
    let a = call.a;
    restart_under(&mut call, a, TransportPolicy::Relay);
    call.assert_reaches(a, State::Failed, secs(1));
    restart_under(&mut call, a, TransportPolicy::All);
    call.assert_both_reach(State::Completed, secs(5));
}

#[test]
fn a_restart_under_relay_can_be_taken_back() {
    let mut call = completed();
    let a = call.a;
    call.sim.with(a, |agent, now| {
        agent.set_transport_policy(TransportPolicy::Relay);
        agent.restart(now);
        agent.gather(now);
    });
    call.sim.run_for(secs(1));
    assert!(call.sim.with(a, |agent, now| agent.cancel_restart(now)));
    assert_eq!(call.agent(a).local_candidates().count(), 1);
    call.sim.run_for(secs(60));
    assert_eq!((call.state(a), call.state(call.b)), (State::Completed, State::Completed));
}

#[test]
fn a_restart_under_all_that_is_taken_back_to_relay_leaves_no_host_candidate() {
    let relay = peerline_ice::Config { transport_policy: TransportPolicy::Relay, ..controlling() };
    let mut call = Call::start(lan, relay, controlled());
    let a = call.a;
    call.sim.run_for(secs(1));
    call.sim.with(a, |agent, now| {
        agent.set_transport_policy(TransportPolicy::All);
        agent.restart(now);
        agent.gather(now);
    });
    call.sim.run_for(secs(1));
    assert_eq!(call.agent(a).local_candidates().count(), 1);
    call.sim.with(a, |agent, now| agent.cancel_restart(now));
    call.sim.run_for(secs(1));
    assert_eq!(call.agent(a).local_candidates().count(), 0);
    assert!(call.sim.network.bound(a).is_empty());
}

#[test]
fn a_check_of_the_new_generation_to_an_old_host_candidate_gets_no_answer_under_relay() {
    let mut agent = restarted_under_relay();
    let check = good_request(&agent, 9);
    receive(&mut agent, Time::ZERO, REMOTE, &check);
    assert_eq!(agent.drops().forbidden_by_policy, 1);
    assert_eq!((agent.remote_candidates().count(), agent.pairs().count(), agent.early_checks().count()), (0, 0, 0));
    // The same once the credentials are known, and with a candidate to check.
    let credentials = Credentials { ufrag: "remo".into(), pwd: "anotherpasswordanotherpassword".into() };
    agent.set_remote_credentials(Time::ZERO, credentials);
    agent.add_remote_candidate(Time::ZERO, "candidate:1 1 udp 100 192.0.2.2 6000 typ host".parse().unwrap()).unwrap();
    let check = good_request(&agent, 10);
    receive(&mut agent, Time::ZERO, REMOTE, &check);
    assert!(transmit(&mut agent, Time::ZERO).is_none());
    assert_eq!(agent.pairs().count(), 0);
}

#[test]
fn a_forged_check_to_an_old_host_candidate_gets_no_refusal_under_relay() {
    let mut agent = restarted_under_relay();
    let forged = support::puppet::request(&agent, "a password that is wrong", 9, |_| {});
    receive(&mut agent, Time::ZERO, REMOTE, &forged);
    assert!(transmit(&mut agent, Time::ZERO).is_none());
}

#[test]
fn whatever_leaves_during_a_restart_under_relay_is_of_the_generation_before() {
    let mut agent = restarted_under_relay();
    let new = agent.local_credentials().ufrag.clone();
    let mut now = Time::ZERO;
    let mut sent = 0;
    while let Some(deadline) = agent.poll_timeout().filter(|deadline| deadline.at < Time::ZERO + secs(40)) {
        now = now.max(deadline.at);
        agent.handle_timeout(now);
        let check = good_request(&agent, 9);
        receive(&mut agent, now, REMOTE, &check);
        while let Some((_, packet)) = transmit(&mut agent, now) {
            let message = Message::parse(&packet).unwrap();
            assert!(message.username().is_some_and(|username| !username.contains(&new)), "{message:?}");
            sent += 1;
        }
    }
    assert!(sent > 0, "consent of the old path is asked for");
}

#[test]
fn a_socket_that_is_bound_late_is_no_candidate_of_a_generation_under_relay() {
    let mut agent = Agent::new(controlling());
    agent.gather(Time::ZERO);
    let interface =
        peerline_edge::Interface { name: "eth0".into(), address: "192.0.2.1".parse().unwrap(), scope_id: 0 };
    agent.handle_io(Time::ZERO, IoOutcome::Interfaces(vec![interface]));
    let binding = core::iter::from_fn(|| agent.poll_io()).find_map(|request| match request {
        IoRequest::BindUdp { socket, .. } => Some(socket),
        _ => None,
    });
    agent.set_transport_policy(TransportPolicy::Relay);
    agent.restart(Time::ZERO);
    agent.gather(Time::ZERO);
    let local = support::puppet::address(support::puppet::LOCAL);
    agent.handle_io(Time::ZERO, IoOutcome::UdpBound { socket: binding.unwrap(), local });
    let told = core::iter::from_fn(|| agent.poll_event()).any(|event| matches!(event, Event::LocalCandidate(_)));
    assert!(!told);
    assert_eq!(agent.local_candidates().count(), 0);
}
