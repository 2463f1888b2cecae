//! What every benchmarked stack shares: the job, the line protocol to the runner, clocks, and the message pattern.
//!
//! A stack is one binary with four modes. `send` and `receive` are the two processes of a throughput run and speak the
//! line protocol of [`talk`] on stdin and stdout; `setup` and `idle` run both peers in one process and print one
//! `result` line. The runner is the only other party; no stack knows another.

pub mod job;
pub mod machine;
pub mod message;
pub mod report;
pub mod talk;

pub use job::{Job, Mode};
pub use message::{Checker, Maker};

/// Socket buffer size that every stack asks for, where it lets the application ask.
pub const SOCKET_BUFFER: usize = 4 << 20;
