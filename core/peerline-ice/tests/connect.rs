//! Two agents find their way: hosts, families, trickle, names, lite, two components (RFC 8445, 8838).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::time::Duration;
use peerline_edge::Time;
use peerline_ice::{Candidate, CandidateType, Component, Config, Event, GatheringState, PairState, Role, State};
use peerline_netsim::{INTERNET, LinkConfig, Network};
use support::*;

#[test]
fn two_hosts_have_a_path_after_one_round_trip() {
    let mut call = Call::start(lan, controlling(), controlled());
    assert_eq!(call.assert_both_reach(State::Connected, secs(1)), Time::from_millis(20));
    call.assert_same_path();
    assert_eq!(call.assert_both_reach(State::Completed, secs(1)), Time::from_millis(40));
    assert_eq!(call.states(call.a), [State::Checking, State::Connected, State::Completed]);
    assert!(call.selected(call.a).nominated && call.selected(call.b).nominated);
}

#[test]
fn a_simple_connection_takes_few_packets() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    let stats = *call.selected(call.a).stats;
    assert!(stats.requests_sent <= 3, "{stats:?}");
    assert_eq!(stats.retransmissions_sent, 0);
    assert_eq!(stats.current_round_trip_time, Some(ms(20)));
}

#[test]
fn gathering_tells_candidates_then_their_end_then_completion() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.sim.run_for(ms(1));
    let events: Vec<_> = call.sim.events(call.a).iter().map(|(_, event)| event).collect();
    let ufrag = call.credentials(call.a).ufrag;
    let place = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(|event| wanted(event)).unwrap();
    let gathering = place(&|e| *e == Event::GatheringStateChange(GatheringState::Gathering));
    let candidate = place(&|e| matches!(e, Event::LocalCandidate(c) if c.ufrag() == Some(&ufrag)));
    let end = place(&|e| *e == Event::LocalCandidatesEnd { ufrag: ufrag.clone() });
    let complete = place(&|e| *e == Event::GatheringStateChange(GatheringState::Complete));
    assert!(gathering < candidate && candidate < end && end < complete);
}

fn six(network: &mut Network) -> (peerline_netsim::HostId, peerline_netsim::HostId) {
    let link = || LinkConfig::with_delay_ms(5);
    let a = network.host_at("a", INTERNET, "2001:db8::1", link());
    (a, network.host_at("b", INTERNET, "2001:db8::2", link()))
}

#[test]
fn ipv6_alone_connects() {
    let mut call = Call::start(six, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    assert!(call.agent(call.a).path(Component::RTP).unwrap().remote.is_ipv6());
}

#[test]
fn ipv6_is_preferred_if_both_families_work() {
    let dual = |network: &mut Network| {
        let (a, b) = lan(network);
        network.interface(a, INTERNET, "eth0", "2001:db8::1", LinkConfig::with_delay_ms(5));
        network.interface(b, INTERNET, "eth0", "2001:db8::2", LinkConfig::with_delay_ms(5));
        (a, b)
    };
    let mut call = Call::start(dual, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    assert!(call.agent(call.a).path(Component::RTP).unwrap().remote.is_ipv6());
    assert_eq!(call.agent(call.a).path(Component::RTP), call.agent(call.b).path(Component::RTP).map(flip));
}

fn flip(path: peerline_edge::FiveTuple) -> peerline_edge::FiveTuple {
    peerline_edge::FiveTuple { local: path.remote, remote: path.local, ..path }
}

#[test]
fn candidates_may_come_before_the_credentials() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.trickle(Duration::ZERO);
    call.gather();
    call.sim.run_for(secs(1));
    assert_eq!(call.state(call.a), State::New);
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(1));
}

#[test]
fn the_answerer_checks_before_the_offerer_knows_it() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.trickle(ms(300));
    call.gather();
    // The offer arrives, the answer and its candidates take another 300 ms.
    call.tell_credentials(call.a);
    call.sim.run_for(ms(700));
    assert_eq!(call.state(call.b), State::Connected, "its checks are answered at once");
    assert_eq!(call.state(call.a), State::New);
    let to_a = call.agent(call.b).path(Component::RTP).unwrap();
    assert!(call.agent(call.a).is_valid_path(&flip(to_a)), "its data is welcome");
    let told = call.sim.now();
    call.tell_credentials(call.b);
    let at = call.assert_both_reach(State::Connected, secs(1));
    assert_eq!(at - told, ms(20), "the early check is followed up at once");
    call.assert_both_reach(State::Completed, secs(1));
}

