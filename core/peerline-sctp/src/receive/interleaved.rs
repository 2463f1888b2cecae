//! Fragments of I-DATA chunks put together (RFC 8260 §2.1): by stream, message identifier and fragment sequence number.

use super::streams::OVERHEAD;
use super::{Assembled, Fault};
use crate::message::{Message, Ppid};
use crate::wire::data::{Data, FLAG_BEGIN, FLAG_END, FLAG_UNORDERED};
use bytes::Bytes;
use std::collections::BTreeMap;

/// Which message a fragment belongs to. Ordered and unordered identifiers are counted apart (RFC 8260 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    stream: u16,
    unordered: bool,
    mid: u32,
}

/// A message in the making.
#[derive(Debug)]
struct Partial {
    /// Known once the first fragment is here.
    ppid: Option<Ppid>,
    /// The number of the next fragment to append.
    next: u32,
    bytes: Vec<u8>,
    /// Fragments that came early, with their flags.
    pending: BTreeMap<u32, (u8, Bytes)>,
}

/// The messages in the making.
#[derive(Debug, Default)]
pub(super) struct Interleaved {
    partials: BTreeMap<Key, Partial>,
    /// By stream, the last unordered message that was given up: a fragment of it or of one before may still come.
    skipped: BTreeMap<u16, u32>,
    held: usize,
    size_hint: usize,
}

impl Interleaved {
    pub(super) const fn held(&self) -> usize {
        self.held
    }

    /// Takes a fragment; returns the message it completes.
    #[inline]
    pub(super) fn add(&mut self, data: &Data<'_>, limit: usize) -> Result<Option<Assembled>, Fault> {
        let unordered = data.flags & FLAG_UNORDERED != 0;
        if data.payload.len() > limit {
            return Err(Fault::TooLarge);
        }
        if data.flags & (FLAG_BEGIN | FLAG_END) == FLAG_BEGIN | FLAG_END {
            let message = Message { ppid: data.ppid, payload: Bytes::copy_from_slice(data.payload) };
            return Ok(Some(Assembled { stream: data.stream, unordered, mid: data.mid, message }));
        }
        let key = Key { stream: data.stream, unordered, mid: data.mid };
        if unordered && self.skipped.get(&key.stream).is_some_and(|mid| !is_after(key.mid, *mid)) {
            return Err(Fault::Abandoned);
        }
        let (held, hint) = (&mut self.held, self.size_hint.min(limit));
        let partial = self.partials.entry(key).or_insert_with(|| {
            *held = held.saturating_add(OVERHEAD);
            let bytes = Vec::with_capacity(hint.max(data.payload.len().saturating_mul(2)));
            Partial { ppid: None, next: 0, bytes, pending: BTreeMap::new() }
        });
        if data.fsn != partial.next {
            // A fragment number that was there already under another TSN: the sender contradicts itself.
            if data.fsn < partial.next || partial.pending.contains_key(&data.fsn) {
                return Err(Fault::Inconsistent);
            }
            partial.pending.insert(data.fsn, (data.flags, Bytes::copy_from_slice(data.payload)));
            self.held = self.held.saturating_add(data.payload.len()).saturating_add(OVERHEAD);
            return Ok(None);
        }
        self.held = self.held.saturating_add(data.payload.len());
        if data.flags & FLAG_BEGIN != 0 {
            partial.ppid = Some(data.ppid);
        }
        match partial.append(data.flags, data.payload, limit) {
            Ok(false) => self.drain(key, limit),
            Ok(true) => Ok(self.complete(key)),
            Err(fault) => Err(self.spoil(key, data.payload.len(), fault)),
        }
    }

    /// Appends the fragments that came early and whose turn is now.
    fn drain(&mut self, key: Key, limit: usize) -> Result<Option<Assembled>, Fault> {
        while let Some(partial) = self.partials.get_mut(&key)
            && let Some((flags, payload)) = partial.pending.remove(&partial.next)
        {
            self.held = self.held.saturating_sub(OVERHEAD);
            match partial.append(flags, &payload, limit) {
                Ok(false) => {}
                Ok(true) => return Ok(self.complete(key)),
                Err(fault) => return Err(self.spoil(key, payload.len(), fault)),
            }
        }
        Ok(None)
    }

    /// Drops a message because of a fragment of `len` bytes that could not be appended.
    fn spoil(&mut self, key: Key, len: usize, fault: Fault) -> Fault {
        self.held = self.held.saturating_sub(len);
        self.remove(key);
        fault
    }

    fn complete(&mut self, key: Key) -> Option<Assembled> {
        let partial = self.remove(key)?;
        self.size_hint = partial.bytes.len();
        let message = Message { ppid: partial.ppid?, payload: Bytes::from(partial.bytes) };
        Some(Assembled { stream: key.stream, unordered: key.unordered, mid: key.mid, message })
    }

    fn remove(&mut self, key: Key) -> Option<Partial> {
        let partial = self.partials.remove(&key)?;
        let pending: usize = partial.pending.values().map(|(_, payload)| payload.len().saturating_add(OVERHEAD)).sum();
        self.held = self.held.saturating_sub(partial.bytes.len().saturating_add(OVERHEAD).saturating_add(pending));
        Some(partial)
    }

    /// Drops the unfinished messages of the stream up to `mid` (RFC 8260 §2.3.1).
    pub(super) fn skip(&mut self, stream: u16, unordered: bool, mid: u32) {
        if unordered {
            let last = self.skipped.entry(stream).or_insert(mid);
            if is_after(mid, *last) {
                *last = mid;
            }
        }
        // The identifiers up to `mid` in serial order are one run of numbers, or two where it wraps: no other message is looked at.
        let low = mid.wrapping_sub(u32::MAX / 2);
        let runs = if low <= mid { [Some((low, mid)), None] } else { [Some((0, mid)), Some((low, u32::MAX))] };
        for (first, last) in runs.into_iter().flatten() {
            let run = Key { stream, unordered, mid: first }..=Key { stream, unordered, mid: last };
            let doomed: Vec<Key> = self.partials.range(run).map(|(key, _)| *key).collect();
            for key in doomed {
                self.remove(key);
            }
        }
    }

    /// Drops the unfinished messages of a stream that was reset.
    pub(super) fn reset(&mut self, stream: u16) {
        self.skipped.remove(&stream);
        let all = Key { stream, unordered: false, mid: 0 }..=Key { stream, unordered: true, mid: u32::MAX };
        let doomed: Vec<Key> = self.partials.range(all).map(|(key, _)| *key).collect();
        for key in doomed {
            self.remove(key);
        }
    }
}

/// Serial number arithmetic on message identifiers.
const fn is_after(mid: u32, other: u32) -> bool {
    mid.wrapping_sub(other).cast_signed() > 0
}

impl Partial {
    /// Appends the fragment whose turn it is; true if it is the last.
    fn append(&mut self, flags: u8, payload: &[u8], limit: usize) -> Result<bool, Fault> {
        if self.bytes.len().saturating_add(payload.len()) > limit {
            return Err(Fault::TooLarge);
        }
        // RFC 8260 §2.1: the first fragment, and only it, has the number 0 and the B bit.
        if (flags & FLAG_BEGIN != 0) != (self.next == 0) {
            return Err(Fault::Inconsistent);
        }
        self.bytes.extend_from_slice(payload);
        self.next = self.next.saturating_add(1);
        Ok(flags & FLAG_END != 0)
    }
}
