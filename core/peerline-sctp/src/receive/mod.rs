//! The receiving half: DATA in, messages and SACKs out (RFC 9260 §6.2, RFC 3758 §3.6, RFC 8260 §2).
//!
//! 1. The tracker says if the TSN is new.
//! 2. The window says if there is room.
//! 3. The assembly joins fragments: by TSN (DATA) or by message identifier (I-DATA).
//! 4. The streams put messages in order and keep them until they are read.

pub(crate) mod ack;
mod interleaved;
mod ordinary;
pub(crate) mod streams;
pub(crate) mod tracker;
mod window;

use crate::event::Event;
use crate::message::Message;
use crate::statistics::Drops;
use crate::wire::Tsn;
use crate::wire::data::{Data, FLAG_IMMEDIATE, FLAG_UNORDERED};
use crate::wire::forward::ForwardTsn;
use ack::AckSchedule;
use core::time::Duration;
use interleaved::Interleaved;
use ordinary::Ordinary;
use peerline_edge::Time;
use std::collections::VecDeque;
use streams::Streams;
use tracker::{Arrival, Tracker, short};
use window::Window;

/// The window that stays open for unfinished messages to be finished.
const UNFINISHED_WINDOW: usize = 64 * 1024;

/// A message whose last fragment came in.
#[derive(Debug)]
struct Assembled {
    stream: u16,
    unordered: bool,
    mid: u32,
    message: Message,
}

/// What is wrong with a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It contradicts its neighbours.
    Inconsistent,
    /// Its message was given up by the sender.
    Abandoned,
    /// Its message grows beyond the limit.
    TooLarge,
}

/// What leaves no way but to end the association.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fatal {
    MessageTooLarge,
    OutOfResource,
}

#[derive(Debug)]
enum Assembly {
    Ordinary(Ordinary),
    Interleaved(Interleaved),
}

/// Sizes the receiver is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_message_size: usize,
    pub(crate) initial_window: usize,
    pub(crate) max_window: usize,
    pub(crate) streams: u16,
}

/// The receiving half of an association.
#[derive(Debug)]
pub(crate) struct Receiver {
    tracker: Tracker,
    assembly: Assembly,
    streams: Streams,
    window: Window,
    ack: AckSchedule,
    max_message_size: usize,
    incoming: u16,
    /// What the packet being taken in asks of the acknowledgement.
    packet: Option<Urgency>,
}

/// How soon the packet being taken in must be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Delayed,
    AtOnce,
}

impl Receiver {
    pub(crate) fn new(now: Time, initial_tsn: Tsn, interleaved: bool, limits: Limits) -> Self {
        let assembly = if interleaved {
            Assembly::Interleaved(Interleaved::default())
        } else {
            Assembly::Ordinary(Ordinary::default())
        };
        Self {
            tracker: Tracker::new(initial_tsn),
            assembly,
            streams: Streams::new(interleaved),
            window: Window::new(limits.initial_window, limits.max_window, now),
            ack: AckSchedule::Idle,
            max_message_size: limits.max_message_size,
            incoming: limits.streams,
            packet: None,
        }
    }

    fn held(&self) -> usize {
        let partial = match &self.assembly {
            Assembly::Ordinary(assembly) => assembly.held(),
            Assembly::Interleaved(assembly) => assembly.held(),
        };
        partial.saturating_add(self.streams.waiting_bytes()).saturating_add(self.streams.readable_bytes())
    }

    /// The window to tell the peer (RFC 9260 §6.2).
    ///
    /// Messages in the making can fill the window (many large ones interleaved, or one lost chunk ahead of a window of others): only more
    /// data frees it then. So a small window stays open beyond the limit, up to the hard limit.
    pub(crate) fn a_rwnd(&self) -> usize {
        let held = self.held();
        let regular = self.window.limit().saturating_sub(held);
        if self.is_unfinished(held) {
            regular.max(self.hard_limit().saturating_sub(held).min(UNFINISHED_WINDOW))
        } else {
            regular
        }
    }

    /// True if it is not the owner who could make room by reading.
    const fn is_unfinished(&self, held: usize) -> bool {
        self.streams.readable_bytes() <= held / 2
    }

