//! Consent, disconnection, failure, recovery (RFC 7675, RFC 8863; W3C `RTCIceTransportState`).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use peerline_ice::{Component, Config, Role, State};
use peerline_netsim::{Direction, LinkConfig, Loss};
use support::*;

fn completed() -> Call {
    let mut call = Call::start(lan, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(1));
    call.sim.run_for(secs(7));
    call
}

/// Loses this share of all packets between the two from now on.
fn lose(call: &mut Call, share: f64) {
    let host = call.sim.network.host_of(call.a);
    let interface = call.sim.network.first_interface(host);
    let loss = if share > 0.0 { Loss::Random(share) } else { Loss::None };
    call.sim.network.set_link(interface, Direction::Both, &LinkConfig::with_delay_ms(5).loss(loss));
}

#[test]
fn a_peer_that_vanishes_is_disconnected_then_failed() {
    let mut call = completed();
    let gone = call.sim.now();
    lose(&mut call, 1.0);
    let disconnected = call.assert_reaches(call.a, State::Disconnected, secs(60));
    assert!((secs(4)..=secs(9)).contains(&(disconnected - gone)), "after {:?}", disconnected - gone);
    assert!(call.agent(call.a).path(Component::RTP).is_some(), "consent lasts");
    let failed = call.assert_reaches(call.a, State::Failed, secs(60));
    assert!((secs(24)..=secs(31)).contains(&(failed - gone)), "after {:?}", failed - gone);
    assert_eq!(call.agent(call.a).path(Component::RTP), None, "RFC 7675: nothing may be sent");
}

#[test]
fn nothing_at_all_is_sent_after_consent_is_gone() {
    let mut call = completed();
    lose(&mut call, 1.0);
    call.assert_both_reach(State::Failed, secs(60));
    call.sim.run_for(secs(30));
    let before = call.sim.network.counters().clone();
    lose(&mut call, 0.0);
    call.sim.run_for(secs(300));
    assert_eq!(format!("{:?}", call.sim.network.counters()), format!("{before:?}"));
    assert_eq!(call.state(call.a), State::Failed, "only a restart helps");
}

#[test]
fn a_short_interruption_is_survived() {
    let mut call = completed();
    lose(&mut call, 1.0);
    call.assert_reaches(call.a, State::Disconnected, secs(20));
    call.sim.run_for(secs(5));
    lose(&mut call, 0.0);
    call.assert_both_reach(State::Completed, secs(5));
    call.sim.run_for(secs(120));
    assert_eq!((call.state(call.a), call.state(call.b)), (State::Completed, State::Completed));
}

#[test]
fn a_second_without_packets_is_not_noticed() {
    let mut call = completed();
    for _ in 0..20 {
        lose(&mut call, 1.0);
        call.sim.run_for(ms(1000));
        lose(&mut call, 0.0);
        call.sim.run_for(secs(7));
    }
    assert!(!call.states(call.a).contains(&State::Disconnected));
}

#[test]
fn a_fifth_of_all_packets_lost_for_an_hour_never_flaps() {
    for seed in 1..9 {
        let mut call = Call::start(lan, config(seed, Role::Controlling), config(seed + 50, Role::Controlled));
        call.assert_both_reach(State::Completed, secs(1));
        // Each packet passes the lossy link once.
        lose(&mut call, 0.2);
        call.sim.run_for(secs(3600));
        for node in [call.a, call.b] {
            assert!(!call.states(node).contains(&State::Disconnected), "seed {seed}: {:?}", call.states(node));
        }
    }
}

#[test]
fn consent_checks_come_every_four_to_six_seconds_and_are_the_only_packets() {
    let mut call = completed();
    let before = call.selected(call.a).stats.consent_requests_sent;
    call.sim.run_for(secs(600));
    let sent = call.selected(call.a).stats.consent_requests_sent - before;
    assert!((100..=150).contains(&sent), "{sent} in ten minutes");
    let stats = *call.selected(call.a).stats;
    assert_eq!((stats.retransmissions_sent, stats.requests_sent <= 3), (0, true), "{stats:?}");
}

