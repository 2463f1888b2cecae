//! The only loop: one task per connection that owns its sockets, feeds the core, and sends what the core builds.
//!
//! A turn, over and over until there is nothing left to do:
//!
//! 1. Take a burst of datagrams from each socket and feed it under one hold of the lock.
//! 2. Hand over what the world answered, and the time if a deadline has passed.
//! 3. Send what the core builds, whole segmentation-offload bursts with one call each, until it has nothing more.
//! 4. Run the queued tasks, do what the core asks of the world.
//! 5. Sleep until a datagram, a call of the user's, an answer, or the nearest deadline. Nothing is polled by the clock.

use crate::rtc_identity::Question;
use crate::shared::Shared;
use crate::socket::{ReceiveBuffers, Refused, Sockets, with_send_buffer};
use crate::timer::Timer;
use crate::turn::{TakesTurns, Turn, poll_turns};
use crate::world::World;
use peerline_edge::{Deadline, FiveTuple, IoOutcome, IoRequest, Protocol, Received, Time, Transmit};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// Send calls, of 64 KiB at most, before datagrams are taken in again.
const SENDS_PER_TURN: usize = 4;
/// How long a closed connection waits for a socket that takes no datagram, to say goodbye.
const LINGER: Duration = Duration::from_secs(1);

/// Driver tasks that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// How many connections of this process have a driver, that is: are open, or are still saying goodbye. It returns to its former value
/// promptly after each `close()` or last drop; a test or a health page can watch it.
#[must_use]
pub fn live_connections() -> usize {
    ALIVE.load(Ordering::Acquire)
}

/// The driver of one connection.
#[derive(Debug)]
pub(crate) struct Driver {
    shared: Arc<Shared>,
    sockets: Sockets,
    world: World,
    /// Answers that the core has not seen yet.
    outcomes: Vec<IoOutcome>,
    /// What the core asked and nobody did yet.
    requests: Vec<IoRequest>,
    /// Questions to identity providers that nobody has asked yet.
    questions: Vec<Question>,
    timer: Timer,
    /// When a closed connection gives up on a socket that takes nothing.
    give_up: Option<Time>,
}

/// What the core stood at when it had been told everything.
#[derive(Clone, Copy, Debug)]
struct Handled {
    now: Time,
    /// There was something to tell.
    any: bool,
    /// The connection was closed before the flush that follows: what that sends is the goodbye.
    was_closed: bool,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        ALIVE.fetch_add(1, Ordering::AcqRel);
        Self {
            shared,
            sockets: Sockets::default(),
            world: World::default(),
            outcomes: Vec::new(),
            requests: Vec::new(),
            questions: Vec::new(),
            timer: Timer::default(),
            give_up: None,
        }
    }

    /// Takes one burst from each socket; true if there was something.
    fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        let shared = &self.shared;
        self.sockets.receive(cx, &mut self.outcomes, |local, buffers| feed(shared, local, buffers))
    }

    /// Tells the core what the world answered, and that a deadline has passed.
    fn handle(&mut self) -> Handled {
        let mut state = self.shared.lock();
        let now = state.now();
        let mut handled = !self.outcomes.is_empty();
        for outcome in std::mem::take(&mut self.outcomes) {
            state.core.handle_io(now, &outcome);
        }
        if state.core.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            state.core.handle_timeout(now);
            handled = true;
        }
        Handled { now, any: handled, was_closed: state.core.is_closed() }
    }

    /// Sends what the core builds. The lock is free while the system sends.
    fn flush(&mut self, cx: &mut Context<'_>, now: Time) -> Flush {
        if self.sockets.poll_flush(cx).is_pending() {
            return Flush::Blocked;
        }
        self.tell_refused();
        with_send_buffer(|buffer| {
            for _ in 0..SENDS_PER_TURN {
                buffer.clear();
                let Some(transmit) = self.build(now, buffer) else { return Flush::Idle };
                if self.sockets.send(cx, &transmit, buffer).is_pending() {
                    return Flush::Blocked;
                }
                self.tell_refused();
            }
            Flush::More
        })
    }

    /// Statistics count what the system refused.
    fn tell_refused(&mut self) {
        if let Some(Refused { path, bytes, packets }) = self.sockets.take_refused() {
            self.shared.lock().core.note_discarded(&path, bytes, packets);
        }
    }

    /// The next datagrams. Tasks that building them queued are told of before they leave: a peer in this process must not hear of a message
    /// before its sender's `bufferedAmount` has fallen.
    fn build(&self, now: Time, buffer: &mut Vec<u8>) -> Option<Transmit> {
        let mut state = self.shared.lock();
        let transmit = state.core.poll_transmit(now, buffer);
        state.run_tasks(now);
        transmit
    }

    /// Does what the core asked of the world, without the lock.
    fn request(&mut self) {
        for question in self.questions.drain(..) {
            tokio::spawn(question.ask(Arc::downgrade(&self.shared)));
        }
        // Taken whole: an idle connection keeps no room for requests or answers.
        for request in std::mem::take(&mut self.requests) {
            self.outcomes.extend(self.world.request(request, &mut self.sockets));
        }
    }
}

