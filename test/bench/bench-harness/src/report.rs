//! The `result` lines of `setup` and `idle`, which both peers of a pair live through in one process.

use std::time::{Duration, Instant};

use crate::machine::{own_cpu, resident, threads};
use crate::talk::{Line, tell};

/// Measures set-ups, one after another.
#[derive(Debug)]
pub struct SetupReport {
    cpu: Duration,
    latencies: Vec<Duration>,
}

impl SetupReport {
    /// Begins to measure. Connect one pair before, so that lazily built tables and thread pools are not in it.
    pub fn begin() -> Self {
        Self { cpu: own_cpu(), latencies: Vec::new() }
    }

    /// Notes one set-up that began at `since`, before the first peer connection was made, and whose channel is open on
    /// both sides now.
    pub fn connected(&mut self, since: Instant) {
        self.latencies.push(since.elapsed());
    }

    /// Prints the result.
    pub fn end(mut self) {
        let cpu = own_cpu() - self.cpu;
        self.latencies.sort();
        let n = self.latencies.len().max(1);
        let at = |share: usize| self.latencies.get((n - 1) * share / 100).map_or(0, Duration::as_nanos);
        tell(&Line::Result(format!(
            "pairs={n} cpu_ns={} median_ns={} best_ns={} p90_ns={}",
            cpu.as_nanos() / n as u128,
            at(50),
            at(0),
            at(90)
        )));
    }
}

/// Measures connections at rest.
#[derive(Debug)]
pub struct IdleReport {
    before: u64,
    after: u64,
    cpu: Duration,
    since: Instant,
}

/// How long connections are left alone while their CPU time is measured.
pub const IDLE: Duration = Duration::from_secs(3);
/// How long connections may finish what connecting left to do, before memory is read.
pub const SETTLE: Duration = Duration::from_secs(1);

impl IdleReport {
    /// Begins to measure. Connect (and keep) one pair before.
    pub fn begin() -> Self {
        Self { before: resident(), after: 0, cpu: Duration::ZERO, since: Instant::now() }
    }

    /// Notes that all pairs are connected and have had [`SETTLE`] to come to rest; leave them alone for [`IDLE`].
    pub fn at_rest(&mut self) {
        self.after = resident();
        self.cpu = own_cpu();
        self.since = Instant::now();
    }

    /// Prints the result for `pairs` pairs, which are two connections each.
    pub fn end(self, pairs: usize) {
        let cpu = own_cpu() - self.cpu;
        let connections = (pairs * 2).max(1) as u64;
        tell(&Line::Result(format!(
            "connections={connections} bytes={} cpu_ns_per_s={} threads={}",
            self.after.saturating_sub(self.before) / connections,
            (cpu.as_secs_f64() / self.since.elapsed().as_secs_f64() / connections as f64 * 1e9) as u64,
            threads()
        )));
    }
}
