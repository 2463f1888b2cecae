//! A small buffer of whole datagrams or records that came before their time.

use crate::Engine;
use crate::connection::Drops;
use core::fmt;
use peerline_edge::Time;
use std::collections::VecDeque;

/// The most pieces held.
const MAX_COUNT: usize = 4;
/// The most bytes held.
const MAX_BYTES: usize = 8 * 1024;

/// Pieces in order of arrival. When full the first ones stay: the first flight is what a handshake needs, and who sends more later
/// can't push it out.
#[derive(Default)]
pub(super) struct Held {
    pieces: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl Held {
    /// Holds a piece; false if there is no room.
    pub(super) fn push(&mut self, piece: &[u8]) -> bool {
        if self.pieces.len() >= MAX_COUNT || self.bytes + piece.len() > MAX_BYTES {
            return false;
        }
        self.bytes += piece.len();
        self.pieces.push_back(piece.to_vec());
        true
    }

    /// Appends the first piece to `buf`; false if there is none.
    pub(super) fn pop(&mut self, buf: &mut Vec<u8>) -> bool {
        let Some(piece) = self.pieces.pop_front() else { return false };
        self.bytes -= piece.len();
        buf.extend_from_slice(&piece);
        true
    }

    /// Takes all plaintext out of an engine, holds what fits and counts the rest.
    pub(super) fn fill_from(&mut self, engine: &mut dyn Engine, now: Time, drops: &mut Drops) {
        let mut record = Vec::new();
        while engine.poll_application_data(now, &mut record) {
            drops.unverified_application_data += u64::from(!self.push(&record));
            record.clear();
        }
    }

    /// The pieces in order.
    pub(super) fn into_iter(self) -> impl Iterator<Item = Vec<u8>> {
        self.pieces.into_iter()
    }
}

impl fmt::Debug for Held {
    /// Without the contents, which may be plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Held({} pieces, {} bytes)", self.pieces.len(), self.bytes)
    }
}