#[test]
fn no_candidate_of_one_side_is_needed_at_all() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.exchange_credentials();
    let (a, b) = (call.a, call.b);
    call.sim.on_event(move |sim, from, event| {
        if let (Event::LocalCandidate(candidate), true) = (event, from == a) {
            add_candidate(sim, b, &candidate.to_string());
        }
    });
    call.gather();
    call.assert_both_reach(State::Connected, secs(1));
    assert_eq!(call.selected(a).remote.kind(), CandidateType::PeerReflexive);
}

#[test]
fn a_peer_reflexive_candidate_gets_its_name_when_it_is_signaled() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.exchange_credentials();
    let (a, b) = (call.a, call.b);
    call.sim.on_event(move |sim, from, event| {
        if let Event::LocalCandidate(candidate) = event {
            let (text, to) = (candidate.to_string(), if from == a { b } else { a });
            sim.after(if from == a { Duration::ZERO } else { secs(1) }, move |sim| add_candidate(sim, to, &text));
        }
    });
    call.gather();
    call.sim.run_for(ms(500));
    assert_eq!(call.selected(a).remote.kind(), CandidateType::PeerReflexive);
    call.sim.run_for(secs(1));
    assert_eq!(call.selected(a).remote.kind(), CandidateType::Host);
    assert_eq!(call.agent(a).remote_candidates().count(), 1);
    assert_eq!(call.agent(a).pairs().count(), 1);
}

#[test]
fn a_name_is_resolved_and_one_without_address_is_dropped() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.sim.network.name("0a1b.local", &["192.0.2.2"]);
    call.exchange_credentials();
    let (a, b) = (call.a, call.b);
    call.sim.on_event(move |sim, from, event| {
        if let (Event::LocalCandidate(candidate), true) = (event, from == b) {
            let named = candidate.to_string().replace("192.0.2.2", "0a1b.local");
            add_candidate(sim, a, &named.replace("0a1b", "gone"));
            add_candidate(sim, a, &named);
        }
    });
    call.gather();
    call.assert_both_reach(State::Connected, secs(1));
    assert_eq!(call.agent(a).drops().unusable_candidate, 1);
    assert!(call.selected(a).remote.to_string().contains("0a1b.local"), "the name is kept");
}

#[test]
fn a_lite_agent_connects_and_nominates_nothing() {
    let lite = Config { lite: true, ..controlling() };
    let mut call = Call::start(lan, controlling(), lite);
    let a = call.a;
    call.sim.with(a, |agent, _| agent.set_remote_lite(true));
    call.assert_both_reach(State::Completed, secs(1));
    assert_eq!(call.agent(call.b).role(), Role::Controlled);
    assert_eq!(call.selected(call.b).stats.requests_sent, 0);
    assert!(call.selected(call.b).nominated);
    call.sim.run_for(secs(120));
    assert_eq!((call.state(call.a), call.state(call.b)), (State::Completed, State::Completed));
}

#[test]
fn two_components_have_a_path_each() {
    let two = |config: Config| Config { components: 2, ..config };
    let mut call = Call::start(lan, two(controlling()), two(controlled()));
    call.assert_both_reach(State::Completed, secs(1));
    let paths = [Component::RTP, Component::RTCP].map(|component| call.agent(call.a).path(component).unwrap());
    assert_ne!(paths[0], paths[1]);
    assert!(paths.map(flip).iter().all(|path| call.agent(call.b).is_valid_path(path)));
    // RFC 8445 §6.1.2.6: the second component's pair was frozen until the first one succeeded.
    let foundations: Vec<_> = call.agent(call.a).local_candidates().map(|(_, c)| c.foundation().to_owned()).collect();
    assert_eq!(foundations[0], foundations[1]);
}

#[test]
fn one_pair_of_each_foundation_waits_and_the_others_are_frozen() {
    let mut call = Call::quiet(lan, Config { components: 2, ..controlling() }, controlled());
    let a = call.a;
    call.sim.with(a, |agent, now| agent.gather(now));
    call.sim.run_for(ms(1));
    for (foundation, component, port) in [("x", 1, 1000), ("x", 2, 1001), ("y", 1, 2000)] {
        add_candidate(
            &mut call.sim,
            a,
            &format!("candidate:{foundation} {component} udp 100 192.0.2.9 {port} typ host"),
        );
    }
    let states: Vec<_> = call.agent(a).pairs().map(|pair| pair.state).collect();
    assert_eq!(states, [PairState::Waiting, PairState::Frozen, PairState::Waiting]);
}

