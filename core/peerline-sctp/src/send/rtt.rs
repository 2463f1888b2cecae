//! Round-trip time and retransmission timeout (RFC 9260 §6.3.1).

use core::time::Duration;
use peerline_edge::Time;

/// Bounds the RTO keeps to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RtoBounds {
    pub(crate) initial: Duration,
    pub(crate) min: Duration,
    pub(crate) max: Duration,
}

/// The estimator.
#[derive(Debug)]
pub(crate) struct RttEstimator {
    bounds: RtoBounds,
    srtt: Option<Duration>,
    rttvar: Duration,
    min_rtt: Option<Duration>,
    rto: Duration,
    measured: Option<Time>,
}

impl RttEstimator {
    pub(crate) const fn new(bounds: RtoBounds) -> Self {
        Self { bounds, srtt: None, rttvar: Duration::ZERO, min_rtt: None, rto: bounds.initial, measured: None }
    }

    pub(crate) const fn srtt(&self) -> Option<Duration> {
        self.srtt
    }

    pub(crate) const fn min_rtt(&self) -> Option<Duration> {
        self.min_rtt
    }

    pub(crate) const fn rto(&self) -> Duration {
        self.rto
    }

    /// When the last measurement was made.
    pub(crate) const fn measured(&self) -> Option<Time> {
        self.measured
    }

    /// A measurement from a chunk that was sent once (Karn's rule).
    pub(crate) fn measure(&mut self, now: Time, rtt: Duration) {
        self.measured = Some(now);
        self.min_rtt = Some(self.min_rtt.map_or(rtt, |min| min.min(rtt)));
        let srtt = match self.srtt {
            // RFC 9260 §6.3.1 C2, C3.
            None => {
                self.rttvar = rtt / 2;
                rtt
            }
            Some(srtt) => {
                self.rttvar = (self.rttvar.saturating_mul(3).saturating_add(srtt.abs_diff(rtt))) / 4;
                (srtt.saturating_mul(7).saturating_add(rtt)) / 8
            }
        };
        self.srtt = Some(srtt);
        // C6, C7.
        let rto = srtt.saturating_add(self.rttvar.saturating_mul(4));
        self.rto = rto.clamp(self.bounds.min, self.bounds.max.max(self.bounds.min));
    }

    /// RFC 9260 §6.3.3 E2: a timeout doubles it.
    pub(crate) fn back_off(&mut self) {
        self.rto = self.rto.saturating_mul(2).min(self.bounds.max.max(self.bounds.min));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: RtoBounds =
        RtoBounds { initial: Duration::from_secs(1), min: Duration::from_millis(100), max: Duration::from_secs(10) };

    #[test]
    fn first_measurement_sets_the_timeout_to_three_times_itself() {
        let mut rtt = RttEstimator::new(BOUNDS);
        assert_eq!(rtt.rto(), Duration::from_secs(1));
        rtt.measure(Time::ZERO, Duration::from_millis(80));
        assert_eq!((rtt.srtt(), rtt.rto()), (Some(Duration::from_millis(80)), Duration::from_millis(240)));
    }

    #[test]
    fn a_timeout_doubles_up_to_the_bound_and_a_measurement_ends_it() {
        let mut rtt = RttEstimator::new(BOUNDS);
        rtt.measure(Time::ZERO, Duration::from_millis(80));
        rtt.back_off();
        assert_eq!(rtt.rto(), Duration::from_millis(480));
        (0..20).for_each(|_| rtt.back_off());
        assert_eq!(rtt.rto(), Duration::from_secs(10));
        rtt.measure(Time::ZERO, Duration::from_millis(80));
        assert_eq!(rtt.rto(), Duration::from_millis(200));
    }
}
