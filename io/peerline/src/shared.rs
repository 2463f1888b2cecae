//! What the handles of one connection and its driver share: the core behind the only lock, and the tasks that wait for it.
//!
//! The lock is held for one call of the core, never across an await. Whoever holds it collects wakers; they are woken after it is
//! released, so that no task wakes up just to wait for the lock.

mod dispatch;
mod media;
mod task_runner;

use crate::clock;
use crate::event_queue::EventQueue;
use crate::operation::Operations;
use crate::rtc_data_channel;
use crate::rtc_error::RtcError;
use crate::rtc_identity::IdentityProviders;
use crate::waiters::{Place, Waiters};
use media::MediaObjects;
use peerline_edge::Time;
use peerline_peer::{ChannelError, ChannelId, ConnectionState, PeerConnection, TransportId, TransportView};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;

pub(crate) use task_runner::TaskRunner;

/// Calls that share a look at the clock.
const BURST: u8 = 32;

/// One connection, as its handles and its driver share it.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Handles that keep the connection open; the driver and event streams are not counted.
    handles: AtomicUsize,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct State {
    /// The connection itself.
    pub(crate) core: PeerConnection,
    /// What the facade keeps for a channel.
    pub(crate) channels: BTreeMap<ChannelId, ChannelSlot>,
    /// Promises that somebody waits for.
    pub(crate) operations: Operations,
    /// Events that wait for their reader.
    pub(crate) events: EventQueue,
    /// Who waits where.
    pub(crate) places: Places,
    /// Identity providers and what they are asked.
    pub(crate) identity: IdentityProviders,
    /// Tracks and streams.
    pub(crate) media: MediaObjects,
    /// Channels with tasks that wait for room to send.
    pub(crate) writers: Vec<ChannelId>,
    /// The driver's side.
    pub(crate) driver: DriverLink,
    /// Who runs the core's tasks.
    pub(crate) task_runner: TaskRunner,
    /// Tasks to wake once the lock is released.
    pub(crate) wakeups: Vec<Waker>,
    /// The latest look at the clock, and how often it has been used since.
    clock: (Time, u8),
}

/// What the facade keeps for a channel, beside what the core knows.
#[derive(Debug, Default)]
pub(crate) struct ChannelSlot {
    /// The object that its handles share, if there is a handle.
    pub(crate) handle: Weak<rtc_data_channel::Inner>,
    /// The user had a handle and let every one of them go: messages are read and thrown away, as a browser does with a channel that has
    /// no listener. Else they would fill the association's receive window and stop the other channels.
    pub(crate) is_abandoned: bool,
    /// What broke the channel.
    pub(crate) error: Option<ChannelError>,
}

/// How the driver is told that there is work.
#[derive(Debug, Default)]
pub(crate) struct DriverLink {
    /// Set while the driver sleeps.
    pub(crate) waker: Option<Waker>,
    /// There is work that the driver has not seen yet.
    pub(crate) has_work: bool,
    /// The driver is gone: nothing will ever happen again.
    pub(crate) is_gone: bool,
}

/// The waiting tasks of each place.
#[derive(Debug, Default)]
pub(crate) struct Places {
    events: Waiters,
    states: Waiters,
    /// Boxed: a node of the tree has room for eleven, and most connections have one channel.
    channels: BTreeMap<ChannelId, Box<ChannelWaiters>>,
}

#[derive(Debug, Default)]
struct ChannelWaiters {
    readers: Waiters,
    writers: Waiters,
    states: Waiters,
}

impl Shared {
    pub(crate) fn new(core: PeerConnection, task_runner: TaskRunner) -> Self {
        let state = State {
            core,
            channels: BTreeMap::new(),
            operations: Operations::default(),
            events: EventQueue::default(),
            places: Places::default(),
            identity: IdentityProviders::default(),
            media: MediaObjects::default(),
            writers: Vec::new(),
            driver: DriverLink::default(),
            task_runner,
            wakeups: Vec::new(),
            clock: (Time::ZERO, 0),
        };
        Self { state: Mutex::new(state), handles: AtomicUsize::new(0) }
    }

    /// Takes the lock. What panicked while it was held is a defect of ours; the state is still the best there is.
    pub(crate) fn lock(&self) -> Guard<'_> {
        Guard(Some(self.state.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Closes the connection: everything that waits is told, and the driver says goodbye to the peer and ends.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        let now = state.now();
        state.core.close(now);
        state.run_tasks(now);
        state.wake_everyone();
        state.wake_driver();
    }
}

/// The lock, held. Wakes what was to be woken when it is released.
pub(crate) struct Guard<'a>(Option<MutexGuard<'a, State>>);

