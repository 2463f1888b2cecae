//! Messages that wait to be sent, one FIFO a stream, cut into fragments as packets are built (RFC 9260 §6.9, §6.10).

use super::scheduler::{Scheduler, Virtual};
use crate::event::Event;
use crate::message::{OutgoingMessage, Ppid, Reliability, SendError, StreamId};
use crate::wire::data::{FLAG_BEGIN, FLAG_END, FLAG_UNORDERED};
use bytes::Bytes;
use core::num::NonZeroU64;
use peerline_edge::Time;
use std::collections::{BTreeMap, VecDeque};

/// A fragment is not cut shorter than this to fill a packet up; it goes into the next one.
const MIN_CUT: usize = 256;

/// When to give a message up, in a form that fits a record of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Most retransmissions; `u32::MAX` means any number.
    pub(crate) retransmits: u32,
    /// Nanoseconds since the epoch at which it expires.
    pub(crate) expires: Option<NonZeroU64>,
}

pub(crate) fn nanos(time: Time) -> u64 {
    u64::try_from(time.since_epoch().as_nanos()).unwrap_or(u64::MAX)
}

impl Limit {
    /// Never given up.
    pub(crate) const NONE: Self = Self { retransmits: u32::MAX, expires: None };

    fn new(now: Time, reliability: Reliability) -> Self {
        match reliability {
            Reliability::Reliable => Self::NONE,
            Reliability::MaxRetransmits(count) => Self { retransmits: u32::from(count), expires: None },
            Reliability::MaxLifetime(time) => {
                Self { retransmits: u32::MAX, expires: NonZeroU64::new(nanos(now + time).max(1)) }
            }
        }
    }

    #[inline]
    pub(crate) fn expired(self, now: Time) -> bool {
        self.expires.is_some_and(|at| nanos(now) >= at.get())
    }
}

/// A message in the queue; `payload` is what is left of it.
#[derive(Debug)]
struct Queued {
    payload: Bytes,
    ppid: Ppid,
    unordered: bool,
    limit: Limit,
    /// Set with the first fragment: the message's identifier, and the number of the next fragment.
    started: Option<(u32, u32)>,
}

/// Where a stream stands with its reset (RFC 6525 §5.1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Life {
    #[default]
    Open,
    /// A reset was asked for; nothing more is taken.
    Ending,
}

#[derive(Debug)]
struct Stream {
    priority: u16,
    life: Life,
    /// True while the scheduler (or `current`) holds the stream.
    scheduled: bool,
    queue: VecDeque<Queued>,
    /// Bytes in `queue`.
    buffered: usize,
    low_threshold: usize,
    /// Identifier of the next ordered message (its low 16 bits in DATA), and of the next unordered one (I-DATA only).
    next_ordered: u32,
    next_unordered: u32,
    finish: Virtual,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            priority: 256,
            life: Life::Open,
            scheduled: false,
            queue: VecDeque::new(),
            buffered: 0,
            low_threshold: 0,
            next_ordered: 0,
            next_unordered: 0,
            finish: 0,
        }
    }
}

/// Names a message that was cut at least once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageKey {
    pub(crate) stream: u16,
    pub(crate) unordered: bool,
    pub(crate) mid: u32,
}

/// A fragment to send.
#[derive(Debug)]
pub(crate) struct Fragment {
    pub(crate) stream: u16,
    /// B, E and U.
    pub(crate) flags: u8,
    pub(crate) mid: u32,
    pub(crate) fsn: u32,
    pub(crate) ppid: Ppid,
    pub(crate) limit: Limit,
    pub(crate) payload: Bytes,
}

/// What the queue has for the packet being built.
#[derive(Debug)]
pub(crate) enum Next {
    Fragment(Fragment),
    /// A message that was partly sent has expired: give up what was sent of it.
    Expired(MessageKey),
    /// There is something, but not for the space that is left.
    NoSpace,
    Empty,
}

/// The space a fragment may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Space {
    /// Payload bytes that fit into what is left of the packet.
    pub(crate) left: usize,
    /// Payload bytes that fit into a packet of its own.
    pub(crate) max: usize,
}

/// The send queue of an association. It exists before the association is connected.
#[derive(Debug)]
pub(crate) struct SendQueue {
    streams: BTreeMap<u16, Stream>,
    scheduler: Scheduler,
    /// The stream whose message is being cut and must be finished first (DATA can't interleave).
    current: Option<u16>,
    /// True if I-DATA was negotiated.
    interleaved: bool,
    /// True if the peer understands FORWARD TSN; without it a message that was begun must be finished.
    partial_reliability: bool,
    buffered: usize,
    max_buffered: usize,
    abandoned: u64,
    outgoing: u16,
}

impl SendQueue {
    pub(crate) fn new(max_buffered: usize, outgoing: u16) -> Self {
        Self {
            streams: BTreeMap::new(),
            scheduler: Scheduler::default(),
            current: None,
            interleaved: false,
            partial_reliability: true,
            buffered: 0,
            max_buffered,
            abandoned: 0,
            outgoing,
        }
    }

