//! Partial reliability (RFC 3758), stream resets (RFC 6525) and the ways down (RFC 9260 §9).

mod harness;

use bytes::Bytes;
use core::time::Duration;
use harness::{A, B, Pair, Verdict, chunks, config, kinds, pattern};
use peerline_sctp::{CloseReason, Event, OutgoingMessage, Ppid, Reliability, SendError, State, StreamId};

const ABORT: u8 = 6;
const SHUTDOWN: u8 = 7;
const SHUTDOWN_ACK: u8 = 8;
const SHUTDOWN_COMPLETE: u8 = 14;
const RE_CONFIG: u8 = 130;
const FORWARD_TSN: u8 = 192;
const I_FORWARD_TSN: u8 = 194;
const SECOND: Duration = Duration::from_secs(1);

fn pair(interleaving: bool) -> Pair {
    let (mut a, b) = (config(1), config(2));
    a.interleaving = interleaving;
    Pair::connected_with(a, b)
}

/// Drops the packets of `side` that carry a payload beginning with `marker`.
fn drop_marked(pair: &mut Pair, side: usize, marker: u8) {
    pair.set_rule(side, move |_, packet| {
        let marked = chunks(packet).iter().any(|chunk| match chunk[0] {
            0 => chunk.get(16) == Some(&marker),
            64 => chunk.get(20) == Some(&marker),
            _ => false,
        });
        if marked { Verdict::Drop } else { Verdict::Pass }
    });
}

#[test]
fn a_message_without_retransmissions_is_given_up_and_the_next_one_delivered() {
    for interleaving in [false, true] {
        for unordered in [false, true] {
            let mut pair = pair(interleaving);
            drop_marked(&mut pair, A, b'L');
            for payload in [&b"before"[..], b"L", b"after"] {
                pair.send_with(A, 1, payload, unordered, Reliability::MaxRetransmits(0));
                pair.run_for(Duration::from_millis(1));
            }
            let took = pair.run_until(2 * SECOND, |pair| pair.inbox[B].len() == 2);
            assert!(took < Duration::from_millis(500), "{took:?}");
            assert_eq!(pair.payloads(B), [&b"before"[..], b"after"]);
            pair.run_for(3 * SECOND);
            let statistics = pair.ends[A].statistics();
            assert_eq!((statistics.unacked, statistics.messages_abandoned), (0, 1), "{interleaving} {unordered}");
            assert_eq!(pair.count(A, if interleaving { I_FORWARD_TSN } else { FORWARD_TSN }), 1);
            let lost = pair.log.iter().filter(|(_, side, packet)| *side == A && packet.ends_with(b"L\0\0\0")).count();
            assert_eq!(lost, 1, "sent once");
        }
    }
}

#[test]
fn a_message_is_sent_again_as_often_as_allowed() {
    let mut pair = Pair::connected();
    drop_marked(&mut pair, A, b'L');
    pair.send_with(A, 1, b"L", false, Reliability::MaxRetransmits(3));
    pair.run_for(20 * SECOND);
    let sent = pair.log.iter().filter(|(_, side, packet)| *side == A && packet.ends_with(b"L\0\0\0")).count();
    assert_eq!((sent, pair.ends[A].statistics().unacked), (4, 0));
    pair.send(A, 1, b"next");
    pair.run_for(SECOND);
    assert_eq!(pair.payloads(B), [b"next"]);
}

#[test]
fn a_large_message_with_a_lost_fragment_is_given_up_whole() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        pair.set_rule(A, |number, _| if number == 3 { Verdict::Drop } else { Verdict::Pass });
        pair.send_with(A, 1, &pattern(1, 200_000), false, Reliability::MaxRetransmits(0));
        pair.send(A, 1, b"after");
        pair.run_for(10 * SECOND);
        assert_eq!(pair.payloads(B), [b"after"], "interleaving {interleaving}");
        let statistics = pair.ends[A].statistics();
        assert_eq!((statistics.unacked, statistics.buffered_amount), (0, 0));
        assert_eq!(pair.ends[B].statistics().local_rwnd, 1 << 20, "nothing of it is kept");
    }
}

