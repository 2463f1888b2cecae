//! Tasks that wait at one object, and the future that every wait of the facade is: checked under the lock, woken one by one, safe to drop.

use crate::shared::{Shared, State};
use peerline_peer::ChannelId;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The wakers of the tasks that wait at one object, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    next_key: u32,
    waiting: Vec<(u32, Waker)>,
}

impl Waiters {
    /// Puts the task in the list, or refreshes its waker if it is there already.
    fn register(&mut self, key: &mut Option<u32>, waker: &Waker) {
        if let Some(key) = *key
            && let Some((_, known)) = self.waiting.iter_mut().find(|(other, _)| *other == key)
        {
            if !known.will_wake(waker) {
                known.clone_from(waker);
            }
            return;
        }
        *key = Some(self.next_key);
        self.waiting.push((self.next_key, waker.clone()));
        self.next_key = self.next_key.wrapping_add(1);
    }

    /// Takes the task off the list; `None` if it was woken meanwhile.
    fn remove(&mut self, key: u32) -> Option<Waker> {
        let position = self.waiting.iter().position(|(other, _)| *other == key)?;
        Some(self.waiting.remove(position).1)
    }

    /// Moves the first waker to `wakeups`.
    pub(crate) fn wake_one(&mut self, wakeups: &mut Vec<Waker>) {
        if !self.waiting.is_empty() {
            wakeups.push(self.waiting.remove(0).1);
        }
    }

    /// Moves all wakers to `wakeups`.
    pub(crate) fn wake_all(&mut self, wakeups: &mut Vec<Waker>) {
        wakeups.extend(self.waiting.drain(..).map(|(_, waker)| waker));
    }

    /// True if nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Where a task waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// For the next event of the connection; one event wakes one task.
    Events,
    /// For a change of any state of the connection.
    States,
    /// For a message on a channel; one message wakes one task.
    Readers(ChannelId),
    /// For room to send on a channel.
    Writers(ChannelId),
    /// For a change of a channel's state.
    Channel(ChannelId),
}

impl Place {
    /// True if what is waited for is taken away by the one who gets it, so that one task at a time is woken.
    const fn takes_turns(self) -> bool {
        matches!(self, Self::Events | Self::Readers(_))
    }
}

/// Waits until `check`, called under the lock, gives a value. Dropping it loses nothing: a wake-up that it did not use goes to the next
/// task that waits at the same place.
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Wait<'a, F> {
    shared: &'a Arc<Shared>,
    place: Place,
    key: Option<u32>,
    check: F,
}

impl<'a, T, F: FnMut(&mut State) -> Option<T> + Unpin> Wait<'a, F> {
    pub(crate) const fn new(shared: &'a Arc<Shared>, place: Place, check: F) -> Self {
        Self { shared, place, key: None, check }
    }
}

impl<T, F: FnMut(&mut State) -> Option<T> + Unpin> Future for Wait<'_, F> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.get_mut();
        poll_at(this.shared, this.place, &mut this.key, cx, &mut this.check)
    }
}

impl<F> Drop for Wait<'_, F> {
    fn drop(&mut self) {
        leave(self.shared, self.place, &mut self.key);
    }
}

/// One poll of a wait whose key lies elsewhere (a stream keeps it between items).
pub(crate) fn poll_at<T>(
    shared: &Arc<Shared>,
    place: Place,
    key: &mut Option<u32>,
    cx: &Context<'_>,
    mut check: impl FnMut(&mut State) -> Option<T>,
) -> Poll<T> {
    // Dropped after the lock is released: a waker may hold the last reference to a task.
    let _waker;
    let mut state = shared.lock();
    let state = &mut *state;
    if let Some(value) = check(state) {
        let wakeups = &mut state.wakeups;
        if let Some(waiters) = state.places.get_mut(place) {
            if let Some(key) = key.take() {
                _waker = waiters.remove(key);
            }
            // There may be more of it: the next in line looks for itself.
            if place.takes_turns() {
                waiters.wake_one(wakeups);
            }
        }
        return Poll::Ready(value);
    }
    state.places.get_or_insert(place).register(key, cx.waker());
    Poll::Pending
}

/// Ends a wait that did not get its value.
pub(crate) fn leave(shared: &Arc<Shared>, place: Place, key: &mut Option<u32>) {
    let Some(key) = key.take() else { return };
    let waker;
    {
        let mut state = shared.lock();
        let state = &mut *state;
        let Some(waiters) = state.places.get_mut(place) else { return };
        waker = waiters.remove(key);
        if waker.is_none() && place.takes_turns() {
            waiters.wake_one(&mut state.wakeups);
        }
    }
    drop(waker);
}
