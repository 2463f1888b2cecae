//! Two peers add, remove, stop, replace, restart and roll back at random, with delayed, crossing and reordered signaling: perfect
//! negotiation (W3C webrtc-pc §10.7) always converges, and never makes a second m-section for a mid.
//!
//! `PEERLINE_RUNS=10000` runs more than the default; `PEERLINE_SEED=n` runs and prints one.

#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod check;
mod side;
mod world;

use world::Script;

/// As many as take some 20 seconds without optimisation.
const RUNS: u64 = 500;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn fails(script: Script) -> ! {
    let script = script.shrunk();
    let fault = script.run().err().unwrap_or_default();
    panic!("seed {}: {fault}\n{script}", script.seed);
}

#[test]
fn s047_two_peers_always_converge() {
    if let Some(seed) = number("PEERLINE_SEED") {
        let script = Script::of(seed);
        if script.run().is_err() {
            fails(script);
        }
        return;
    }
    for seed in 0..number("PEERLINE_RUNS").unwrap_or(RUNS) {
        let script = Script::of(seed);
        if script.run().is_err() {
            fails(script);
        }
    }
}
