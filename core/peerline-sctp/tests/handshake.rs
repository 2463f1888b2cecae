//! The way up: simultaneous open, losses, restart, cookies, tags (RFC 9260 §5).

mod harness;

use core::time::Duration;
use harness::{A, B, Pair, Verdict, chunks, config, kinds, pattern, seal};
use peerline_edge::Time;
use peerline_sctp::{Association, CloseReason, Event, InitError, State, StreamId};

const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const COOKIE_ECHO: u8 = 10;
const COOKIE_ACK: u8 = 11;

#[test]
fn one_side_connects() {
    let mut pair = Pair::new();
    pair.ends[A].connect(pair.now);
    let took = pair.run_until(Duration::from_secs(1), |pair| pair.ends[A].state() == State::Connected);
    assert_eq!(took, Duration::from_millis(100), "two round trips");
    assert_eq!(pair.ends[B].state(), State::Connected);
    assert_eq!((pair.ends[A].max_outgoing_streams(), pair.ends[B].max_incoming_streams()), (65_535, 65_535));
    assert!(pair.ends[A].is_interleaving() && pair.ends[B].is_checksum_free());
}

#[test]
fn both_sides_connect_at_once() {
    let mut pair = Pair::new();
    pair.connect();
    pair.send(A, 0, b"hello");
    pair.send(B, 1, b"world");
    pair.run_for(Duration::from_secs(1));
    assert_eq!((pair.payloads(B), pair.payloads(A)), (vec![&b"hello"[..]], vec![&b"world"[..]]));
}

#[test]
fn data_sent_before_connecting_goes_with_the_cookie_echo() {
    let mut pair = Pair::new();
    pair.send(A, 0, b"early");
    pair.ends[A].connect(pair.now);
    let took = pair.run_until(Duration::from_secs(1), |pair| !pair.inbox[B].is_empty());
    assert_eq!(took, Duration::from_millis(75), "one and a half round trips");
    let echo = pair.log.iter().find(|(_, side, packet)| *side == A && kinds(packet).contains(&COOKIE_ECHO)).unwrap();
    assert_eq!(kinds(&echo.2).len(), 2);
}

#[test]
fn any_lost_packet_of_the_handshake_is_repeated() {
    for kind in [INIT, INIT_ACK, COOKIE_ECHO, COOKIE_ACK] {
        for side in [A, B] {
            for both in [false, true] {
                let mut pair = Pair::new();
                pair.drop_first(side, kind);
                pair.send(A, 0, b"early");
                pair.send(B, 1, b"early too");
                pair.ends[A].connect(pair.now);
                if both {
                    pair.ends[B].connect(pair.now);
                }
                pair.run_for(Duration::from_secs(10));
                for side in [A, B] {
                    assert_eq!(pair.ends[side].state(), State::Connected, "{kind} {side} {both}");
                    let connected = pair.events[side].iter().filter(|event| **event == Event::Connected).count();
                    assert_eq!((connected, pair.inbox[side].len()), (1, 1), "{kind} {side} {both}");
                }
            }
        }
    }
}

#[test]
fn handshakes_survive_heavy_loss() {
    for seed in 0..40 {
        let mut pair = Pair::new();
        pair.set_loss(300, seed);
        pair.send(A, 0, b"x");
        pair.ends[A].connect(pair.now);
        pair.ends[B].connect(pair.now);
        pair.run_until(Duration::from_secs(60), |pair| !pair.inbox[B].is_empty());
        pair.run_until(Duration::from_secs(60), |pair| pair.ends[A].state() == State::Connected);
    }
}

#[test]
fn connecting_to_nobody_is_given_up() {
    let mut pair = Pair::new();
    pair.set_rule(A, |_, _| Verdict::Drop);
    pair.ends[A].connect(pair.now);
    pair.run_for(Duration::from_secs(300));
    assert_eq!(pair.take_events(A), [Event::Closed { reason: CloseReason::ConnectTimeout }]);
    assert_eq!(pair.count(A, INIT), 9, "once and eight repetitions");
    assert_eq!(pair.ends[A].poll_timeout(), None);
}

