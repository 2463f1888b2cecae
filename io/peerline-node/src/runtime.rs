//! The threads that drive the connections: one tokio runtime for the process, whatever number of JavaScript environments there is.

use std::sync::LazyLock;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Handle, Runtime};

/// More threads do not carry more: the work is done in bursts, and JavaScript reads on one thread.
const MAX_THREADS: usize = 4;

static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let threads = available_parallelism().map_or(1, usize::from).clamp(1, MAX_THREADS);
    Builder::new_multi_thread().worker_threads(threads).thread_name("peerline").enable_all().build()
});

/// The runtime; an error of the system's if it allows no threads.
pub(crate) fn handle() -> Result<&'static Handle, &'static std::io::Error> {
    RUNTIME.as_ref().map(Runtime::handle)
}