    /// A peer that fills this with unfinished messages is not keeping to its grant.
    const fn hard_limit(&self) -> usize {
        self.window.max().saturating_add(self.max_message_size).saturating_mul(2)
    }

    /// The window the peer was last told.
    pub(crate) const fn granted(&self) -> usize {
        self.window.granted()
    }

    /// The highest TSN up to which all came in.
    pub(crate) const fn cumulative(&self) -> Tsn {
        short(self.tracker.cumulative())
    }

    pub(crate) const fn ack(&self) -> AckSchedule {
        self.ack
    }

    pub(crate) const fn on_timeout(&mut self, now: Time) {
        self.ack.on_timeout(now);
    }

    /// True if a good part of a window came in lately.
    pub(crate) const fn is_busy(&self) -> bool {
        self.window.is_busy()
    }

    /// True if something beyond the cumulative TSN came in.
    pub(crate) fn has_gap(&self) -> bool {
        self.tracker.has_gap()
    }

    /// Acknowledge with the next packet.
    pub(crate) const fn ack_at_once(&mut self) {
        self.ack = AckSchedule::Due;
    }

    fn urge(&mut self, urgency: Urgency) {
        self.packet = self.packet.max(Some(urgency));
    }

    /// Takes in a DATA or I-DATA chunk; the caller has checked that it is of the negotiated kind and not empty. True if it completes a
    /// message.
    pub(crate) fn handle_data(
        &mut self,
        now: Time,
        data: &Data<'_>,
        srtt: Option<Duration>,
        drops: &mut Drops,
        events: &mut VecDeque<Event>,
    ) -> Result<bool, Fatal> {
        self.urge(if data.flags & FLAG_IMMEDIATE == 0 { Urgency::Delayed } else { Urgency::AtOnce });
        let tsn = match self.tracker.classify(data.tsn) {
            Arrival::New(tsn) => tsn,
            Arrival::Duplicate => {
                drops.duplicate_data = drops.duplicate_data.saturating_add(1);
                self.tracker.record_duplicate(data.tsn);
                self.urge(Urgency::AtOnce);
                return Ok(false);
            }
            Arrival::OutsideWindow => {
                drops.outside_window = drops.outside_window.saturating_add(1);
                self.urge(Urgency::AtOnce);
                return Ok(false);
            }
        };
        if !self.has_room()? {
            drops.outside_window = drops.outside_window.saturating_add(1);
            self.urge(Urgency::AtOnce);
            return Ok(false);
        }
        self.tracker.record(tsn);
        if self.tracker.has_gap() {
            // RFC 9260 §6.2: SHOULD acknowledge at once while there is a gap.
            self.urge(Urgency::AtOnce);
        }
        if data.stream >= self.incoming {
            // RFC 9260 §6.5: acknowledged, reported (by the caller), thrown away.
            drops.invalid_data = drops.invalid_data.saturating_add(1);
            return Ok(false);
        }
        self.window.on_data(now, data.payload.len(), self.streams.readable_bytes(), srtt);
        self.assemble(tsn, data, drops, events)
    }

    fn assemble(
        &mut self,
        tsn: u64,
        data: &Data<'_>,
        drops: &mut Drops,
        events: &mut VecDeque<Event>,
    ) -> Result<bool, Fatal> {
        let added = match &mut self.assembly {
            Assembly::Ordinary(assembly) => assembly.add(tsn, data, self.max_message_size),
            Assembly::Interleaved(assembly) => {
                // A fragment of a message that was delivered or given up would wait for its siblings for ever.
                if data.flags & FLAG_UNORDERED == 0 && self.streams.distance(data.stream, data.mid) < 0 {
                    Err(Fault::Abandoned)
                } else {
                    assembly.add(data, self.max_message_size)
                }
            }
        };
        match added {
            Ok(None) => Ok(false),
            Ok(Some(Assembled { stream, unordered, mid, message })) => {
                if !self.streams.deliver(stream, unordered, mid, message, events) {
                    drops.inconsistent_fragments = drops.inconsistent_fragments.saturating_add(1);
                    return Ok(false);
                }
                Ok(true)
            }
            Err(Fault::Inconsistent) => {
                drops.inconsistent_fragments = drops.inconsistent_fragments.saturating_add(1);
                Ok(false)
            }
            Err(Fault::Abandoned) => {
                drops.abandoned_data = drops.abandoned_data.saturating_add(1);
                Ok(false)
            }
            Err(Fault::TooLarge) => Err(Fatal::MessageTooLarge),
        }
    }

