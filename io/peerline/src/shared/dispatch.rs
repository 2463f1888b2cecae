//! Where an event of the core goes: to the promise, the channel's tasks, or the event queue.

use super::State;
use crate::waiters::Place;
use peerline_edge::Time;
use peerline_peer::{ChannelEvent, ChannelId, DataChannelState, Event};

impl State {
    pub(super) fn dispatch(&mut self, now: Time, event: Event) {
        match event {
            Event::OperationSettled { operation, result } => {
                // Nobody waits for it if its future was dropped; the operation ran all the same.
                if let Some(slot) = self.operations.get_mut(operation) {
                    slot.result = Some(result);
                    self.wakeups.extend(slot.waker.take());
                }
            }
            // The future sees for itself that the connection is closed.
            Event::OperationAbandoned(operation) => {
                if let Some(slot) = self.operations.get_mut(operation) {
                    self.wakeups.extend(slot.waker.take());
                }
            }
            Event::Channel(id, event) => self.dispatch_channel(now, id, event),
            Event::DataChannel(id) => {
                self.channels.entry(id).or_default();
                self.queue(now, Event::DataChannel(id));
            }
            Event::IdentityRequest(question) => self.identity.ask(question),
            Event::PeerIdentity(result) => {
                if let Err(error) = result {
                    self.identity.note_failure(error);
                }
                self.wake_all(Place::States);
            }
            Event::Track(event) => {
                self.apply_track_event(&event);
                self.queue(now, Event::Track(event));
            }
            event => {
                if let Some(waiters) = self.places.get_mut(Place::States) {
                    waiters.wake_all(&mut self.wakeups);
                }
                self.queue(now, event);
            }
        }
    }

    fn dispatch_channel(&mut self, now: Time, id: ChannelId, event: ChannelEvent) {
        match &event {
            ChannelEvent::Readable => {
                if self.channels.get(&id).is_some_and(|slot| slot.is_abandoned) {
                    self.discard_messages(now, id);
                }
                return self.wake_one(Place::Readers(id));
            }
            ChannelEvent::BufferedAmountLow => {}
            ChannelEvent::Error(error) => self.channels.entry(id).or_default().error = Some(error.clone()),
            ChannelEvent::Open | ChannelEvent::Closing | ChannelEvent::Close => {}
        }
        if event != ChannelEvent::BufferedAmountLow {
            self.wake_all(Place::Channel(id));
            self.wake_all(Place::Writers(id));
        }
        let is_close = event == ChannelEvent::Close;
        if is_close {
            self.wake_all(Place::Readers(id));
        }
        self.queue(now, Event::Channel(id, event));
        if is_close && self.channels.get(&id).is_none_or(|slot| slot.is_abandoned) {
            self.forget_channel(id);
        }
    }

    /// Puts an event in the queue and wakes its reader; what falls out at the other end is looked after.
    fn queue(&mut self, now: Time, event: Event) {
        let dropped = self.events.push(event);
        self.wake_one(Place::Events);
        if let Some(Event::DataChannel(id)) = dropped {
            // Nobody will ever have a handle of this channel.
            self.abandon_channel(now, id);
        }
    }

    /// Every handle of a channel is gone.
    pub(crate) fn abandon_channel(&mut self, now: Time, id: ChannelId) {
        let slot = self.channels.entry(id).or_default();
        if slot.handle.strong_count() > 0 {
            return;
        }
        slot.is_abandoned = true;
        self.discard_messages(now, id);
        if self.core.channel(id).is_none_or(|channel| channel.ready_state() == DataChannelState::Closed) {
            self.forget_channel(id);
        }
    }

    fn discard_messages(&mut self, now: Time, id: ChannelId) {
        while self.core.receive(now, id).is_some() {}
        self.wake_driver();
    }

    fn forget_channel(&mut self, id: ChannelId) {
        self.core.release_channel(id);
        self.channels.remove(&id);
        self.places.forget_channel(id);
        self.writers.retain(|other| *other != id);
    }

    /// Notes that a task waits for room on a channel.
    pub(crate) fn wait_for_room(&mut self, id: ChannelId) {
        if !self.writers.contains(&id) {
            self.writers.push(id);
        }
    }

    /// After packets left: wakes the tasks that wait for room on a channel that has room now.
    pub(crate) fn wake_writers(&mut self) {
        if self.writers.is_empty() {
            return;
        }
        let mut writers = std::mem::take(&mut self.writers);
        writers.retain(|id| {
            let has_room = self.has_room(*id);
            if has_room {
                self.wake_all(Place::Writers(*id));
            }
            !has_room
        });
        self.writers = writers;
    }

    /// True if a task that waits to write to the channel need not wait any longer.
    fn has_room(&self, id: ChannelId) -> bool {
        self.core.channel(id).is_none_or(|channel| {
            channel.buffered_amount() <= crate::rtc_data_channel::WRITABLE_AGAIN
                || channel.ready_state() != DataChannelState::Open
        })
    }

    fn wake_one(&mut self, place: Place) {
        if let Some(waiters) = self.places.get_mut(place) {
            waiters.wake_one(&mut self.wakeups);
        }
    }

    fn wake_all(&mut self, place: Place) {
        if let Some(waiters) = self.places.get_mut(place) {
            waiters.wake_all(&mut self.wakeups);
        }
    }
}
