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
        /// Tells it of one task. Called with the lock held: it may take no lock that is held while ours is asked for.
        waker: Waker,
        /// How many of the tasks that wait it was told of.
        told: usize,
    },
}

impl State {
    /// Sees to the tasks that the core queued. Runs them, if that is ours to do: slots change, promises settle, events go to their queue; true if it
    /// ran any. Else their event loop is told of each.
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
            TaskRunner::EventLoop { waker, told } => {
                let waiting = self.core.waiting_tasks();
                let untold = waiting.saturating_sub(std::mem::replace(told, waiting));
                // Under the lock: who gets it next and queues a task must not be heard of first.
                (0..untold).for_each(|_| waker.wake_by_ref());
                false
            }
        }
    }

    /// Runs one task for the event loop; its events, or `None` if no task waits.
    pub(crate) fn run_task(&mut self) -> Option<Vec<Event>> {
        let now = self.now();
        let events = self.core.poll_task(now);
        if events.is_some() {
            if let TaskRunner::EventLoop { told, .. } = &mut self.task_runner {
                *told = told.saturating_sub(1);
            }
            self.run_tasks(now);
            self.wake_driver();
        }
        events
    }
}
