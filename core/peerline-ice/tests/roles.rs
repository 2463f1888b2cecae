//! Role conflicts and nomination (RFC 8445 §7.3.1.1, §8.1).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::time::Duration;
use peerline_ice::{CandidateType, Component, Event, Role, State};
use peerline_netsim::{Direction, Firewall, Gateway, HostId, INTERNET, LinkConfig, Network};
use support::*;

fn role_changes(call: &Call) -> usize {
    let changes =
        |node| call.sim.events(node).iter().filter(|(_, event)| matches!(event, Event::RoleChange(_))).count();
    changes(call.a) + changes(call.b)
}

#[test]
fn two_that_claim_the_same_role_agree_on_different_ones() {
    for role in [Role::Controlling, Role::Controlled] {
        // Both orders of tie-breakers come up among the seeds.
        for seed in 1..20 {
            let mut call = Call::start(lan, config(seed, role), config(seed + 100, role));
            call.assert_both_reach(State::Completed, secs(5));
            assert_ne!(call.agent(call.a).role(), call.agent(call.b).role(), "seed {seed}");
            assert_eq!(role_changes(&call), 1);
            call.assert_same_path();
        }
    }
}

#[test]
fn a_conflict_is_settled_also_if_only_one_side_may_check_first() {
    for (late, seed) in [(0, 1), (1, 1), (0, 5), (1, 5)] {
        let mut call = Call::quiet(lan, config(seed, Role::Controlling), config(seed + 1, Role::Controlling));
        call.trickle(Duration::ZERO);
        call.gather();
        let [first, second] = if late == 0 { [call.a, call.b] } else { [call.b, call.a] };
        call.tell_credentials(first);
        call.sim.run_for(secs(2));
        call.tell_credentials(second);
        call.assert_both_reach(State::Completed, secs(5));
        assert_ne!(call.agent(call.a).role(), call.agent(call.b).role());
    }
}

#[test]
fn without_a_conflict_nobody_switches() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    assert_eq!((call.agent(call.a).role(), call.agent(call.b).role()), (Role::Controlling, Role::Controlled));
    assert_eq!(role_changes(&call), 0);
}

/// Two hosts with two networks in common; the first addresses have the higher priority.
fn two_networks(first: LinkConfig, second: LinkConfig) -> impl FnOnce(&mut Network) -> (HostId, HostId) {
    move |network| {
        let (a, b) = (network.host("a"), network.host("b"));
        let near = network.gateway(INTERNET, Gateway::router().firewall(Firewall::no_udp()));
        for (host, last) in [(a, 1), (b, 2)] {
            network.interface(host, near, "eth0", format!("10.1.0.{last}").as_str(), first.clone());
            network.interface(host, INTERNET, "eth1", format!("192.0.2.{last}").as_str(), second.clone());
        }
        (a, b)
    }
}

#[test]
fn the_pair_of_highest_priority_is_nominated_even_if_it_is_a_little_slower() {
    let networks = two_networks(LinkConfig::with_delay_ms(15), LinkConfig::with_delay_ms(5));
    let mut call = Call::start(networks, controlling(), controlled());
    call.assert_both_reach(State::Connected, secs(1));
    let first = call.agent(call.a).path(Component::RTP).unwrap();
    assert_eq!(first.local.ip().to_string(), "192.0.2.1", "data flows on the first that works");
    call.assert_both_reach(State::Completed, secs(2));
    call.sim.run_for(secs(1));
    let nominated = call.agent(call.a).path(Component::RTP).unwrap();
    assert_eq!(nominated.local.ip().to_string(), "10.1.0.1", "and moves to the best");
    call.assert_same_path();
    assert!(call.selected(call.b).nominated);
}

#[test]
fn a_pair_that_does_not_work_is_not_waited_for() {
    let dead = LinkConfig::with_delay_ms(5).loss(peerline_netsim::Loss::Random(1.0));
    let networks = two_networks(dead, LinkConfig::with_delay_ms(5));
    let mut call = Call::start(networks, controlling(), controlled());
    let at = call.assert_both_reach(State::Completed, secs(10));
    assert!(at.since_epoch() < ms(200), "{at}");
    assert_eq!(call.agent(call.a).path(Component::RTP).unwrap().local.ip().to_string(), "192.0.2.1");
}

