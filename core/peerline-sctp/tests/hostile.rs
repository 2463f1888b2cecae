//! Hostile packets against a live association: it survives, the transfer completes, memory stays bounded.

mod harness;

use core::time::Duration;
use harness::{A, B, Pair, chunks, config, kinds, pattern};
use peerline_edge::Rng;
use peerline_sctp::{CloseReason, Event, Reliability, State, StreamId};

const SECOND: Duration = Duration::from_secs(1);

/// Packets of every chunk type that a rich exchange produces, as `side` sent them.
fn specimens(side: usize, interleaving: bool) -> Vec<Vec<u8>> {
    let (mut a, b) = (config(1), config(2));
    a.interleaving = interleaving;
    a.heartbeat_interval = Some(SECOND);
    let mut pair = Pair::with(a, b);
    for end in &mut pair.ends {
        end.connect(pair.now);
    }
    pair.run_for(5 * SECOND);
    pair.set_loss(100, 5);
    for number in 0..30 {
        pair.send_with(A, 1, &pattern(number, 3000), number % 2 == 0, Reliability::MaxRetransmits(0));
        pair.send(B, 2, &pattern(number, 3000));
    }
    pair.ends[A].reset_stream(pair.now, StreamId(1));
    pair.run_for(20 * SECOND);
    pair.clear_rules();
    pair.ends[B].shutdown(pair.now);
    pair.run_for(5 * SECOND);
    let mut by_kind = std::collections::BTreeMap::new();
    for (_, from, packet) in pair.log {
        if from == side {
            for kind in kinds(&packet) {
                by_kind.entry(kind).or_insert_with(|| packet.clone());
            }
        }
    }
    let mut abort = by_kind.values().next_back().expect("some packets")[..12].to_vec();
    abort.extend_from_slice(&[9, 0, 0, 10, 0, 6, 0, 6, 1, 2, 0, 0]);
    by_kind.into_values().chain([abort]).collect()
}

/// Rewrites a packet so that it passes the checks of `to`: its tag, no checksum.
fn aim(packet: &mut [u8], tag: [u8; 4]) {
    if packet.len() >= 12 {
        packet[4..8].copy_from_slice(&tag);
        packet[8..12].fill(0);
    }
}

/// The tag under which A sends to B.
fn tag_of(pair: &mut Pair) -> [u8; 4] {
    pair.send(A, 60, b"probe");
    pair.flush(A);
    pair.log.last().expect("a packet").2[4..8].try_into().expect("four bytes")
}

/// The association may end (a forged chunk under the right tag can be a valid ABORT), but never panic, hang or spin.
fn survives(pair: &mut Pair) {
    for side in [A, B] {
        for _ in 0..200 {
            let mut buf = Vec::new();
            if !pair.ends[side].poll_transmit(pair.now, &mut buf) {
                break;
            }
        }
        pair.collect(side);
    }
}

#[test]
fn every_chunk_type_truncated_at_every_length_changes_nothing() {
    for interleaving in [false, true] {
        let (mut a, b) = (config(1), config(2));
        a.interleaving = interleaving;
        for specimen in specimens(A, interleaving) {
            let mut pair = Pair::connected_with(a.clone(), b.clone());
            let tag = tag_of(&mut pair);
            for len in 0..specimen.len().min(200) {
                let mut packet = specimen[..len].to_vec();
                aim(&mut packet, tag);
                pair.ends[B].handle_datagram(pair.now, &packet);
                // The same with the chunk's own length made to fit.
                if len >= 16 {
                    packet[14..16].copy_from_slice(&((len - 12) as u16).to_be_bytes());
                    pair.ends[B].handle_datagram(pair.now, &packet);
                }
            }
            survives(&mut pair);
        }
    }
}

#[test]
fn every_bit_flipped_in_every_chunk_type_is_survived() {
    for interleaving in [false, true] {
        let (mut a, b) = (config(1), config(2));
        a.interleaving = interleaving;
        for specimen in specimens(A, interleaving) {
            let mut pair = Pair::connected_with(a.clone(), b.clone());
            let tag = tag_of(&mut pair);
            for bit in 96..specimen.len().min(120) * 8 {
                let mut packet = specimen.clone();
                packet[bit / 8] ^= 1 << (bit % 8);
                aim(&mut packet, tag);
                if kinds(&packet).contains(&1) {
                    packet[4..8].fill(0);
                }
                pair.ends[B].handle_datagram(pair.now, &packet);
                survives(&mut pair);
                if pair.ends[B].state() == State::Closed {
                    pair = Pair::connected_with(a.clone(), b.clone());
                    tag_of(&mut pair);
                }
            }
        }
    }
}

