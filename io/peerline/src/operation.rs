//! A promise of the core as a future.

use crate::rtc_error::RtcError;
use crate::rtc_session_description::RtcSessionDescription;
use crate::shared::Shared;
use peerline_edge::Time;
use peerline_peer::{Error, OperationId, PeerConnection, Settled};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// A promise that somebody waits for.
#[derive(Debug, Default)]
pub(crate) struct OperationSlot {
    pub(crate) result: Option<Result<Settled, Error>>,
    pub(crate) waker: Option<Waker>,
}

/// The promises of a connection that somebody waits for: few at a time, none most of the time.
#[derive(Debug, Default)]
pub(crate) struct Operations(Vec<(OperationId, OperationSlot)>);

impl Operations {
    fn insert(&mut self, id: OperationId) {
        self.0.push((id, OperationSlot::default()));
    }

    pub(crate) fn get_mut(&mut self, id: OperationId) -> Option<&mut OperationSlot> {
        self.0.iter_mut().find(|(other, _)| *other == id).map(|(_, slot)| slot)
    }

    fn remove(&mut self, id: OperationId) -> Option<OperationSlot> {
        let index = self.0.iter().position(|(other, _)| *other == id)?;
        let (_, slot) = self.0.swap_remove(index);
        // An idle connection keeps no room for operations.
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
        Some(slot)
    }

    /// Moves every waker to `wakeups`.
    pub(crate) fn wake_all(&mut self, wakeups: &mut Vec<Waker>) {
        wakeups.extend(self.0.iter_mut().filter_map(|(_, slot)| slot.waker.take()));
    }
}

/// An operation that has started: what the W3C method returns as a promise.
///
/// It runs whether this is awaited or not, in the order in which the methods were called; dropping this only means that nobody learns how
/// it ended. It does not keep the connection open; if the connection closes first, it ends with `InvalidStateError`.
#[must_use = "the operation runs, but nobody learns how it ended"]
pub struct Operation<T> {
    shared: Arc<Shared>,
    /// `None` once it has settled.
    id: Option<OperationId>,
    result: PhantomData<fn() -> T>,
}

/// What an operation's future gives.
pub trait FromSettled: Sized {
    /// Takes it from what the core settled the promise with.
    #[doc(hidden)]
    fn from_settled(settled: Settled) -> Self;
}

impl FromSettled for () {
    fn from_settled(_: Settled) -> Self {}
}

impl FromSettled for RtcSessionDescription {
    fn from_settled(settled: Settled) -> Self {
        match settled {
            Settled::Description(description) => description.into(),
            _ => {
                unreachable!("only createOffer and createAnswer end as a description, and they always do")
            }
        }
    }
}

impl<T> Operation<T> {
    /// Starts the operation.
    pub(crate) fn start(shared: &Arc<Shared>, call: impl FnOnce(&mut PeerConnection, Time) -> OperationId) -> Self {
        let mut state = shared.lock();
        let now = state.now();
        let id = call(&mut state.core, now);
        // The slot first: the tasks that run now may settle it already.
        state.operations.insert(id);
        state.run_tasks(now);
        state.wake_driver();
        Self { shared: Arc::clone(shared), id: Some(id), result: PhantomData }
    }
}

impl<T: FromSettled> Future for Operation<T> {
    type Output = Result<T, RtcError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(id) = self.id else {
            return Poll::Ready(Err(RtcError::invalid_state("the operation has settled already")));
        };
        let result = {
            let mut state = self.shared.lock();
            let is_closed = state.is_closed();
            let Some(slot) = state.operations.get_mut(id) else {
                return Poll::Ready(Err(RtcError::connection_closed()));
            };
            let result = match slot.result.take() {
                Some(result) => result.map(T::from_settled).map_err(RtcError::from),
                None if is_closed => Err(RtcError::connection_closed()),
                None => {
                    slot.waker = Some(cx.waker().clone());
                    return Poll::Pending;
                }
            };
            state.operations.remove(id);
            result
        };
        self.id = None;
        Poll::Ready(result)
    }
}

impl<T> Drop for Operation<T> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            // The slot is dropped after the lock is released: it may hold the last reference to a task.
            let _slot = self.shared.lock().operations.remove(id);
        }
    }
}

impl<T> fmt::Debug for Operation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("id", &self.id).finish_non_exhaustive()
    }
}
