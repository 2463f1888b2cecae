//! Messages of all sizes, in and out of order, over good and bad links (RFC 9260 §6, §7; RFC 8985).

mod harness;

use core::time::Duration;
use harness::{A, B, Pair, Verdict, chunks, config, kinds, pattern};
use peerline_edge::Rng;
use peerline_sctp::{CloseReason, CongestionControl, Event, Reliability, State, StreamId};

const DATA: u8 = 0;
const SACK: u8 = 3;
const I_DATA: u8 = 64;
const SECOND: Duration = Duration::from_secs(1);

fn plain(seed: u8) -> peerline_sctp::Config {
    let mut config = config(seed);
    config.interleaving = false;
    config
}

/// A connected pair with interleaving or without.
fn pair(interleaving: bool) -> Pair {
    if interleaving { Pair::connected() } else { Pair::connected_with(plain(1), plain(2)) }
}

#[test]
fn messages_of_every_size_arrive_whole_and_in_order() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        let sizes = [1, 2, 3, 4, 5, 63, 64, 65, 1000, 1131, 1132, 1133, 1134, 2264, 2265, 16_384, 65_536, 262_144, 1];
        for (number, size) in sizes.into_iter().enumerate() {
            pair.send(A, 3, &pattern(number, size));
            pair.send(B, 3, &pattern(number + 100, size));
        }
        pair.run_for(10 * SECOND);
        for (side, offset) in [(A, 100), (B, 0)] {
            assert_eq!(pair.inbox[side].len(), sizes.len());
            for (number, size) in sizes.into_iter().enumerate() {
                assert!(pair.inbox[side][number].1.payload == pattern(number + offset, size), "{size} bytes");
            }
        }
        assert_eq!(pair.ends[A].statistics().retransmissions, 0);
        assert!(pair.log.iter().all(|(_, _, packet)| packet.len() <= 1160));
    }
}

#[test]
fn small_messages_are_bundled() {
    let mut pair = Pair::connected();
    for number in 0..140 {
        pair.send(A, 1, &pattern(number, 64));
    }
    pair.run_for(SECOND);
    assert_eq!(pair.inbox[B].len(), 140);
    let packets = pair.count(A, I_DATA);
    assert!(packets <= 11, "{packets} packets for 140 messages");
}

#[test]
fn one_sack_answers_a_burst() {
    let mut pair = Pair::connected();
    pair.send(A, 1, &pattern(0, 11_000));
    pair.run_for(Duration::from_millis(49));
    assert_eq!((pair.count(A, I_DATA), pair.count(B, SACK)), (10, 1));
}

#[test]
fn a_lone_packet_is_acknowledged_after_a_delay_or_with_data() {
    let mut pair = Pair::connected();
    pair.send(A, 1, b"first, asks for an acknowledgement");
    pair.run_for(Duration::from_millis(45));
    pair.send(A, 1, b"second");
    pair.run_for(Duration::from_millis(60));
    pair.send(B, 1, b"answer");
    pair.run_for(Duration::from_millis(60));
    let bundled = pair.log.iter().any(|(_, side, packet)| *side == B && kinds(packet) == [SACK, I_DATA]);
    assert!(bundled || pair.count(B, SACK) >= 2);
    assert_eq!(pair.ends[A].statistics().retransmissions, 0);
}

#[test]
fn no_control_chunk_stands_behind_data() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        for number in 0..60 {
            pair.send(number % 2, 1, &pattern(number, 500));
            pair.run_for(Duration::from_millis(7));
        }
        let is_data = |kind: &u8| [DATA, I_DATA].contains(kind);
        let packets: Vec<_> = pair.log.iter().map(|(_, _, packet)| kinds(packet)).collect();
        assert!(packets.iter().any(|kinds| kinds.contains(&SACK) && kinds.iter().any(is_data)), "nothing is bundled");
        // RFC 9260 §6.10.
        let in_order = |kinds: &Vec<u8>| kinds.iter().skip_while(|kind| !is_data(kind)).all(is_data);
        assert!(packets.iter().all(in_order), "{packets:?}");
    }
}

