//! Goodput over a bottleneck with delay, a queue and random loss, in virtual time, one reliable ordered stream, slow start included: how
//! well the window is controlled, and how much is sent again for it.
//!
//! `cargo bench -p peerline-sctp --bench impaired`
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../tests/harness/mod.rs"]
mod harness;

use core::time::Duration;
use harness::{A, B, Pair, config, pattern};
use peerline_sctp::{CongestionControl, StreamId};

const SECONDS: u64 = 10;

/// Milliseconds of round trip and of queue, losses in a thousand, Mbit/s.
struct Path {
    rtt: u64,
    loss: u32,
    mbit: u64,
    queue: u64,
}

fn run(algorithm: CongestionControl, path: &Path) -> String {
    let mut goodputs = Vec::new();
    let (mut timeouts, mut resent) = (0, 0.0);
    for seed in 0..3 {
        let (mut a, b) = (config(1), config(2));
        a.congestion_control = algorithm;
        let mut pair = Pair::with(a, b);
        pair.logging = false;
        pair.set_delay(Duration::from_micros(path.rtt * 500));
        pair.connect();
        pair.set_loss(path.loss, seed);
        let rate = path.mbit * 125_000;
        pair.wires[A].bottleneck = Some((rate, usize::try_from(rate * path.queue / 1000).unwrap_or(usize::MAX)));
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
        let statistics = pair.ends[A].statistics();
        timeouts += statistics.timeouts;
        resent += statistics.retransmissions as f64 / statistics.packets_sent.max(1) as f64 / 3.0;
    }
    goodputs.sort_by(f64::total_cmp);
    format!("{:.1} Mbit/s, {:.1} % again, {timeouts} T3", goodputs[1], resent * 100.0)
}

fn main() {
    println!("{:<46} {:>34} {:>34} {:>34}", "path", "NewReno", "CUBIC", "tolerant CUBIC");
    let paths = [
        (50, 0, 100, 50),
        (50, 0, 100, 2),
        (50, 0, 20, 5),
        (50, 0, 20, 200),
        (50, 1, 100, 50),
        (50, 10, 100, 50),
        (50, 10, 10, 50),
        (50, 20, 100, 50),
        (50, 50, 100, 50),
        (20, 10, 100, 20),
        (100, 1, 100, 100),
        (300, 0, 100, 300),
        (300, 1, 100, 300),
        (2, 10, 300, 5),
    ];
    for (rtt, loss, mbit, queue) in paths {
        let path = Path { rtt, loss, mbit, queue };
        let all = [CongestionControl::NewReno, CongestionControl::Cubic, CongestionControl::TolerantCubic];
        let [reno, cubic, tolerant] = all.map(|it| run(it, &path));
        let name = format!("{rtt} ms, loss {:.1} %, {mbit} Mbit/s, queue {queue} ms", f64::from(loss) / 10.0);
        println!("{name:<46} {reno:>34} {cubic:>34} {tolerant:>34}");
    }
}
