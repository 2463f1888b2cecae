//! Hostile datagrams of every kind against a live connection: nothing panics, memory stays flat, the real peer is served.

mod support;

use peerline_edge::{Ecn, FiveTuple, Received, Rng, Time};
use peerline_netsim::{INTERNET, LinkConfig, Simulation};
use peerline_peer::{ConnectionState, DataChannelInit, PeerConnection};
use std::net::SocketAddr;
use std::time::Duration;
use support::{Pair, Peer, text};

fn neighbours(seed: u64) -> Pair {
    let mut sim = Simulation::<Peer>::new(seed);
    let link = LinkConfig::with_delay_ms(5);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    let mut pair = Pair::on(sim, alice, bob);
    for node in [pair.alice, pair.bob] {
        pair.sim.machine_mut(node).recording = true;
    }
    pair
}

/// Feeds one datagram to a connection without the network.
fn inject(pc: &mut PeerConnection, now: Time, path: FiveTuple, packet: &[u8]) {
    let mut contents = packet.to_vec();
    pc.handle_datagram(now, Received { path, ecn: Ecn::NotEct, contents: &mut contents });
}

fn foreign() -> SocketAddr {
    "198.51.100.66:6666".parse().expect("an address")
}

/// Everything alice sent, as bob sees it.
fn recorded(pair: &Pair) -> Vec<(FiveTuple, Vec<u8>)> {
    let sent = &pair.peer(pair.alice).sent;
    sent.iter().map(|(path, packet)| (FiveTuple::udp(path.remote, path.local), packet.clone())).collect()
}

/// Truncations, bit flips and garbage made of one packet.
fn variants(packet: &[u8], rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = (0..packet.len().min(64)).map(|len| packet[..len].to_vec()).collect();
    for _ in 0..64 {
        let mut flipped = packet.to_vec();
        let at = rng.below(flipped.len() as u32) as usize;
        flipped[at] ^= 1 << rng.below(8);
        out.push(flipped);
    }
    out.push(packet.iter().chain(&[0; 1000]).copied().collect());
    let mut noise = vec![0; 1200];
    rng.fill(&mut noise);
    noise[0] = packet[0];
    out.push(noise);
    out
}

#[test]
fn altered_packets_of_every_kind_harm_nothing_from_a_foreign_address() {
    let mut pair = neighbours(21);
    let (hers, _) = pair.open_channel("hostile", DataChannelInit::default());
    pair.send(pair.alice, hers, text("before")).expect("open");
    pair.run_until(Duration::from_secs(5), |_, b| b.messages.len() == 1);
    let packets = recorded(&pair);
    assert!(packets.len() > 5);
    let mut rng = Rng::new([3; 32]);
    for (path, packet) in &packets {
        for variant in variants(packet, &mut rng) {
            let from = FiveTuple::udp(path.local, foreign());
            pair.call(pair.bob, |pc, now| inject(pc, now, from, &variant));
        }
    }
    pair.sim.run_for(Duration::from_secs(3));
    pair.assert_connected();
    pair.send(pair.alice, hers, text("after")).expect("open");
    pair.run_until(Duration::from_secs(5), |_, b| b.messages.len() == 2);
}

#[test]
fn altered_packets_of_every_kind_harm_nothing_from_the_right_address() {
    let mut pair = neighbours(22);
    let (hers, _) = pair.open_channel("hostile", DataChannelInit::default());
    let packets = recorded(&pair);
    let mut rng = Rng::new([4; 32]);
    for (path, packet) in &packets {
        for variant in variants(packet, &mut rng) {
            pair.call(pair.bob, |pc, now| inject(pc, now, *path, &variant));
        }
        // Replays, out of state by now.
        pair.call(pair.bob, |pc, now| inject(pc, now, *path, packet));
    }
    pair.sim.run_for(Duration::from_secs(3));
    pair.assert_connected();
    pair.send(pair.alice, hers, text("after")).expect("open");
    pair.run_until(Duration::from_secs(10), |_, b| b.messages.len() == 1);
}

