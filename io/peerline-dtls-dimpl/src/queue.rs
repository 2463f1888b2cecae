//! A queue of byte strings in one buffer, so that a record in transit costs a copy and no allocation.

use std::collections::VecDeque;

/// The capacity that an empty queue keeps: who reads after each record never needs more, and an idle connection stays small.
const KEPT: usize = 4 * 1024;

/// Byte strings, first in first out.
#[derive(Default)]
pub(crate) struct Queue {
    bytes: Vec<u8>,
    /// Where the first one starts.
    start: usize,
    lens: VecDeque<usize>,
}

impl Queue {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lens.len()
    }

    /// True if there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.lens.is_empty()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        // Moved to the front before the buffer would grow, at most once per buffer length: amortised, a byte is moved twice.
        if self.start > 0 && self.bytes.len() + piece.len() > self.bytes.capacity() {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(piece);
        self.lens.push_back(piece.len());
    }

    /// Takes the first one out and appends it to `buf`; false if there is none.
    pub(crate) fn pop(&mut self, buf: &mut Vec<u8>) -> bool {
        let Some(len) = self.lens.pop_front() else { return false };
        let end = self.start + len;
        buf.extend_from_slice(self.bytes.get(self.start..end).unwrap_or_default());
        self.start = end;
        if self.lens.is_empty() {
            self.clear();
        }
        true
    }

    /// Takes all out, and gives back what a burst made it grow.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        if self.bytes.capacity() > KEPT {
            self.bytes.shrink_to(KEPT);
        }
        self.lens.clear();
        self.start = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_in_order_what_was_put_in_and_stays_small() {
        let mut queue = Queue::default();
        let mut out = Vec::new();
        assert!(!queue.pop(&mut out));
        let (mut next, mut expected) = (0_u8, 0_u8);
        for round in 0..10_000_usize {
            for _ in 0..round % 3 {
                queue.push(&vec![next; usize::from(next) * 4]);
                next = next.wrapping_add(1);
            }
            if queue.len() > 8 || round % 2 == 0 {
                out.clear();
                if queue.pop(&mut out) {
                    assert_eq!(out, vec![expected; usize::from(expected) * 4]);
                    expected = expected.wrapping_add(1);
                }
            }
        }
        assert!(queue.bytes.capacity() < 64 * 1024, "{}", queue.bytes.capacity());
    }

    #[test]
    fn a_burst_is_given_back() {
        let mut queue = Queue::default();
        (0..2000).for_each(|_| queue.push(&[1; 1200]));
        let mut out = Vec::new();
        while queue.pop(&mut out) {}
        assert_eq!((out.len(), queue.is_empty()), (2_400_000, true));
        assert!(queue.bytes.capacity() <= 2 * KEPT);
    }
}
