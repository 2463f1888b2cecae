//! The explicit nonce of AES-GCM in DTLS 1.2 records (RFC 5288 §3).

use peerline_dtls::{Record, Records};

/// Where the explicit nonce stands in a record: right behind the header.
const EXPLICIT: core::ops::Range<usize> = 13..21;
/// Where epoch and sequence number stand in the header.
const EPOCH_AND_SEQUENCE: core::ops::Range<usize> = 3..11;

/// Writes epoch and sequence number as explicit nonce into every protected record of a datagram.
///
/// RFC 5288 §3: the nonce MUST be unique per key, and may be the sequence number. `suites` sealed the record with that nonce,
/// whatever dimpl wrote here.
pub(crate) fn write(datagram: &mut [u8]) {
    let mut at = 0;
    while let Some(rest) = datagram.get_mut(at..).filter(|rest| !rest.is_empty()) {
        let Some((epoch, len)) = first_record(rest) else { return };
        if epoch > 0 && len >= EXPLICIT.end {
            rest.copy_within(EPOCH_AND_SEQUENCE, EXPLICIT.start);
        }
        at += len;
    }
}

/// Epoch and length of the first record.
fn first_record(datagram: &[u8]) -> Option<(u16, usize)> {
    let mut records = Records::new(datagram);
    match records.next()? {
        Record::Long { epoch, .. } => Some((epoch, datagram.len() - records.rest().len())),
        Record::Unified { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_epoch_and_sequence_number_into_protected_records_only() {
        let record = |epoch: u8, sequence: u8| {
            let mut record = vec![23, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, sequence, 0, 30];
            record.extend([0xAA; 30]);
            record
        };
        let mut datagram = [record(0, 7), record(1, 8), record(1, 9)].concat();
        write(&mut datagram);
        assert_eq!(datagram[..43], record(0, 7)[..]);
        assert_eq!(datagram[43 + 13..43 + 21], [0, 1, 0, 0, 0, 0, 0, 8]);
        assert_eq!(datagram[86 + 13..86 + 21], [0, 1, 0, 0, 0, 0, 0, 9]);
        assert_eq!(datagram[86 + 21..], [0xAA; 22][..]);
    }
}
