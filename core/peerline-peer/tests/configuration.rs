//! The configuration at work: the candidate pool, what may change and what may not.

mod support;

use peerline_netsim::{INTERNET, LinkConfig, Simulation};
use peerline_peer::{
    AddressFilter, BundlePolicy, Configuration, DataChannelInit, Error, Event, IceCandidateInit, IceServer, Misuse,
    Prefix,
};
use std::time::Duration;
use support::{Pair, Peer};

fn pair(configuration: &Configuration) -> Pair {
    let mut sim = Simulation::<Peer>::new(31);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    Pair::with(sim, alice, bob, configuration)
}

fn candidates(peer: &Peer) -> Vec<IceCandidateInit> {
    let candidate =
        |event: &Event| if let Event::IceCandidate(Some(candidate)) = event { Some(candidate.clone()) } else { None };
    peer.history.iter().filter_map(candidate).collect()
}

#[test]
fn s029_a_pool_gathers_before_the_offer_and_its_candidates_surface_at_once() {
    let mut pair = pair(&Configuration { ice_candidate_pool_size: 1, ..Configuration::default() });
    pair.sim.run_for(Duration::from_secs(6));
    assert!(candidates(pair.peer(pair.alice)).is_empty(), "nothing surfaces before setLocalDescription");
    let hers = pair.create_channel(pair.alice, "pooled", DataChannelInit::default());
    let before = pair.sim.now();
    pair.operate(pair.alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    assert_eq!(pair.sim.now(), before);
    assert!(!candidates(pair.peer(pair.alice)).is_empty(), "they are there in the same instant");
    let offer = pair.peer(pair.alice).pc.local_description().expect("an offer");
    pair.operate(pair.bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    pair.operate(pair.bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(pair.bob).pc.local_description().expect("an answer");
    pair.operate(pair.alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    pair.run_until(Duration::from_secs(10), |a, _| a.is_open(hers));
    pair.assert_connected();
}

#[test]
fn s039_nothing_is_gathered_before_the_local_description_without_a_pool() {
    let mut pair = pair(&Configuration::default());
    pair.create_channel(pair.alice, "later", DataChannelInit::default());
    pair.operate(pair.alice, |pc, now| pc.create_offer(now, Default::default())).expect("an offer");
    pair.sim.run_for(Duration::from_secs(6));
    assert_eq!(pair.sim.network.counters().sent, 0);
    assert!(candidates(pair.peer(pair.alice)).is_empty());
}

#[test]
fn s069_members_that_must_not_change_are_refused() {
    let mut pair = pair(&Configuration::default());
    let alice = pair.alice;
    let mut change =
        |configuration: Configuration| pair.call(alice, |pc, now| pc.set_configuration(now, configuration));
    let unchangeable = Err(Error::Misuse(Misuse::UnchangeableConfiguration));
    assert_eq!(
        change(Configuration { bundle_policy: BundlePolicy::MaxBundle, ..Configuration::default() }),
        unchangeable
    );
    let servers = vec![IceServer { urls: vec!["stun:stun.example.org".to_owned()], ..IceServer::default() }];
    assert_eq!(change(Configuration { ice_servers: servers.clone(), ..Configuration::default() }), Ok(()));
    assert_eq!(change(Configuration { ice_candidate_pool_size: 2, ..Configuration::default() }), Ok(()));
    let malformed = vec![IceServer { urls: vec!["http://example.org".to_owned()], ..IceServer::default() }];
    let refused =
        change(Configuration { ice_servers: malformed, ice_candidate_pool_size: 2, ..Configuration::default() });
    assert_eq!(refused, Err(Error::Misuse(Misuse::MalformedIceServerUrl)));
    pair.create_channel(alice, "x", DataChannelInit::default());
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let after = pair.call(alice, |pc, now| pc.set_configuration(now, Configuration::default()));
    assert_eq!(after, unchangeable);
    assert_eq!(pair.peer(alice).pc.configuration().ice_candidate_pool_size, 2);
}

#[test]
fn s019_an_address_filter_does_what_the_removed_policy_public_did_and_ports_are_kept_to() {
    let private = [("10.0.0.0", 8), ("172.16.0.0", 12), ("192.168.0.0", 16)];
    let deny = private
        .iter()
        .map(|(address, len)| Prefix { address: address.parse().expect("an address"), len: *len })
        .collect();
    let mut configuration = Configuration::default();
    configuration.native.address_filter = AddressFilter { deny, ..AddressFilter::default() };
    configuration.native.udp_ports = Some(50_000..=50_003);
    let mut pair = pair(&configuration);
    let host = pair.sim.network.host_of(pair.alice);
    pair.sim.network.interface(host, INTERNET, "eth1", "192.168.7.7", LinkConfig::perfect());
    pair.create_channel(pair.alice, "filtered", DataChannelInit::default());
    pair.operate(pair.alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.sim.run_for(Duration::from_secs(6));
    let found = candidates(pair.peer(pair.alice));
    let texts: Vec<_> = found.iter().filter(|c| !c.candidate.is_empty()).map(|c| c.candidate.as_str()).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let fields: Vec<_> = texts[0].split(' ').collect();
    assert_eq!(fields[4], "203.0.113.1");
    assert!((50_000..=50_003).contains(&fields[5].parse::<u16>().expect("a port")));
}
