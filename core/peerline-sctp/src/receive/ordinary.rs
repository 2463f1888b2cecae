//! Fragments of DATA chunks put together (RFC 9260 §6.9): the fragments of a message have consecutive TSNs, whatever their stream.

use super::streams::OVERHEAD;
use super::tracker::LongTsn;
use super::{Assembled, Fault};
use crate::message::{Message, Ppid};
use crate::wire::data::{Data, FLAG_BEGIN, FLAG_END, FLAG_UNORDERED};
use bytes::Bytes;
use std::collections::BTreeMap;

/// A message whose beginning is here: fragments without a hole so far, in one buffer.
#[derive(Debug)]
struct Partial {
    stream: u16,
    unordered: bool,
    mid: u32,
    ppid: Ppid,
    /// The TSN of the next fragment.
    next: LongTsn,
    bytes: Vec<u8>,
}

/// A fragment that came before the one in front of it.
#[derive(Debug)]
struct Fragment {
    stream: u16,
    flags: u8,
    mid: u32,
    payload: Bytes,
}

/// The messages in the making.
#[derive(Debug, Default)]
pub(super) struct Ordinary {
    /// By the TSN of the first fragment.
    partials: BTreeMap<LongTsn, Partial>,
    pending: BTreeMap<LongTsn, Fragment>,
    /// Bytes kept, overhead included.
    held: usize,
    /// Size of the last whole message: a good guess for the next.
    size_hint: usize,
}

impl Partial {
    fn append(&mut self, stream: u16, flags: u8, mid: u32, payload: &[u8], limit: usize) -> Result<(), Fault> {
        let unordered = flags & FLAG_UNORDERED != 0;
        let same = self.stream == stream && self.unordered == unordered && (unordered || self.mid == mid);
        if flags & FLAG_BEGIN != 0 || !same {
            return Err(Fault::Inconsistent);
        }
        if self.bytes.len().saturating_add(payload.len()) > limit {
            return Err(Fault::TooLarge);
        }
        self.bytes.extend_from_slice(payload);
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    fn into_message(self) -> Assembled {
        let message = Message { ppid: self.ppid, payload: Bytes::from(self.bytes) };
        Assembled { stream: self.stream, unordered: self.unordered, mid: self.mid, message }
    }
}

impl Ordinary {
    pub(super) const fn held(&self) -> usize {
        self.held
    }

    /// Takes a fragment; returns the message it completes.
    #[inline]
    pub(super) fn add(&mut self, tsn: LongTsn, data: &Data<'_>, limit: usize) -> Result<Option<Assembled>, Fault> {
        if data.flags & FLAG_BEGIN != 0 {
            return self.begin(tsn, data, limit);
        }
        // The message that this fragment continues is the one that began last before it.
        let open = self.partials.range_mut(..tsn).next_back().filter(|(_, partial)| partial.next == tsn);
        let Some((&begin, partial)) = open else {
            let fragment = Fragment {
                stream: data.stream,
                flags: data.flags,
                mid: data.mid,
                payload: Bytes::copy_from_slice(data.payload),
            };
            self.held = self.held.saturating_add(data.payload.len()).saturating_add(OVERHEAD);
            self.pending.insert(tsn, fragment);
            return Ok(None);
        };
        if let Err(fault) = partial.append(data.stream, data.flags, data.mid, data.payload, limit) {
            self.remove(begin);
            return Err(fault);
        }
        self.held = self.held.saturating_add(data.payload.len());
        if data.flags & FLAG_END != 0 { Ok(self.complete(begin)) } else { self.drain(begin, limit) }
    }

    fn begin(&mut self, tsn: LongTsn, data: &Data<'_>, limit: usize) -> Result<Option<Assembled>, Fault> {
        if data.payload.len() > limit {
            return Err(Fault::TooLarge);
        }
        let unordered = data.flags & FLAG_UNORDERED != 0;
        if data.flags & FLAG_END != 0 {
            let message = Message { ppid: data.ppid, payload: Bytes::copy_from_slice(data.payload) };
            return Ok(Some(Assembled { stream: data.stream, unordered, mid: data.mid, message }));
        }
        let mut bytes = Vec::with_capacity(self.size_hint.min(limit).max(data.payload.len().saturating_mul(2)));
        bytes.extend_from_slice(data.payload);
        let next = tsn.saturating_add(1);
        let partial = Partial { stream: data.stream, unordered, mid: data.mid, ppid: data.ppid, next, bytes };
        self.held = self.held.saturating_add(data.payload.len()).saturating_add(OVERHEAD);
        self.partials.insert(tsn, partial);
        self.drain(tsn, limit)
    }

    /// Moves the pending fragments that follow without a hole into the message.
    fn drain(&mut self, begin: LongTsn, limit: usize) -> Result<Option<Assembled>, Fault> {
        while let Some(partial) = self.partials.get_mut(&begin)
            && let Some(fragment) = self.pending.remove(&partial.next)
        {
            self.held = self.held.saturating_sub(OVERHEAD);
            let Fragment { stream, flags, mid, payload } = fragment;
            if let Err(fault) = partial.append(stream, flags, mid, &payload, limit) {
                self.held = self.held.saturating_sub(payload.len());
                self.remove(begin);
                return Err(fault);
            }
            if flags & FLAG_END != 0 {
                return Ok(self.complete(begin));
            }
        }
        Ok(None)
    }

    fn complete(&mut self, begin: LongTsn) -> Option<Assembled> {
        let partial = self.remove(begin)?;
        self.size_hint = partial.bytes.len();
        Some(partial.into_message())
    }

    fn remove(&mut self, begin: LongTsn) -> Option<Partial> {
        let partial = self.partials.remove(&begin)?;
        self.held = self.held.saturating_sub(partial.bytes.len().saturating_add(OVERHEAD));
        Some(partial)
    }

    /// Drops the messages that began at `tsn` or before (RFC 3758 §3.6), and the fragments up to `cumulative` that belong to none: all
    /// before them came in or was given up, so their beginning was given up.
    pub(super) fn forward(&mut self, tsn: LongTsn, cumulative: LongTsn) {
        while let Some((&begin, _)) = self.partials.first_key_value().filter(|(begin, _)| **begin <= tsn) {
            self.remove(begin);
        }
        while let Some(entry) = self.pending.first_entry().filter(|entry| *entry.key() <= cumulative) {
            let len = entry.remove().payload.len();
            self.held = self.held.saturating_sub(len.saturating_add(OVERHEAD));
        }
    }
}
