//! ICE (RFC 8445, 8838, 8839, 7675, 8863): gathering, checks, nomination, consent, restart.
//!
//! [`Agent`] is the machine. It asks for sockets and names as data ([`peerline_edge::IoRequest`]), takes STUN datagrams, and says
//! where application data goes now ([`Agent::path`]). The caller tells STUN from other packets (RFC 7983) and keeps data from
//! five-tuples that [`Agent::is_valid_path`] does not know away from the layers above.

#![forbid(unsafe_code)]

mod agent;
mod candidate;
mod check;
mod config;
mod consent;
mod credentials;
mod error;
mod event;
mod gather;
mod outbox;
mod path;
mod remote;
mod session;
mod state;
mod stats;

pub use agent::Agent;
pub use candidate::{
    Address, Candidate, CandidateError, CandidateId, CandidateType, Component, RelatedAddress, TcpType, Transport,
};
pub use config::{AddressFilter, Config, Limits, Prefix, StunServer, Timing, TransportPolicy};
pub use credentials::Credentials;
pub use error::{Error, Misuse};
pub use event::Event;
pub use state::{GatheringState, PairState, Role, State};
pub use stats::{Drops, PairId, PairStats, PairView};