#[test]
fn random_chunks_under_the_right_tag_are_survived() {
    let mut rng = Rng::new([9; 32]);
    let kinds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 63, 64, 130, 192, 193, 194, 255];
    for round in 0..300 {
        let (mut a, b) = (config(1), config(2));
        a.interleaving = round % 2 == 0;
        let mut pair = Pair::connected_with(a, b);
        let tag = tag_of(&mut pair);
        for _ in 0..60 {
            let mut packet = vec![0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, 0, 0, 0, 0];
            for _ in 0..1 + rng.below(3) {
                let len = rng.below(60) as usize;
                let mut body = vec![0; len];
                rng.fill(&mut body);
                let kind = kinds[rng.below(kinds.len() as u32) as usize];
                packet.extend_from_slice(&[kind, rng.u32() as u8, 0, (len + 4) as u8]);
                packet.extend_from_slice(&body);
                packet.resize(packet.len().next_multiple_of(4), 0);
            }
            aim(&mut packet, tag);
            pair.ends[B].handle_datagram(pair.now, &packet);
        }
        survives(&mut pair);
        pair.run_for(Duration::from_millis(100));
    }
}

#[test]
fn a_transfer_completes_among_forged_packets_of_a_blind_attacker() {
    let mut pair = Pair::connected();
    pair.logging = false;
    let mut rng = Rng::new([4; 32]);
    let specimens = specimens(A, true);
    for number in 0..50 {
        pair.send(A, 1, &pattern(number, 10_000));
    }
    while pair.inbox[B].len() < 50 {
        let until = pair.now + SECOND;
        pair.step(until);
        for specimen in &specimens {
            let mut packet = specimen.clone();
            packet[4..8].copy_from_slice(&rng.bytes::<4>());
            packet[8..12].fill(0);
            let byte = 12 + rng.below(packet.len() as u32 - 12) as usize;
            packet[byte] ^= 1 << rng.below(8);
            pair.ends[B].handle_datagram(pair.now, &packet);
        }
    }
    assert!((0..50).all(|number| pair.inbox[B][number].1.payload == pattern(number, 10_000)));
    assert_eq!(pair.ends[B].state(), State::Connected);
    assert!(pair.ends[B].drops().wrong_tag > 20);
}

/// A DATA chunk packet for B.
fn data(tag: [u8; 4], tsn: u32, stream: u16, ssn: u16, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x13, 0x88, 0x13, 0x88];
    packet.extend_from_slice(&tag);
    packet.extend_from_slice(&[0; 4]);
    packet.extend_from_slice(&[0, flags]);
    packet.extend_from_slice(&(16 + payload.len() as u16).to_be_bytes());
    packet.extend_from_slice(&tsn.to_be_bytes());
    packet.extend_from_slice(&stream.to_be_bytes());
    packet.extend_from_slice(&ssn.to_be_bytes());
    packet.extend_from_slice(&53u32.to_be_bytes());
    packet.extend_from_slice(payload);
    packet.resize(packet.len().next_multiple_of(4), 0);
    packet
}

/// A pair without interleaving, the tag towards B, and the next TSN that B expects.
fn target() -> (Pair, [u8; 4], u32) {
    let (mut a, mut b) = (config(1), config(2));
    a.interleaving = false;
    b.max_receive_buffer = 1 << 20;
    b.max_message_size = 1 << 18;
    let mut pair = Pair::connected_with(a, b);
    let tag = tag_of(&mut pair);
    let packet = pair.log.last().expect("a packet").2.clone();
    let tsn = u32::from_be_bytes(chunks(&packet)[0][4..8].try_into().expect("four bytes"));
    pair.ends[B].handle_datagram(pair.now, &packet);
    (pair, tag, tsn.wrapping_add(1))
}

