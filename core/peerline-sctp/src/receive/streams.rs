//! Whole messages put in order and kept until they are read, one queue a stream (RFC 9260 §6.5, §6.6).

use crate::event::Event;
use crate::message::{Message, StreamId};
use std::collections::{BTreeMap, VecDeque};

/// What a kept message or fragment is charged beyond its bytes, so that many tiny ones close the window too.
pub(super) const OVERHEAD: usize = 64;

/// Where unwrapped message identifiers start; the low bits are the number on the wire.
const LONG_BASE: u64 = 1 << 32;

#[derive(Debug)]
enum Item {
    Message(Message),
    /// The peer reset the stream here: what follows belongs to its next life.
    Reset,
}

#[derive(Debug)]
struct Stream {
    /// The identifier of the next ordered message, unwrapped.
    next: u64,
    /// Ordered messages that came before their turn.
    waiting: BTreeMap<u64, Message>,
    readable: VecDeque<Item>,
}

impl Stream {
    const fn new() -> Self {
        Self { next: LONG_BASE, waiting: BTreeMap::new(), readable: VecDeque::new() }
    }
}

/// The incoming streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    streams: BTreeMap<u16, Stream>,
    /// Bytes kept, overhead included: readable, and waiting for their turn.
    readable: usize,
    waiting: usize,
    /// True if identifiers have 32 bits (I-DATA), else 16 (DATA).
    long_mid: bool,
}

const fn cost(message: &Message) -> usize {
    message.payload.len().saturating_add(OVERHEAD)
}

impl Streams {
    pub(super) fn new(interleaved: bool) -> Self {
        Self { long_mid: interleaved, ..Self::default() }
    }

    /// Bytes kept for the owner to read.
    pub(super) const fn readable_bytes(&self) -> usize {
        self.readable
    }

    /// Bytes kept because an earlier message of their stream is missing.
    pub(super) const fn waiting_bytes(&self) -> usize {
        self.waiting
    }

    /// Signed distance of `mid` from what `stream` expects next; messages before it were delivered or given up.
    pub(super) fn distance(&self, stream: u16, mid: u32) -> i64 {
        self.distance_from(self.streams.get(&stream).map_or(LONG_BASE, |stream| stream.next), mid)
    }

    fn distance_from(&self, next: u64, mid: u32) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are the number on the wire")]
        if self.long_mid {
            i64::from(mid.wrapping_sub(next as u32).cast_signed())
        } else {
            i64::from((mid as u16).wrapping_sub(next as u16).cast_signed())
        }
    }

    /// Takes a whole message; false if its turn is already past.
    pub(super) fn deliver(
        &mut self,
        id: u16,
        unordered: bool,
        mid: u32,
        message: Message,
        events: &mut VecDeque<Event>,
    ) -> bool {
        if unordered {
            self.push(id, message, events);
            return true;
        }
        let stream = self.streams.entry(id).or_insert_with(Stream::new);
        let next = stream.next;
        match self.distance_from(next, mid) {
            0 => {
                self.push(id, message, events);
                self.advance(id, next.saturating_add(1), events);
                true
            }
            ahead if ahead > 0 => {
                self.waiting = self.waiting.saturating_add(cost(&message));
                let Some(stream) = self.streams.get_mut(&id) else { return false };
                let replaced = stream.waiting.insert(next.saturating_add_signed(ahead), message);
                self.waiting = self.waiting.saturating_sub(replaced.as_ref().map_or(0, cost));
                true
            }
            _ => false,
        }
    }

    fn push(&mut self, id: u16, message: Message, events: &mut VecDeque<Event>) {
        self.readable = self.readable.saturating_add(cost(&message));
        let stream = self.streams.entry(id).or_insert_with(Stream::new);
        if stream.readable.is_empty() {
            events.push_back(Event::Readable(StreamId(id)));
        }
        stream.readable.push_back(Item::Message(message));
    }

    /// Sets the next expected identifier and releases the messages whose turn has come.
    fn advance(&mut self, id: u16, next: u64, events: &mut VecDeque<Event>) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.next = next;
        while let Some(stream) = self.streams.get_mut(&id)
            && let Some(message) = stream.waiting.remove(&stream.next)
        {
            stream.next = stream.next.saturating_add(1);
            self.waiting = self.waiting.saturating_sub(cost(&message));
            self.push(id, message, events);
        }
    }

    /// The sender gave up the ordered messages up to `mid` (RFC 3758 §3.6): those after it need not wait for them.
    pub(super) fn skip(&mut self, id: u16, mid: u32, events: &mut VecDeque<Event>) {
        let stream = self.streams.entry(id).or_insert_with(Stream::new);
        let next = stream.next;
        let ahead = self.distance_from(next, mid);
        if ahead < 0 {
            return;
        }
        let target = next.saturating_add_signed(ahead).saturating_add(1);
        // Whole messages that wait below the target were sent and arrived: they are delivered, not dropped.
        while let Some(stream) = self.streams.get_mut(&id)
            && let Some(entry) = stream.waiting.first_entry()
            && *entry.key() < target
        {
            let message = entry.remove();
            self.waiting = self.waiting.saturating_sub(cost(&message));
            self.push(id, message, events);
        }
        self.advance(id, target, events);
    }

    /// The peer reset its side of the stream: identifiers start anew (RFC 6525 §5.2.2).
    pub(super) fn reset(&mut self, id: u16, events: &mut VecDeque<Event>) {
        let Some(stream) = self.streams.get_mut(&id) else {
            events.push_back(Event::IncomingStreamReset(StreamId(id)));
            return;
        };
        stream.next = LONG_BASE;
        // Everything up to the reset was received or given up, so nothing can fill the gaps these wait for.
        let leftover: usize = core::mem::take(&mut stream.waiting).values().map(cost).sum();
        self.waiting = self.waiting.saturating_sub(leftover);
        if stream.readable.is_empty() {
            self.streams.remove(&id);
            events.push_back(Event::IncomingStreamReset(StreamId(id)));
        } else {
            stream.readable.push_back(Item::Reset);
            events.push_back(Event::IncomingStreamResetWaits(StreamId(id)));
        }
    }

    /// The numbers of all streams that have state.
    pub(super) fn ids(&self) -> Vec<u16> {
        self.streams.keys().copied().collect()
    }

    /// The next message of the stream.
    pub(super) fn pop(&mut self, id: u16, events: &mut VecDeque<Event>) -> Option<Message> {
        let stream = self.streams.get_mut(&id)?;
        match stream.readable.pop_front()? {
            Item::Message(message) => {
                self.readable = self.readable.saturating_sub(cost(&message));
                // The boundary is told as soon as nothing stands before it, unless the next life has begun behind it: then the owner
                // must see the end (`None`) of the old one first.
                if stream.readable.len() == 1 && matches!(stream.readable.front(), Some(Item::Reset)) {
                    stream.readable.clear();
                    events.push_back(Event::IncomingStreamReset(StreamId(id)));
                }
                Some(message)
            }
            Item::Reset => {
                events.push_back(Event::IncomingStreamReset(StreamId(id)));
                if !stream.readable.is_empty() {
                    events.push_back(Event::Readable(StreamId(id)));
                }
                None
            }
        }
    }

    /// Forgets everything of the stream that waits to be put in order.
    pub(super) fn forget_order(&mut self) {
        for stream in self.streams.values_mut() {
            stream.waiting.clear();
        }
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests;