#[test]
fn received_data_shows_that_the_path_lives_but_is_no_consent() {
    let mut call = completed();
    let a = call.a;
    let path = call.agent(a).path(Component::RTP).unwrap();
    lose(&mut call, 1.0);
    for _ in 0..24 {
        call.sim.run_for(secs(1));
        call.sim.with(a, |agent, now| agent.note_received(&path, now, 1000, 1));
        assert_ne!(call.state(a), State::Disconnected);
    }
    call.assert_reaches(a, State::Failed, secs(10));
}

#[test]
fn bytes_and_packets_are_counted_per_pair() {
    let mut call = completed();
    let (a, path) = (call.a, call.agent(call.a).path(Component::RTP).unwrap());
    call.sim.with(a, |agent, now| {
        agent.note_sent(&path, now, 1200, 1);
        agent.note_sent(&path, now, 2400, 2);
        agent.note_received(&path, now, 60, 1);
    });
    let stats = call.selected(a).stats;
    assert_eq!((stats.bytes_sent, stats.packets_sent, stats.bytes_received, stats.packets_received), (3600, 3, 60, 1));
    assert_eq!(stats.last_packet_sent, Some(call.sim.now()));
}

#[test]
fn a_lite_agent_notices_that_checks_are_missing() {
    let mut call = Call::start(lan, controlling(), Config { lite: true, ..controlled() });
    call.assert_both_reach(State::Completed, secs(1));
    lose(&mut call, 1.0);
    let b = call.b;
    let gone = call.sim.now();
    let disconnected = call.assert_reaches(b, State::Disconnected, secs(20));
    assert!(disconnected - gone <= secs(13));
    let failed = call.assert_reaches(b, State::Failed, secs(40));
    assert!(failed - gone <= secs(31));
}

#[test]
fn an_agent_without_any_remote_candidate_fails_when_its_patience_ends() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.gather();
    call.exchange_credentials();
    let a = call.a;
    call.sim.with(a, |agent, now| agent.end_of_remote_candidates(now));
    assert_eq!(call.assert_reaches(a, State::Failed, secs(60)).since_epoch(), ms(39_500));
}

#[test]
fn candidates_that_do_not_answer_fail_after_39_5_seconds() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.gather();
    call.exchange_credentials();
    let a = call.a;
    add_candidate(&mut call.sim, a, "candidate:1 1 udp 5 192.0.2.99 5000 typ host");
    call.sim.with(a, |agent, now| agent.end_of_remote_candidates(now));
    assert_eq!(call.states(a), [State::Checking]);
    assert_eq!(call.assert_reaches(a, State::Failed, secs(60)).since_epoch(), ms(39_500));
}

#[test]
fn a_candidate_that_comes_after_failure_still_connects() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.gather();
    call.exchange_credentials();
    call.assert_both_reach(State::Failed, secs(90));
    let candidates: Vec<_> = call.agent(call.b).local_candidates().map(|(_, c)| c.to_string()).collect();
    for text in candidates {
        let a = call.a;
        add_candidate(&mut call.sim, a, &text);
    }
    call.assert_both_reach(State::Connected, secs(5));
}

#[test]
fn patience_and_timeouts_are_configurable() {
    let mut quick = controlling();
    quick.timing.patience = secs(3);
    quick.timing.max_transmissions = 3;
    quick.timing.last_wait = 1;
    let mut call = Call::quiet(lan, quick, controlled());
    call.gather();
    call.exchange_credentials();
    let a = call.a;
    add_candidate(&mut call.sim, a, "candidate:1 1 udp 5 192.0.2.99 5000 typ host");
    call.sim.with(a, |agent, now| agent.end_of_remote_candidates(now));
    assert_eq!(call.assert_reaches(a, State::Failed, secs(60)).since_epoch(), secs(3));
}

#[test]
fn as_long_as_candidates_may_come_failed_checks_are_a_disconnection() {
    let mut call = Call::quiet(lan, controlling(), controlled());
    call.gather();
    call.exchange_credentials();
    let a = call.a;
    add_candidate(&mut call.sim, a, "candidate:1 1 udp 5 192.0.2.99 5000 typ host");
    call.assert_reaches(a, State::Checking, secs(1));
    call.assert_reaches(a, State::Disconnected, secs(40));
    call.sim.run_for(secs(5));
    assert_eq!(call.agent(a).state(), State::Disconnected);
    call.sim.with(a, |agent, now| agent.end_of_remote_candidates(now));
    call.assert_reaches(a, State::Failed, secs(1));
}