#[test]
fn retransmits_a_lost_data_chunk_after_rto() {
    let mut pair = Pair::connected();
    // Everything that A sends is lost for a while, probes included.
    let until = pair.now + Duration::from_millis(300);
    pair.send(A, 1, b"x");
    pair.set_rule(A, |_, _| Verdict::Drop);
    pair.run_for(until - pair.now);
    pair.clear_rules();
    pair.run_until(2 * SECOND, |pair| !pair.inbox[B].is_empty());
    assert!(pair.ends[A].statistics().timeouts <= 1);
    assert!(pair.ends[A].statistics().retransmissions >= 1);
}

#[test]
fn a_timeout_takes_everything_for_lost_and_recovers() {
    let mut pair = Pair::connected();
    pair.send(A, 1, &pattern(7, 100_000));
    pair.set_rule(A, |number, _| if number < 40 { Verdict::Drop } else { Verdict::Pass });
    pair.run_for(20 * SECOND);
    assert_eq!(pair.payloads(B), [pattern(7, 100_000)]);
    assert!(pair.ends[A].statistics().timeouts >= 1);
}

#[test]
fn a_lost_packet_in_a_burst_is_sent_again_within_two_round_trips() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        pair.set_rule(A, |number, _| if number == 2 { Verdict::Drop } else { Verdict::Pass });
        pair.send(A, 1, &pattern(1, 11_000));
        let took = pair.run_until(SECOND, |pair| !pair.inbox[B].is_empty());
        let statistics = pair.ends[A].statistics();
        assert!(took <= Duration::from_millis(100), "{took:?}");
        assert_eq!((statistics.retransmissions, statistics.timeouts), (1, 0));
    }
}

#[test]
fn a_lost_tail_is_found_by_a_probe_and_not_by_a_timeout() {
    for lost in 1..=3 {
        let mut pair = Pair::connected();
        pair.send(A, 1, &pattern(1, 11_000));
        pair.set_rule(
            A,
            move |number, _| {
                if (10 - lost..10).contains(&number) { Verdict::Drop } else { Verdict::Pass }
            },
        );
        let took = pair.run_until(SECOND, |pair| !pair.inbox[B].is_empty());
        let statistics = pair.ends[A].statistics();
        assert_eq!((statistics.timeouts, statistics.tail_loss_probes), (0, 1), "{lost} lost");
        assert!(took < Duration::from_millis(350), "{lost} lost: {took:?}");
    }
}

#[test]
fn a_retransmission_that_is_lost_too_needs_no_timeout() {
    let mut pair = Pair::connected();
    let mut seen = 0;
    pair.set_rule(A, move |_, packet| {
        // The third chunk of data, twice.
        let third = chunks(packet).iter().any(|chunk| chunk[0] == I_DATA && chunk[16..20] == 2u32.to_be_bytes());
        seen += usize::from(third);
        if third && seen <= 2 { Verdict::Drop } else { Verdict::Pass }
    });
    pair.send(A, 1, &pattern(1, 200_000));
    pair.run_until(3 * SECOND, |pair| !pair.inbox[B].is_empty());
    assert_eq!(pair.ends[A].statistics().timeouts, 0);
}

#[test]
fn one_percent_loss_delivers_all_in_order() {
    for interleaving in [false, true] {
        for seed in 0..4 {
            let mut pair = pair(interleaving);
            pair.logging = false;
            pair.set_loss(10, seed);
            for number in 0..200 {
                pair.send(A, 1, &pattern(number, 10_000));
                pair.send(B, 2, &pattern(number, 500));
            }
            pair.run_until(120 * SECOND, |pair| pair.inbox[B].len() == 200 && pair.inbox[A].len() == 200);
            for number in 0..200 {
                assert!(pair.inbox[B][number].1.payload == pattern(number, 10_000));
                assert!(pair.inbox[A][number].1.payload == pattern(number, 500));
            }
        }
    }
}

