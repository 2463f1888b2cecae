//! SCTP over DTLS (RFC 9260, 3758, 6525, 8260, 9653, 8261): the association; RFC 8832 DCEP on top.
//!
//! ```text
//! rx:  packet -> chunks -> tracker (TSNs, SACK) -> reassembly -> streams -> receive()
//! tx:  send() -> send queue (one FIFO a stream, weighted fair) -> outstanding (a ring by TSN) -> poll_transmit()
//! ```
//!
//! The owner feeds a burst of DTLS records to [`Association::handle_datagram`], then calls [`Association::poll_transmit`] until it
//! returns false: one SACK answers the whole burst.

#![forbid(unsafe_code)]

mod association;
mod config;
mod cookie;
pub mod dcep;
mod event;
mod heartbeat;
mod journal;
mod message;
mod ranges;
mod receive;
mod reconfig;
mod send;
mod statistics;
mod wire;

pub use association::{Association, InitError};
pub use config::{Config, CongestionControl};
pub use event::{CloseReason, Event, State};
pub use message::{Message, OutgoingMessage, Ppid, Reliability, SendError, StreamId, StreamOptions};
pub use statistics::{Drops, Statistics};