#[test]
fn a_silent_pair_is_replaced_by_another_that_works() {
    let networks = two_networks(LinkConfig::with_delay_ms(5), LinkConfig::with_delay_ms(5));
    let mut call = Call::start(networks, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(2));
    call.sim.run_for(secs(5));
    assert_eq!(call.selected(call.a).path.local.ip().to_string(), "10.1.0.1");
    let host = call.sim.network.host_of(call.a);
    let interface = call.sim.network.first_interface(host);
    let dead = LinkConfig::with_delay_ms(5).loss(peerline_netsim::Loss::Random(1.0));
    call.sim.network.set_link(interface, Direction::Both, &dead);
    call.sim.run_for(secs(15));
    for node in [call.a, call.b] {
        assert!(call.selected(node).path.local.ip().to_string().starts_with("192.0.2."));
        assert!(matches!(call.state(node), State::Connected | State::Completed));
        assert!(call.states(node).contains(&State::Disconnected));
        assert!(!call.states(node).contains(&State::Failed));
    }
}

#[test]
fn an_interface_that_goes_is_left_for_another_one() {
    let networks = two_networks(LinkConfig::with_delay_ms(5), LinkConfig::with_delay_ms(5));
    let mut call = Call::start(networks, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(2));
    for moving in [call.b, call.a] {
        let host = call.sim.network.host_of(moving);
        let (now, interface) = (call.sim.now(), call.sim.network.first_interface(host));
        call.sim.network.set_interface_up(now, interface, false);
        let path = |sim: &peerline_netsim::Simulation<Peer>| sim.machine(moving).path(Component::RTP);
        let at = call
            .sim
            .run_until(secs(1), |sim| path(sim).is_some_and(|p| p.local.ip().to_string().starts_with("192.0.2.")))
            .unwrap();
        assert!(at - now < ms(100), "the gap is {:?}", at - now);
        call.sim.run_for(secs(10));
        call.assert_same_path();
        call.sim.network.set_interface_up(call.sim.now(), interface, true);
        call.sim.run_for(secs(10));
    }
}

#[test]
fn an_interface_that_comes_later_is_used_without_signaling() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(2));
    call.sim.run_for(secs(5));
    let host = call.sim.network.host_of(call.a);
    let (now, interface) = (call.sim.now(), call.sim.network.first_interface(host));
    call.sim.take_events(call.a);
    call.sim.network.move_interface(now, interface, INTERNET, "192.0.2.77");
    call.sim.run_for(secs(2));
    call.assert_same_path();
    assert_eq!(call.selected(call.a).path.local.ip().to_string(), "192.0.2.77");
    assert_eq!(call.selected(call.b).remote.kind(), CandidateType::PeerReflexive);
    let events: Vec<_> = call.sim.events(call.a).iter().map(|(_, event)| event).collect();
    assert!(events.contains(&&Event::InterfacesChange));
    assert!(!events.iter().any(|event| matches!(event, Event::LocalCandidate(_))), "candidates have ended");
}

#[test]
fn data_to_a_peer_that_moves_follows_it_within_a_second() {
    for mover in [0, 1] {
        let mut call = Call::start(lan, controlling(), controlled());
        call.assert_both_reach(State::Completed, secs(2));
        call.sim.run_for(secs(5));
        let [moves, stays] = if mover == 0 { [call.a, call.b] } else { [call.b, call.a] };
        let host = call.sim.network.host_of(moves);
        let (now, interface) = (call.sim.now(), call.sim.network.first_interface(host));
        call.sim.network.move_interface(now, interface, INTERNET, "192.0.2.77");
        let there = |sim: &peerline_netsim::Simulation<Peer>| {
            let path = sim.machine(stays).path(Component::RTP);
            path.is_some_and(|path| path.remote.ip().to_string() == "192.0.2.77")
        };
        let at = call.sim.run_until(secs(10), there).unwrap();
        assert!(at - now < secs(1), "mover {mover}: {:?}", at - now);
        assert!(!call.states(stays).contains(&State::Disconnected));
        call.sim.run_for(secs(60));
        call.assert_same_path();
        assert!(call.selected(moves).nominated && call.selected(stays).nominated);
    }
}

#[test]
fn a_new_way_of_the_peer_does_not_replace_one_that_still_works() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(2));
    call.sim.run_for(secs(5));
    let path = call.agent(call.a).path(Component::RTP);
    let host = call.sim.network.host_of(call.b);
    let now = call.sim.now();
    call.sim.network.interface(host, INTERNET, "eth1", "192.0.2.77", LinkConfig::with_delay_ms(1));
    call.sim.network.announce(now, host);
    call.sim.run_for(secs(60));
    assert_eq!(call.agent(call.a).path(Component::RTP), path);
    assert_eq!((call.state(call.a), call.state(call.b)), (State::Completed, State::Completed));
}