#[test]
fn packets_of_every_first_byte_before_and_during_setup_are_dropped() {
    let mut pair = neighbours(23);
    let hers = pair.create_channel(pair.alice, "early", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    pair.negotiate(alice, bob);
    let mut rng = Rng::new([5; 32]);
    // All along the set-up, from the first check to the open channel.
    for step in 0..60 {
        for node in [alice, bob] {
            let local: SocketAddr =
                if node == alice { "203.0.113.1:49152" } else { "203.0.113.2:49152" }.parse().expect("an address");
            let remote = if step % 2 == 0 {
                foreign()
            } else {
                format!("203.0.113.{}:49152", 3 - node.index() - 1).parse().expect("an address")
            };
            for first in 0..=255_u8 {
                let mut packet = vec![0; rng.below(200) as usize + 1];
                rng.fill(&mut packet);
                packet[0] = first;
                pair.call(node, |pc, now| inject(pc, now, FiveTuple::udp(local, remote), &packet));
            }
        }
        pair.sim.run_for(Duration::from_millis(5));
    }
    pair.run_until(Duration::from_secs(20), |a, _| a.is_open(hers));
    pair.assert_connected();
}

#[test]
fn a_million_spoofed_datagrams_cost_no_memory_and_the_peer_connects() {
    let mut pair = neighbours(24);
    let hers = pair.create_channel(pair.alice, "flood", DataChannelInit::default());
    let (alice, bob) = (pair.alice, pair.bob);
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let local: SocketAddr = "203.0.113.1:49152".parse().expect("an address");
    let mut rng = Rng::new([6; 32]);
    let stun_request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
    let client_hello = [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 1, 0, 0, 28];
    let mut flood = |pair: &mut Pair, count: u32| {
        pair.sim.with(alice, |peer, now| {
            for round in 0..count {
                let mut packet = [0; 64];
                rng.fill(&mut packet);
                let head: &[u8] = if round % 2 == 0 { &stun_request } else { &client_hello };
                packet[..head.len()].copy_from_slice(head);
                let ip: [u8; 4] = rng.bytes();
                let remote = SocketAddr::from((ip, 1 + (round % 60_000) as u16));
                inject(&mut peer.pc, now, FiveTuple::udp(local, remote), &packet);
                if round % 4096 == 0 {
                    // Whatever it wants to answer is thrown away.
                    let mut buf = Vec::new();
                    while peer.pc.poll_transmit(now, &mut buf).is_some() {}
                    peer.pump(now);
                }
            }
        });
    };
    flood(&mut pair, 50_000);
    let before = resident_kib();
    flood(&mut pair, 950_000);
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 2_048, "{grown} KiB for a flood");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("an offer");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("an answer");
    flood(&mut pair, 10_000);
    pair.run_until(Duration::from_secs(20), |a, _| a.is_open(hers));
}

#[test]
fn ten_thousand_attackers_do_not_win_the_race_for_the_handshake() {
    let mut pair = neighbours(25);
    let (_, _) = pair.open_channel("template", DataChannelInit::default());
    let hellos: Vec<Vec<u8>> = pair
        .peer(pair.bob)
        .sent
        .iter()
        .chain(&pair.peer(pair.alice).sent)
        .map(|(_, packet)| packet.clone())
        .filter(|packet| packet[0] == 22)
        .collect();
    let mut race = neighbours(26);
    let hers = race.create_channel(race.alice, "race", DataChannelInit::default());
    let (alice, bob) = (race.alice, race.bob);
    race.negotiate(alice, bob);
    for round in 0..10_000_u32 {
        let (node, local) = if round % 2 == 0 { (alice, "203.0.113.1:49152") } else { (bob, "203.0.113.2:49152") };
        let path = FiveTuple::udp(
            local.parse().expect("an address"),
            SocketAddr::from(([198, 51, 100, 7], 1000 + (round % 5000) as u16)),
        );
        let hello = &hellos[round as usize % hellos.len()];
        race.call(node, |pc, now| inject(pc, now, path, hello));
        if round % 500 == 0 {
            race.sim.run_for(Duration::from_millis(1));
        }
    }
    race.run_until(Duration::from_secs(20), |a, _| a.is_open(hers));
    assert_eq!(race.peer(bob).pc.connection_state(), ConnectionState::Connected);
    assert!(race.peer(alice).pc.drops().unvalidated_path >= 5_000);
}

/// Resident memory of this process, KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or("VmRSS: 0 kB");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
