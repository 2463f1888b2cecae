//! The way back to a JavaScript environment: the list of its connections that have tasks, and the one function that tells it so.
//!
//! 1. A task is queued at a connection: its key goes on the list.
//! 2. If the list was empty, the thread-safe function is called: once until JavaScript takes the list.
//! 3. The environment ends: the function goes, the connections are closed, and whatever a driver tells later ends at the list.

use crate::error::{Result, operation_error};
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status};
use napi_derive::napi;
use peerline::event_loop::EventLoopConnection;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long an environment that ends waits for its connections to say goodbye. It is a matter of sending a few datagrams.
const GOODBYE: Duration = Duration::from_millis(100);

/// Takes no arguments, gives nothing back, and does not keep the process alive by itself.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What an environment's connections share.
pub(crate) struct Ready(Mutex<State>);

struct State {
    /// Gone once the environment is.
    wake: Option<Wake>,
    /// JavaScript was told, and has not taken the list since.
    is_told: bool,
    keys: Vec<u32>,
    last_key: u32,
    connections: HashMap<u32, Weak<EventLoopConnection>>,
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a new connection.
    pub(crate) fn new_key(&self) -> u32 {
        let mut state = self.lock();
        state.last_key = state.last_key.wrapping_add(1);
        state.last_key
    }

    /// Notes a connection, to be closed with its environment.
    pub(crate) fn insert(&self, key: u32, connection: &Arc<EventLoopConnection>) {
        self.lock().connections.insert(key, Arc::downgrade(connection));
    }

    /// The connection's object was collected.
    pub(crate) fn remove(&self, key: u32) {
        self.lock().connections.remove(&key);
    }

    /// A task was queued at this connection. Called on any thread.
    pub(crate) fn push(&self, key: u32) {
        let mut state = self.lock();
        let Some(wake) = &state.wake else { return };
        if !state.is_told {
            // Never blocks: the queue has no limit, and holds one call at most.
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
            state.is_told = true;
        }
        state.keys.push(key);
    }

    fn take(&self) -> Vec<u32> {
        let mut state = self.lock();
        state.is_told = false;
        std::mem::take(&mut state.keys)
    }

    /// The environment ends: its connections are closed, and get a moment to tell their peers, for the process may end next.
    fn shut(&self) {
        let mut state = self.lock();
        let wake = state.wake.take();
        let mut connections: Vec<_> = std::mem::take(&mut state.connections).into_iter().collect();
        drop(state);
        drop(wake);
        connections.sort_unstable_by_key(|(key, _)| *key);
        let connections: Vec<_> = connections.iter().filter_map(|(_, connection)| connection.upgrade()).collect();
        connections.iter().for_each(|connection| connection.close());
        let start = Instant::now();
        while start.elapsed() < GOODBYE && !connections.iter().all(|connection| connection.has_ended()) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("keys", &self.lock().keys).finish_non_exhaustive()
    }
}

/// A JavaScript environment's end of it.
#[napi]
#[derive(Debug)]
pub struct EventLoop {
    ready: Arc<Ready>,
}

#[napi]
impl EventLoop {
    #[napi(constructor, catch_unwind)]
    pub fn new(env: &Env, wake: Function<'_, (), ()>) -> Result<Self> {
        let wake = wake
            .build_threadsafe_function::<()>()
            .callee_handled::<false>()
            .weak::<true>()
            .build()
            .map_err(|error| operation_error(error.reason))?;
        let state =
            State { wake: Some(wake), is_told: false, keys: Vec::new(), last_key: 0, connections: HashMap::new() };
        let ready = Arc::new(Ready(Mutex::new(state)));
        env.add_env_cleanup_hook(Arc::clone(&ready), |ready| ready.shut())
            .map_err(|error| operation_error(error.reason))?;
        Ok(Self { ready })
    }

    #[napi(catch_unwind)]
    pub fn take_ready(&self) -> Vec<u32> {
        self.ready.take()
    }

    #[napi(catch_unwind)]
    pub fn shut(&self) {
        self.ready.shut();
    }

    #[napi(catch_unwind)]
    #[allow(
        deprecated,
        reason = "napi would have the function dropped; here it lives on and only its hold on the process changes"
    )]
    pub fn set_alive(&self, env: &Env, alive: bool) -> Result<()> {
        let mut state = self.ready.lock();
        let Some(wake) = &mut state.wake else { return Ok(()) };
        let changed = if alive { wake.refer(env) } else { wake.unref(env) };
        changed.map_err(|error| operation_error(error.reason))
    }
}

impl EventLoop {
    pub(crate) const fn ready(&self) -> &Arc<Ready> {
        &self.ready
    }
}
