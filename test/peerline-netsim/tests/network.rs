//! Hosts, realms, NATs and firewalls, behaviour by behaviour, driven by hand.

#![expect(clippy::unwrap_used, reason = "a test's helpers panic")]

use core::net::SocketAddr;
use core::time::Duration;
use peerline_edge::{Ecn, FiveTuple, Interface, IoFailure, IoOutcome, IoRequest, Protocol, SocketId, Time, Transmit};
use peerline_netsim::{
    Arrival, Behavior, Direction, DropReason, Firewall, Gateway, HostId, INTERNET, LinkConfig, Loss, Nat, Network,
    NodeId, PortAssignment, RealmId, echo, what_is_my_address,
};

const SERVER: &str = "198.51.100.1:3478";

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// A machine's place on a host, with one socket bound.
fn node_at(net: &mut Network, host: HostId, local: &str) -> NodeId {
    let node = net.attach(host);
    assert_eq!(bind(net, Time::ZERO, node, 0, local), Ok(at(local)));
    node
}

fn bind(net: &mut Network, now: Time, node: NodeId, socket: u32, local: &str) -> Result<SocketAddr, IoFailure> {
    net.request(now, node, IoRequest::BindUdp { socket: SocketId(socket), local: at(local) });
    match outcomes(net, now).pop() {
        Some((_, IoOutcome::UdpBound { local, .. })) => Ok(local),
        Some((_, IoOutcome::Failed { failure, .. })) => Err(failure),
        other => panic!("{other:?}"),
    }
}

fn outcomes(net: &mut Network, now: Time) -> Vec<(NodeId, IoOutcome)> {
    net.handle_timeout(now);
    let mut all = Vec::new();
    while let Some(delivery) = net.poll_delivery() {
        if let Arrival::Outcome(outcome) = delivery.what {
            all.push((delivery.node, outcome));
        }
    }
    all
}

fn send(net: &mut Network, now: Time, node: NodeId, local: &str, remote: &str, contents: &[u8]) {
    let path = FiveTuple::udp(at(local), at(remote));
    net.send(now, node, &Transmit { path, ecn: Ecn::NotEct, segment: None }, contents);
}

/// Runs until nothing is under way; the datagrams that arrived: receiver, sender's address as seen there, contents.
fn arrivals(net: &mut Network) -> Vec<(NodeId, SocketAddr, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(deadline) = net.poll_timeout() {
        net.handle_timeout(deadline.at);
    }
    while let Some(delivery) = net.poll_delivery() {
        if let Arrival::Datagram { path, contents, .. } = delivery.what {
            all.push((delivery.node, path.remote, contents));
        }
    }
    all
}

/// What the server on the internet sees as the sender of a packet from `local`.
fn address_seen_by_server(net: &mut Network, now: Time, node: NodeId, local: &str, server: &str) -> SocketAddr {
    send(net, now, node, local, server, b"?");
    let (_, _, text) = arrivals(net).pop().expect("the server answers");
    at(core::str::from_utf8(&text).unwrap())
}

fn internet_with_server() -> Network {
    let mut net = Network::new(1);
    let server = net.host_at("server", INTERNET, "198.51.100.1", LinkConfig::perfect());
    net.service(server, SERVER, what_is_my_address());
    net.service(server, "198.51.100.1:3479", what_is_my_address());
    net
}

/// `alice` at 192.168.1.2:5000 behind a NAT at 203.0.113.`last`.
fn behind(net: &mut Network, name: &str, last: u8, nat: Nat) -> (RealmId, NodeId) {
    let home = net.gateway(INTERNET, Gateway::nat(format!("203.0.113.{last}").as_str(), nat));
    let host = net.host_at(name, home, "192.168.1.2", LinkConfig::perfect());
    (home, node_at(net, host, "192.168.1.2:5000"))
}

const INSIDE: &str = "192.168.1.2:5000";

#[test]
fn a_datagram_crosses_both_access_links() {
    let mut net = Network::new(1);
    let a = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::with_delay_ms(10));
    let b = net.host_at("b", INTERNET, "192.0.2.2", LinkConfig::with_delay_ms(25));
    let (a, b) = (node_at(&mut net, a, "192.0.2.1:1"), node_at(&mut net, b, "192.0.2.2:2"));
    send(&mut net, Time::ZERO, a, "192.0.2.1:1", "192.0.2.2:2", b"hi");
    net.handle_timeout(Time::from_millis(34));
    assert_eq!(net.poll_delivery(), None);
    assert_eq!(arrivals(&mut net), [(b, at("192.0.2.1:1"), b"hi".to_vec())]);
}