#[test]
fn a_flood_of_sparse_tsns_holds_no_more_than_the_window() {
    let (mut pair, tag, tsn) = target();
    for step in 0..40_000u32 {
        // Ends of messages whose beginnings never come.
        let packet = data(tag, tsn.wrapping_add(1 + 2 * (step % 32_000)), 1, 0, 1, &[7; 1000]);
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    survives(&mut pair);
    let taken = 40_000 - pair.ends[B].drops().unexpected_chunk;
    assert!(taken <= ((2 << 20) + (2 << 18)) / 1064 + 2, "{taken} chunks");
    assert_eq!(pair.ends[B].state(), State::Closed, "it held far more than its grant and was ended");
    assert_eq!(pair.take_events(B).last(), Some(&Event::Closed { reason: CloseReason::OutOfResource }));
}

#[test]
fn tiny_messages_nobody_reads_close_the_window_by_their_number() {
    let (mut pair, tag, tsn) = target();
    pair.reading[B] = false;
    for step in 0..100_000u32 {
        let packet = data(tag, tsn.wrapping_add(step), 1, step as u16, 3, b"x");
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    let held = pair.ends[B].statistics().messages_received;
    assert!(held <= (1 << 20) / 65 + 2, "{held} messages");
    assert_eq!(pair.ends[B].state(), State::Connected);
}

#[test]
fn messages_on_all_streams_stay_within_the_window() {
    let (mut pair, tag, tsn) = target();
    for step in 0..65_535u32 {
        // Ordered messages out of order: each waits for one that never comes.
        let packet = data(tag, tsn.wrapping_add(step), step as u16, 1, 3, &[1; 100]);
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    survives(&mut pair);
    assert!(pair.ends[B].statistics().messages_received <= ((2 << 20) + (2 << 18)) / 164 + 2);
}

#[test]
fn a_message_beyond_the_limit_ends_the_association() {
    let (mut pair, tag, tsn) = target();
    for step in 0..400u32 {
        let flags = if step == 0 { 2 } else { 0 };
        let packet = data(tag, tsn.wrapping_add(step), 1, 0, flags, &[7; 1000]);
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    pair.collect(B);
    assert_eq!(pair.take_events(B).last(), Some(&Event::Closed { reason: CloseReason::MessageTooLarge }));
}

#[test]
fn data_without_user_data_ends_the_association() {
    let (mut pair, tag, tsn) = target();
    pair.ends[B].handle_datagram(pair.now, &data(tag, tsn, 1, 0, 3, &[]));
    pair.flush(B);
    let abort = &pair.log.last().unwrap().2;
    assert_eq!((kinds(abort), chunks(abort)[0][4..6].to_vec()), (vec![6], vec![0, 9]));
}

#[test]
fn sacks_that_lie_are_dropped_or_survived() {
    let mut pair = Pair::connected();
    pair.send(B, 1, &pattern(1, 50_000));
    pair.flush(B);
    let tag = tag_of(&mut pair);
    let sent = chunks(&pair.log.iter().find(|(_, side, _)| *side == B).unwrap().2.clone())[0][4..8].to_vec();
    let first = u32::from_be_bytes(sent.try_into().unwrap());
    let mut rng = Rng::new([3; 32]);
    for round in 0..5000u32 {
        // Acknowledges what was not sent, blocks out of order, blocks that overlap, floods of blocks.
        let cumulative = if round % 3 == 0 { rng.u32() } else { first.wrapping_sub(1) };
        let blocks = if round % 100 == 0 { 280 } else { rng.below(6) };
        let mut packet = vec![0x13, 0x88, 0x13, 0x88];
        packet.extend_from_slice(&tag);
        packet.extend_from_slice(&[0; 4]);
        packet.extend_from_slice(&[3, 0]);
        packet.extend_from_slice(&(16 + 4 * blocks as u16).to_be_bytes());
        packet.extend_from_slice(&cumulative.to_be_bytes());
        packet.extend_from_slice(&100_000u32.to_be_bytes());
        packet.extend_from_slice(&(blocks as u16).to_be_bytes());
        packet.extend_from_slice(&[0, 0]);
        for _ in 0..blocks {
            let (from, to) = (rng.below(20) as u16, rng.u32() as u16 % 200);
            packet.extend_from_slice(&(from + 2).to_be_bytes());
            packet.extend_from_slice(&to.to_be_bytes());
        }
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    assert!(pair.ends[B].drops().invalid_sack > 1000);
    pair.run_for(60 * SECOND);
    assert_eq!(pair.ends[B].state(), State::Connected);
    assert_eq!(pair.inbox_bytes(A), 50_000, "what was taken back is sent again");
}

#[test]
fn unknown_chunks_are_skipped_reported_or_stop_the_packet_by_their_high_bits() {
    for (kind, skipped, reported) in
        [(0x3f, false, false), (0x7f, false, true), (0xbf, true, false), (0xff, true, true)]
    {
        let (mut pair, tag, tsn) = target();
        pair.inbox[B].clear();
        pair.flush(B);
        pair.log.clear();
        let mut packet = data(tag, tsn, 1, 0, 3, b"data");
        let rest = packet.split_off(12);
        packet.extend_from_slice(&[kind, 0, 0, 4]);
        packet.extend_from_slice(&rest);
        pair.ends[B].handle_datagram(pair.now, &packet);
        pair.collect(B);
        pair.flush(B);
        assert_eq!(pair.payloads(B).contains(&&b"data"[..]), skipped, "{kind:#x}");
        assert_eq!(pair.count(B, 9) == 1, reported, "{kind:#x}");
    }
}

#[test]
fn heartbeat_floods_are_answered_a_few_at_a_time() {
    let (mut pair, tag, _) = target();
    pair.flush(B);
    pair.log.clear();
    for _ in 0..1000 {
        let mut packet = vec![0x13, 0x88, 0x13, 0x88];
        packet.extend_from_slice(&tag);
        packet.extend_from_slice(&[0, 0, 0, 0, 4, 0, 0, 12, 0, 1, 0, 8, 1, 2, 3, 4]);
        pair.ends[B].handle_datagram(pair.now, &packet);
    }
    assert!(pair.ends[B].drops().reply_overflow >= 900);
    pair.flush(B);
    assert!(pair.count(B, 5) >= 1);
}
