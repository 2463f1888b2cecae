//! Server-reflexive and peer-reflexive candidates through NATs, and STUN servers that fail (RFC 8445 §5.1.1.2).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use peerline_ice::{Agent, CandidateType, Component, Config, Event, GatheringState, State, StunServer};
use peerline_netsim::{Firewall, Gateway, HostId, INTERNET, LinkConfig, Loss, Nat, Network};
use support::*;

fn with_stun(config: Config) -> Config {
    Config { servers: vec![StunServer::udp(STUN_SERVER, 3478)], ..config }
}

/// Two hosts, each behind a NAT of its own.
fn behind(a: Nat, b: Nat) -> impl FnOnce(&mut Network) -> (HostId, HostId) {
    move |network| {
        stun_server(network);
        let home_a = network.gateway(INTERNET, Gateway::nat("203.0.113.1", a).link(LinkConfig::with_delay_ms(5)));
        let home_b = network.gateway(INTERNET, Gateway::nat("203.0.113.2", b).link(LinkConfig::with_delay_ms(5)));
        let a = network.host_at("a", home_a, "192.168.1.2", LinkConfig::with_delay_ms(1));
        (a, network.host_at("b", home_b, "10.0.0.2", LinkConfig::with_delay_ms(1)))
    }
}

#[test]
fn two_home_routers_are_traversed_with_reflexive_candidates() {
    let mut call = Call::start(behind(Nat::home(), Nat::home()), with_stun(controlling()), with_stun(controlled()));
    call.assert_both_reach(State::Completed, secs(10));
    call.assert_same_path();
    let pair = call.selected(call.a);
    assert_eq!(pair.local.kind(), CandidateType::ServerReflexive);
    assert_eq!(pair.remote.kind(), CandidateType::ServerReflexive);
    assert_eq!(pair.local.url(), Some("stun:198.51.100.1:3478"));
    assert_eq!(pair.local.related().unwrap().address.to_string(), "192.168.1.2");
}

#[test]
fn a_symmetric_nat_is_met_by_a_peer_reflexive_candidate() {
    let open = Nat::endpoint_independent();
    let mut call = Call::start(behind(Nat::symmetric(), open), with_stun(controlling()), with_stun(controlled()));
    call.assert_both_reach(State::Completed, secs(10));
    assert_eq!(call.selected(call.a).local.kind(), CandidateType::PeerReflexive);
    assert_eq!(call.selected(call.b).remote.kind(), CandidateType::PeerReflexive);
}

#[test]
fn one_symmetric_nat_and_a_public_host_need_no_server() {
    let build = |network: &mut Network| {
        let home = network.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::symmetric()));
        let a = network.host_at("a", home, "192.168.1.2", LinkConfig::with_delay_ms(5));
        (a, network.host_at("b", INTERNET, "192.0.2.2", LinkConfig::with_delay_ms(5)))
    };
    let mut call = Call::start(build, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(10));
    assert_eq!(call.selected(call.b).remote.kind(), CandidateType::PeerReflexive);
}

#[test]
fn two_symmetric_nats_fail_without_a_relay() {
    let nats = behind(Nat::symmetric(), Nat::symmetric());
    let mut call = Call::start(nats, with_stun(controlling()), with_stun(controlled()));
    let at = call.assert_both_reach(State::Failed, secs(60));
    assert!(at.since_epoch() >= ms(39_500), "RFC 8863: patience");
    assert_eq!(call.agent(call.a).path(Component::RTP), None);
}

#[test]
fn two_hosts_behind_one_nat_talk_directly() {
    let build = |network: &mut Network| {
        stun_server(network);
        let home = network.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()));
        let a = network.host_at("a", home, "192.168.1.2", LinkConfig::with_delay_ms(1));
        (a, network.host_at("b", home, "192.168.1.3", LinkConfig::with_delay_ms(1)))
    };
    let mut call = Call::start(build, with_stun(controlling()), with_stun(controlled()));
    call.assert_both_reach(State::Completed, secs(10));
    assert_eq!(call.selected(call.a).remote.kind(), CandidateType::Host);
}

#[test]
fn stateful_firewalls_on_both_sides_open_by_checks() {
    let build = |network: &mut Network| {
        let link = || LinkConfig::with_delay_ms(5);
        let a = network.gateway(INTERNET, Gateway::router().firewall(Firewall::stateful()).link(link()));
        let b = network.gateway(INTERNET, Gateway::router().firewall(Firewall::stateful()).link(link()));
        (network.host_at("a", a, "192.0.2.1", link()), network.host_at("b", b, "198.18.0.2", link()))
    };
    let mut call = Call::start(build, controlling(), controlled());
    call.assert_both_reach(State::Completed, secs(10));
}

#[test]
fn half_the_packets_lost_is_survived() {
    let nats = behind(Nat::home(), Nat::home());
    let lossy = |network: &mut Network| {
        let hosts = nats(network);
        for host in [hosts.0, hosts.1] {
            let interface = network.first_interface(host);
            let link = LinkConfig::with_delay_ms(10).loss(Loss::Random(0.3));
            network.set_link(interface, peerline_netsim::Direction::Both, &link);
        }
        hosts
    };
    let mut call = Call::start(lossy, with_stun(controlling()), with_stun(controlled()));
    call.assert_both_reach(State::Completed, secs(30));
}

