//! Host candidates: which addresses and ports are used (RFC 8445 §5.1.1.1).

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use core::net::SocketAddr;
use peerline_edge::{Interface, IoFailure, IoOutcome, IoRequest, SocketId, Time};
use peerline_ice::{AddressFilter, Agent, Config, Event, GatheringState, Prefix};
use support::*;

fn interfaces(addresses: &[&str]) -> IoOutcome {
    let interface = |address: &&str| Interface { name: "eth0".into(), address: address.parse().unwrap(), scope_id: 7 };
    IoOutcome::Interfaces(addresses.iter().map(interface).collect())
}

/// The addresses that an agent binds on a host that has these.
fn bound(config: Config, addresses: &[&str]) -> Vec<String> {
    let mut agent = Agent::new(config);
    agent.gather(Time::ZERO);
    assert_eq!(agent.poll_io(), Some(IoRequest::ListInterfaces));
    agent.handle_io(Time::ZERO, interfaces(addresses));
    binds(&mut agent).into_iter().map(|(_, local)| local.ip().to_string()).collect()
}

fn binds(agent: &mut Agent) -> Vec<(SocketId, SocketAddr)> {
    let requests = core::iter::from_fn(|| agent.poll_io());
    requests
        .filter_map(|r| if let IoRequest::BindUdp { socket, local } = r { Some((socket, local)) } else { None })
        .collect()
}

const HOST: [&str; 6] = ["127.0.0.1", "192.0.2.1", "fe80::1", "2001:db8::1", "::1", "192.0.2.1"];

#[test]
fn loopback_and_link_local_addresses_are_left_out() {
    assert_eq!(bound(controlling(), &HOST), ["192.0.2.1", "2001:db8::1"]);
}

#[test]
fn loopback_is_used_on_demand_and_where_there_is_nothing_else() {
    let with = Config { include_loopback: true, ..controlling() };
    assert_eq!(bound(with, &HOST), ["127.0.0.1", "192.0.2.1", "2001:db8::1", "::1"]);
    assert_eq!(bound(controlling(), &["127.0.0.1", "::1", "fe80::1"]), ["127.0.0.1", "::1"]);
}

#[test]
fn link_local_is_used_on_demand_with_its_scope() {
    let mut agent = Agent::new(Config { include_link_local: true, ..controlling() });
    agent.gather(Time::ZERO);
    agent.handle_io(Time::ZERO, interfaces(&["fe80::1", "192.0.2.1"]));
    let wanted = binds(&mut agent);
    assert!(matches!(wanted[0].1, SocketAddr::V6(v6) if v6.scope_id() == 7), "{wanted:?}");
    let mut local = wanted[0].1;
    local.set_port(5000);
    agent.handle_io(Time::ZERO, IoOutcome::UdpBound { socket: wanted[0].0, local });
    assert!(agent.owns_socket(&local));
    let candidate = agent.local_candidates().next().unwrap().1.to_string();
    assert!(candidate.contains(" fe80::1 5000 "), "no scope in it: {candidate}");
    agent.add_remote_candidate(Time::ZERO, "candidate:1 1 udp 1 fe80::2 6000 typ host".parse().unwrap()).unwrap();
    agent.add_remote_candidate(Time::ZERO, "candidate:1 1 udp 1 2001:db8::2 6000 typ host".parse().unwrap()).unwrap();
    let paths: Vec<_> = agent.pairs().map(|pair| pair.path.remote).collect();
    assert!(matches!(paths[..], [SocketAddr::V6(v6)] if v6.scope_id() == 7), "{paths:?}");
}

#[test]
fn addresses_that_are_none_are_left_out() {
    assert!(bound(controlling(), &["0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:192.0.2.1", "fec0::1"]).is_empty());
}

#[test]
fn filters_allow_and_deny_prefixes() {
    let prefix = |address: &str, len| Prefix { address: address.parse().unwrap(), len };
    let filter =
        |allow: Vec<Prefix>, deny: Vec<Prefix>| Config { filter: AddressFilter { allow, deny }, ..controlling() };
    let host = ["10.1.2.3", "172.17.0.1", "2001:db8:1::1", "2001:db8:2::1"];
    let deny = vec![prefix("172.16.0.0", 12), prefix("2001:db8:2::", 48)];
    assert_eq!(bound(filter(vec![], deny.clone()), &host), ["10.1.2.3", "2001:db8:1::1"]);
    assert_eq!(bound(filter(vec![prefix("172.0.0.0", 8), prefix("::", 0)], deny), &host), ["2001:db8:1::1"]);
    assert!(prefix("10.0.0.0", 255).contains("10.0.0.0".parse().unwrap()));
    assert!(!prefix("10.0.0.0", 255).contains("10.0.0.1".parse().unwrap()));
}

#[test]
fn no_more_addresses_are_bound_than_the_limit() {
    let many: Vec<_> = (0..200).map(|last| format!("192.0.2.{last}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(bound(controlling(), &many).len(), 32);
}

#[test]
fn a_taken_port_of_the_range_is_followed_by_the_next_until_all_were_tried() {
    let mut agent = Agent::new(Config { ports: Some(4000..=4009), ..controlling() });
    agent.gather(Time::ZERO);
    agent.handle_io(Time::ZERO, interfaces(&["192.0.2.1"]));
    let mut tried = Vec::new();
    while let Some((socket, local)) = binds(&mut agent).pop() {
        tried.push(local.port());
        agent.handle_io(Time::ZERO, IoOutcome::Failed { socket, failure: IoFailure::AddressInUse });
    }
    tried.sort_unstable();
    assert_eq!(tried, (4000..=4009).collect::<Vec<_>>());
    assert_eq!(agent.gathering_state(), GatheringState::Complete);
}

#[test]
fn a_socket_that_cannot_be_bound_is_given_up_without_an_error_event() {
    let mut agent = Agent::new(controlling());
    agent.gather(Time::ZERO);
    agent.handle_io(Time::ZERO, interfaces(&["192.0.2.1", "192.0.2.2"]));
    let wanted = binds(&mut agent);
    agent.handle_io(Time::ZERO, IoOutcome::Failed { socket: wanted[0].0, failure: IoFailure::PermissionDenied });
    let mut local = wanted[1].1;
    local.set_port(7);
    agent.handle_io(Time::ZERO, IoOutcome::UdpBound { socket: wanted[1].0, local });
    assert_eq!(agent.gathering_state(), GatheringState::Complete);
    let events: Vec<_> = core::iter::from_fn(|| agent.poll_event()).collect();
    assert!(!events.iter().any(|event| matches!(event, Event::CandidateError { .. })));
    assert_eq!(agent.local_candidates().count(), 1);
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    let mut agent = Agent::new(controlling());
    let local = "192.0.2.1:7".parse().unwrap();
    agent.handle_io(Time::ZERO, interfaces(&HOST));
    agent.handle_io(Time::ZERO, IoOutcome::UdpBound { socket: SocketId(3), local });
    agent.handle_io(Time::ZERO, IoOutcome::Failed { socket: SocketId(4), failure: IoFailure::Other });
    agent.handle_io(Time::ZERO, IoOutcome::Resolved { host: "x".into(), addresses: vec![] });
    assert!(agent.poll_io().is_none() && agent.poll_event().is_none() && agent.poll_timeout().is_none());
}

#[test]
fn a_host_without_addresses_completes_with_nothing() {
    let mut agent = Agent::new(controlling());
    agent.gather(Time::ZERO);
    agent.handle_io(Time::ZERO, interfaces(&[]));
    assert_eq!((agent.gathering_state(), agent.local_candidates().count()), (GatheringState::Complete, 0));
}