#[test]
fn an_outdated_message_is_given_up_sent_or_not() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        for side in [A, B] {
            pair.set_rule(side, |_, _| Verdict::Drop);
        }
        for number in 0..20 {
            pair.send_with(A, 1, &pattern(number, 5000), false, Reliability::MaxLifetime(Duration::from_millis(100)));
        }
        pair.send(A, 1, b"lasting");
        pair.run_for(2 * SECOND);
        pair.clear_rules();
        pair.run_until(20 * SECOND, |pair| !pair.inbox[B].is_empty());
        pair.run_for(5 * SECOND);
        assert_eq!(pair.payloads(B), [b"lasting"], "interleaving {interleaving}");
        assert_eq!((pair.ends[A].statistics().unacked, pair.ends[A].statistics().messages_abandoned), (0, 20));
    }
}

#[test]
fn a_message_that_expires_half_sent_and_wholly_acknowledged_is_still_skipped() {
    for interleaving in [false, true] {
        let (mut a, mut b) = (config(1), config(2));
        a.interleaving = interleaving;
        (b.initial_receive_buffer, b.max_receive_buffer) = (10_000, 10_000);
        let mut pair = Pair::connected_with(a, b);
        pair.reading[B] = false;
        pair.send(A, 0, &pattern(0, 9000));
        pair.run_for(SECOND);
        // The window is nearly shut: only a part goes out and is acknowledged.
        pair.send_with(A, 1, &pattern(1, 6000), false, Reliability::MaxLifetime(Duration::from_millis(700)));
        pair.send(A, 1, b"after");
        pair.run_for(3 * SECOND);
        pair.reading[B] = true;
        pair.read(B, StreamId(0));
        pair.read(B, StreamId(1));
        pair.run_until(20 * SECOND, |pair| pair.inbox[B].len() == 2);
        assert_eq!(pair.inbox[B][1].1.payload, &b"after"[..], "interleaving {interleaving}");
        pair.run_for(5 * SECOND);
        assert_eq!(pair.ends[A].statistics().unacked, 0);
    }
}

#[test]
fn a_lost_forward_tsn_is_repeated() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        let mut dropped = 0;
        pair.set_rule(A, move |_, packet| {
            let kinds = kinds(packet);
            let marked = packet.ends_with(b"L\0\0\0");
            let forward = kinds.contains(&FORWARD_TSN) || kinds.contains(&I_FORWARD_TSN);
            dropped += usize::from(forward);
            if marked || (forward && dropped <= 2) { Verdict::Drop } else { Verdict::Pass }
        });
        pair.send_with(A, 1, b"L", false, Reliability::MaxRetransmits(0));
        pair.run_for(Duration::from_millis(1));
        pair.send(A, 1, b"after");
        pair.run_until(20 * SECOND, |pair| !pair.inbox[B].is_empty());
        pair.run_for(5 * SECOND);
        assert_eq!((pair.payloads(B), pair.ends[A].statistics().unacked), (vec![&b"after"[..]], 0));
    }
}

#[test]
fn unreliable_floods_under_loss_keep_flowing_and_leave_nothing_behind() {
    for interleaving in [false, true] {
        for seed in 0..4 {
            let mut pair = pair(interleaving);
            pair.logging = false;
            pair.set_loss(100, seed);
            for number in 0..400usize {
                let reliability = match number % 4 {
                    0 => Reliability::Reliable,
                    1 => Reliability::MaxRetransmits(0),
                    2 => Reliability::MaxRetransmits(2),
                    _ => Reliability::MaxLifetime(Duration::from_millis(60)),
                };
                let len = if number.is_multiple_of(7) { 6000 } else { 300 };
                let stream = (number % 8) as u16;
                pair.send_with(A, stream, &pattern(number, len), number % 8 >= 4, reliability);
                pair.run_for(Duration::from_millis(3));
            }
            pair.run_for(60 * SECOND);
            let statistics = pair.ends[A].statistics();
            assert_eq!((statistics.unacked, statistics.buffered_amount), (0, 0));
            let reliable = pair.inbox[B].iter().filter(|(stream, _)| stream.0 % 4 == 0).count();
            assert_eq!(reliable, 100, "every reliable message arrives");
            assert!(pair.inbox[B].len() < 400, "and some of the others don't");
            assert_eq!(pair.ends[B].drops().inconsistent_fragments, 0);
            assert_eq!(pair.ends[B].statistics().local_rwnd, 1 << 20, "no fragment is left behind");
            pair.clear_rules();
            for stream in 0..8 {
                pair.send(A, stream, b"end");
            }
            pair.run_for(SECOND);
            assert!(pair.inbox[B].iter().rev().take(8).all(|(_, message)| message.payload == b"end"[..]));
        }
    }
}

