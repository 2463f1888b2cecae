//! The random of a ClientHello, by which one handshake attempt is told from another (RFC 6347 §4.2, RFC 8446 §4.1.2).

use crate::{ContentType, Record, Records};

/// The random of the first ClientHello fragment in a datagram.
pub(super) fn client_random(datagram: &[u8]) -> Option<[u8; 32]> {
    Records::new(datagram).find_map(|record| {
        let Record::Long { content_type: ContentType::HANDSHAKE, epoch: 0, fragment, .. } = record else { return None };
        // RFC 6347 §4.2.2: msg_type, 3 bytes of length, message_seq, 3 bytes of fragment offset, 3 of fragment length; then the body with
        // its 2 bytes of version before the random.
        let (header, body) = fragment.split_first_chunk::<12>()?;
        let &[kind, _, _, _, _, _, offset0, offset1, offset2, ..] = header;
        if kind != 1 || [offset0, offset1, offset2] != [0; 3] {
            return None;
        }
        body.get(2..)?.split_first_chunk::<32>().map(|(random, _)| *random)
    })
}
