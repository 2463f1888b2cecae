use super::*;

fn long(content_type: u8, version: [u8; 2], epoch: u16, fragment: &[u8]) -> Vec<u8> {
    let mut out = vec![content_type, version[0], version[1]];
    out.extend(epoch.to_be_bytes());
    out.extend([0, 0, 0, 0, 1, 2]);
    out.extend(u16::try_from(fragment.len()).unwrap().to_be_bytes());
    out.extend(fragment);
    out
}

#[test]
fn walks_the_records_of_a_datagram() {
    let datagram = [long(22, [0xFE, 0xFF], 0, b"abc"), vec![0x2E, 0, 7, 0, 2, 8, 9], vec![0x22, 5, 1, 1]].concat();
    let mut records = Records::new(&datagram);
    let first =
        Record::Long { content_type: ContentType::HANDSHAKE, epoch: 0, sequence_number: 0x102, fragment: b"abc" };
    assert_eq!(records.next(), Some(first));
    assert_eq!(records.next(), Some(Record::Unified { bytes: &[0x2E, 0, 7, 0, 2, 8, 9] }));
    assert_eq!(records.next(), Some(Record::Unified { bytes: &[0x22, 5, 1, 1] }));
    assert_eq!(records.next(), None);
    assert!(records.rest().is_empty());
}

#[test]
fn ends_at_the_first_malformed_record() {
    for bad in [
        long(19, [0xFE, 0xFD], 0, b"x"),
        long(27, [0xFE, 0xFD], 0, b"x"),
        long(22, [3, 3], 0, b"x"),
        long(22, [0xFE, 0xFC], 0, b"x"),
        long(23, [0xFE, 0xFF], 1, b"protected records have one version"),
        vec![0x3C, 0, 0, 0, 0],
        vec![0x2C, 0, 0, 0, 1],
        vec![0x24],
        vec![0],
        vec![0xFF; 40],
    ] {
        let datagram = [long(22, [0xFE, 0xFD], 0, b"abc"), bad.clone()].concat();
        let mut records = Records::new(&datagram);
        assert!(records.next().is_some());
        assert_eq!(records.next(), None, "{bad:?}");
        assert_eq!(records.rest(), bad);
    }
}

#[test]
fn every_truncation_is_malformed() {
    for whole in [long(22, [0xFE, 0xFD], 0, b"abc"), vec![0x2E, 0, 7, 0, 2, 8, 9]] {
        for len in 1..whole.len() {
            assert_eq!(Records::new(&whole[..len]).next(), None, "{len}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn the_walk_ends_and_loses_no_byte(datagram in proptest::collection::vec(0..=255_u8, 0..600), first in 0x14..0x40_u8) {
        let mut datagram = datagram;
        if let Some(byte) = datagram.first_mut() {
            *byte = first;
        }
        let mut records = Records::new(&datagram);
        let mut seen = 0;
        for record in records.by_ref() {
            seen += match record {
                Record::Long { fragment, .. } => LONG_HEADER_LEN + fragment.len(),
                Record::Unified { bytes } => bytes.len(),
            };
        }
        proptest::prop_assert_eq!(seen + records.rest().len(), datagram.len());
    }
}
