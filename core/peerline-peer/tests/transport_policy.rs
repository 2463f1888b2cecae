//! `iceTransportPolicy` changed by `setConfiguration()` (W3C webrtc-pc §4.4.1.6; RFC 9429 §4.1.18): it takes effect at the next gathering, and
//! the next offer brings that about.

mod support;

use peerline_netsim::{INTERNET, LinkConfig, NodeId, Simulation};
use peerline_peer::{
    Configuration, ConnectionState, DataChannelInit, Description, Event, IceConnectionState, IceTransportPolicy,
    SdpType,
};
use std::time::Duration;
use support::{Pair, Peer};

fn neighbours(configuration: &Configuration) -> Pair {
    let mut sim = Simulation::<Peer>::new(47);
    let link = LinkConfig::with_delay_ms(5);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    Pair::with(sim, alice, bob, configuration)
}

fn connected() -> Pair {
    let mut pair = neighbours(&Configuration::default());
    pair.open_channel("data", DataChannelInit::default());
    pair
}

fn set_policy(pair: &mut Pair, node: NodeId, policy: IceTransportPolicy) {
    let configuration = Configuration { ice_transport_policy: policy, ..pair.peer(node).pc.configuration().clone() };
    pair.call(node, |pc, now| pc.set_configuration(now, configuration)).expect("a policy may change");
}

fn negotiate(pair: &mut Pair) {
    let (alice, bob) = (pair.alice, pair.bob);
    pair.negotiate(alice, bob);
}

fn ufrag(pair: &Pair, node: NodeId) -> String {
    let sdp = pair.peer(node).pc.local_description().expect("a description").sdp;
    let line = sdp.lines().find(|line| line.starts_with("a=ice-ufrag:"));
    line.expect("an ufrag").to_owned()
}