#[test]
fn a_peer_that_restarts_is_taken_up_again() {
    let mut pair = Pair::connected();
    pair.send(A, 0, b"before");
    pair.run_for(Duration::from_secs(1));
    pair.send(A, 0, &pattern(0, 100_000));
    pair.ends[B] = Association::new(config(77));
    pair.ends[B].connect(pair.now);
    pair.run_for(Duration::from_secs(5));
    assert_eq!(pair.take_events(A).last(), Some(&Event::Restarted));
    assert_eq!(pair.ends[B].state(), State::Connected);
    pair.inbox[B].clear();
    pair.send(A, 0, b"after");
    pair.send(B, 0, b"after");
    pair.run_for(Duration::from_secs(1));
    assert_eq!((pair.payloads(A), pair.payloads(B)), (vec![&b"after"[..]], vec![&b"after"[..]]));
}

/// Everything that `side` has to send now.
fn packets(end: &mut Association, now: Time) -> Vec<Vec<u8>> {
    core::iter::from_fn(|| {
        let mut buf = Vec::new();
        end.poll_transmit(now, &mut buf).then_some(buf)
    })
    .collect()
}

/// A COOKIE ECHO that B would accept, and B.
fn echo() -> (Vec<u8>, Association, Time) {
    let now = Time::from_millis(5);
    let (mut a, mut b) = (Association::new(config(1)), Association::new(config(2)));
    a.connect(now);
    b.handle_datagram(now, &packets(&mut a, now)[0]);
    a.handle_datagram(now, &packets(&mut b, now)[0]);
    (packets(&mut a, now).remove(0), b, now)
}

#[test]
fn a_tampered_cookie_is_dropped() {
    let (echo, mut b, now) = echo();
    for byte in 16..16 + 73 {
        let mut forged = echo.clone();
        forged[byte] ^= 0x40;
        seal(&mut forged);
        b.handle_datagram(now, &forged);
        assert_eq!(b.state(), State::Closed, "byte {byte}");
    }
    assert!(b.drops().bad_cookie > 0);
    b.handle_datagram(now, &echo);
    assert_eq!(b.state(), State::Connected);
}

#[test]
fn a_stale_cookie_is_refused_with_an_error() {
    let (echo, mut b, now) = echo();
    let later = now + Duration::from_secs(61);
    b.handle_datagram(later, &echo);
    assert_eq!((b.state(), b.drops().stale_cookie), (State::Closed, 1));
    let replies = packets(&mut b, later);
    assert_eq!(kinds(&replies[0]), [9]);
    assert_eq!(chunks(&replies[0])[0][4..6], [0, 3], "stale cookie");
}

#[test]
fn a_cookie_replayed_into_a_connection_changes_nothing() {
    let mut pair = Pair::new();
    pair.connect();
    pair.send(A, 0, b"one");
    pair.run_for(Duration::from_secs(1));
    let mut pair2 = Pair::new();
    pair2.ends[A].connect(pair2.now);
    pair2.run_for(Duration::from_secs(1));
    let echo = pair2.log.iter().find(|(_, _, packet)| kinds(packet).contains(&COOKIE_ECHO)).unwrap().2.clone();
    pair2.take_events(B);
    pair2.ends[B].handle_datagram(pair2.now, &echo);
    pair2.run_for(Duration::from_secs(1));
    assert_eq!(pair2.take_events(B), [], "only another COOKIE ACK");
    pair2.send(A, 0, b"still up");
    pair2.run_for(Duration::from_secs(1));
    assert_eq!(pair2.payloads(B), [b"still up"]);
}

#[test]
fn an_init_costs_no_state_and_no_unbounded_replies() {
    let mut b = Association::new(config(2));
    let now = Time::from_millis(1);
    for seed in 0..200 {
        let mut a = Association::new(config(seed));
        a.connect(now);
        b.handle_datagram(now, &packets(&mut a, now)[0]);
    }
    assert_eq!(b.state(), State::Closed);
    assert!(packets(&mut b, now).len() <= 8);
    assert!(b.drops().reply_overflow > 0);
    assert_eq!(b.poll_timeout(), None);
}

#[test]
fn packets_with_a_wrong_tag_or_port_or_checksum_are_dropped() {
    let mut pair = Pair::connected();
    pair.send(A, 0, b"x");
    let mut packet = Vec::new();
    assert!(pair.ends[A].poll_transmit(pair.now, &mut packet));
    for (byte, what) in [(0, "port"), (2, "port"), (4, "tag"), (8, "checksum")] {
        let mut wrong = packet.clone();
        wrong[byte] ^= 1;
        if what != "checksum" {
            seal(&mut wrong);
        }
        pair.ends[B].handle_datagram(pair.now, &wrong);
    }
    let drops = *pair.ends[B].drops();
    assert_eq!((drops.wrong_port, drops.wrong_tag, drops.bad_checksum), (2, 1, 1));
    pair.ends[B].handle_datagram(pair.now, &packet);
    pair.collect(B);
    assert_eq!(pair.payloads(B), [b"x"]);
}