#[test]
fn random_messages_survive_loss_reordering_and_duplication() {
    for seed in 0..12u8 {
        let mut pair = pair(seed % 2 == 0);
        pair.logging = false;
        for side in [A, B] {
            let mut rng = Rng::new([seed ^ 0x40 ^ (side as u8); 32]);
            pair.set_rule(side, move |_, _| match rng.below(100) {
                0..6 => Verdict::Drop,
                6..10 => Verdict::Twice,
                10..30 => Verdict::Late(Duration::from_millis(u64::from(rng.below(40)))),
                _ => Verdict::Pass,
            });
        }
        let mut rng = Rng::new([seed; 32]);
        let mut expected: Vec<Vec<Vec<u8>>> = vec![Vec::new(); 4];
        let mut unordered = 0;
        for number in 0..300 {
            let stream = rng.below(4) as usize;
            let most = if rng.below(10) == 0 { 30_000 } else { 300 };
            let len = 1 + rng.below(most) as usize;
            if stream == 3 {
                unordered += 1;
                pair.send_with(A, 3, &pattern(number, len), true, Reliability::Reliable);
            } else {
                pair.send(A, stream as u16, &pattern(number, len));
            }
            expected[stream].push(pattern(number, len));
            if rng.below(4) == 0 {
                pair.run_for(Duration::from_millis(u64::from(rng.below(30))));
            }
        }
        pair.run_until(300 * SECOND, |pair| pair.inbox[B].len() == 300);
        let mut got: Vec<Vec<Vec<u8>>> = vec![Vec::new(); 4];
        for (stream, message) in &pair.inbox[B] {
            got[usize::from(stream.0)].push(message.payload.to_vec());
        }
        assert_eq!(got[3].len(), unordered);
        got[3].sort();
        expected[3].sort();
        assert!(got == expected, "seed {seed}");
        pair.run_for(30 * SECOND);
        assert_eq!(pair.ends[A].statistics().unacked, 0);
    }
}

#[test]
fn mild_reordering_costs_no_retransmission_once_known() {
    let mut pair = Pair::connected();
    pair.logging = false;
    pair.set_rule(
        A,
        |number, _| if number % 10 == 0 { Verdict::Late(Duration::from_millis(3)) } else { Verdict::Pass },
    );
    pair.send(A, 1, &pattern(1, 200_000));
    pair.run_for(5 * SECOND);
    let first = pair.ends[A].statistics().retransmissions;
    pair.send(A, 1, &pattern(2, 250_000));
    pair.run_for(5 * SECOND);
    assert_eq!(pair.inbox[B].len(), 2);
    assert_eq!(pair.ends[A].statistics().retransmissions, first, "learned that the network reorders");
}

#[test]
fn unordered_messages_do_not_wait_for_a_lost_one() {
    let mut pair = Pair::connected();
    pair.set_rule(A, |number, _| if number == 0 { Verdict::Drop } else { Verdict::Pass });
    for number in 0..5 {
        pair.send_with(A, 1, &pattern(number, 1000), true, Reliability::Reliable);
    }
    pair.run_for(Duration::from_millis(30));
    assert_eq!(pair.inbox[B].len(), 4);
    pair.run_for(SECOND);
    assert_eq!(pair.payloads(B)[4], pattern(0, 1000));
}

#[test]
fn other_streams_do_not_wait_for_a_lost_message() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        pair.set_rule(A, |number, _| if number == 0 { Verdict::Drop } else { Verdict::Pass });
        for stream in 0..5 {
            pair.send(A, stream, &pattern(usize::from(stream), 1000));
        }
        pair.run_for(Duration::from_millis(30));
        assert_eq!(pair.inbox[B].iter().map(|(stream, _)| stream.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        pair.run_for(SECOND);
        assert_eq!(pair.inbox[B].len(), 5);
    }
}

#[test]
fn interleaving_lets_a_small_message_overtake_a_large_one() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        pair.send(A, 1, &pattern(1, 262_144));
        pair.run_for(Duration::from_millis(1));
        pair.send(A, 2, b"quick");
        pair.run_for(5 * SECOND);
        let first = pair.inbox[B][0].0;
        assert_eq!(first, StreamId(if interleaving { 2 } else { 1 }), "interleaving {interleaving}");
        assert_eq!(pair.inbox[B].len(), 2);
    }
}

