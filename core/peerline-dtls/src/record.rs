//! Record headers: enough to walk the records of a datagram without keys (RFC 6347 §4.1, RFC 9147 §4).

/// The content type of a record with the long header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentType(pub u8);

impl ContentType {
    /// `change_cipher_spec`.
    pub const CHANGE_CIPHER_SPEC: Self = Self(20);
    /// `alert`.
    pub const ALERT: Self = Self(21);
    /// `handshake`.
    pub const HANDSHAKE: Self = Self(22);
    /// `application_data`.
    pub const APPLICATION_DATA: Self = Self(23);
    /// `ack` (RFC 9147 §7).
    pub const ACK: Self = Self(26);
}

/// One record of a datagram, undeciphered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// With the 13-byte header of DTLS 1.2 and of plaintext DTLS 1.3.
    Long {
        /// The content type.
        content_type: ContentType,
        /// The epoch; 0 is plaintext.
        epoch: u16,
        /// The 48-bit sequence number.
        sequence_number: u64,
        /// What follows the header.
        fragment: &'a [u8],
    },
    /// With the unified header of protected DTLS 1.3 records.
    Unified {
        /// The record with its header.
        bytes: &'a [u8],
    },
}

/// The records of one datagram in order; ends at the first that is malformed.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// The records of this datagram.
    #[must_use]
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }

    /// What was not a record: empty if the datagram was well-formed and walked to its end.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (record, rest) = split_record(self.rest)?;
        self.rest = rest;
        Some(record)
    }
}

/// Bytes of the long header.
pub(crate) const LONG_HEADER_LEN: usize = 13;

/// Splits the first record off; `None` if it is malformed.
pub(crate) fn split_record(datagram: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let first = *datagram.first()?;
    if first & 0b1110_0000 == 0b0010_0000 {
        return split_unified(datagram, first);
    }
    let (header, rest) = datagram.split_first_chunk::<LONG_HEADER_LEN>()?;
    let &[content_type, major, minor, e0, e1, s0, s1, s2, s3, s4, s5, l0, l1] = header;
    // RFC 6347 §4.1: 1.2 and the plaintext of 1.3 have FEFD; a ClientHello may say FEFF (1.0), a protected record may not.
    let epoch = u16::from_be_bytes([e0, e1]);
    let version = [major, minor] == [0xFE, 0xFD] || (epoch == 0 && [major, minor] == [0xFE, 0xFF]);
    if !(20..=26).contains(&content_type) || !version {
        return None;
    }
    let (fragment, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
    let record = Record::Long {
        content_type: ContentType(content_type),
        epoch,
        sequence_number: u64::from_be_bytes([0, 0, s0, s1, s2, s3, s4, s5]),
        fragment,
    };
    Some((record, rest))
}

/// RFC 9147 §4: 0 0 1 C S L E E; then the connection id (we negotiate none), 1 or 2 bytes of sequence number, 2 bytes of length if L is set.
fn split_unified(datagram: &[u8], first: u8) -> Option<(Record<'_>, &[u8])> {
    let has_connection_id = first & 0b1_0000 != 0;
    let long_sequence = first & 0b1000 != 0;
    let has_length = first & 0b100 != 0;
    if has_connection_id {
        return None;
    }
    let at = if long_sequence { 3 } else { 2 };
    let end = if has_length {
        let (length, _) = datagram.get(at..)?.split_first_chunk::<2>()?;
        usize::from(u16::from_be_bytes(*length)).checked_add(at)?.checked_add(2)?
    } else {
        datagram.len()
    };
    let (bytes, rest) = datagram.split_at_checked(end)?;
    Some((Record::Unified { bytes }, rest))
}

#[cfg(test)]
mod tests;
