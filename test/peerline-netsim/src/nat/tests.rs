//! The NAT table, behaviour by behaviour (RFC 4787).

use super::*;
use Behavior::{AddressAndPortDependent, AddressDependent, EndpointIndependent};

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn table(nat: Nat) -> NatTable {
    NatTable::new(nat, "203.0.113.1".parse().unwrap(), [5; 32])
}

const INSIDE: &str = "192.168.1.2:5000";
const PEER: &str = "198.51.100.1:1000";
const PEER_OTHER_PORT: &str = "198.51.100.1:1001";
const STRANGER: &str = "198.51.100.9:1000";

/// Whether the mapping for the second remote is the same as for the first.
fn reuses(mapping: Behavior, second: &str) -> bool {
    let mut nat = table(Nat::home().mapping(mapping));
    let first = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap();
    first == nat.outbound(Time::ZERO, at(INSIDE), at(second)).unwrap()
}

/// Whether `remote` may come in after only `PEER` was sent to.
fn admits(filtering: Behavior, remote: &str) -> bool {
    let mut nat = table(Nat::home().filtering(filtering));
    let external = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap();
    match nat.inbound(Time::ZERO, external.port(), at(remote)) {
        Ok(inside) => {
            assert_eq!(inside, at(INSIDE));
            true
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::Filtered);
            false
        }
    }
}

#[test]
fn mappings_depend_on_what_they_are_said_to() {
    let table = |behavior| [PEER, PEER_OTHER_PORT, STRANGER].map(|remote| reuses(behavior, remote));
    assert_eq!(table(EndpointIndependent), [true, true, true]);
    assert_eq!(table(AddressDependent), [true, true, false]);
    assert_eq!(table(AddressAndPortDependent), [true, false, false]);
}

#[test]
fn filters_depend_on_what_they_are_said_to() {
    let table = |behavior| [PEER, PEER_OTHER_PORT, STRANGER].map(|remote| admits(behavior, remote));
    assert_eq!(table(EndpointIndependent), [true, true, true]);
    assert_eq!(table(AddressDependent), [true, true, false]);
    assert_eq!(table(AddressAndPortDependent), [true, false, false]);
}

#[test]
fn an_unused_mapping_expires_and_the_next_packet_gets_another_port() {
    let mut nat = table(Nat::home().timeout(Duration::from_secs(30)).ports(PortAssignment::Sequential));
    let first = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap();
    assert_eq!(nat.mappings(Time::from_millis(29_999)).len(), 1);
    assert_eq!(nat.mappings(Time::from_millis(30_000)), []);
    assert_eq!(nat.inbound(Time::from_millis(30_000), first.port(), at(PEER)), Err(Refusal::NoMapping));
    assert_ne!(nat.outbound(Time::from_millis(30_000), at(INSIDE), at(PEER)), Ok(first));
}

#[test]
fn traffic_keeps_a_mapping_alive() {
    for (inbound_refreshes, survives) in [(true, true), (false, false)] {
        let nat = Nat::home().timeout(Duration::from_secs(30)).inbound_refreshes(inbound_refreshes);
        let mut nat = table(nat);
        let port = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap().port();
        assert!(nat.inbound(Time::from_millis(20_000), port, at(PEER)).is_ok());
        assert_eq!(nat.inbound(Time::from_millis(40_000), port, at(PEER)).is_ok(), survives);
    }
}

#[test]
fn a_permission_expires_although_the_mapping_lives() {
    let mut nat = table(Nat::home().timeout(Duration::from_secs(30)));
    let port = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap().port();
    nat.outbound(Time::from_millis(20_000), at(INSIDE), at(STRANGER)).unwrap();
    assert_eq!(nat.inbound(Time::from_millis(40_000), port, at(PEER)), Err(Refusal::Filtered));
    assert!(nat.inbound(Time::from_millis(40_000), port, at(STRANGER)).is_ok());
}

#[test]
fn ports_are_assigned_as_asked() {
    let mut preserving = table(Nat::home().ports(PortAssignment::Preserve));
    assert_eq!(preserving.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap().port(), 5000);
    assert_eq!(preserving.outbound(Time::ZERO, at("192.168.1.3:5000"), at(PEER)).unwrap().port(), 5001);
    let mut sequential = table(Nat::symmetric().ports(PortAssignment::Sequential));
    let ports = [PEER, PEER_OTHER_PORT, STRANGER]
        .map(|remote| sequential.outbound(Time::ZERO, at(INSIDE), at(remote)).unwrap().port());
    assert_eq!(ports, [40_000, 40_001, 40_002]);
}

#[test]
fn runs_out_of_ports_only_when_all_are_taken() {
    let mut nat = table(Nat::home().ports(PortAssignment::Sequential).timeout(Duration::from_secs(30)));
    let ports = u32::from(u16::MAX - LOWEST_PORT) + 1;
    for number in 0..ports {
        let inside = SocketAddr::from((core::net::Ipv4Addr::from_bits(0x0A00_0000 + number), 9));
        assert!(nat.outbound(Time::ZERO, inside, at(PEER)).is_ok());
    }
    assert_eq!(nat.outbound(Time::ZERO, at(INSIDE), at(PEER)), Err(Refusal::PortsExhausted));
    assert!(nat.outbound(Time::from_millis(30_000), at(INSIDE), at(PEER)).is_ok());
}

#[test]
fn a_restart_forgets_every_mapping() {
    let mut nat = table(Nat::home());
    let external = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap();
    nat.restart("203.0.113.2".parse().unwrap());
    assert_eq!(nat.inbound(Time::ZERO, external.port(), at(PEER)), Err(Refusal::NoMapping));
    let again = nat.outbound(Time::ZERO, at(INSIDE), at(PEER)).unwrap();
    assert_eq!(again.ip().to_string(), "203.0.113.2");
}
