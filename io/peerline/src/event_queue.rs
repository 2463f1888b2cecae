//! The events that wait for their reader: bounded, so that a reader that never reads costs bounded memory.

use peerline_peer::Event;
use std::collections::VecDeque;

/// How many events wait at most. Beyond it the oldest is dropped and counted.
pub const MAX_QUEUED_EVENTS: usize = 1024;

/// What the reader gets next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// An event.
    Event(Event),
    /// So many events were dropped before the next one.
    Lagged(u64),
}

/// A queue that drops its oldest event when it is full.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    events: VecDeque<Event>,
    lagged: u64,
}

impl EventQueue {
    /// Appends an event; gives back the one that had to go for it.
    pub(crate) fn push(&mut self, event: Event) -> Option<Event> {
        let dropped = if self.events.len() >= MAX_QUEUED_EVENTS { self.events.pop_front() } else { None };
        self.lagged = self.lagged.saturating_add(u64::from(dropped.is_some()));
        self.events.push_back(event);
        dropped
    }

    /// Takes the next one; the news of a gap comes before the event that follows the gap.
    pub(crate) fn pop(&mut self) -> Option<Next> {
        if self.lagged > 0 {
            return Some(Next::Lagged(std::mem::take(&mut self.lagged)));
        }
        let event = self.events.pop_front();
        // An idle connection keeps no room for events.
        if self.events.is_empty() && self.events.capacity() > 0 {
            self.events = VecDeque::new();
        }
        event.map(Next::Event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use peerline_peer::ChannelId;

    #[test]
    fn a_reader_that_never_reads_costs_bounded_memory_and_learns_what_it_missed() {
        let mut queue = EventQueue::default();
        let mut dropped = 0;
        for id in 0..3000 {
            dropped += u64::from(queue.push(Event::DataChannel(ChannelId(id))).is_some());
        }
        assert_eq!(dropped, 3000 - 1024);
        assert_eq!(queue.pop(), Some(Next::Lagged(dropped)));
        assert_eq!(queue.pop(), Some(Next::Event(Event::DataChannel(ChannelId(dropped)))));
        assert_eq!(std::iter::from_fn(|| queue.pop()).count(), MAX_QUEUED_EVENTS - 1);
    }
}