#[test]
fn a_stream_is_reset_after_its_messages_and_can_be_used_again() {
    for interleaving in [false, true] {
        let mut pair = pair(interleaving);
        for round in 0..3 {
            pair.take_events(A);
            pair.take_events(B);
            pair.inbox[B].clear();
            pair.send(A, 5, &pattern(round, 50_000));
            pair.send(A, 5, b"last");
            pair.ends[A].reset_stream(pair.now, StreamId(5));
            let message = OutgoingMessage::new(Ppid::BINARY, Bytes::from_static(b"no"));
            assert_eq!(pair.ends[A].send(pair.now, StreamId(5), message), Err(SendError::Resetting));
            pair.run_for(2 * SECOND);
            assert_eq!(pair.payloads(B), [&pattern(round, 50_000)[..], b"last"]);
            assert!(pair.take_events(A).contains(&Event::OutgoingStreamReset(StreamId(5))));
            let events = pair.take_events(B);
            assert_eq!(events.last(), Some(&Event::IncomingStreamReset(StreamId(5))), "after the messages");
        }
    }
}

#[test]
fn a_reset_waits_until_the_owner_has_read_what_came_before() {
    let mut pair = Pair::connected();
    pair.reading[B] = false;
    pair.send(A, 5, b"one");
    pair.ends[A].reset_stream(pair.now, StreamId(5));
    pair.run_for(SECOND);
    assert!(pair.take_events(A).contains(&Event::OutgoingStreamReset(StreamId(5))));
    pair.send(A, 5, b"next life");
    pair.run_for(SECOND);
    assert_eq!(pair.take_events(B), [Event::Readable(StreamId(5)), Event::IncomingStreamResetWaits(StreamId(5))]);
    pair.read(B, StreamId(5));
    pair.collect(B);
    assert_eq!(pair.payloads(B), [b"one"]);
    assert_eq!(pair.take_events(B), [Event::IncomingStreamReset(StreamId(5)), Event::Readable(StreamId(5))]);
    pair.read(B, StreamId(5));
    assert_eq!(pair.payloads(B), [&b"one"[..], b"next life"]);
}

#[test]
fn both_sides_reset_a_stream_at_once() {
    let mut pair = Pair::connected();
    pair.send(A, 1, b"a");
    pair.send(B, 1, b"b");
    for side in [A, B] {
        pair.ends[side].reset_stream(pair.now, StreamId(1));
    }
    pair.run_for(SECOND);
    for side in [A, B] {
        let events = pair.take_events(side);
        for event in [Event::OutgoingStreamReset(StreamId(1)), Event::IncomingStreamReset(StreamId(1))] {
            assert_eq!(events.iter().filter(|other| **other == event).count(), 1, "{side}: {events:?}");
        }
    }
}

