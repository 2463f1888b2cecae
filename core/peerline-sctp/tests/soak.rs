//! Random settings, links and messages: every reliable message arrives, nothing is left behind, the shutdown is clean. `SOAK=60` runs it
//! for that many seconds instead of over the first seeds.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the length of a soak is wall-clock time")]

mod harness;

use core::time::Duration;
use harness::{A, B, Pair, Verdict, config, pattern};
use peerline_edge::Rng;
use peerline_sctp::{Config, OutgoingMessage, Ppid, Reliability, State, StreamId};
use std::time::Instant;

/// Marks a reliable message in its first byte.
const RELIABLE: u8 = 1;

fn settings(rng: &mut Rng) -> Config {
    let mut config = config(1);
    config.seed = rng.seed();
    config.interleaving = rng.below(4) != 0;
    config.zero_checksum = rng.below(2) == 0;
    config.max_packet_len = [256, 600, 1160, 1400][rng.below(4) as usize];
    if rng.below(3) == 0 {
        config.initial_receive_buffer = 20_000;
        config.max_receive_buffer = 20_000 + rng.below(100_000) as usize;
    }
    config
}

fn make_bad(pair: &mut Pair, rng: &mut Rng) {
    pair.set_delay(Duration::from_millis(u64::from(rng.below(150))));
    let (drop, twice, late, lateness) = (rng.below(20), rng.below(6), rng.below(25), 1 + rng.below(300));
    for side in [A, B] {
        let mut rng = Rng::new(rng.seed());
        pair.set_rule(side, move |_, _| {
            let dice = rng.below(100);
            if dice < drop {
                Verdict::Drop
            } else if dice < drop + twice {
                Verdict::Twice
            } else if dice < drop + twice + late {
                Verdict::Late(Duration::from_millis(u64::from(rng.below(lateness))))
            } else {
                Verdict::Pass
            }
        });
    }
    if rng.below(3) == 0 {
        let rate = 20_000 + u64::from(rng.below(1_000_000));
        pair.wires[A].bottleneck = Some((rate, 5_000 + rng.below(100_000) as usize));
    }
}

/// Sends random messages; returns how many reliable ones each side must get.
fn talk(pair: &mut Pair, rng: &mut Rng) -> [usize; 2] {
    let mut expected = [0; 2];
    for number in 0..20 + rng.below(150) as usize {
        let side = if pair.ends[B].state() == State::Connected { rng.below(2) as usize } else { A };
        let most = if rng.below(8) == 0 { 40_000 } else { 400 };
        let mut payload = pattern(number, 1 + rng.below(most) as usize);
        let reliability = match rng.below(4) {
            0 => Reliability::MaxRetransmits(rng.below(3) as u16),
            1 => Reliability::MaxLifetime(Duration::from_millis(u64::from(rng.below(400)))),
            _ => Reliability::Reliable,
        };
        payload[0] = if reliability == Reliability::Reliable { RELIABLE } else { 0 };
        expected[1 - side] += usize::from(payload[0]);
        let unordered = rng.below(3) == 0;
        let message = OutgoingMessage { ppid: Ppid::BINARY, payload: payload.into(), unordered, reliability };
        let stream = StreamId(rng.below(8) as u16);
        pair.ends[side].send(pair.now, stream, message).expect("the queue takes it");
        if rng.below(3) == 0 {
            pair.run_for(Duration::from_millis(u64::from(rng.below(60))));
        }
    }
    expected
}

fn reliable(pair: &Pair, side: usize) -> usize {
    pair.inbox[side].iter().filter(|(_, message)| message.payload[0] == RELIABLE).count()
}

fn run(seed: u64) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let mut rng = Rng::new(bytes);
    let (a, b) = (settings(&mut rng), settings(&mut rng));
    let windows = [a.initial_receive_buffer, b.initial_receive_buffer];
    let mut pair = Pair::with(a, b);
    pair.logging = false;
    make_bad(&mut pair, &mut rng);
    pair.ends[A].connect(pair.now);
    if rng.below(2) == 0 {
        pair.ends[B].connect(pair.now);
    }
    let expected = talk(&mut pair, &mut rng);
    let until = pair.now + Duration::from_secs(900);
    let busy = |pair: &Pair| {
        let left = |side: usize| pair.ends[side].statistics().unacked + pair.ends[side].statistics().buffered_amount;
        reliable(pair, A) < expected[A] || reliable(pair, B) < expected[B] || left(A) + left(B) > 0
    };
    while busy(&pair) {
        assert!(pair.step(until), "seed {seed}: {:?} {:?}", pair.ends[A].statistics(), pair.ends[B].statistics());
    }
    assert_eq!([reliable(&pair, A), reliable(&pair, B)], expected, "seed {seed}");
    pair.clear_rules();
    for _ in 0..2 {
        for side in [A, B] {
            pair.send(side, 9, b"\0end");
        }
        pair.run_for(Duration::from_secs(20));
    }
    for side in [A, B] {
        let (window, drops) = (pair.ends[side].statistics().local_rwnd, pair.ends[side].drops());
        assert!(window >= windows[side], "seed {seed}: fragments left behind, {window} of {}", windows[side]);
        assert_eq!(drops.inconsistent_fragments + drops.malformed_chunk + drops.invalid_data, 0, "seed {seed}");
    }
    pair.ends[A].shutdown(pair.now);
    pair.run_for(Duration::from_secs(60));
    for side in [A, B] {
        assert_eq!(pair.ends[side].state(), State::Closed, "seed {seed}");
    }
}

#[test]
fn random_settings_links_and_messages_leave_nothing_behind() {
    let length = std::env::var("SOAK").ok().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let begin = Instant::now();
    for seed in 0.. {
        if length.map_or(seed >= 200, |length| begin.elapsed() >= length) {
            break;
        }
        run(seed);
    }
}