#[test]
fn segments_become_datagrams() {
    let mut net = Network::new(1);
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::perfect());
    let a = node_at(&mut net, host, "192.0.2.1:1");
    let b = node_at(&mut net, host, "192.0.2.1:2");
    let transmit =
        Transmit { path: FiveTuple::udp(at("192.0.2.1:1"), at("192.0.2.1:2")), ecn: Ecn::Ect0, segment: Some(4) };
    net.send(Time::ZERO, a, &transmit, b"aaaabbbbcc");
    let contents: Vec<_> = arrivals(&mut net).into_iter().map(|(to, _, contents)| (to, contents)).collect();
    assert_eq!(contents, [(b, b"aaaa".to_vec()), (b, b"bbbb".to_vec()), (b, b"cc".to_vec())]);
}

#[test]
fn a_host_lists_its_interfaces_that_are_up() {
    let mut net = Network::new(1);
    let host = net.host("a");
    let wlan = net.interface(host, INTERNET, "wlan0", "192.0.2.1", LinkConfig::perfect());
    net.interface(host, INTERNET, "eth0", "2001:db8::1", LinkConfig::perfect());
    let node = net.attach(host);
    net.set_interface_up(Time::ZERO, wlan, false);
    net.request(Time::ZERO, node, IoRequest::ListInterfaces);
    let eth = Interface { name: "eth0".to_owned(), address: "2001:db8::1".parse().unwrap(), scope_id: 0 };
    // Once unasked, once asked.
    let expected = (node, IoOutcome::Interfaces(vec![eth]));
    assert_eq!(outcomes(&mut net, Time::ZERO), [expected.clone(), expected]);
}

#[test]
fn ports_are_bound_once_and_chosen_when_zero() {
    let mut net = Network::new(1);
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::perfect());
    let node = net.attach(host);
    let now = Time::ZERO;
    assert_eq!(bind(&mut net, now, node, 0, "192.0.2.1:0"), Ok(at("192.0.2.1:49152")));
    assert_eq!(bind(&mut net, now, node, 1, "192.0.2.1:0"), Ok(at("192.0.2.1:49153")));
    assert_eq!(bind(&mut net, now, node, 2, "192.0.2.1:49153"), Err(IoFailure::AddressInUse));
    assert_eq!(bind(&mut net, now, node, 3, "192.0.2.9:0"), Err(IoFailure::AddressNotAvailable));
    net.request(now, node, IoRequest::Close { socket: SocketId(1) });
    assert_eq!(bind(&mut net, now, node, 4, "192.0.2.1:49153"), Ok(at("192.0.2.1:49153")));
    assert_eq!(net.bound(node), [at("192.0.2.1:49152"), at("192.0.2.1:49153")]);
}

#[test]
fn names_resolve_after_the_resolvers_delay() {
    let mut net = Network::new(1);
    let host = net.host("a");
    let node = net.attach(host);
    net.name("stun.example", &["198.51.100.1", "2001:db8::1"]);
    net.set_resolve_delay(Duration::from_millis(40));
    for host in ["stun.example", "nowhere.example", "192.0.2.7"] {
        net.request(Time::ZERO, node, IoRequest::Resolve { host: host.to_owned() });
    }
    assert_eq!(outcomes(&mut net, Time::from_millis(39)), []);
    let counts: Vec<_> = outcomes(&mut net, Time::from_millis(40))
        .into_iter()
        .map(|(_, outcome)| match outcome {
            IoOutcome::Resolved { addresses, .. } => addresses.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(counts, [2, 0, 1]);
}

#[test]
fn a_datagram_from_a_socket_that_is_not_bound_goes_nowhere() {
    let mut net = internet_with_server();
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::perfect());
    let (a, stranger) = (node_at(&mut net, host, "192.0.2.1:1"), net.attach(host));
    send(&mut net, Time::ZERO, stranger, "192.0.2.1:1", SERVER, b"");
    send(&mut net, Time::ZERO, a, "192.0.2.1:2", SERVER, b"");
    let tcp = FiveTuple { protocol: Protocol::Tcp, local: at("192.0.2.1:1"), remote: at(SERVER) };
    net.send(Time::ZERO, a, &Transmit { path: tcp, ecn: Ecn::NotEct, segment: None }, b"x");
    assert_eq!(arrivals(&mut net), []);
    assert_eq!(net.counters().dropped(DropReason::NotBound), 2);
    assert_eq!(net.counters().dropped(DropReason::NotUdp), 1);
}

#[test]
fn a_wildcard_socket_sends_by_the_first_interface_and_hears_on_all() {
    let mut net = internet_with_server();
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::perfect());
    net.interface(host, INTERNET, "eth1", "192.0.2.2", LinkConfig::perfect());
    let node = node_at(&mut net, host, "0.0.0.0:7");
    assert_eq!(address_seen_by_server(&mut net, Time::ZERO, node, "0.0.0.0:7", SERVER), at("192.0.2.1:7"));
    let other = net.host_at("b", INTERNET, "192.0.2.3", LinkConfig::perfect());
    let other = node_at(&mut net, other, "192.0.2.3:1");
    send(&mut net, Time::ZERO, other, "192.0.2.3:1", "192.0.2.2:7", b"hi");
    assert_eq!(arrivals(&mut net).len(), 1);
}