#[test]
fn a_blind_abort_is_dropped() {
    let mut pair = Pair::connected();
    for flags in [0, 1] {
        for tag in [0u32, 1, 0xdead_beef] {
            let mut abort = vec![0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 6, flags, 0, 4];
            abort[4..8].copy_from_slice(&tag.to_be_bytes());
            seal(&mut abort);
            pair.ends[B].handle_datagram(pair.now, &abort);
        }
    }
    assert_eq!(pair.ends[B].state(), State::Connected);
    assert_eq!(pair.ends[B].drops().wrong_tag, 6);
}

#[test]
fn streams_are_negotiated_down() {
    let (mut a, b) = (config(1), config(2));
    a.streams = 10;
    let mut pair = Pair::connected_with(a, b);
    assert_eq!((pair.ends[B].max_outgoing_streams(), pair.ends[B].max_incoming_streams()), (10, 10));
    assert_eq!((pair.ends[A].max_outgoing_streams(), pair.ends[A].max_incoming_streams()), (10, 10));
    let message = peerline_sctp::OutgoingMessage::new(peerline_sctp::Ppid::BINARY, bytes::Bytes::from_static(b"x"));
    let refused = pair.ends[B].send(pair.now, StreamId(10), message);
    assert_eq!(refused, Err(peerline_sctp::SendError::NoSuchStream));
}

#[test]
fn extensions_are_used_only_if_both_have_them() {
    let (mut a, mut b) = (config(1), config(2));
    a.interleaving = false;
    b.zero_checksum = false;
    let mut pair = Pair::connected_with(a, b);
    for end in &pair.ends {
        assert!(!end.is_interleaving() && !end.is_checksum_free());
    }
    pair.send(A, 0, &pattern(1, 5000));
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.payloads(B), [pattern(1, 5000)]);
    assert!(pair.log.iter().all(|(_, _, packet)| packet[8..12] != [0; 4]), "every packet has its checksum");
    assert!(pair.count(A, 0) > 0 && pair.count(A, 64) == 0);
}

#[test]
fn checksums_are_left_out_only_after_the_handshake() {
    let mut pair = Pair::new();
    for end in &mut pair.ends {
        end.connect(pair.now);
    }
    pair.run_for(Duration::from_secs(1));
    for (_, _, packet) in &pair.log {
        let bare = kinds(packet).iter().any(|kind| [INIT, INIT_ACK, COOKIE_ECHO].contains(kind));
        assert_eq!(packet[8..12] != [0; 4], bare, "{:?}", kinds(packet));
    }
}

#[test]
fn inits_exchanged_by_signaling_need_no_round_trip() {
    let mut pair = Pair::new();
    pair.send(A, 1, b"at once");
    let inits = [pair.ends[A].init_chunk(), pair.ends[B].init_chunk()];
    pair.ends[A].connect_with_init(pair.now, &inits[B]).unwrap();
    pair.ends[B].connect_with_init(pair.now, &inits[A]).unwrap();
    assert_eq!(pair.ends[A].connect_with_init(pair.now, &inits[B]), Err(InitError::TooLate));
    let took = pair.run_until(Duration::from_secs(1), |pair| !pair.inbox[B].is_empty());
    assert_eq!(took, Duration::from_millis(25), "half a round trip");
    pair.send(B, 1, &pattern(1, 50_000));
    pair.run_for(Duration::from_secs(1));
    assert_eq!(pair.payloads(A), [pattern(1, 50_000)]);
    assert_eq!(pair.count(A, INIT) + pair.count(B, INIT), 0);
}

#[test]
fn a_bad_init_from_signaling_leaves_the_association_as_it_was() {
    let mut a = Association::new(config(1));
    let init = Association::new(config(2)).init_chunk();
    let now = Time::from_millis(1);
    for len in 0..init.len() - 4 {
        assert_eq!(a.connect_with_init(now, &init[..len]), Err(InitError::Malformed), "{len} bytes");
    }
    let twice = [init.clone(), init.clone()].concat();
    assert_eq!(a.connect_with_init(now, &twice), Err(InitError::Malformed));
    assert_eq!(a.state(), State::Closed);
    assert_eq!(a.connect_with_init(now, &init), Ok(()));
}
