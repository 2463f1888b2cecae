//! A connection whose tasks another event loop runs: what a binding to a language with an event loop of its own stands on.
//!
//! W3C algorithms "queue a task" to change a slot and to fire its event, and a script sees both in one turn of its event loop. [`RtcPeerConnection`]
//! runs the tasks for you. Here they wait until [`EventLoopConnection::run_task`] runs one of them, so that nothing which a getter shows changes behind the back of a script.
//!
//! 1. `wake` is called, on any thread, once for each task, when it was queued and before anything that the same step sends leaves. So a list to which several
//!    connections add themselves is in the order in which a browser would run their tasks. It must not call the connection, which is locked meanwhile.
//! 2. For each, the event loop calls [`run_task`](EventLoopConnection::run_task) and delivers its events. `close` takes tasks back: then there is none.
//! 3. In between, and out of the events' handlers, it [`call`](EventLoopConnection::call)s and [`look`](EventLoopConnection::look)s as it likes.
//!
//! Closures and events speak the core's language (`peerline-peer`): that promises nothing to others than the bindings in this repository.
//!
//! [`RtcPeerConnection`]: crate::RtcPeerConnection

use crate::open::open;
use crate::rtc_configuration::RtcConfiguration;
use crate::rtc_error::RtcError;
use crate::shared::{Handle, TaskRunner};
use peerline_edge::Time;
use peerline_peer::{Event, PeerConnection};
use std::fmt;
use std::sync::Arc;
use std::task::Wake;
use tokio::runtime;

/// A connection whose tasks the caller's event loop runs. Dropping it closes the connection.
pub struct EventLoopConnection(Handle);

/// A function as a waker.
pub(crate) struct WakeFunction<F>(pub(crate) F);

impl<F: Fn() + Send + Sync + 'static> Wake for WakeFunction<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

impl EventLoopConnection {
    /// Opens a connection that `runtime` drives. `wake` is told of each task.
    ///
    /// # Errors
    /// As [`RtcPeerConnection::new`](crate::RtcPeerConnection::new).
    pub fn new(
        runtime: &runtime::Handle,
        configuration: RtcConfiguration,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, RtcError> {
        let waker = Arc::new(WakeFunction(wake)).into();
        open(runtime, configuration, TaskRunner::EventLoop { waker, told: 0 }).map(Self)
    }

    /// Any call that may queue tasks or cause packets. It runs no task.
    pub fn call<T>(&self, call: impl FnOnce(&mut PeerConnection, Time) -> T) -> T {
        let mut state = self.0.lock();
        let now = state.now();
        let result = call(&mut state.core, now);
        state.run_tasks(now);
        state.wake_driver();
        result
    }

    /// A call of a kind that comes in bursts, such as `send`: those of one burst share a look at the clock.
    pub fn call_in_burst<T>(&self, call: impl FnOnce(&mut PeerConnection, Time) -> T) -> T {
        let mut state = self.0.lock();
        let now = state.now_in_burst();
        let result = call(&mut state.core, now);
        state.wake_driver();
        result
    }

    /// A look at the connection: at slots as the last task left them.
    pub fn look<T>(&self, look: impl FnOnce(&PeerConnection) -> T) -> T {
        look(&self.0.lock().core)
    }

    /// Runs one task and gives its events, perhaps none; `None` if no task waits.
    #[must_use]
    pub fn run_task(&self) -> Option<Vec<Event>> {
        self.0.lock().run_task()
    }

    /// True if a task waits.
    #[must_use]
    pub fn has_tasks(&self) -> bool {
        self.0.lock().core.has_events()
    }

    /// True if an event may still come although nobody calls: whoever waits for events must keep the connection as long.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let state = self.0.lock();
        state.core.has_events() || !state.driver.is_gone && state.core.is_active()
    }

    /// True once the connection is closed and the peer was told: its driver is gone, and nothing happens any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.0.lock().driver.is_gone
    }

    /// `close`: the peer is told, the driver ends. What was queued before runs no more.
    pub fn close(&self) {
        self.0.close();
    }
}

impl fmt::Debug for EventLoopConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoopConnection")
            .field("connection_state", &self.look(PeerConnection::connection_state))
            .finish()
    }
}