#[test]
fn a_high_priority_stream_gets_the_larger_share() {
    let mut pair = Pair::connected();
    pair.open(A, 1, 128);
    pair.open(A, 2, 1024);
    for number in 0..100 {
        pair.send(A, 1, &pattern(number, 10_000));
        pair.send(A, 2, &pattern(number, 10_000));
    }
    pair.run_until(10 * SECOND, |pair| pair.inbox[B].len() >= 45);
    let high = pair.inbox[B].iter().filter(|(stream, _)| stream.0 == 2).count();
    let share = high as f64 / pair.inbox[B].len() as f64;
    assert!((0.86..0.92).contains(&share), "{share:.2} where 0.89 is fair");
}

#[test]
fn a_peer_that_acknowledges_nothing_is_given_up() {
    let mut pair = Pair::connected();
    pair.send(A, 1, b"x");
    pair.set_rule(B, |_, _| Verdict::Drop);
    pair.run_for(200 * SECOND);
    assert_eq!(pair.ends[A].state(), State::Closed);
    assert_eq!(pair.take_events(A).last(), Some(&Event::Closed { reason: CloseReason::TooManyRetransmissions }));
    assert_eq!(pair.ends[A].poll_timeout(), None);
    assert!(matches!(pair.take_events(B).last(), Some(Event::Closed { reason: CloseReason::PeerAbort { .. } })));
}

#[test]
fn an_idle_peer_that_is_gone_is_found_by_heartbeats() {
    let mut pair = Pair::connected();
    pair.run_for(100 * SECOND);
    assert!(pair.count(A, 4) >= 2 && pair.count(B, 5) >= 2, "heartbeats are answered");
    for side in [A, B] {
        pair.set_rule(side, |_, _| Verdict::Drop);
    }
    pair.run_for(200 * SECOND);
    for side in [A, B] {
        assert_eq!(pair.ends[side].state(), State::Closed);
    }
}

#[test]
fn a_shut_window_is_probed_and_reopens() {
    for interleaving in [false, true] {
        let (mut a, mut b) = (config(1), config(2));
        a.interleaving = interleaving;
        (b.initial_receive_buffer, b.max_receive_buffer) = (20_000, 20_000);
        b.max_message_size = 5000;
        let mut pair = Pair::connected_with(a, b);
        pair.reading[B] = false;
        for number in 0..40 {
            pair.send(A, 1, &pattern(number, 2000));
        }
        pair.run_for(60 * SECOND);
        assert_eq!(pair.ends[A].state(), State::Connected, "a peer that does not read is not a dead peer");
        let unread = pair.ends[A].statistics().buffered_amount;
        assert!(unread > 50_000, "{unread} bytes held back");
        pair.reading[B] = true;
        pair.read(B, StreamId(1));
        let took = pair.run_until(5 * SECOND, |pair| pair.inbox[B].len() == 40);
        assert!(took < SECOND, "the window update wakes the sender: {took:?}");
        assert!(pair.payloads(B).iter().enumerate().all(|(number, payload)| *payload == pattern(number, 2000)));
    }
}

#[test]
fn a_lost_window_update_is_made_up_for_by_a_probe() {
    let (a, mut b) = (config(1), config(2));
    (b.initial_receive_buffer, b.max_receive_buffer) = (20_000, 20_000);
    b.max_message_size = 5000;
    let mut pair = Pair::connected_with(a, b);
    pair.reading[B] = false;
    for number in 0..40 {
        pair.send(A, 1, &pattern(number, 2000));
    }
    pair.run_for(10 * SECOND);
    pair.drop_first(B, SACK);
    pair.reading[B] = true;
    pair.read(B, StreamId(1));
    pair.run_until(30 * SECOND, |pair| pair.inbox[B].len() == 40);
}