    /// True if there is room for a chunk.
    fn has_room(&mut self) -> Result<bool, Fatal> {
        let held = self.held();
        if held < self.window.limit() {
            return Ok(true);
        }
        if !self.is_unfinished(held) {
            return Ok(false);
        }
        self.window.grow();
        if held >= self.hard_limit() {
            return Err(Fatal::OutOfResource);
        }
        Ok(true)
    }

    /// Takes in a FORWARD TSN or I-FORWARD-TSN (RFC 3758 §3.6).
    pub(crate) fn handle_forward(&mut self, forward: &ForwardTsn<'_>, events: &mut VecDeque<Event>) {
        // RFC 3758 §3.6: acknowledge at once, also an old one (our SACK was lost).
        self.urge(Urgency::AtOnce);
        let tsn = self.tracker.unwrap(forward.new_cumulative);
        if !self.tracker.forward(tsn) {
            return;
        }
        if let Assembly::Ordinary(assembly) = &mut self.assembly {
            assembly.forward(tsn, self.tracker.cumulative());
        }
        for skipped in forward.skipped().filter(|skipped| skipped.stream < self.incoming) {
            if let Assembly::Interleaved(assembly) = &mut self.assembly {
                assembly.skip(skipped.stream, skipped.unordered, skipped.mid);
            }
            if !skipped.unordered {
                self.streams.skip(skipped.stream, skipped.mid, events);
            }
        }
    }

    /// The packet has been taken in: schedules its acknowledgement if it had DATA.
    #[inline]
    pub(crate) fn end_of_packet(&mut self, now: Time, srtt: Option<Duration>) {
        if let Some(urgency) = self.packet.take() {
            self.ack.on_packet(now, urgency == Urgency::AtOnce, srtt);
        }
    }

    /// Appends a SACK of at most `space` bytes.
    pub(crate) fn write_sack(&mut self, space: usize, buf: &mut Vec<u8>) {
        let a_rwnd = self.a_rwnd();
        self.window.grant(a_rwnd);
        self.tracker.write_sack(u32::try_from(a_rwnd).unwrap_or(u32::MAX), space, buf);
        self.ack = AckSchedule::Idle;
    }

    /// The stream's next message.
    pub(crate) fn receive(&mut self, stream: u16, events: &mut VecDeque<Event>) -> Option<Message> {
        let message = self.streams.pop(stream, events);
        if message.is_some() && self.window.reopened(self.a_rwnd()) {
            self.ack = AckSchedule::Due;
        }
        message
    }

    /// True if everything up to `tsn` has come in.
    pub(crate) fn has_all_up_to(&self, tsn: Tsn) -> bool {
        tsn.distance_from(self.cumulative()) <= 0
    }

    /// The peer's side of the streams starts anew; `None` means all.
    pub(crate) fn reset_streams(&mut self, ids: Option<&[u16]>, events: &mut VecDeque<Event>) {
        let all;
        let ids = match ids {
            Some(ids) => ids,
            None => {
                all = self.streams.ids();
                &all
            }
        };
        for &id in ids.iter().filter(|id| **id < self.incoming) {
            if let Assembly::Interleaved(assembly) = &mut self.assembly {
                assembly.reset(id);
            }
            self.streams.reset(id, events);
        }
    }

    /// What is left to read when the association has ended.
    pub(crate) fn into_unread(self) -> Streams {
        let mut streams = self.streams;
        streams.forget_order();
        streams
    }

    /// True if the stream number is one the peer may use.
    pub(crate) const fn accepts(&self, stream: u16) -> bool {
        stream < self.incoming
    }
}

/// Reads on after the association has ended.
pub(crate) fn read_unread(streams: &mut Streams, stream: u16, events: &mut VecDeque<Event>) -> Option<Message> {
    streams.pop(stream, events)
}
