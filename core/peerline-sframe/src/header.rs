//! The header of an SFrame ciphertext (RFC 9605 §4.3).

/// Which key a frame is encrypted with, and its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The number of the key.
    pub kid: u64,
    /// How many frames the sender encrypted before.
    pub ctr: u64,
}

/// The value is not in its three bits but in as many bytes as they say, plus one.
const EXTENDED: u8 = 0b1000;
/// Values up to this have room in three bits.
const INLINE_MAX: u8 = 0b111;

impl Header {
    /// The header as bytes.
    #[must_use]
    pub fn encode(self) -> EncodedHeader {
        let mut encoded = EncodedHeader { bytes: [0; EncodedHeader::MAX_LEN], len: 1 };
        let kid = encoded.append(self.kid);
        let ctr = encoded.append(self.ctr);
        encoded.bytes[0] = kid << 4 | ctr;
        encoded
    }

    /// The header at the start of a ciphertext, and what follows it. `None` if it is cut off or not the shortest that says the same.
    #[must_use]
    pub fn parse(data: &[u8]) -> Option<(Self, &[u8])> {
        let (config, rest) = data.split_first()?;
        let (kid, rest) = value(config >> 4, rest)?;
        let (ctr, rest) = value(config & 0b1111, rest)?;
        Some((Self { kid, ctr }, rest))
    }
}

/// The value that a nibble of the first byte tells of.
fn value(nibble: u8, data: &[u8]) -> Option<(u64, &[u8])> {
    let field = nibble & INLINE_MAX;
    if nibble & EXTENDED == 0 {
        return Some((field.into(), data));
    }
    let (bytes, rest) = data.split_at_checked(usize::from(field) + 1)?;
    let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    let is_shortest = value > u64::from(INLINE_MAX) && bytes.first() != Some(&0);
    is_shortest.then_some((value, rest))
}

/// A [`Header`] as bytes.
#[derive(Clone, Copy, Debug)]
pub struct EncodedHeader {
    bytes: [u8; Self::MAX_LEN],
    len: usize,
}

impl EncodedHeader {
    /// The longest header.
    pub const MAX_LEN: usize = 1 + 8 + 8;

    /// Appends the value if it needs room of its own, and gives its nibble of the first byte.
    fn append(&mut self, value: u64) -> u8 {
        let bytes = value.to_be_bytes();
        if let [0, 0, 0, 0, 0, 0, 0, small @ ..=INLINE_MAX] = bytes {
            return small;
        }
        let shortest = bytes.iter().skip_while(|byte| **byte == 0);
        let room = self.bytes.iter_mut().skip(self.len);
        let written = room.zip(shortest).map(|(to, from)| *to = *from).count();
        self.len += written;
        #[expect(clippy::cast_possible_truncation, reason = "one to eight bytes")]
        let field = written as u8 - 1;
        EXTENDED | field
    }
}

impl AsRef<[u8]> for EncodedHeader {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