#[test]
fn resets_survive_loss() {
    for seed in 0..20 {
        let mut pair = pair(seed % 2 == 0);
        pair.set_loss(200, seed);
        for stream in 0..10 {
            pair.send(A, stream, &pattern(usize::from(stream), 3000));
            pair.ends[A].reset_stream(pair.now, StreamId(stream));
        }
        pair.run_until(120 * SECOND, |pair| {
            let done = |event: &&Event| matches!(event, Event::OutgoingStreamReset(_));
            pair.events[A].iter().filter(done).count() == 10
        });
        let incoming = pair.events[B].iter().filter(|event| matches!(event, Event::IncomingStreamReset(_))).count();
        assert_eq!((incoming, pair.inbox[B].len()), (10, 10), "seed {seed}");
        pair.clear_rules();
        for stream in 0..10 {
            pair.send(A, stream, b"again");
        }
        pair.run_for(SECOND);
        assert_eq!(pair.inbox[B].len(), 20);
    }
}

#[test]
fn a_reset_that_overtakes_data_is_deferred() {
    let mut pair = Pair::connected();
    // Stream 2 still has data on the way that is lost when stream 1 is reset.
    pair.send(A, 1, b"one");
    pair.ends[A].reset_stream(pair.now, StreamId(1));
    pair.run_for(Duration::from_millis(40));
    let until = pair.now + Duration::from_millis(200);
    drop_marked(&mut pair, A, b'L');
    pair.send(A, 2, b"L");
    while pair.now < until {
        pair.step(until);
    }
    pair.clear_rules();
    pair.run_for(5 * SECOND);
    assert_eq!(pair.payloads(B), [&b"one"[..], b"L"]);
    assert!(pair.take_events(A).contains(&Event::OutgoingStreamReset(StreamId(1))));
    assert!(pair.take_events(B).contains(&Event::IncomingStreamReset(StreamId(1))));
}

#[test]
fn a_thousand_streams_are_reset_in_a_few_packets() {
    let mut pair = Pair::connected();
    for stream in 0..1000 {
        pair.send(A, stream, b"x");
        pair.ends[A].reset_stream(pair.now, StreamId(stream));
    }
    pair.run_for(3 * SECOND);
    let reset = pair.take_events(B).iter().filter(|event| matches!(event, Event::IncomingStreamReset(_))).count();
    assert_eq!(reset, 1000);
    assert!(pair.count(A, RE_CONFIG) <= 12, "{}", pair.count(A, RE_CONFIG));
}

#[test]
fn a_reset_asked_for_before_the_connection_is_up_follows_it() {
    let mut pair = Pair::new();
    pair.send(A, 3, b"early");
    pair.ends[A].reset_stream(pair.now, StreamId(3));
    pair.ends[A].connect(pair.now);
    pair.run_for(2 * SECOND);
    assert!(pair.take_events(A).contains(&Event::OutgoingStreamReset(StreamId(3))));
    assert_eq!(pair.take_events(B).last(), Some(&Event::IncomingStreamReset(StreamId(3))));
}

#[test]
fn requests_we_have_no_use_for_are_answered_politely() {
    let mut pair = Pair::connected();
    // Add Outgoing Streams (17), Add Incoming Streams (18), SSN/TSN Reset (15), each with the next request number.
    let tags = {
        pair.send(A, 1, b"x");
        let mut packet = Vec::new();
        pair.ends[A].poll_transmit(pair.now, &mut packet);
        pair.ends[B].handle_datagram(pair.now, &packet);
        packet[..12].to_vec()
    };
    let first = u32::from_be_bytes(chunks(&pair_packet(&mut pair))[0][4..8].try_into().unwrap()).wrapping_sub(1);
    for (step, kind) in [17u8, 18, 15].into_iter().enumerate() {
        let number = first.wrapping_add(step as u32).to_be_bytes();
        let mut packet = tags.clone();
        packet.extend_from_slice(&[RE_CONFIG, 0, 0, 16, 0, kind, 0, 12]);
        packet.extend_from_slice(&number);
        packet.extend_from_slice(&[0, 1, 0, 0]);
        pair.ends[B].handle_datagram(pair.now, &packet);
        pair.log.clear();
        pair.flush(B);
        let reply = pair.log.iter().find(|(_, _, packet)| kinds(packet).contains(&RE_CONFIG)).expect("an answer");
        let reply = chunks(&reply.2).into_iter().find(|chunk| chunk[0] == RE_CONFIG).unwrap();
        assert_eq!((reply[4..6] == [0, 16], reply[8..12] == number, reply[15]), (true, true, 2), "denied");
    }
}