/// How long gathering takes, with the events.
fn gathered(
    build: impl FnOnce(&mut Network) -> (HostId, HostId),
    servers: Vec<StunServer>,
) -> (u128, Vec<Event>, Call) {
    let mut call = Call::quiet(build, Config { servers, ..controlling() }, controlled());
    let a = call.a;
    call.sim.with(a, Peer::gather);
    let complete = |agent: &Agent| agent.gathering_state() == GatheringState::Complete;
    let at = call.sim.run_until(secs(60), |sim| complete(sim.machine(a))).unwrap();
    (at.since_epoch().as_millis(), call.sim.take_events(a).into_iter().map(|(_, event)| event).collect(), call)
}

trait Gather {
    fn gather(&mut self, now: peerline_edge::Time);
}

impl Gather for Peer {
    fn gather(&mut self, now: peerline_edge::Time) {
        self.0.gather(now);
    }
}

#[test]
fn a_dead_server_delays_no_candidate_and_is_an_error_with_its_base_and_url() {
    let servers = vec![StunServer::udp("198.51.100.99", 3478), StunServer::udp(STUN_SERVER, 3478)];
    let (at, events, call) = gathered(behind(Nat::home(), Nat::home()), servers);
    assert_eq!(at, 5000, "the time limit of gathering");
    let errors: Vec<_> = events.iter().filter(|event| matches!(event, Event::CandidateError { .. })).collect();
    let [Event::CandidateError { address, port, url, code, .. }] = errors[..] else { panic!("{errors:?}") };
    assert_eq!((url.as_str(), *code), ("stun:198.51.100.99:3478", 701));
    assert_eq!(*address, Some("192.168.1.2".parse().unwrap()));
    assert_ne!(*port, 0);
    let kinds: Vec<_> = call.agent(call.a).local_candidates().map(|(_, candidate)| candidate.kind()).collect();
    assert_eq!(kinds, [CandidateType::Host, CandidateType::ServerReflexive]);
}

#[test]
fn gathering_without_dead_servers_is_complete_after_one_round_trip() {
    let (at, events, _) = gathered(behind(Nat::home(), Nat::home()), vec![StunServer::udp(STUN_SERVER, 3478)]);
    assert_eq!(at, 22);
    let candidates = events.iter().filter(|event| matches!(event, Event::LocalCandidate(_))).count();
    assert_eq!(candidates, 2);
}

#[test]
fn a_server_by_name_is_resolved_and_one_without_address_is_an_error() {
    let build = |network: &mut Network| {
        network.name("stun.example", &["2001:db8::99", STUN_SERVER]);
        network.set_resolve_delay(ms(30));
        behind(Nat::home(), Nat::home())(network)
    };
    let servers = vec![StunServer::udp("stun.example", 3478), StunServer::udp("nowhere.example", 3478)];
    let (at, events, call) = gathered(build, servers);
    assert_eq!(at, 30 + 22);
    let errors: Vec<_> = events.iter().filter(|event| matches!(event, Event::CandidateError { .. })).collect();
    assert!(matches!(errors[..], [Event::CandidateError { address: None, port: 0, code: 701, .. }]), "{errors:?}");
    assert_eq!(call.agent(call.a).local_candidates().count(), 2);
}

#[test]
fn a_mapped_address_that_is_the_hosts_own_is_no_candidate() {
    let build = |network: &mut Network| {
        stun_server(network);
        lan(network)
    };
    let (_, events, call) = gathered(build, vec![StunServer::udp(STUN_SERVER, 3478)]);
    assert_eq!(call.agent(call.a).local_candidates().count(), 1);
    assert!(!events.iter().any(|event| matches!(event, Event::CandidateError { .. })));
}

#[test]
fn two_servers_that_see_the_same_address_make_one_candidate() {
    let build = |network: &mut Network| {
        network.name("one.example", &[STUN_SERVER]);
        behind(Nat::home(), Nat::home())(network)
    };
    let servers = vec![StunServer::udp(STUN_SERVER, 3478), StunServer::udp("one.example", 3478)];
    let (_, _, call) = gathered(build, servers);
    assert_eq!(call.agent(call.a).local_candidates().count(), 2);
}

#[test]
fn a_server_of_one_family_is_no_error_on_a_host_with_both() {
    let build = |network: &mut Network| {
        let hosts = behind(Nat::home(), Nat::home())(network);
        network.interface(hosts.0, INTERNET, "eth1", "2001:db8::1", LinkConfig::perfect());
        hosts
    };
    let (_, events, call) = gathered(build, vec![StunServer::udp(STUN_SERVER, 3478)]);
    assert!(!events.iter().any(|event| matches!(event, Event::CandidateError { .. })));
    assert_eq!(call.agent(call.a).local_candidates().count(), 3);
}

#[test]
fn a_binding_is_kept_alive_while_the_other_side_takes_its_time() {
    let nat = Nat::home().timeout(secs(30));
    let mut call = Call::quiet(behind(nat, nat), with_stun(controlling()), with_stun(controlled()));
    call.trickle(ms(0));
    call.gather();
    call.sim.run_for(secs(300));
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(10));
}

#[test]
fn the_relay_policy_gathers_nothing_that_tells_an_address() {
    let relay = Config { transport_policy: peerline_ice::TransportPolicy::Relay, ..with_stun(controlling()) };
    let mut call = Call::start(behind(Nat::home(), Nat::home()), relay, with_stun(controlled()));
    call.sim.run_for(secs(10));
    let a = call.a;
    assert_eq!(call.agent(a).gathering_state(), GatheringState::Complete);
    assert_eq!(call.agent(a).local_candidates().count(), 0);
    assert!(call.sim.network.bound(a).is_empty());
}
