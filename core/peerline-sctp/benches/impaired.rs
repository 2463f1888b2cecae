//! Goodput over a path with delay and random loss, in virtual time, one reliable ordered stream: how well the window is controlled.
//!
//! `cargo bench -p peerline-sctp --bench impaired`
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../tests/harness/mod.rs"]
mod harness;

use core::time::Duration;
use harness::{A, B, Pair, config, pattern};
use peerline_sctp::{CongestionControl, StreamId};

const SECONDS: u64 = 10;

fn run(algorithm: CongestionControl, rtt: u64, per_mille: u32, mbit: Option<u64>) -> String {
    let mut goodputs = Vec::new();
    let mut timeouts = 0;
    for seed in 0..3 {
        let (mut a, b) = (config(1), config(2));
        a.congestion_control = algorithm;
        let mut pair = Pair::connected_with(a, b);
        pair.logging = false;
        pair.set_delay(Duration::from_micros(rtt * 500));
        pair.set_loss(per_mille, seed);
        if let Some(mbit) = mbit {
            let rate = mbit * 125_000;
            pair.wires[A].bottleneck = Some((rate, (rate * rtt / 1000).max(30_000) as usize));
        }
        let end = pair.now + Duration::from_secs(SECONDS);
        let payload = pattern(1, 16_384);
        loop {
            while pair.ends[A].buffered_amount(StreamId(1)) < 4_000_000 {
                pair.send(A, 1, &payload);
            }
            if !pair.step(end) {
                break;
            }
        }
        goodputs.push(pair.inbox_bytes(B) as f64 * 8.0 / SECONDS as f64 / 1e6);
        timeouts += pair.ends[A].statistics().timeouts;
    }
    goodputs.sort_by(f64::total_cmp);
    format!("{:>8.1} Mbit/s ({timeouts} timeouts)", goodputs[1])
}

fn main() {
    println!("{:<42} {:>28} {:>28}", "path", "NewReno", "CUBIC");
    let paths = [
        (50, 0, Some(100)),
        (50, 0, Some(20)),
        (50, 1, Some(100)),
        (50, 10, Some(100)),
        (50, 50, Some(100)),
        (20, 10, Some(100)),
        (100, 1, Some(100)),
        (300, 0, Some(100)),
        (300, 1, Some(100)),
        (2, 10, Some(300)),
    ];
    for (rtt, loss, mbit) in paths {
        let [reno, cubic] = [CongestionControl::NewReno, CongestionControl::Cubic].map(|it| run(it, rtt, loss, mbit));
        let limit = mbit.map_or("no limit".into(), |mbit| format!("{mbit} Mbit/s"));
        println!(
            "{:<42} {reno:>28} {cubic:>28}",
            format!("RTT {rtt} ms, loss {:.1} %, {limit}", f64::from(loss) / 10.0)
        );
    }
}