/// A data packet of A, not delivered.
fn pair_packet(pair: &mut Pair) -> Vec<u8> {
    pair.send(A, 1, b"y");
    let mut packet = Vec::new();
    assert!(pair.ends[A].poll_transmit(pair.now, &mut packet));
    packet
}

#[test]
fn a_shutdown_delivers_everything_first() {
    for seed in 0..10 {
        let mut pair = Pair::connected();
        pair.set_loss(if seed == 0 { 0 } else { 100 }, seed);
        pair.send(A, 1, &pattern(1, 100_000));
        pair.send(B, 1, &pattern(2, 100_000));
        pair.ends[A].shutdown(pair.now);
        assert_eq!(pair.ends[A].state(), State::ShuttingDown);
        let message = OutgoingMessage::new(Ppid::BINARY, Bytes::from_static(b"no"));
        assert_eq!(pair.ends[A].send(pair.now, StreamId(1), message), Err(SendError::Closed));
        pair.run_for(100 * SECOND);
        for side in [A, B] {
            assert_eq!(pair.inbox_bytes(side), 100_000, "seed {seed} side {side}");
            assert_eq!(pair.ends[side].state(), State::Closed);
            assert_eq!(pair.take_events(side).last(), Some(&Event::Closed { reason: CloseReason::Shutdown }));
            assert_eq!(pair.ends[side].poll_timeout(), None);
        }
    }
}

#[test]
fn both_sides_shut_down_at_once() {
    let mut pair = Pair::connected();
    for side in [A, B] {
        pair.ends[side].shutdown(pair.now);
    }
    pair.run_for(SECOND);
    for side in [A, B] {
        assert_eq!(pair.take_events(side), [Event::Closed { reason: CloseReason::Shutdown }]);
    }
}

#[test]
fn any_lost_packet_of_the_shutdown_is_repeated() {
    for (side, kind) in [(A, SHUTDOWN), (B, SHUTDOWN_ACK), (A, SHUTDOWN_COMPLETE)] {
        let mut pair = Pair::connected();
        pair.drop_first(side, kind);
        pair.ends[A].shutdown(pair.now);
        pair.run_for(5 * SECOND);
        for side in [A, B] {
            assert_eq!(pair.take_events(side), [Event::Closed { reason: CloseReason::Shutdown }], "{kind}");
        }
    }
}

#[test]
fn a_shutdown_that_the_peer_ignores_is_cut_short() {
    let mut pair = Pair::connected();
    pair.set_rule(B, |_, _| Verdict::Drop);
    pair.ends[A].shutdown(pair.now);
    pair.run_for(120 * SECOND);
    assert_eq!(pair.ends[A].state(), State::Closed);
}

#[test]
fn messages_can_be_read_after_the_end() {
    let mut pair = Pair::connected();
    pair.reading[B] = false;
    pair.send(A, 1, b"last words");
    pair.ends[A].shutdown(pair.now);
    pair.run_for(SECOND);
    assert_eq!(pair.ends[B].state(), State::Closed);
    pair.read(B, StreamId(1));
    assert_eq!(pair.payloads(B), [b"last words"]);
}

#[test]
fn an_abort_tells_its_reason() {
    let mut pair = Pair::connected();
    pair.send(A, 1, &pattern(1, 100_000));
    pair.ends[A].abort(pair.now, "enough");
    pair.run_for(SECOND);
    assert_eq!(pair.take_events(A).last(), Some(&Event::Closed { reason: CloseReason::Aborted }));
    let reason = CloseReason::PeerAbort { cause: 12, reason: Bytes::from_static(b"enough") };
    assert_eq!(pair.take_events(B), [Event::Closed { reason }]);
    assert_eq!((pair.count(A, ABORT), pair.count(A, 64)), (1, 0));
}
