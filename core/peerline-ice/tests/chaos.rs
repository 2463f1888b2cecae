//! Anything at any time: whatever happened before, a restart on a network that works connects, the same for the same seed.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use peerline_edge::Rng;
use peerline_ice::{Role, State};
use peerline_netsim::{Direction, Gateway, HostId, INTERNET, LinkConfig, Loss, Nat, Network, NodeId};
use support::*;

fn network(network: &mut Network) -> (HostId, HostId) {
    stun_server(network);
    let home = network.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()).link(LinkConfig::with_delay_ms(9)));
    let a = network.host_at("a", home, "192.168.1.2", LinkConfig::with_delay_ms(2));
    network.interface(a, INTERNET, "wwan0", "2001:db8::1", LinkConfig::with_delay_ms(30));
    let b = network.host_at("b", INTERNET, "198.51.100.2", LinkConfig::with_delay_ms(5));
    network.interface(b, INTERNET, "eth0", "2001:db8::2", LinkConfig::with_delay_ms(5));
    (a, b)
}

fn restart(call: &mut Call, node: NodeId) {
    call.sim.with(node, |agent, now| {
        agent.restart(now);
        agent.gather(now);
    });
}

/// One random thing happens.
fn disturb(call: &mut Call, rng: &mut Rng) {
    let node = if rng.below(2) == 0 { call.a } else { call.b };
    let host = call.sim.network.host_of(node);
    let (now, interface) = (call.sim.now(), call.sim.network.first_interface(host));
    match rng.below(11) {
        0 => restart(call, node),
        1 => call.tell_credentials(node),
        2 => call.exchange_credentials(),
        3 => drop(call.sim.with(node, |agent, now| agent.cancel_restart(now))),
        4 => {
            let role = if rng.below(2) == 0 { Role::Controlling } else { Role::Controlled };
            call.sim.with(node, |agent, now| agent.set_role(now, role));
        }
        5 => call.sim.network.set_interface_up(now, interface, rng.below(2) == 0),
        6 => {
            let link = LinkConfig::with_delay_ms(u64::from(rng.below(300))).loss(Loss::Random(rng.unit()));
            call.sim.network.set_link(interface, Direction::Both, &link);
        }
        7 => call.sim.with(node, |agent, now| agent.gather(now)),
        8 => call.sim.with(node, |agent, now| agent.end_of_remote_candidates(now)),
        9 => {
            let pwd = rng.ice_chars(24);
            let credentials = peerline_ice::Credentials { ufrag: rng.ice_chars(4), pwd };
            call.sim.with(node, |agent, now| agent.set_remote_credentials(now, credentials));
        }
        _ => {
            let text = format!("candidate:9 1 udp {} 198.51.100.{} 5000 typ host", rng.u32(), rng.below(256));
            add_candidate(&mut call.sim, node, &text);
        }
    }
}

fn run(seed: u32) -> String {
    let mut rng = Rng::new(peerline_netsim::seed_from(u64::from(seed)));
    let servers = vec![peerline_ice::StunServer::udp(STUN_SERVER, 3478)];
    let with_stun = |mut config: peerline_ice::Config| {
        config.servers.clone_from(&servers);
        config
    };
    let mut call = Call::quiet(
        network,
        with_stun(config(rng.u32().to_le_bytes()[0], Role::Controlling)),
        with_stun(config(99, Role::Controlled)),
    );
    call.trickle(ms(u64::from(rng.below(500))));
    for _ in 0..40 {
        disturb(&mut call, &mut rng);
        call.sim.run_for(ms(u64::from(rng.below(8000))));
        for node in [call.a, call.b] {
            let agent = call.agent(node);
            assert!(agent.poll_timeout().is_none_or(|deadline| deadline.at > call.sim.now()));
            assert!(agent.pairs().count() <= 200);
            assert_eq!(
                agent.path(peerline_ice::Component::RTP).is_some(),
                agent.selected_pair(peerline_ice::Component::RTP).is_some()
            );
        }
    }
    for node in [call.a, call.b] {
        let host = call.sim.network.host_of(node);
        let (now, interface) = (call.sim.now(), call.sim.network.first_interface(host));
        call.sim.network.set_interface_up(now, interface, true);
        call.sim.network.set_link(interface, Direction::Both, &LinkConfig::with_delay_ms(5));
    }
    call.sim.run_for(secs(1));
    for node in [call.a, call.b] {
        restart(&mut call, node);
    }
    call.exchange_credentials();
    call.assert_both_reach(State::Completed, secs(20));
    call.assert_same_path();
    call.sim.run_for(secs(60));
    assert_eq!((call.state(call.a), call.state(call.b)), (State::Completed, State::Completed));
    call.sim.log().flow()
}

#[test]
fn after_whatever_happened_a_restart_connects() {
    for seed in 0..120 {
        run(seed);
    }
}

#[test]
fn chaos_is_the_same_for_the_same_seed() {
    assert_eq!(run(7), run(7));
}
