//! ICE restart (RFC 8445 §9): new credentials beside the path in use.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use peerline_ice::{Component, Event, Role, State};
use support::*;

fn completed() -> Call {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    call.sim.run_for(secs(3));
    call
}

/// Restarts one agent and gathers.
fn restart(call: &mut Call, node: peerline_netsim::NodeId) {
    call.sim.with(node, |agent, now| {
        agent.restart(now);
        agent.gather(now);
    });
}

fn has_path(call: &Call) -> bool {
    [call.a, call.b].iter().all(|node| call.agent(*node).path(Component::RTP).is_some())
}

#[test]
fn a_restart_by_either_side_never_interrupts_the_path() {
    for offerer in [0, 1] {
        let mut call = completed();
        let [offerer, answerer] = if offerer == 0 { [call.a, call.b] } else { [call.b, call.a] };
        let old = (call.credentials(call.a), call.credentials(call.b));
        restart(&mut call, offerer);
        assert_eq!(call.state(offerer), State::Connected, "from completed");
        assert!(has_path(&call));
        // The offer takes half a second, the answer too.
        call.sim.run_for(ms(500));
        restart(&mut call, answerer);
        call.tell_credentials(offerer);
        for _ in 0..50 {
            call.sim.run_for(ms(10));
            assert!(has_path(&call));
            call.assert_same_path();
        }
        call.tell_credentials(answerer);
        for _ in 0..50 {
            call.sim.run_for(ms(10));
            assert!(has_path(&call));
            call.assert_same_path();
        }
        call.assert_both_reach(State::Completed, secs(5));
        assert_ne!((call.credentials(call.a), call.credentials(call.b)), old);
        assert_ne!(call.credentials(call.a).pwd, old.0.pwd);
        call.sim.run_for(secs(120));
        assert_eq!((call.state(call.a), call.state(call.b)), (State::Completed, State::Completed));
    }
}

#[test]
fn candidates_of_the_new_generation_carry_its_ufrag_and_end_again() {
    let mut call = completed();
    let a = call.a;
    call.sim.take_events(a);
    restart(&mut call, a);
    call.sim.run_for(secs(1));
    let ufrag = call.credentials(a).ufrag;
    let events: Vec<_> = call.sim.events(a).iter().map(|(_, event)| event.clone()).collect();
    let candidates: Vec<_> =
        events.iter().filter_map(|e| if let Event::LocalCandidate(c) = e { Some(c) } else { None }).collect();
    assert_eq!(candidates.len(), 1);
    assert_eq!(candidates[0].ufrag(), Some(ufrag.as_str()));
    assert!(events.contains(&Event::LocalCandidatesEnd { ufrag }));
}

#[test]
fn candidates_of_an_old_generation_are_ignored_and_those_of_the_next_wait() {
    let mut call = completed();
    let (a, b) = (call.a, call.b);
    let old = call.agent(b).local_candidates().next().unwrap().1.to_string();
    restart(&mut call, a);
    restart(&mut call, b);
    // The new candidate overtakes the answer.
    call.sim.run_for(secs(1));
    assert_eq!(call.agent(a).remote_candidates().count(), 0);
    call.tell_credentials(b);
    assert_eq!(call.agent(a).remote_candidates().count(), 1);
    add_candidate(&mut call.sim, a, &old.replace("192.0.2.2", "192.0.2.3"));
    assert_eq!(call.agent(a).remote_candidates().count(), 1);
    assert_eq!(call.agent(a).drops().stale_candidate, 1);
    call.tell_credentials(a);
    call.assert_both_reach(State::Completed, secs(5));
}

#[test]
fn a_restart_that_comes_to_nothing_leaves_the_old_path_usable() {
    let mut call = completed();
    let a = call.a;
    restart(&mut call, a);
    let credentials = peerline_ice::Credentials { ufrag: "none".into(), pwd: "0123456789012345678901".into() };
    call.sim.with(a, |agent, now| agent.set_remote_credentials(now, credentials));
    add_candidate(&mut call.sim, a, "candidate:1 1 udp 5 192.0.2.99 5000 typ host");
    call.sim.run_for(secs(120));
    assert_eq!((call.state(a), call.state(call.b)), (State::Connected, State::Completed));
    assert!(has_path(&call));
    call.assert_same_path();
}

#[test]
fn a_restart_can_be_taken_back() {
    let mut call = completed();
    let (a, old) = (call.a, call.credentials(call.a));
    restart(&mut call, a);
    call.sim.run_for(secs(1));
    assert!(call.sim.with(a, |agent, now| agent.cancel_restart(now)));
    assert_eq!(call.credentials(a), old);
    call.sim.run_for(secs(60));
    assert_eq!((call.state(a), call.state(call.b)), (State::Completed, State::Completed));
    assert!(!call.sim.with(a, |agent, now| agent.cancel_restart(now)), "there is nothing to go back to");
}

#[test]
fn only_the_other_side_may_restart_too() {
    let mut call = completed();
    let b = call.b;
    restart(&mut call, b);
    call.tell_credentials(b);
    call.tell_credentials(call.a);
    call.sim.run_for(ms(500));
    assert!(has_path(&call));
    call.assert_same_path();
    call.sim.run_for(secs(60));
    assert!(matches!(call.state(call.a), State::Connected | State::Completed));
}

#[test]
fn restarting_again_before_the_answer_keeps_the_path() {
    let mut call = completed();
    let a = call.a;
    for _ in 0..5 {
        restart(&mut call, a);
        call.sim.run_for(ms(200));
        assert!(has_path(&call));
    }
    let b = call.b;
    restart(&mut call, b);
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(5));
}

#[test]
fn a_restart_brings_a_failed_connection_back() {
    let mut call = completed();
    let host = call.sim.network.host_of(call.b);
    let interface = call.sim.network.first_interface(host);
    let up = peerline_netsim::LinkConfig::with_delay_ms(5);
    let down = up.clone().loss(peerline_netsim::Loss::Random(1.0));
    call.sim.network.set_link(interface, peerline_netsim::Direction::Both, &down);
    call.assert_both_reach(State::Failed, secs(60));
    call.sim.network.set_link(interface, peerline_netsim::Direction::Both, &up);
    let (a, b) = (call.a, call.b);
    restart(&mut call, a);
    assert_eq!(call.state(a), State::Checking);
    restart(&mut call, b);
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(5));
}

#[test]
fn roles_may_change_with_a_restart() {
    let mut call = completed();
    let (a, b) = (call.a, call.b);
    restart(&mut call, b);
    call.sim.with(b, |agent, now| agent.set_role(now, Role::Controlling));
    call.sim.run_for(secs(20));
    assert_eq!((call.agent(a).role(), call.agent(b).role()), (Role::Controlling, Role::Controlling));
    restart(&mut call, a);
    call.sim.with(a, |agent, now| agent.set_role(now, Role::Controlled));
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(5));
    assert_eq!((call.agent(a).role(), call.agent(b).role()), (Role::Controlled, Role::Controlling));
}
