//! Wire vectors, round trips and hostile bytes.

use super::chunk::{Chunk, Chunks};
use super::data::Data;
use super::init::{Capabilities, Init};
use super::*;
use crate::message::Ppid;
use proptest::prelude::*;

#[test]
fn the_checksum_is_crc32c_with_the_least_significant_byte_first() {
    // RFC 9260 §3.1 header with tag 0 around one COOKIE ACK; the CRC of the 16 bytes with a zero field, computed independently bit by bit.
    let mut packet = Vec::new();
    CommonHeader::write(5000, 5000, 0x0102_0304, &mut packet);
    chunk::write(&mut packet, chunk::COOKIE_ACK, 0, |_| {});
    let mut crc = u32::MAX;
    for byte in &packet {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0x82f6_3b78 };
        }
    }
    seal(&mut packet, 0);
    assert_eq!(packet[8..12], (!crc).to_le_bytes());
    assert_eq!(checksum(&packet), !crc);
    assert_eq!(CommonHeader::parse(&packet).unwrap().0.checksum, !crc);
}

#[test]
fn chunks_are_padded_and_a_bad_length_ends_the_packet() {
    let mut buf = Vec::new();
    chunk::write(&mut buf, 9, 1, |buf| buf.extend_from_slice(&[1, 2, 3, 4, 5]));
    chunk::write(&mut buf, 10, 0, |_| {});
    assert_eq!(buf, [9, 1, 0, 9, 1, 2, 3, 4, 5, 0, 0, 0, 10, 0, 0, 4]);
    let kinds: Vec<u8> = Chunks::new(&buf).map(|chunk| chunk.unwrap().kind).collect();
    assert_eq!(kinds, [9, 10]);
    for bad in [0u8, 3, 17] {
        buf[15] = bad;
        assert_eq!(Chunks::new(&buf).filter_map(Result::err).count(), 1, "length {bad}");
    }
}

#[test]
fn an_init_round_trips_with_every_capability() {
    for bits in 0..16 {
        let mut capabilities = Capabilities::from_bits(bits);
        let init = Init { tag: 7, a_rwnd: 9, outgoing: 10, incoming: 11, initial_tsn: Serial32(12), capabilities };
        let mut buf = Vec::new();
        init.write_ack(b"cookie!", &[0xc1, 0, 0, 4], &mut buf);
        let parsed = init::parse(&buf[4..]).unwrap();
        capabilities = Capabilities::from_bits(bits);
        assert_eq!(parsed.init.capabilities, capabilities);
        assert_eq!((parsed.init.tag, parsed.cookie), (7, Some(&b"cookie!"[..])));
        assert!(parsed.unrecognized.is_empty());
    }
}

#[test]
fn unknown_parameters_are_skipped_or_end_the_list_by_their_high_bits() {
    let init = Init {
        tag: 7,
        a_rwnd: 9,
        outgoing: 1,
        incoming: 1,
        initial_tsn: Serial32(0),
        capabilities: Capabilities::default(),
    };
    for (kind, skipped, reported) in
        [(0x3fff, false, false), (0x7fff, false, true), (0xbfff, true, false), (0xffff, true, true)]
    {
        let mut buf = Vec::new();
        init.write(&mut buf);
        parameter::write(&mut buf, kind, b"x");
        parameter::write(&mut buf, parameter::FORWARD_TSN_SUPPORTED, &[]);
        let parsed = init::parse(&buf[4..]).unwrap();
        assert_eq!(parsed.init.capabilities.partial_reliability, skipped, "{kind:#x}");
        assert_eq!(!parsed.unrecognized.is_empty(), reported, "{kind:#x}");
    }
}

#[test]
fn zero_tags_and_stream_counts_are_refused() {
    let mut buf = Vec::new();
    let init = Init {
        tag: 1,
        a_rwnd: 9,
        outgoing: 1,
        incoming: 1,
        initial_tsn: Serial32(0),
        capabilities: Capabilities::default(),
    };
    init.write(&mut buf);
    for range in [4..8, 12..14, 14..16] {
        let mut bad = buf.clone();
        bad[range].fill(0);
        assert_eq!(init::parse(&bad[4..]), Err(init::Refused::Invalid(cause::INVALID_MANDATORY_PARAMETER)));
    }
}

fn parse_everything(chunk: &Chunk<'_>) {
    let _ = init::parse(chunk.value);
    let _ = Data::parse(chunk);
    if let Some(sack) = sack::Sack::parse(chunk.value) {
        let _ = (sack.gaps().count(), sack.duplicates().count());
    }
    for interleaved in [false, true] {
        let _ = forward::ForwardTsn::parse(chunk.value, interleaved).map(|forward| forward.skipped().count());
    }
    let _ = reconfig::items(chunk.value).count();
    let _ = cause::first(chunk.value);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = CommonHeader::parse(&bytes);
        let _ = checksum(&bytes);
        for chunk in Chunks::new(&bytes).flatten() {
            parse_everything(&chunk);
        }
    }

    #[test]
    fn data_chunks_are_read_back(
        tsn: u32, stream: u16, flags in 0u8..16, mid: u16, fsn in 1u32.., ppid: u32,
        payload in proptest::collection::vec(any::<u8>(), 1..50), interleaved: bool,
    ) {
        let begin = flags & data::FLAG_BEGIN != 0;
        let written = Data {
            tsn: Serial32(tsn), stream, flags, mid: u32::from(mid), payload: &payload,
            fsn: if interleaved && !begin { fsn } else { 0 },
            ppid: Ppid(if interleaved && !begin { 0 } else { ppid }),
        };
        let mut buf = Vec::new();
        written.write(interleaved, &mut buf);
        prop_assert_eq!(buf.len() % 4, 0);
        let chunk = Chunks::new(&buf).next().unwrap().unwrap();
        prop_assert_eq!(Data::parse(&chunk), Some(written));
    }
}
