//! What crosses the border of a machine: time, deadlines, datagrams, requests for I/O, serial numbers, seeded randomness.
//!
//! Every machine under `core/` has the subset it needs of one vocabulary, with these names and this argument order:
//!
//! ```text
//! handle_datagram(&mut self, now: Time, datagram: Received<'_>)               never fails: hostile input is counted and dropped
//! handle_timeout(&mut self, now: Time)
//! handle_io(&mut self, now: Time, outcome: IoOutcome)                         the answer to a request
//! poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit>  built when polled
//! poll_io(&mut self) -> Option<IoRequest>
//! poll_event(&mut self) -> Option<Event>
//! poll_timeout(&self) -> Option<Deadline>                                     when, and why
//! ```

#![forbid(unsafe_code)]

mod datagram;
mod io;
mod rng;
mod serial;
mod time;

pub use datagram::{Ecn, FiveTuple, Protocol, Received, Transmit};
pub use io::{Interface, IoFailure, IoOutcome, IoRequest, SocketId};
pub use rng::{Rng, Seed};
pub use serial::{Serial16, Serial32};
pub use time::{Deadline, Time};