/// Hands a batch to the core under one hold of the lock; how many datagrams it was, at least one.
fn feed(shared: &Shared, local: SocketAddr, buffers: &mut ReceiveBuffers) -> usize {
    let mut state = shared.lock();
    let now = state.now();
    let mut datagrams = 0;
    buffers.for_each(|remote, ecn, contents| {
        let path = FiveTuple { protocol: Protocol::Udp, local, remote };
        state.core.handle_datagram(now, Received { path, ecn, contents });
        datagrams += 1;
    });
    datagrams.max(1)
}

/// How far sending came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flush {
    /// The core has nothing more to send.
    Idle,
    /// It may have more.
    More,
    /// The system takes no more now.
    Blocked,
}

impl TakesTurns for Driver {
    fn turn(&mut self, cx: &mut Context<'_>) -> Turn {
        let received = self.receive(cx);
        while let Poll::Ready(outcome) = self.world.poll_outcome(cx) {
            self.outcomes.push(outcome);
        }
        let Handled { now, any, was_closed } = self.handle();
        let flush = self.flush(cx, now);
        let mut again = received || any || flush == Flush::More;
        let mut state = self.shared.lock();
        again |= state.run_tasks(now);
        state.wake_writers();
        self.questions = state.identity.take_questions();
        let is_closed = state.core.is_closed();
        // What another thread closed during the flush has its goodbye still to say.
        let has_said_goodbye = was_closed && flush == Flush::Idle;
        again |= is_closed && !was_closed;
        if has_said_goodbye || !is_closed {
            // A closed connection closes its sockets only after it said goodbye through them.
            while let Some(request) = state.core.poll_io() {
                self.requests.push(request);
            }
        }
        if has_said_goodbye && self.requests.is_empty() {
            return Turn::Done;
        }
        again |= !(self.requests.is_empty() && self.questions.is_empty()) || std::mem::take(&mut state.driver.has_work);
        if again {
            drop(state);
            self.request();
            return Turn::Again;
        }
        let deadline = state.core.poll_timeout();
        if state.is_closed() && flush == Flush::Blocked {
            let give_up = *self.give_up.get_or_insert(now + LINGER);
            if now >= give_up {
                return Turn::Done;
            }
            return Turn::Sleep(Deadline::earliest(deadline, Some(Deadline::new(give_up, "linger"))));
        }
        // Under the same hold of the lock as the look at `has_work`: no call of the user's falls between.
        if !state.driver.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            state.driver.waker = Some(cx.waker().clone());
        }
        Turn::Sleep(deadline)
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
    /// Also runs when the runtime is shut down under the connection: nobody may wait for it for ever.
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let now = state.now();
        state.core.close(now);
        state.run_tasks(now);
        state.driver.is_gone = true;
        state.wake_everyone();
        drop(state);
        tracing::debug!(drops = ?self.sockets.drops(), "driver ends");
        ALIVE.fetch_sub(1, Ordering::AcqRel);
    }
}
