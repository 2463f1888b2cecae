//! Random streams opened, used, reset and used again by both sides over a bad link, checked against a model; and idle memory.

mod harness;

use core::time::Duration;
use harness::{A, B, Pair, Verdict, config, pattern};
use peerline_edge::Rng;
use peerline_sctp::{Association, Event, Reliability, State, StreamId};
use std::collections::BTreeMap;

/// What the reader of a stream saw: the messages of each life.
type Lives = BTreeMap<u16, Vec<Vec<Vec<u8>>>>;

/// Sorts what `side` got into lives, by the events between the messages.
fn take(pair: &mut Pair, side: usize, lives: &mut Lives) {
    while let Some(event) = pair.ends[side].poll_event() {
        match event {
            Event::Readable(stream) => {
                let life = lives.entry(stream.0).or_insert_with(|| vec![Vec::new()]).last_mut().expect("a life");
                while let Some(message) = pair.ends[side].receive(pair.now, stream) {
                    life.push(message.payload.to_vec());
                }
            }
            Event::IncomingStreamReset(stream) => {
                lives.entry(stream.0).or_insert_with(|| vec![Vec::new()]).push(Vec::new());
            }
            other => pair.events[side].push(other),
        }
    }
}

#[test]
fn every_life_of_every_stream_gets_its_own_messages() {
    for seed in 0..10u8 {
        let (mut a, b) = (config(seed), config(seed + 100));
        a.interleaving = seed % 2 == 0;
        let mut pair = Pair::connected_with(a, b);
        pair.logging = false;
        for side in [A, B] {
            let mut rng = Rng::new([seed ^ 0x40 ^ (side as u8); 32]);
            pair.set_rule(side, move |_, _| match rng.below(100) {
                0..5 => Verdict::Drop,
                5..8 => Verdict::Twice,
                8..20 => Verdict::Late(Duration::from_millis(u64::from(rng.below(60)))),
                _ => Verdict::Pass,
            });
        }
        let mut rng = Rng::new([seed; 32]);
        let mut sent: [Lives; 2] = [Lives::new(), Lives::new()];
        let mut got: [Lives; 2] = [Lives::new(), Lives::new()];
        let mut resetting: [Vec<u16>; 2] = [Vec::new(), Vec::new()];
        for number in 0..1500usize {
            let side = rng.below(2) as usize;
            let stream = rng.below(6) as u16;
            if rng.below(20) == 0 && !resetting[side].contains(&stream) {
                pair.ends[side].reset_stream(pair.now, StreamId(stream));
                resetting[side].push(stream);
                sent[side].entry(stream).or_insert_with(|| vec![Vec::new()]).push(Vec::new());
            } else if !resetting[side].contains(&stream) {
                let most = if rng.below(15) == 0 { 20_000 } else { 200 };
                let payload = pattern(number, 1 + rng.below(most) as usize);
                pair.send(side, stream, &payload);
                sent[side].entry(stream).or_insert_with(|| vec![Vec::new()]).last_mut().expect("a life").push(payload);
            }
            // The harness would read on its own; here the order of events and messages matters.
            pair.reading = [false, false];
            let until = pair.now + Duration::from_millis(u64::from(rng.below(20)));
            loop {
                let more = step(&mut pair, until, &mut got);
                for side in [A, B] {
                    for event in pair.take_events(side) {
                        if let Event::OutgoingStreamReset(stream) = event {
                            resetting[side].retain(|id| *id != stream.0);
                        }
                    }
                }
                if !more {
                    break;
                }
            }
        }
        let until = pair.now + Duration::from_secs(300);
        while step(&mut pair, until, &mut got) {}
        for side in [A, B] {
            assert!(got[1 - side] == sent[side], "seed {seed} side {side}");
            assert_eq!(pair.ends[side].statistics().unacked, 0);
            assert_eq!(pair.ends[side].state(), State::Connected);
        }
    }
}

/// A step of the pair whose readers keep messages and resets in order.
fn step(pair: &mut Pair, until: peerline_edge::Time, got: &mut [Lives; 2]) -> bool {
    let more = pair.step_with(until, |pair, side| take(pair, side, &mut got[side]));
    for side in [A, B] {
        take(pair, side, &mut got[side]);
    }
    more
}

#[test]
fn an_idle_association_is_small() {
    assert!(size_of::<Association>() <= 1400, "{} bytes", size_of::<Association>());
}

#[test]
fn a_shutdown_that_waits_for_expired_messages_goes_on() {
    let mut pair = Pair::connected();
    pair.send_with(A, 1, b"x", false, Reliability::MaxLifetime(Duration::ZERO));
    pair.ends[A].shutdown(pair.now);
    pair.run_for(Duration::from_secs(1));
    assert_eq!((pair.ends[A].state(), pair.ends[B].state()), (State::Closed, State::Closed));
}

#[test]
fn everything_that_crosses_threads_can() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Association>();
    send_and_sync::<Event>();
    send_and_sync::<peerline_sctp::Config>();
    send_and_sync::<peerline_sctp::dcep::Message>();
}