#[test]
fn private_addresses_are_not_routed_on_the_internet() {
    let mut net = internet_with_server();
    let (_, alice) = behind(&mut net, "alice", 1, Nat::home());
    behind(&mut net, "bob", 2, Nat::home());
    send(&mut net, Time::ZERO, alice, INSIDE, "192.168.7.7:1", b"x");
    assert_eq!(arrivals(&mut net), []);
    assert_eq!(net.counters().dropped(DropReason::NoRoute), 1);
}

#[test]
fn a_server_sees_the_mapped_address_and_the_answer_finds_its_way_back() {
    let mut net = internet_with_server();
    let (home, alice) = behind(&mut net, "alice", 1, Nat::home());
    let seen = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    assert_eq!(seen.ip().to_string(), "203.0.113.1");
    let mappings = net.mappings(Time::ZERO, home);
    assert_eq!(mappings.iter().map(|row| (row.internal, row.external)).collect::<Vec<_>>(), [(at(INSIDE), seen)]);
}

#[test]
fn only_a_dependent_mapping_shows_another_port_to_another_server() {
    for (mapping, same) in [(Behavior::EndpointIndependent, true), (Behavior::AddressAndPortDependent, false)] {
        let mut net = internet_with_server();
        let nat = Nat::home().mapping(mapping).ports(PortAssignment::Sequential);
        let (_, alice) = behind(&mut net, "alice", 1, nat);
        let first = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
        let second = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, "198.51.100.1:3479");
        assert_eq!(first == second, same);
    }
}

/// Both sides learn their mapped address, tell it to each other, and send; whether both hear each other in the end.
fn hole_punching_works(alice_nat: Nat, bob_nat: Nat) -> bool {
    let mut net = internet_with_server();
    let (_, alice) = behind(&mut net, "alice", 1, alice_nat);
    let (_, bob) = behind(&mut net, "bob", 2, bob_nat);
    let mut to_alice = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    let mut to_bob = address_seen_by_server(&mut net, Time::ZERO, bob, INSIDE, SERVER);
    let (mut alice_heard, mut bob_heard) = (false, false);
    for _ in 0..3 {
        send(&mut net, Time::ZERO, alice, INSIDE, &to_bob.to_string(), b"a");
        send(&mut net, Time::ZERO, bob, INSIDE, &to_alice.to_string(), b"b");
        for (to, from, _) in arrivals(&mut net) {
            // As ICE does: who hears from a new address answers there (peer-reflexive).
            if to == alice {
                (alice_heard, to_bob) = (true, from);
            } else {
                (bob_heard, to_alice) = (true, from);
            }
        }
    }
    alice_heard && bob_heard
}

#[test]
fn hole_punching_works_except_between_dependent_mappings() {
    let address_dependent = Nat::home().filtering(Behavior::AddressDependent);
    assert!(hole_punching_works(Nat::home(), Nat::home()));
    assert!(hole_punching_works(Nat::endpoint_independent(), Nat::symmetric()));
    assert!(hole_punching_works(address_dependent, Nat::symmetric()));
    assert!(!hole_punching_works(Nat::home(), Nat::symmetric()));
    assert!(!hole_punching_works(Nat::symmetric(), Nat::symmetric()));
}