impl Deref for Guard<'_> {
    type Target = State;
    #[inline]
    fn deref(&self) -> &State {
        match &self.0 {
            Some(state) => state,
            None => unreachable!("the guard is empty only while it is dropped"),
        }
    }
}

impl DerefMut for Guard<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut State {
        match &mut self.0 {
            Some(state) => state,
            None => unreachable!("the guard is empty only while it is dropped"),
        }
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let Some(mut state) = self.0.take() else { return };
        if state.wakeups.is_empty() {
            return;
        }
        let wakeups = std::mem::take(&mut state.wakeups);
        drop(state);
        wakeups.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// The time now.
    pub(crate) fn now(&mut self) -> Time {
        self.clock = (clock::now(), 0);
        self.clock.0
    }

    /// The time now, or that of the call shortly before: as long as the driver has not run since, a burst of calls shares a look at the clock, which
    /// would else be a tenth of the cost of a small message.
    #[inline]
    pub(crate) fn now_in_burst(&mut self) -> Time {
        let (now, uses) = self.clock;
        if !self.driver.has_work || uses >= BURST {
            return self.now();
        }
        self.clock.1 = uses + 1;
        now
    }

    /// True once nothing will happen any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.driver.is_gone || self.core.connection_state() == ConnectionState::Closed
    }

    /// Tells the driver that there is something to send, to ask or to wait for. Costs nothing if it was told already.
    pub(crate) fn wake_driver(&mut self) {
        self.driver.has_work = true;
        if let Some(waker) = self.driver.waker.take() {
            self.wakeups.push(waker);
        }
    }

    /// A call of the user's that may queue tasks and cause packets.
    pub(crate) fn call<T>(&mut self, call: impl FnOnce(&mut PeerConnection, Time) -> T) -> T {
        let now = self.now();
        let result = call(&mut self.core, now);
        self.run_tasks(now);
        self.wake_driver();
        result
    }

    /// Wakes every task that waits at this connection.
    pub(crate) fn wake_everyone(&mut self) {
        let wakeups = &mut self.wakeups;
        self.places.events.wake_all(wakeups);
        self.places.states.wake_all(wakeups);
        for channel in self.places.channels.values_mut() {
            channel.readers.wake_all(wakeups);
            channel.writers.wake_all(wakeups);
            channel.states.wake_all(wakeups);
        }
        self.operations.wake_all(wakeups);
    }

    /// What a transport shows.
    pub(crate) fn transport(&self, id: TransportId) -> Option<TransportView> {
        self.core.transports().find(|view| view.id == id)
    }

    /// What broke the channel, or that it (or the connection) is closed.
    pub(crate) fn channel_error(&self, id: ChannelId) -> RtcError {
        match self.channels.get(&id).and_then(|slot| slot.error.as_ref()) {
            Some(error) => error.into(),
            None if self.is_closed() => RtcError::connection_closed(),
            None => RtcError::channel_closed(),
        }
    }
}

impl Places {
    pub(crate) fn get_mut(&mut self, place: Place) -> Option<&mut Waiters> {
        match place {
            Place::Events => Some(&mut self.events),
            Place::States => Some(&mut self.states),
            Place::Readers(id) => self.channels.get_mut(&id).map(|channel| &mut channel.readers),
            Place::Writers(id) => self.channels.get_mut(&id).map(|channel| &mut channel.writers),
            Place::Channel(id) => self.channels.get_mut(&id).map(|channel| &mut channel.states),
        }
    }

    pub(crate) fn get_or_insert(&mut self, place: Place) -> &mut Waiters {
        match place {
            Place::Events => &mut self.events,
            Place::States => &mut self.states,
            Place::Readers(id) => &mut self.channels.entry(id).or_default().readers,
            Place::Writers(id) => &mut self.channels.entry(id).or_default().writers,
            Place::Channel(id) => &mut self.channels.entry(id).or_default().states,
        }
    }

    /// Forgets a channel that nobody waits at.
    pub(crate) fn forget_channel(&mut self, id: ChannelId) {
        if self.channels.get(&id).is_some_and(|channel| {
            channel.readers.is_empty() && channel.writers.is_empty() && channel.states.is_empty()
        }) {
            self.channels.remove(&id);
        }
    }
}

/// A handle that keeps the connection open: when the last one is dropped, the connection closes.
#[derive(Debug)]
pub(crate) struct Handle(Arc<Shared>);

impl Handle {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        shared.handles.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(shared))
    }

    /// The shared part, as the driver and event streams hold it: not counted.
    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.0
    }
}

impl PartialEq for Handle {
    /// True if both are handles of the same connection.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Handle {}

impl Clone for Handle {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Deref for Handle {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.0.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.close();
        }
    }
}