#[test]
fn many_orders_of_signaling_connect() {
    for seed in 0..200 {
        let mut rng = peerline_edge::Rng::new([seed; 32]);
        let mut call =
            Call::quiet(lan, config(seed, Role::Controlling), config(seed.wrapping_add(9), Role::Controlled));
        let (a, b) = (call.a, call.b);
        let mut delays = peerline_edge::Rng::new(rng.seed());
        call.sim.on_event(move |sim, from, event| {
            let (to, delay) = (if from == a { b } else { a }, Duration::from_millis(u64::from(delays.below(2000))));
            match event {
                Event::LocalCandidate(candidate) => {
                    let text = candidate.to_string();
                    sim.after(delay, move |sim| add_candidate(sim, to, &text));
                }
                Event::LocalCandidatesEnd { ufrag } => {
                    let ufrag = ufrag.clone();
                    sim.after(delay, move |sim| {
                        sim.with(to, |agent, now| agent.end_of_remote_candidates_of(now, &ufrag))
                    });
                }
                _ => {}
            }
        });
        for node in [a, b] {
            let gather = ms(u64::from(rng.below(1000)));
            call.sim.after(gather, move |sim| sim.with(node, |agent, now| agent.gather(now)));
            let (told, credentials) = (ms(u64::from(rng.below(3000))), call.credentials(node));
            let other = call.other(node);
            call.sim
                .after(told, move |sim| sim.with(other, |agent, now| agent.set_remote_credentials(now, credentials)));
        }
        call.assert_both_reach(State::Completed, secs(10));
        call.assert_same_path();
    }
}

#[test]
fn a_duplicate_candidate_makes_no_second_pair() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.sim.run_for(ms(1));
    let text = call.agent(call.b).local_candidates().next().unwrap().1.to_string();
    let a = call.a;
    add_candidate(&mut call.sim, a, &text);
    add_candidate(&mut call.sim, a, &text.replace("host", "srflx raddr 10.0.0.1 rport 9"));
    assert_eq!((call.agent(a).remote_candidates().count(), call.agent(a).pairs().count()), (1, 1));
}

#[test]
fn candidates_and_pairs_beyond_the_limits_are_refused() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    let a = call.a;
    call.sim.with(a, |agent, now| agent.gather(now));
    call.sim.run_for(ms(1));
    let mut refused = 0;
    for port in 1..=150 {
        let candidate: Candidate = format!("candidate:1 1 udp 5 192.0.2.9 {port} typ host").parse().unwrap();
        refused += usize::from(call.sim.with(a, |agent, now| agent.add_remote_candidate(now, candidate)).is_err());
    }
    assert_eq!((refused, call.agent(a).remote_candidates().count()), (50, 100));
    assert_eq!(call.agent(a).drops().candidate_overflow, 50);
}

#[test]
fn what_cannot_be_used_is_ignored() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    let a = call.a;
    for text in [
        "candidate:1 1 tcp 5 192.0.2.9 9 typ host tcptype active",
        "candidate:1 1 udp 5 192.0.2.9 0 typ host",
        "candidate:1 1 udp 5 0.0.0.0 5000 typ host",
        "candidate:1 1 udp 5 224.0.0.1 5000 typ host",
    ] {
        add_candidate(&mut call.sim, a, text);
    }
    assert_eq!(call.agent(a).drops().unusable_candidate, 4);
    let second: Candidate = "candidate:1 2 udp 5 192.0.2.9 5 typ host".parse().unwrap();
    assert!(call.sim.with(a, |agent, now| agent.add_remote_candidate(now, second)).is_err());
}

#[test]
fn close_closes_every_socket_and_sends_nothing_more() {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    let a = call.a;
    call.sim.with(a, |agent, _| agent.close());
    assert_eq!(call.state(a), State::Closed);
    assert_eq!(call.agent(a).path(Component::RTP), None);
    assert_eq!(call.agent(a).poll_timeout(), None);
    assert!(call.sim.network.bound(a).is_empty());
    assert!(call.sim.with(a, |agent, _| agent.poll_transmit(Time::ZERO, &mut Vec::new())).is_none());
}

#[test]
fn the_same_seed_gives_the_same_packets() {
    let flow = || {
        let mut call = Call::start(lan, controlling(), controlled());
        call.sim.run_for(secs(60));
        call.sim.log().flow()
    };
    assert_eq!(flow(), flow());
}

#[test]
fn no_deadline_lies_in_the_past_after_it_was_served() {
    let mut call = Call::start(lan, controlling(), controlled());
    for _ in 0..300 {
        let Some(at) = call.sim.next_time() else { break };
        let wait = at - call.sim.now();
        call.sim.run_for(wait);
        for node in [call.a, call.b] {
            if let Some(deadline) = call.agent(node).poll_timeout() {
                assert!(deadline.at > call.sim.now(), "{deadline:?} at {}", call.sim.now());
            }
        }
    }
}