#[test]
fn two_hosts_behind_one_nat_meet_at_its_outside_only_if_it_hairpins() {
    for hairpinning in [true, false] {
        let mut net = internet_with_server();
        let (home, alice) = behind(&mut net, "alice", 1, Nat::endpoint_independent().hairpinning(hairpinning));
        let bob = net.host_at("bob", home, "192.168.1.3", LinkConfig::perfect());
        let bob = node_at(&mut net, bob, "192.168.1.3:5000");
        let to_bob = address_seen_by_server(&mut net, Time::ZERO, bob, "192.168.1.3:5000", SERVER);
        let alice_outside = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
        send(&mut net, Time::ZERO, alice, INSIDE, &to_bob.to_string(), b"hi");
        let heard = arrivals(&mut net);
        if hairpinning {
            // RFC 4787 REQ-9: the external source address is presented.
            assert_eq!(heard, [(bob, alice_outside, b"hi".to_vec())]);
        } else {
            assert_eq!(heard, []);
            assert_eq!(net.counters().dropped(DropReason::NoHairpin), 1);
        }
    }
}

#[test]
fn a_mapping_dies_at_its_timeout_in_the_network_too() {
    let mut net = internet_with_server();
    let (home, alice) = behind(&mut net, "alice", 1, Nat::home().timeout(Duration::from_secs(30)));
    address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    assert_eq!(net.mappings(Time::from_millis(29_999), home).len(), 1);
    assert_eq!(net.mappings(Time::from_millis(30_000), home).len(), 0);
}

#[test]
fn nats_stack() {
    let mut net = internet_with_server();
    let carrier = net.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()));
    let home = net.gateway(carrier, Gateway::nat("100.64.0.5", Nat::home()));
    let host = net.host_at("alice", home, "192.168.1.2", LinkConfig::perfect());
    let alice = node_at(&mut net, host, INSIDE);
    let seen = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    assert_eq!(seen.ip().to_string(), "203.0.113.1");
    assert_eq!(net.mappings(Time::ZERO, carrier)[0].internal.ip().to_string(), "100.64.0.5");
}

#[test]
fn ipv6_is_routed_through_an_ipv4_nat_and_its_firewall_lets_only_answers_in() {
    let mut net = Network::new(1);
    let home = net.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()).firewall(Firewall::stateful()));
    let alice = net.host_at("alice", home, "2001:db8:1::2", LinkConfig::perfect());
    let bob = net.host_at("bob", INTERNET, "2001:db8:2::2", LinkConfig::perfect());
    let (a, b) = ("[2001:db8:1::2]:1", "[2001:db8:2::2]:2");
    let (alice, bob) = (node_at(&mut net, alice, a), node_at(&mut net, bob, b));
    send(&mut net, Time::ZERO, bob, b, a, b"unasked");
    assert_eq!(arrivals(&mut net), []);
    assert_eq!(net.counters().dropped(DropReason::Firewall), 1);
    send(&mut net, Time::ZERO, alice, a, b, b"hello");
    assert_eq!(arrivals(&mut net), [(bob, at(a), b"hello".to_vec())]);
    send(&mut net, Time::ZERO, bob, b, a, b"answer");
    assert_eq!(arrivals(&mut net), [(alice, at(b), b"answer".to_vec())]);
}

#[test]
fn firewalls_drop_udp_or_all_but_some_ports() {
    let reach = |firewall: Firewall, port: u16| {
        let mut net = Network::new(1);
        let office = net.gateway(INTERNET, Gateway::router().firewall(firewall));
        let host = net.host_at("alice", office, "192.0.2.1", LinkConfig::perfect());
        let alice = node_at(&mut net, host, "192.0.2.1:1");
        let server = net.host_at("server", INTERNET, "198.51.100.1", LinkConfig::perfect());
        net.service(server, &format!("198.51.100.1:{port}"), echo());
        send(&mut net, Time::ZERO, alice, "192.0.2.1:1", &format!("198.51.100.1:{port}"), b"x");
        !arrivals(&mut net).is_empty()
    };
    assert!(reach(Firewall::open(), 3478));
    assert!(!reach(Firewall::no_udp(), 3478));
    assert!(reach(Firewall::only_ports(&[443, 3478]), 3478));
    assert!(!reach(Firewall::only_ports(&[443, 3478]), 5000));
}

