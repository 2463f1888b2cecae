//! Who runs the tasks that the core queues: whoever queued them, at once, or an event loop of the user's.

use super::State;
use peerline_edge::Time;
use peerline_peer::Event;
use std::task::Waker;

/// Who runs the tasks.
#[derive(Debug)]
pub(crate) enum TaskRunner {
    /// The call or the driver's turn that queued them, before it lets the lock go.
    AtOnce,
    /// An event loop, one task a turn.
    EventLoop {
        /// Tells it that tasks wait.
        waker: Waker,
        /// It was told, and has not run all of them since.
        is_told: bool,
    },
}

impl State {
    /// Sees to the tasks that the core queued. Runs them, if that is ours to do: slots change, promises settle, events go to their queue; true if it
    /// ran any. Else their event loop is told, once until it has run them all.
    pub(crate) fn run_tasks(&mut self, now: Time) -> bool {
        match &mut self.task_runner {
            TaskRunner::AtOnce => {
                let mut ran = false;
                while let Some(event) = self.core.poll_event(now) {
                    self.dispatch(now, event);
                    ran = true;
                }
                ran
            }
            TaskRunner::EventLoop { waker, is_told } => {
                if self.core.has_events() && !std::mem::replace(is_told, true) {
                    self.wakeups.push(waker.clone());
                }
                false
            }
        }
    }

    /// Runs one task for the event loop; its events, or `None` if no task waits.
    pub(crate) fn run_task(&mut self) -> Option<Vec<Event>> {
        let now = self.now();
        let events = self.core.poll_task(now);
        if let TaskRunner::EventLoop { is_told, .. } = &mut self.task_runner
            && !self.core.has_events()
        {
            *is_told = false;
        }
        if events.is_some() {
            self.wake_driver();
        }
        events
    }
}