#[test]
fn the_receive_window_grows_with_use() {
    let mut pair = Pair::connected();
    pair.logging = false;
    for number in 0..240 {
        pair.send(A, 1, &pattern(number, 65_536));
    }
    pair.run_until(30 * SECOND, |pair| pair.inbox[B].len() == 240);
    assert!(pair.ends[B].statistics().local_rwnd > 3 * 1024 * 1024, "{}", pair.ends[B].statistics().local_rwnd);
}

#[test]
fn many_large_messages_interleaved_do_not_lock_the_window() {
    let (a, mut b) = (config(1), config(2));
    b.initial_receive_buffer = 300_000;
    b.max_receive_buffer = 1_000_000;
    let mut pair = Pair::connected_with(a, b);
    pair.logging = false;
    for stream in 0..6 {
        pair.send(A, stream, &pattern(usize::from(stream), 262_144));
    }
    pair.run_until(30 * SECOND, |pair| pair.inbox[B].len() == 6);
}

#[test]
fn without_loss_a_long_fat_path_is_filled() {
    let mut pair = Pair::connected();
    pair.logging = false;
    let total = 30_000_000;
    let mut sent = 0;
    let start = pair.now;
    while pair.inbox_bytes(B) < total {
        while sent < total && pair.ends[A].buffered_amount(StreamId(1)) < 2_000_000 {
            pair.send(A, 1, &pattern(sent, 50_000));
            sent += 50_000;
        }
        pair.step(start + 60 * SECOND);
    }
    let mbit = total as f64 * 8.0 / (pair.now - start).as_secs_f64() / 1e6;
    assert!(mbit > 200.0, "{mbit:.0} Mbit/s at 50 ms");
}

#[test]
fn a_bottleneck_is_used_well_and_its_queue_survived() {
    for algorithm in [CongestionControl::NewReno, CongestionControl::Cubic] {
        let (mut a, b) = (config(1), config(2));
        a.congestion_control = algorithm;
        let mut pair = Pair::connected_with(a, b);
        pair.logging = false;
        // 20 Mbit/s, 50 ms, a queue of one bandwidth-delay product.
        pair.wires[A].bottleneck = Some((2_500_000, 125_000));
        let start = pair.now;
        let mut sent = 0;
        while pair.now < start + 20 * SECOND {
            while pair.ends[A].buffered_amount(StreamId(1)) < 500_000 {
                pair.send(A, 1, &pattern(sent, 16_000));
                sent += 1;
            }
            pair.step(start + 20 * SECOND);
        }
        let share = pair.inbox_bytes(B) as f64 / 20.0 / 2_500_000.0;
        let statistics = pair.ends[A].statistics();
        assert!(share > 0.85, "{algorithm:?}: {share:.2} of the bottleneck, {statistics:?}");
        assert!(statistics.timeouts <= 2, "{algorithm:?}: {statistics:?}");
    }
}

#[test]
fn an_outage_is_over_soon_after_it_ends() {
    let mut pair = Pair::connected();
    for number in 0..10 {
        pair.send(A, 1, &pattern(number, 1000));
    }
    for side in [A, B] {
        pair.set_rule(side, |_, _| Verdict::Drop);
    }
    pair.run_for(20 * SECOND);
    pair.clear_rules();
    let took = pair.run_until(11 * SECOND, |pair| pair.inbox[B].len() == 10);
    assert!(took <= 11 * SECOND, "{took:?}");
}

#[test]
fn data_chunks_of_the_wrong_kind_end_the_association() {
    let mut pair = pair(false);
    pair.send(A, 1, &pattern(0, 40));
    let mut packet = Vec::new();
    assert!(pair.ends[A].poll_transmit(pair.now, &mut packet));
    assert_eq!(packet[12], DATA);
    packet[12] = I_DATA;
    packet[8..12].fill(0);
    pair.ends[B].handle_datagram(pair.now, &packet);
    assert_eq!(pair.ends[B].state(), State::Closed);
}

#[test]
fn the_same_seed_gives_the_same_packets() {
    let run = || {
        let mut pair = Pair::connected();
        pair.set_loss(50, 3);
        for number in 0..50 {
            pair.send(A, 1, &pattern(number, 5000));
        }
        pair.run_for(20 * SECOND);
        pair.log
    };
    assert!(run() == run());
}
