//! An `RTCIceTransport` without a connection (W3C webrtc-ice), for a binding to a language with an event loop of its own: it runs the
//! tasks, as with [`crate::event_loop`].

use crate::clock;
use crate::event_loop::WakeFunction;
use crate::open;
use crate::rtc_error::RtcError;
use crate::socket::{Sockets, with_send_buffer};
use crate::timer::Timer;
use crate::turn::{TakesTurns, Turn, poll_turns};
use crate::world::World;
use peerline_edge::{FiveTuple, IoOutcome, IoRequest, Protocol, Received, Time};
use peerline_peer::{IceTransportEvent, StandaloneIceTransport};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::runtime;

/// The transport, as its handle and its driver share it.
#[derive(Debug)]
struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    core: StandaloneIceTransport,
    /// The driver's; set while it sleeps.
    driver: Option<Waker>,
    /// There is work that the driver has not seen yet.
    has_work: bool,
    /// The driver has ended: nothing will happen any more.
    is_gone: bool,
    /// Tells the event loop of one task.
    event_loop: Waker,
    /// How many of the tasks that wait it was told of.
    told: usize,
}

impl State {
    /// How often the event loop is to be told, once the lock is free: once for each task it has not heard of.
    fn take_untold(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let waiting = self.core.waiting_tasks();
        let untold = waiting.saturating_sub(std::mem::replace(&mut self.told, waiting));
        std::iter::repeat_n(self.event_loop.clone(), untold)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle of a transport whose tasks the caller's event loop runs. Dropping it stops the transport.
#[derive(Debug)]
pub struct EventLoopIceTransport(Arc<Shared>);

impl EventLoopIceTransport {
    /// Makes a transport that `runtime` drives. `wake` is told of each task, without a lock held.
    ///
    /// # Errors
    /// If the system has no entropy.
    pub fn new(runtime: &runtime::Handle, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, RtcError> {
        let state = State {
            core: StandaloneIceTransport::new(open::crypto(), open::random_seed()?),
            driver: None,
            has_work: false,
            is_gone: false,
            event_loop: Arc::new(WakeFunction(wake)).into(),
            told: 0,
        };
        let shared = Arc::new(Shared(Mutex::new(state)));
        runtime.spawn(Driver::new(Arc::clone(&shared)));
        Ok(Self(shared))
    }

    /// Any call that may queue tasks or cause packets.
    pub fn call<T>(&self, call: impl FnOnce(&mut StandaloneIceTransport, Time) -> T) -> T {
        let mut state = self.0.lock();
        let result = call(&mut state.core, clock::now());
        state.has_work = true;
        let driver = state.driver.take();
        let untold = state.take_untold();
        drop(state);
        untold.chain(driver).for_each(Waker::wake);
        result
    }

    /// A look at slots as the last task left them.
    pub fn look<T>(&self, look: impl FnOnce(&StandaloneIceTransport) -> T) -> T {
        look(&self.0.lock().core)
    }

    /// Runs one task and gives its events, perhaps none; `None` if no task waits.
    #[must_use]
    pub fn run_task(&self) -> Option<Vec<IceTransportEvent>> {
        let mut state = self.0.lock();
        let events = state.core.run_task();
        state.told = state.told.min(state.core.waiting_tasks());
        events
    }

    /// True if an event may still come although nobody calls.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let state = self.0.lock();
        state.core.has_tasks() || !state.is_gone && state.core.is_active()
    }
}

impl Drop for EventLoopIceTransport {
    fn drop(&mut self) {
        self.call(|core, _| core.stop());
    }
}

/// Owns the sockets, feeds the core, sends what it builds.
#[derive(Debug)]
struct Driver {
    shared: Arc<Shared>,
    sockets: Sockets,
    world: World,
    outcomes: Vec<IoOutcome>,
    timer: Timer,
}

impl Driver {
    fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sockets: Sockets::default(),
            world: World::default(),
            outcomes: Vec::new(),
            timer: Timer::default(),
        }
    }

    /// Takes one burst from each socket; true if there was something.
    fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        let shared = &self.shared;
        self.sockets.receive(cx, &mut self.outcomes, |local, buffers| {
            let mut state = shared.lock();
            let now = clock::now();
            let mut datagrams = 0;
            buffers.for_each(|remote, ecn, contents| {
                let path = FiveTuple { protocol: Protocol::Udp, local, remote };
                state.core.handle_datagram(now, Received { path, ecn, contents });
                datagrams += 1;
            });
            datagrams.max(1)
        })
    }

    /// Sends what the core builds, as far as the system takes it.
    fn flush(&mut self, cx: &mut Context<'_>, now: Time) {
        if self.sockets.poll_flush(cx).is_pending() {
            return;
        }
        with_send_buffer(|buffer| {
            loop {
                buffer.clear();
                let Some(transmit) = self.shared.lock().core.poll_transmit(now, buffer) else { return };
                if self.sockets.send(cx, &transmit, buffer).is_pending() {
                    return;
                }
            }
        });
    }
}

impl TakesTurns for Driver {
    fn turn(&mut self, cx: &mut Context<'_>) -> Turn {
        let received = self.receive(cx);
        while let Poll::Ready(outcome) = self.world.poll_outcome(cx) {
            self.outcomes.push(outcome);
        }
        let mut state = self.shared.lock();
        let now = clock::now();
        let mut again = received || !self.outcomes.is_empty() || std::mem::take(&mut state.has_work);
        for outcome in self.outcomes.drain(..) {
            state.core.handle_io(now, outcome);
        }
        if state.core.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            state.core.handle_timeout(now);
            again = true;
        }
        // The script hears of a candidate before the peer hears from it.
        let untold = state.take_untold();
        drop(state);
        untold.for_each(Waker::wake);
        self.flush(cx, now);
        let mut state = self.shared.lock();
        let requests: Vec<IoRequest> = std::iter::from_fn(|| state.core.poll_io()).collect();
        let deadline = state.core.poll_timeout();
        let is_done = requests.is_empty() && state.core.is_closed();
        again |= !requests.is_empty() || state.has_work;
        if !again {
            state.driver = Some(cx.waker().clone());
        }
        drop(state);
        for request in requests {
            self.outcomes.extend(self.world.request(request, &mut self.sockets));
        }
        match (is_done, again) {
            (true, _) => Turn::Done,
            (false, true) => Turn::Again,
            (false, false) => Turn::Sleep(deadline),
        }
    }

    fn timer(&mut self) -> &mut Timer {
        &mut self.timer
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        poll_turns(self.get_mut(), cx)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.core.stop();
        state.is_gone = true;
    }
}