fn offered_ufrag(pair: &mut Pair, node: NodeId) -> String {
    pair.operate(node, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    ufrag(pair, node)
}

/// How many candidates this side told, end marks aside.
fn told_candidates(pair: &Pair, node: NodeId) -> usize {
    let told = |event: &&Event| matches!(event, Event::IceCandidate(Some(init)) if !init.candidate.is_empty());
    pair.peer(node).history.iter().filter(told).count()
}

fn ice_state(peer: &Peer) -> IceConnectionState {
    peer.pc.ice_connection_state()
}

fn assert_both_fail(pair: &mut Pair) {
    pair.run_until(Duration::from_secs(60), |a, b| {
        [a, b].iter().all(|peer| ice_state(peer) == IceConnectionState::Failed)
    });
}

fn assert_both_connect(pair: &mut Pair) {
    let connected = |peer: &Peer| peer.pc.connection_state() == ConnectionState::Connected;
    pair.run_until(Duration::from_secs(60), |a, b| connected(a) && connected(b));
}

#[test]
fn a_restart_under_relay_without_a_server_tells_no_candidate_and_fails() {
    let mut pair = connected();
    let (alice, old) = (pair.alice, ufrag(&pair, pair.alice));
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    let told = told_candidates(&pair, alice);
    negotiate(&mut pair);
    assert_both_fail(&mut pair);
    assert_ne!(ufrag(&pair, alice), old);
    assert_eq!(told_candidates(&pair, alice), told);
    let sdp = pair.peer(alice).pc.local_description().expect("a description").sdp;
    assert!(!sdp.contains("a=candidate:") && !sdp.contains("203.0.113.1"), "{sdp}");
}

#[test]
fn no_packet_of_a_generation_under_relay_leaves_from_a_host_candidate() {
    let mut pair = connected();
    let alice = pair.alice;
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    negotiate(&mut pair);
    pair.run_until(Duration::from_secs(5), |a, _| ice_state(a) == IceConnectionState::Failed);
    pair.sim.machine_mut(alice).recording = true;
    pair.sim.run_for(Duration::from_secs(120));
    let sent = &pair.peer(alice).sent;
    assert!(sent.is_empty(), "{} packets after the end of the old generation", sent.len());
}

#[test]
fn a_path_under_the_policy_before_stays_while_the_offer_is_not_answered() {
    let mut pair = connected();
    let alice = pair.alice;
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    offered_ufrag(&mut pair, alice);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
}

#[test]
fn a_policy_that_changes_neither_interrupts_nor_asks_for_negotiation() {
    let mut pair = connected();
    let alice = pair.alice;
    let asked = pair.peer(alice).count(&Event::NegotiationNeeded);
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
    assert_eq!(pair.peer(alice).count(&Event::NegotiationNeeded), asked);
}

#[test]
fn after_relay_the_policy_all_connects_by_a_restart() {
    let relay = Configuration { ice_transport_policy: IceTransportPolicy::Relay, ..Configuration::default() };
    let mut pair = neighbours(&Configuration::default());
    let (alice, bob) = (pair.alice, pair.bob);
    pair.call(alice, |pc, now| pc.set_configuration(now, relay)).expect("a policy may change");
    pair.create_channel(alice, "data", DataChannelInit::default());
    pair.negotiate(alice, bob);
    assert_both_fail(&mut pair);
    let old = ufrag(&pair, alice);
    set_policy(&mut pair, alice, IceTransportPolicy::All);
    negotiate(&mut pair);
    assert_both_connect(&mut pair);
    assert_ne!(ufrag(&pair, alice), old);
}

#[test]
fn a_policy_that_changes_back_still_makes_the_next_offer_restart() {
    let mut pair = connected();
    let (alice, old) = (pair.alice, ufrag(&pair, pair.alice));
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    set_policy(&mut pair, alice, IceTransportPolicy::All);
    negotiate(&mut pair);
    let new = ufrag(&pair, alice);
    assert_ne!(new, old);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
    // Once is enough.
    assert_eq!(offered_ufrag(&mut pair, alice), new);
}

#[test]
fn a_policy_of_the_answerer_means_nothing_without_a_restart() {
    let mut pair = connected();
    let (bob, old) = (pair.bob, ufrag(&pair, pair.bob));
    set_policy(&mut pair, bob, IceTransportPolicy::Relay);
    negotiate(&mut pair);
    assert_eq!(ufrag(&pair, bob), old);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
}

#[test]
fn the_answer_to_a_restart_obeys_the_policy_of_the_answerer() {
    let mut pair = connected();
    let (alice, bob) = (pair.alice, pair.bob);
    set_policy(&mut pair, bob, IceTransportPolicy::Relay);
    let told = told_candidates(&pair, bob);
    pair.call(alice, |pc, now| pc.restart_ice(now));
    negotiate(&mut pair);
    assert_both_fail(&mut pair);
    assert_eq!(told_candidates(&pair, bob), told);
}

#[test]
fn a_configuration_that_says_the_same_does_not_restart() {
    let mut pair = connected();
    let (alice, old) = (pair.alice, ufrag(&pair, pair.alice));
    set_policy(&mut pair, alice, IceTransportPolicy::All);
    negotiate(&mut pair);
    assert_eq!(ufrag(&pair, alice), old);
}

#[test]
fn an_offer_that_is_taken_back_leaves_the_restart_to_the_next_one() {
    let mut pair = connected();
    let (alice, old) = (pair.alice, ufrag(&pair, pair.alice));
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    let first = offered_ufrag(&mut pair, alice);
    assert_eq!(offered_ufrag(&mut pair, alice), first, "a pending restart is not restarted");
    let rollback = Description { sdp_type: SdpType::Rollback, sdp: String::new() };
    pair.operate(alice, |pc, now| pc.set_local_description(now, rollback)).expect("a rollback");
    assert_eq!(ufrag(&pair, alice), old);
    let second = offered_ufrag(&mut pair, alice);
    assert!(second != old && second != first);
}

#[test]
fn what_was_gathered_ahead_under_all_is_not_used_under_relay() {
    let pool = Configuration { ice_candidate_pool_size: 1, ..Configuration::default() };
    let mut pair = neighbours(&pool);
    let alice = pair.alice;
    pair.sim.run_for(Duration::from_secs(1));
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    pair.create_channel(alice, "data", DataChannelInit::default());
    negotiate(&mut pair);
    assert_both_fail(&mut pair);
    assert_eq!(told_candidates(&pair, alice), 0);
    assert!(pair.sim.network.bound(alice).is_empty());
}

#[test]
fn a_restart_with_a_pool_keeps_the_path_until_it_is_answered() {
    let mut pair = neighbours(&Configuration { ice_candidate_pool_size: 1, ..Configuration::default() });
    let (alice, bob) = (pair.alice, pair.bob);
    pair.open_channel("data", DataChannelInit::default());
    set_policy(&mut pair, alice, IceTransportPolicy::Relay);
    set_policy(&mut pair, alice, IceTransportPolicy::All);
    offered_ufrag(&mut pair, alice);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
    pair.negotiate(alice, bob);
    pair.sim.run_for(Duration::from_secs(60));
    pair.assert_connected();
}
