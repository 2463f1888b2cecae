//! The congestion window (RFC 9260 §7.2; CUBIC of RFC 9438 with the slow start exit of RFC 9406 by default).
//!
//! 1. Slow start: the window grows by what is acknowledged, until the round-trip time grows or something is lost.
//! 2. Congestion avoidance: by one packet a round trip (NewReno), or along a cubic of the time since the last loss.
//! 3. A loss cuts the window once per round trip; a timeout cuts it to one packet. The tolerant variant first asks for evidence: a queue
//!    on the path, or more loss than noise explains (as BBR does with its loss threshold).

use crate::config::CongestionControl;
use core::time::Duration;
use peerline_edge::Time;

/// RFC 9438 §4.6: what is left of the window after a loss, in 1/1024.
const CUBIC_BETA: u64 = 717;
/// RFC 9406 §4.3.
const MIN_RTT_THRESHOLD: Duration = Duration::from_millis(4);
const MAX_RTT_THRESHOLD: Duration = Duration::from_millis(16);
const MIN_RTT_DIVISOR: u32 = 8;
const RTT_SAMPLES: u32 = 8;
const CSS_GROWTH_DIVISOR: usize = 4;
const CSS_ROUNDS: u32 = 5;

/// Losses in a round trip that may be noise: this many packets, or this share of the window.
const NOISE_PACKETS: usize = 3;
const NOISE_DIVISOR: usize = 33;

/// Where slow start stands (RFC 9406 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SlowStart {
    Standard,
    /// The round-trip time grew: conservative growth for some rounds, back to standard if it was noise.
    Conservative {
        baseline: Duration,
        rounds: u32,
    },
}

/// What is known of the present round trip.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// It ends when this TSN (unwrapped) is acknowledged.
    end: u64,
    min_rtt: Duration,
    last_min_rtt: Duration,
    samples: u32,
    /// Bytes lost in it.
    lost: usize,
}

impl Round {
    const fn new(end: u64, last_min_rtt: Duration) -> Self {
        Self { end, min_rtt: Duration::MAX, last_min_rtt, samples: 0, lost: 0 }
    }
}

/// The cubic since the last loss (RFC 9438 §4.2), in bytes and milliseconds.
#[derive(Clone, Copy, Debug)]
struct Cubic {
    epoch: Time,
    /// The window before the loss.
    w_max: usize,
    /// Milliseconds from the epoch until the cubic is back at `w_max`.
    k_millis: u64,
    /// What NewReno would have (RFC 9438 §4.3).
    w_est: usize,
    est_credit: usize,
}

/// The window and how it moves.
#[derive(Debug)]
pub(crate) struct Congestion {
    algorithm: CongestionControl,
    /// Bytes of a full packet.
    mtu: usize,
    cwnd: usize,
    ssthresh: usize,
    /// RFC 9260 §7.2.2: partial_bytes_acked.
    credit: usize,
    slow_start: SlowStart,
    round: Round,
    cubic: Option<Cubic>,
    w_last_max: usize,
}

impl Congestion {
    pub(crate) fn new(algorithm: CongestionControl, mtu: usize, initial_packets: u32) -> Self {
        let packets = usize::try_from(initial_packets.max(2)).unwrap_or(2);
        Self {
            algorithm,
            mtu,
            cwnd: mtu.saturating_mul(packets),
            ssthresh: usize::MAX,
            credit: 0,
            slow_start: SlowStart::Standard,
            round: Round::new(0, Duration::MAX),
            cubic: None,
            w_last_max: 0,
        }
    }

    pub(crate) const fn cwnd(&self) -> usize {
        self.cwnd
    }

    pub(crate) const fn ssthresh(&self) -> usize {
        self.ssthresh
    }

    fn floor(&self) -> usize {
        self.mtu.saturating_mul(4)
    }

    /// A round-trip measurement; `acked` is the highest TSN acknowledged so far, `next` the next to send.
    pub(crate) fn on_rtt(&mut self, rtt: Duration, acked: u64, next: u64) {
        let mut new_round = false;
        if acked >= self.round.end {
            self.round = Round::new(next, self.round.min_rtt);
            new_round = true;
        }
        self.round.min_rtt = self.round.min_rtt.min(rtt);
        self.round.samples = self.round.samples.saturating_add(1);
        if self.cwnd < self.ssthresh && self.algorithm != CongestionControl::NewReno {
            self.watch_slow_start(new_round);
        }
    }

