//! The signaling machine among tasks: one lock, one wake-up per client, one timer.
//!
//! 1. A connection takes a [`Port`]; what it hears it gives to `say`, what `hear` gives it sends on.
//! 2. Each call into the machine wakes the tasks for which something waits, under the same lock.
//! 3. Dropping the port disconnects the client.

use peerline_signaling::{ClientId, ErrorReason, Event, Limits, Seed, Signaling, Time};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{Notify, mpsc};

/// A call that came for the echo peer.
#[derive(Debug)]
pub(crate) struct EchoCall {
    pub(crate) port: Port,
    pub(crate) caller: String,
    pub(crate) offer: bool,
}

/// Numbers for the health page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Census {
    pub(crate) clients: usize,
    pub(crate) rooms: usize,
    pub(crate) codes: usize,
    pub(crate) echo_calls: usize,
}

#[derive(Debug)]
struct Line {
    wake: Arc<Notify>,
    closing: bool,
}

#[derive(Debug)]
struct Inner {
    machine: Signaling,
    lines: BTreeMap<ClientId, Line>,
}

#[derive(Debug)]
pub(crate) struct Hub {
    epoch: Instant,
    inner: Mutex<Inner>,
    timer: Notify,
    echo: mpsc::UnboundedSender<EchoCall>,
}

impl Hub {
    /// The hub, and where calls for the echo peer arrive (their number is bounded by the limits).
    pub(crate) fn new(limits: Limits, seed: Seed) -> (Arc<Self>, mpsc::UnboundedReceiver<EchoCall>) {
        let (echo, calls) = mpsc::unbounded_channel();
        let inner = Inner { machine: Signaling::new(limits, seed), lines: BTreeMap::new() };
        (Arc::new(Self { epoch: Instant::now(), inner: Mutex::new(inner), timer: Notify::new(), echo }), calls)
    }

    fn now(&self) -> Time {
        Time::from_duration(self.epoch.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // The machine does not panic; should it, its state is still whole between two calls.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn connect(self: &Arc<Self>) -> Result<Port, ErrorReason> {
        let mut inner = self.lock();
        let client = inner.machine.connect(self.now())?;
        let port = self.open(&mut inner, client);
        self.advance(&mut inner);
        Ok(port)
    }

    fn open(self: &Arc<Self>, inner: &mut Inner, client: ClientId) -> Port {
        let wake = Arc::new(Notify::new());
        inner.lines.insert(client, Line { wake: Arc::clone(&wake), closing: false });
        Port { hub: Arc::clone(self), client, wake }
    }

    /// Wakes whoever has something to do after a call into the machine.
    fn advance(self: &Arc<Self>, inner: &mut Inner) {
        while let Some(event) = inner.machine.poll_event() {
            match event {
                Event::EchoCalled { echo, caller, offer } => {
                    let port = self.open(inner, echo);
                    // Without an echo service the call comes back in the error; its port must not be dropped under the lock.
                    if let Err(refused) = self.echo.send(EchoCall { port, caller, offer }) {
                        tokio::spawn(async move { drop(refused) });
                    }
                }
                Event::Close { client, .. } => {
                    if let Some(line) = inner.lines.get_mut(&client) {
                        line.closing = true;
                        line.wake.notify_one();
                    }
                }
                _ => {}
            }
        }
        while let Some(client) = inner.machine.poll_ready() {
            if let Some(line) = inner.lines.get(&client) {
                line.wake.notify_one();
            }
        }
        self.timer.notify_one();
    }

    /// Lets the machine's deadlines pass, forever.
    pub(crate) async fn run_timer(self: Arc<Self>) {
        loop {
            let deadline = self.lock().machine.poll_timeout();
            match deadline {
                Some(deadline) => {
                    let at = tokio::time::Instant::from_std(self.epoch + deadline.at.since_epoch());
                    tokio::select! {
                        () = tokio::time::sleep_until(at) => {
                            let mut inner = self.lock();
                            inner.machine.handle_timeout(self.now());
                            self.advance(&mut inner);
                        }
                        () = self.timer.notified() => {}
                    }
                }
                None => self.timer.notified().await,
            }
        }
    }

    pub(crate) fn census(&self) -> Census {
        let machine = &self.lock().machine;
        Census {
            clients: machine.client_count(),
            rooms: machine.room_count(),
            codes: machine.code_count(),
            echo_calls: machine.echo_call_count(),
        }
    }
}

/// One client's connection to the machine. Dropping it disconnects the client.
#[derive(Debug)]
pub(crate) struct Port {
    hub: Arc<Hub>,
    client: ClientId,
    wake: Arc<Notify>,
}

impl Port {
    /// The client says something.
    pub(crate) fn say(&self, text: &str) {
        let mut inner = self.hub.lock();
        inner.machine.handle_message(self.hub.now(), self.client, text);
        self.hub.advance(&mut inner);
    }

    /// The next message for the client; None when the server wants the connection closed. Cancel-safe.
    pub(crate) async fn hear(&self) -> Option<String> {
        loop {
            {
                let mut inner = self.hub.lock();
                if let Some(text) = inner.machine.poll_outgoing_of(self.client) {
                    return Some(text);
                }
                if inner.lines.get(&self.client).is_none_or(|line| line.closing) {
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        let mut inner = self.hub.lock();
        inner.lines.remove(&self.client);
        inner.machine.disconnect(self.hub.now(), self.client);
        self.hub.advance(&mut inner);
    }
}
