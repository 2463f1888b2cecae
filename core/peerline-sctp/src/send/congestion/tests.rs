//! Window growth and cuts.

use super::*;

const MTU: usize = 1000;
const RTT: Duration = Duration::from_millis(100);

fn round(congestion: &mut Congestion, now: &mut Time) {
    *now += RTT;
    congestion.on_ack(*now, congestion.cwnd(), RTT);
}

#[test]
fn slow_start_doubles_each_round_trip() {
    let mut congestion = Congestion::new(CongestionControl::NewReno, MTU, 10);
    let mut now = Time::ZERO;
    for expected in [20_000, 40_000, 80_000] {
        round(&mut congestion, &mut now);
        assert_eq!(congestion.cwnd(), expected);
    }
}

#[test]
fn newreno_halves_and_then_grows_by_one_packet_a_round_trip() {
    let mut congestion = Congestion::new(CongestionControl::NewReno, MTU, 100);
    let mut now = Time::ZERO;
    assert!(congestion.on_loss(MTU, RTT));
    assert_eq!(congestion.cwnd(), 50_000);
    round(&mut congestion, &mut now);
    round(&mut congestion, &mut now);
    assert_eq!(congestion.cwnd(), 52_000);
}

#[test]
fn a_timeout_leaves_one_packet_and_never_less() {
    for algorithm in [CongestionControl::NewReno, CongestionControl::Cubic, CongestionControl::TolerantCubic] {
        let mut congestion = Congestion::new(algorithm, MTU, 10);
        congestion.on_timeout(true);
        congestion.on_timeout(false);
        assert_eq!((congestion.cwnd(), congestion.ssthresh() >= 4 * MTU), (MTU, true));
    }
}

#[test]
fn cubic_returns_to_its_peak_after_k_and_grows_beyond() {
    let mut congestion = Congestion::new(CongestionControl::Cubic, MTU, 1000);
    assert!(congestion.on_loss(MTU, RTT));
    let after = congestion.cwnd();
    assert!((695_000..=705_000).contains(&after));
    let mut now = Time::from_millis(5);
    // K = cbrt(300 / 0.4) = 9.1 s; one packet below the peak it is 1.4 s earlier.
    let mut at_peak = None;
    for step in 0..150 {
        round(&mut congestion, &mut now);
        if congestion.cwnd() >= 999_000 && at_peak.is_none() {
            at_peak = Some(step);
        }
    }
    let at_peak = at_peak.expect("it must get back");
    assert!((70..=95).contains(&at_peak), "{at_peak} round trips");
    assert!(congestion.cwnd() > 1_050_000);
}

#[test]
fn a_few_losses_without_a_queue_are_noise_to_the_tolerant_variant() {
    let far = Duration::from_millis(140);
    for (rtt, lost, cut) in [(RTT, 3, false), (RTT, 4, true), (far, 1, true)] {
        let mut congestion = Congestion::new(CongestionControl::TolerantCubic, MTU, 50);
        congestion.on_rtt(rtt, 0, 100);
        assert_eq!(congestion.on_loss(lost * MTU, RTT), cut, "{lost} lost at {rtt:?}");
        assert_eq!(congestion.cwnd() < 50 * MTU, cut);
    }
    let mut congestion = Congestion::new(CongestionControl::TolerantCubic, MTU, 50);
    congestion.on_rtt(RTT, 0, 100);
    assert!(!congestion.on_loss(2 * MTU, RTT) && congestion.on_loss(2 * MTU, RTT), "they add up in a round trip");
}

#[test]
fn slow_start_ends_when_the_round_trip_time_grows() {
    let mut congestion = Congestion::new(CongestionControl::Cubic, MTU, 10);
    let mut now = Time::ZERO;
    let (mut acked, mut rtt) = (0u64, Duration::from_millis(50));
    for round_number in 0..20 {
        let next = acked + 100;
        for _ in 0..20 {
            congestion.on_rtt(rtt, acked, next);
        }
        acked = next;
        now += rtt;
        congestion.on_ack(now, congestion.cwnd(), rtt);
        if round_number > 3 {
            rtt += Duration::from_millis(20);
        }
    }
    assert!(congestion.ssthresh() < usize::MAX, "left slow start without a loss");
}

#[test]
fn cube_roots_are_exact_below() {
    for root in [0u64, 1, 2, 9, 1000, 123_456] {
        let cube = u128::from(root).pow(3);
        assert_eq!(cube_root(cube), root);
        assert_eq!(cube_root(cube + 1), if root == 0 { 1 } else { root });
    }
}