    /// The handshake is done: forgets the streams that were not granted.
    pub(crate) fn negotiated(&mut self, interleaved: bool, partial_reliability: bool, outgoing: u16) {
        self.interleaved = interleaved;
        self.partial_reliability = partial_reliability;
        self.outgoing = outgoing;
        let refused = self.streams.split_off(&outgoing);
        let lost: usize = refused.values().map(|stream| stream.buffered).sum();
        self.buffered = self.buffered.saturating_sub(lost);
    }

    /// Forgets all (the peer restarted).
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.max_buffered, self.outgoing);
    }

    pub(crate) const fn outgoing(&self) -> u16 {
        self.outgoing
    }

    /// Bytes waiting over all streams.
    pub(crate) const fn buffered(&self) -> usize {
        self.buffered
    }

    /// Messages given up before they were sent.
    pub(crate) const fn abandoned(&self) -> u64 {
        self.abandoned
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none() && self.scheduler.is_empty()
    }

    pub(crate) fn open(&mut self, stream: u16, priority: u16) {
        if stream < self.outgoing {
            self.streams.entry(stream).or_default().priority = priority;
        }
    }

    pub(crate) fn stream_buffered(&self, stream: u16) -> usize {
        self.streams.get(&stream).map_or(0, |stream| stream.buffered)
    }

    pub(crate) fn set_low_threshold(&mut self, stream: u16, threshold: usize) {
        if stream < self.outgoing {
            self.streams.entry(stream).or_default().low_threshold = threshold;
        }
    }

    pub(crate) fn push(&mut self, now: Time, id: u16, message: OutgoingMessage) -> Result<(), SendError> {
        let len = message.payload.len();
        if len == 0 {
            return Err(SendError::Empty);
        }
        if id >= self.outgoing {
            return Err(SendError::NoSuchStream);
        }
        let buffered = self.buffered.saturating_add(len);
        // A message larger than the whole buffer is still taken when nothing else waits.
        if buffered > self.max_buffered && self.buffered > 0 {
            return Err(SendError::BufferFull);
        }
        let stream = self.streams.entry(id).or_default();
        if stream.life == Life::Ending {
            return Err(SendError::Resetting);
        }
        if !stream.scheduled {
            stream.scheduled = true;
            let turn = if self.interleaved { len.min(MAX_TURN) } else { len };
            stream.finish = self.scheduler.wake(id, stream.finish, turn, stream.priority);
        }
        self.buffered = buffered;
        stream.buffered = stream.buffered.saturating_add(len);
        stream.queue.push_back(Queued {
            payload: message.payload,
            ppid: message.ppid,
            unordered: message.unordered,
            limit: Limit::new(now, message.reliability),
            started: None,
        });
        Ok(())
    }

    /// Cuts the next fragment, and tells of streams whose buffered amount has become low.
    #[inline]
    pub(crate) fn next(&mut self, now: Time, space: Space, events: &mut VecDeque<Event>) -> Next {
        loop {
            let Some(id) = self.current.take().or_else(|| self.scheduler.take()) else { return Next::Empty };
            let Some(stream) = self.streams.get_mut(&id) else { continue };
            let Some(front) = stream.queue.front() else {
                stream.scheduled = false;
                continue;
            };
            if front.limit.expired(now) && (front.started.is_none() || self.partial_reliability) {
                if let Some(key) = self.drop_front(id, events) {
                    return Next::Expired(key);
                }
                continue;
            }
            // A short rest of a packet is not worth a fragment, and a message that may be given up is not spread over two packets where one
            // would do: each of them can be lost.
            let len = front.payload.len();
            let whole = len <= space.max && front.limit != Limit::NONE;
            if len > space.left && (whole || space.left < space.max.min(MIN_CUT)) {
                self.hold(id);
                return Next::NoSpace;
            }
            return self.cut(id, space.left.min(space.max), events);
        }
    }

    /// Puts back the stream that was taken last.
    fn hold(&mut self, id: u16) {
        let Some(stream) = self.streams.get(&id) else { return };
        let started = stream.queue.front().is_some_and(|front| front.started.is_some());
        if started && !self.interleaved {
            self.current = Some(id);
        } else {
            self.scheduler.put_back(id, stream.finish);
        }
    }

    fn cut(&mut self, id: u16, max: usize, events: &mut VecDeque<Event>) -> Next {
        let interleaved = self.interleaved;
        let Some(stream) = self.streams.get_mut(&id) else { return Next::Empty };
        let Some(front) = stream.queue.front_mut() else { return Next::Empty };
        let (mid, fsn) = front.started.unwrap_or_else(|| {
            let counter = match (interleaved, front.unordered) {
                (_, false) => &mut stream.next_ordered,
                (true, true) => &mut stream.next_unordered,
                // RFC 9260 §6.6: an unordered DATA chunk's sequence number means nothing.
                (false, true) => return (0, 0),
            };
            let mid = *counter;
            *counter = mid.wrapping_add(1);
            (mid, 0)
        });
        let mut flags = if front.unordered { FLAG_UNORDERED } else { 0 };
        if front.started.is_none() {
            flags |= FLAG_BEGIN;
        }
        let (ppid, limit) = (front.ppid, front.limit);
        let before = stream.buffered;
        let payload = if front.payload.len() <= max {
            flags |= FLAG_END;
            stream.queue.pop_front().map(|front| front.payload).unwrap_or_default()
        } else {
            front.started = Some((mid, fsn.wrapping_add(1)));
            front.payload.split_to(max)
        };
        stream.buffered = before.saturating_sub(payload.len());
        self.buffered = self.buffered.saturating_sub(payload.len());
        if before > stream.low_threshold && stream.buffered <= stream.low_threshold {
            events.push_back(Event::BufferedAmountLow(StreamId(id)));
        }
        self.scheduler.served(stream.finish);
        self.reschedule(id, flags & FLAG_END != 0);
        Next::Fragment(Fragment { stream: id, flags, mid, fsn, ppid, limit, payload })
    }

    /// A chunk of the stream was served: lets it compete for the next one, or go on with its message.
    fn reschedule(&mut self, id: u16, message_done: bool) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        let Some(front) = stream.queue.front() else {
            stream.scheduled = false;
            return;
        };
        if message_done || self.interleaved {
            let bytes = front.payload.len().min(if self.interleaved { MAX_TURN } else { usize::MAX });
            stream.finish = self.scheduler.requeue(id, stream.finish, bytes, stream.priority);
        } else {
            self.current = Some(id);
        }
    }

    /// Drops the front message of a stream that is not scheduled at the moment; its key if it was partly sent.
    fn drop_front(&mut self, id: u16, events: &mut VecDeque<Event>) -> Option<MessageKey> {
        let stream = self.streams.get_mut(&id)?;
        let front = stream.queue.pop_front()?;
        let before = stream.buffered;
        stream.buffered = before.saturating_sub(front.payload.len());
        self.buffered = self.buffered.saturating_sub(front.payload.len());
        if before > stream.low_threshold && stream.buffered <= stream.low_threshold {
            events.push_back(Event::BufferedAmountLow(StreamId(id)));
        }
        self.reschedule(id, true);
        match front.started {
            Some((mid, _)) => Some(MessageKey { stream: id, unordered: front.unordered, mid }),
            None => {
                self.abandoned = self.abandoned.saturating_add(1);
                None
            }
        }
    }

    /// Drops the unsent rest of a message whose sent part was given up; true if there was one.
    pub(crate) fn discard_rest(&mut self, key: MessageKey, events: &mut VecDeque<Event>) -> bool {
        let Some(stream) = self.streams.get_mut(&key.stream) else { return false };
        let Some(front) = stream.queue.front() else { return false };
        if front.unordered != key.unordered || front.started.is_none_or(|(mid, _)| mid != key.mid) {
            return false;
        }
        let len = front.payload.len();
        stream.queue.pop_front();
        let before = stream.buffered;
        stream.buffered = before.saturating_sub(len);
        self.buffered = self.buffered.saturating_sub(len);
        if before > stream.low_threshold && stream.buffered <= stream.low_threshold {
            events.push_back(Event::BufferedAmountLow(StreamId(key.stream)));
        }
        if self.current == Some(key.stream) {
            self.current = None;
            self.reschedule(key.stream, true);
        }
        // An interleaved stream keeps its place in the scheduler; `next` skips it if nothing is left.
        true
    }

    /// No more messages are taken for the stream; returns true if none waits.
    pub(crate) fn end_stream(&mut self, id: u16) -> bool {
        if id >= self.outgoing {
            return false;
        }
        let stream = self.streams.entry(id).or_default();
        stream.life = Life::Ending;
        stream.queue.is_empty()
    }

    /// True if none of the stream's messages waits.
    pub(crate) fn is_drained(&self, id: u16) -> bool {
        self.streams.get(&id).is_none_or(|stream| stream.queue.is_empty())
    }

    /// The reset was performed: the stream starts anew.
    pub(crate) fn restart_stream(&mut self, id: u16) {
        if let Some(stream) = self.streams.get_mut(&id) {
            // The scheduler may still hold the number.
            *stream = Stream { scheduled: stream.scheduled, ..Stream::default() };
        }
    }

    /// The reset failed: the stream goes on.
    pub(crate) fn resume_stream(&mut self, id: u16) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.life = Life::Open;
        }
    }
}

/// The bytes an interleaving stream is charged for a turn at most: about a packet.
const MAX_TURN: usize = 1200;

#[cfg(test)]
mod tests;