    /// RFC 9406 §4.2.
    fn watch_slow_start(&mut self, new_round: bool) {
        if let SlowStart::Conservative { rounds, .. } = &mut self.slow_start
            && new_round
        {
            *rounds = rounds.saturating_add(1);
            if *rounds >= CSS_ROUNDS {
                self.ssthresh = self.cwnd;
                return;
            }
        }
        let round = &self.round;
        if round.samples < RTT_SAMPLES || round.last_min_rtt == Duration::MAX {
            return;
        }
        match self.slow_start {
            SlowStart::Standard => {
                let threshold = (round.last_min_rtt / MIN_RTT_DIVISOR).clamp(MIN_RTT_THRESHOLD, MAX_RTT_THRESHOLD);
                if round.min_rtt >= round.last_min_rtt.saturating_add(threshold) {
                    self.slow_start = SlowStart::Conservative { baseline: round.min_rtt, rounds: 0 };
                }
            }
            SlowStart::Conservative { baseline, .. } if round.min_rtt < baseline => {
                self.slow_start = SlowStart::Standard;
            }
            SlowStart::Conservative { .. } => {}
        }
    }

    /// `bytes` were acknowledged while the window was in full use and nothing was being recovered.
    pub(crate) fn on_ack(&mut self, now: Time, bytes: usize, srtt: Duration) {
        if self.cwnd < self.ssthresh {
            // RFC 9260 §7.2.1, with appropriate byte counting: one SACK may answer a long burst.
            let growth = match self.slow_start {
                SlowStart::Standard => bytes,
                SlowStart::Conservative { .. } => bytes / CSS_GROWTH_DIVISOR,
            };
            self.cwnd = self.cwnd.saturating_add(growth);
            return;
        }
        match self.algorithm {
            CongestionControl::NewReno => self.grow_by_packet(bytes),
            CongestionControl::Cubic | CongestionControl::TolerantCubic => self.grow_by_cubic(now, bytes, srtt),
        }
    }

    /// RFC 9260 §7.2.2: one packet for each window acknowledged.
    fn grow_by_packet(&mut self, bytes: usize) {
        self.credit = self.credit.saturating_add(bytes);
        if self.credit >= self.cwnd {
            self.credit = self.credit.saturating_sub(self.cwnd);
            self.cwnd = self.cwnd.saturating_add(self.mtu);
        }
    }

    fn grow_by_cubic(&mut self, now: Time, bytes: usize, srtt: Duration) {
        let (cwnd, mtu) = (self.cwnd, self.mtu);
        let w_max = self.w_last_max.max(cwnd);
        let cubic = self.cubic.get_or_insert_with(|| Cubic {
            epoch: now,
            w_max,
            k_millis: cubic_k(w_max.saturating_sub(cwnd), mtu),
            w_est: cwnd,
            est_credit: 0,
        });
        // RFC 9438 §4.3: the window NewReno would have, with alpha = 3(1-beta)/(1+beta) = 0.53 until w_max, then 1.
        let alpha = if cubic.w_est < cubic.w_max { 542 } else { 1024 };
        cubic.est_credit = cubic.est_credit.saturating_add(bytes);
        if cubic.est_credit >= cwnd {
            cubic.est_credit = cubic.est_credit.saturating_sub(cwnd);
            cubic.w_est = cubic.w_est.saturating_add(mtu.saturating_mul(alpha) / 1024);
        }
        let elapsed = (now - cubic.epoch).saturating_add(srtt);
        let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let target = cubic_window(elapsed, cubic.k_millis, cubic.w_max, mtu);
        // RFC 9438 §4.4: the target of one round trip ahead lies between the window and one and a half of it.
        let target = target.clamp(cwnd, cwnd.saturating_add(cwnd / 2));
        let growth = target.saturating_sub(cwnd).saturating_mul(bytes.min(cwnd)) / cwnd.max(1);
        self.cwnd = cwnd.saturating_add(growth).max(cubic.w_est);
    }

    /// `bytes` were lost while nothing was being recovered. True if the window was cut for it. `min_rtt` is the smallest round-trip time
    /// ever seen.
    pub(crate) fn on_loss(&mut self, bytes: usize, min_rtt: Duration) -> bool {
        self.round.lost = self.round.lost.saturating_add(bytes);
        if self.algorithm == CongestionControl::TolerantCubic && self.is_noise(min_rtt) {
            return false;
        }
        self.cut();
        true
    }