#[test]
fn an_interface_that_goes_down_breaks_its_sockets_and_says_so() {
    let mut net = internet_with_server();
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::with_delay_ms(5));
    let node = node_at(&mut net, host, "192.0.2.1:1");
    let interface = net.first_interface(host);
    let now = Time::from_millis(100);
    send(&mut net, now, node, "192.0.2.1:1", SERVER, b"x");
    net.handle_timeout(now + Duration::from_millis(5));
    net.set_interface_up(now + Duration::from_millis(6), interface, false);
    let failed = IoOutcome::Failed { socket: SocketId(0), failure: IoFailure::NetworkDown };
    let told = outcomes(&mut net, now + Duration::from_millis(6));
    assert_eq!(told, [(node, failed), (node, IoOutcome::Interfaces(Vec::new()))]);
    // The answer that was under way finds nobody.
    assert_eq!(arrivals(&mut net), []);
    assert_eq!(net.counters().dropped(DropReason::InterfaceDown), 1);
    send(&mut net, now, node, "192.0.2.1:1", SERVER, b"x");
    assert_eq!(net.counters().dropped(DropReason::NotBound), 1);
    let later = now + Duration::from_secs(1);
    net.set_interface_up(later, interface, true);
    assert_eq!(outcomes(&mut net, later).len(), 1);
    assert_eq!(bind(&mut net, later, node, 1, "192.0.2.1:1"), Ok(at("192.0.2.1:1")));
}

#[test]
fn an_interface_moves_to_another_network() {
    let mut net = internet_with_server();
    let home = net.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()));
    let mobile = net.gateway(INTERNET, Gateway::nat("203.0.113.2", Nat::symmetric()));
    let host = net.host_at("phone", home, "192.168.1.2", LinkConfig::perfect());
    let phone = node_at(&mut net, host, INSIDE);
    assert_eq!(address_seen_by_server(&mut net, Time::ZERO, phone, INSIDE, SERVER).ip().to_string(), "203.0.113.1");
    let now = Time::from_millis(1);
    let interface = net.first_interface(host);
    net.move_interface(now, interface, mobile, "10.0.0.2");
    assert_eq!(outcomes(&mut net, now).len(), 2);
    assert_eq!(bind(&mut net, now, phone, 1, "10.0.0.2:5000"), Ok(at("10.0.0.2:5000")));
    let seen = address_seen_by_server(&mut net, now, phone, "10.0.0.2:5000", SERVER);
    assert_eq!(seen.ip().to_string(), "203.0.113.2");
}

#[test]
fn a_gateway_restart_gives_new_mappings_at_a_new_address() {
    let mut net = internet_with_server();
    let (home, alice) = behind(&mut net, "alice", 1, Nat::home());
    address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    net.restart_gateway(home, "203.0.113.77");
    assert_eq!(net.mappings(Time::ZERO, home), []);
    let seen = address_seen_by_server(&mut net, Time::ZERO, alice, INSIDE, SERVER);
    assert_eq!(seen.ip().to_string(), "203.0.113.77");
}

#[test]
fn a_link_changes_while_packets_fly() {
    let mut net = internet_with_server();
    let host = net.host_at("a", INTERNET, "192.0.2.1", LinkConfig::perfect());
    let node = node_at(&mut net, host, "192.0.2.1:1");
    let interface = net.first_interface(host);
    net.set_link(interface, Direction::Down, &LinkConfig::perfect().loss(Loss::All));
    send(&mut net, Time::ZERO, node, "192.0.2.1:1", SERVER, b"x");
    assert_eq!(arrivals(&mut net), []);
    net.set_link(interface, Direction::Both, &LinkConfig::perfect());
    send(&mut net, Time::ZERO, node, "192.0.2.1:1", SERVER, b"x");
    assert_eq!(arrivals(&mut net).len(), 1);
}

#[test]
fn a_long_wait_in_the_queue_marks_ecn_capable_packets() {
    let mut net = Network::new(1);
    let slow = LinkConfig::perfect().bandwidth(1_000_000).mark_above(Duration::from_millis(10));
    let a = net.host_at("a", INTERNET, "192.0.2.1", slow);
    let b = net.host_at("b", INTERNET, "192.0.2.2", LinkConfig::perfect());
    let (a, _) = (node_at(&mut net, a, "192.0.2.1:1"), node_at(&mut net, b, "192.0.2.2:2"));
    let path = FiveTuple::udp(at("192.0.2.1:1"), at("192.0.2.2:2"));
    for ecn in [Ecn::Ect1, Ecn::Ect1, Ecn::NotEct] {
        net.send(Time::ZERO, a, &Transmit { path, ecn, segment: None }, &[0; 1_000]);
    }
    while let Some(deadline) = net.poll_timeout() {
        net.handle_timeout(deadline.at);
    }
    let mut marks = Vec::new();
    while let Some(delivery) = net.poll_delivery() {
        if let Arrival::Datagram { ecn, .. } = delivery.what {
            marks.push(ecn);
        }
    }
    assert_eq!(marks, [Ecn::Ect1, Ecn::Ce, Ecn::NotEct]);
}
