//! The plain link, behaviour by behaviour.

use super::*;
use crate::loss::{Bursts, Loss};
use crate::shaper::Queue;
use core::time::Duration;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Everything that arrives, with its time.
fn drain(link: &mut Link) -> Vec<(Time, Vec<u8>)> {
    let mut arrived = Vec::new();
    while let Some(at) = link.next_time() {
        while let Some(contents) = link.poll(at) {
            arrived.push((at, contents));
        }
    }
    arrived
}

/// Sends packets numbered from 0, one every `gap`.
fn send_numbered(link: &mut Link, packets: u32, gap: Duration) {
    for number in 0..packets {
        link.send(Time::ZERO + gap * number, &number.to_be_bytes());
    }
}

fn numbers(arrived: &[(Time, Vec<u8>)]) -> Vec<u32> {
    arrived.iter().map(|(_, contents)| u32::from_be_bytes(contents[..4].try_into().unwrap())).collect()
}

fn is_sorted(numbers: &[u32]) -> bool {
    numbers.windows(2).all(|pair| pair[0] < pair[1])
}

fn assert_conserved(link: &Link) {
    let LinkCounters { sent, duplicated, delivered, lost, overflowed, too_big } = link.counters();
    assert_eq!(sent + duplicated, delivered + lost + overflowed + too_big + link.under_way() as u64);
}

#[test]
fn delivers_after_its_delay_and_not_before() {
    let mut link = Link::new(LinkConfig::with_delay_ms(30), 1);
    link.send(Time::from_millis(5), b"x");
    assert_eq!(link.poll(Time::from_millis(34)), None);
    assert_eq!(link.poll(Time::from_millis(35)).as_deref(), Some(&b"x"[..]));
    assert_eq!(link.next_time(), None);
}

#[test]
fn jitter_spreads_the_delay_and_keeps_the_order() {
    let mut link = Link::new(LinkConfig::with_delay_ms(20).jitter(ms(10)), 2);
    send_numbered(&mut link, 1_000, ms(1));
    let arrived = drain(&mut link);
    assert!(is_sorted(&numbers(&arrived)));
    let delays: Vec<_> = (0u32..).zip(&arrived).map(|(number, (at, _))| *at - (Time::ZERO + ms(1) * number)).collect();
    assert!(delays.iter().all(|delay| (ms(20)..=ms(30)).contains(delay)));
    assert!(delays.iter().any(|delay| *delay < ms(22)) && delays.iter().any(|delay| *delay > ms(28)));
}

#[test]
fn reordering_lets_later_packets_overtake() {
    let mut link = Link::new(LinkConfig::with_delay_ms(20).reorder(0.1, ms(15)), 3);
    send_numbered(&mut link, 1_000, ms(1));
    let order = numbers(&drain(&mut link));
    assert_eq!(order.len(), 1_000);
    let overtaken = order.windows(2).filter(|pair| pair[0] > pair[1]).count();
    assert!((60..140).contains(&overtaken), "{overtaken} overtaken");
}

#[test]
fn a_busy_link_makes_packets_wait_their_turn() {
    // 1000 bytes at 1 Mbit/s take 8 ms.
    let mut link = Link::new(LinkConfig::with_delay_ms(10).bandwidth(1_000_000), 4);
    for _ in 0..4 {
        link.send(Time::ZERO, &[0; 1_000]);
    }
    let times: Vec<_> = drain(&mut link).into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, [18, 26, 34, 42].map(Time::from_millis));
}

#[test]
fn a_full_queue_drops_what_comes_last_counted_in_bytes() {
    let mut link = Link::new(LinkConfig::perfect().bandwidth(1_000_000).queue(Queue::Bytes(3_000)), 5);
    for number in 0u8..10 {
        link.send(Time::ZERO, &[number; 1_000]);
    }
    assert_eq!(link.counters().overflowed, 7);
    // After 8 ms one packet has left, so one more fits.
    link.send(Time::from_millis(8), &[99; 1_000]);
    link.send(Time::from_millis(8), &[100; 1_000]);
    let firsts: Vec<_> = drain(&mut link).into_iter().map(|(_, contents)| contents[0]).collect();
    assert_eq!(firsts, [0, 1, 2, 99]);
    assert_conserved(&link);
}

#[test]
fn a_full_queue_drops_what_comes_last_counted_in_time() {
    let mut link = Link::new(LinkConfig::perfect().bandwidth(1_000_000).queue(Queue::Time(ms(20))), 5);
    for _ in 0..10 {
        link.send(Time::ZERO, &[0; 1_000]);
    }
    // They would wait 0, 8, 16 and 24 ms: the fourth and later ones are dropped.
    assert_eq!(link.counters().overflowed, 7);
    assert_conserved(&link);
}

#[test]
fn a_packet_larger_than_the_queue_still_passes_an_idle_link() {
    let mut link = Link::new(LinkConfig::perfect().bandwidth(1_000_000).queue(Queue::Bytes(10)), 5);
    link.send(Time::ZERO, &[0; 1_000]);
    assert_eq!(drain(&mut link).len(), 1);
}

#[test]
fn duplicates_about_as_often_as_asked() {
    let mut link = Link::new(LinkConfig::with_delay_ms(1).duplicate(0.2), 6);
    send_numbered(&mut link, 5_000, ms(1));
    let duplicated = link.counters().duplicated;
    assert!((850..1_150).contains(&duplicated), "{duplicated} of 5000");
    assert_eq!(drain(&mut link).len() as u64, 5_000 + duplicated);
    assert_conserved(&link);
}

#[test]
fn corruption_flips_exactly_one_bit() {
    let mut link = Link::new(LinkConfig::perfect().corrupt(1.0), 7);
    for _ in 0..100 {
        link.send(Time::ZERO, &[0; 50]);
    }
    for (_, contents) in drain(&mut link) {
        assert_eq!(contents.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
    }
}

#[test]
fn drops_packets_that_are_too_big() {
    let mut link = Link::new(LinkConfig::perfect().max_payload(1_200), 8);
    link.send(Time::ZERO, &[0; 1_200]);
    link.send(Time::ZERO, &[0; 1_201]);
    assert_eq!(drain(&mut link).len(), 1);
    assert_eq!(link.counters().too_big, 1);
}

#[test]
fn a_new_loss_pattern_counts_from_one() {
    let mut link = Link::new(LinkConfig::perfect().loss(Loss::Packets(vec![1])), 9);
    send_numbered(&mut link, 3, ms(1));
    link.set_config(LinkConfig::perfect().loss(Loss::Packets(vec![2])));
    send_numbered(&mut link, 3, ms(1));
    assert_eq!(numbers(&drain(&mut link)), [1, 2, 0, 2]);
}

#[test]
fn the_same_seed_gives_the_same_fate_and_another_seed_another() {
    let run = |seed| {
        let config = LinkConfig::with_delay_ms(20)
            .jitter(ms(5))
            .loss(Loss::Bursts(Bursts::of(3.0, 0.1)))
            .reorder(0.05, ms(9))
            .duplicate(0.05)
            .corrupt(0.05);
        let mut link = Link::new(config, seed);
        send_numbered(&mut link, 500, ms(1));
        drain(&mut link)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_pair_of_links_has_two_fates() {
    let (mut there, mut back) = Link::pair(&LinkConfig::perfect().loss(Loss::Random(0.5)), 1);
    send_numbered(&mut there, 100, ms(1));
    send_numbered(&mut back, 100, ms(1));
    assert_ne!(numbers(&drain(&mut there)), numbers(&drain(&mut back)));
}