    /// True if the losses of this round trip have no queue behind them and are few.
    fn is_noise(&self, min_rtt: Duration) -> bool {
        let most = self.mtu.saturating_mul(NOISE_PACKETS).max(self.cwnd / NOISE_DIVISOR);
        let margin = (min_rtt / MIN_RTT_DIVISOR).clamp(MIN_RTT_THRESHOLD, MAX_RTT_THRESHOLD);
        let recent = self.round.min_rtt.min(self.round.last_min_rtt);
        self.round.lost <= most && recent <= min_rtt.saturating_add(margin)
    }

    fn cut(&mut self) {
        let cut = match self.algorithm {
            CongestionControl::NewReno => self.cwnd / 2,
            CongestionControl::Cubic | CongestionControl::TolerantCubic => self.remember_peak(),
        };
        self.ssthresh = cut.max(self.floor());
        self.cwnd = self.ssthresh;
        self.credit = 0;
        self.slow_start = SlowStart::Standard;
    }

    /// RFC 9438 §4.7: after a second cut below the last peak, leave room to the newcomer that caused it.
    fn remember_peak(&mut self) -> usize {
        self.w_last_max = if self.cwnd < self.w_last_max {
            scale(self.cwnd, 1024u64.saturating_add(CUBIC_BETA) / 2)
        } else {
            self.cwnd
        };
        self.cubic = None;
        scale(self.cwnd, CUBIC_BETA)
    }

    /// T3-rtx ran out (RFC 9260 §7.2.3): one packet, then slow start up to the threshold.
    pub(crate) fn on_timeout(&mut self, first: bool) {
        if first {
            let cut = match self.algorithm {
                CongestionControl::NewReno => self.cwnd / 2,
                CongestionControl::Cubic | CongestionControl::TolerantCubic => self.remember_peak(),
            };
            self.ssthresh = cut.max(self.floor());
        }
        self.cwnd = self.mtu;
        self.credit = 0;
        self.slow_start = SlowStart::Standard;
    }

    /// Nothing was sent for an RTO (RFC 9260 §7.2.1): the window is an old estimate.
    pub(crate) fn on_idle(&mut self, initial: usize) {
        if self.cwnd > initial {
            self.ssthresh = self.ssthresh.max(self.cwnd.saturating_sub(self.cwnd / 4));
            self.cwnd = (self.cwnd / 2).max(initial);
        }
        self.cubic = None;
    }
}

fn scale(value: usize, per_1024: u64) -> usize {
    let scaled = u64::try_from(value).unwrap_or(u64::MAX).saturating_mul(per_1024) / 1024;
    usize::try_from(scaled).unwrap_or(usize::MAX)
}

/// RFC 9438 §4.2: K = cbrt(missing / C) with C = 0.4 packets/s³, in milliseconds.
fn cubic_k(missing: usize, mtu: usize) -> u64 {
    // packets / 0.4 s³ = packets * 2.5e9 ms³
    let cubed =
        u128::try_from(missing).unwrap_or(0).saturating_mul(2_500_000_000) / u128::try_from(mtu.max(1)).unwrap_or(1);
    cube_root(cubed)
}

/// RFC 9438 §4.2: W(t) = C·(t-K)³ + w_max, in bytes.
fn cubic_window(elapsed: u64, k: u64, w_max: usize, mtu: usize) -> usize {
    let distance = u128::from(elapsed.abs_diff(k).min(1_000_000));
    let cube = distance.saturating_mul(distance).saturating_mul(distance);
    let bytes = cube.saturating_mul(u128::try_from(mtu).unwrap_or(0)) / 2_500_000_000;
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    if elapsed < k { w_max.saturating_sub(bytes) } else { w_max.saturating_add(bytes) }
}

/// The integer cube root, by bisection: floating point would not be the same everywhere.
fn cube_root(value: u128) -> u64 {
    let (mut low, mut high) = (0u128, 1 << 40);
    while low < high {
        let middle = (low.saturating_add(high).saturating_add(1)) / 2;
        if middle.saturating_mul(middle).saturating_mul(middle) <= value {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    u64::try_from(low).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
