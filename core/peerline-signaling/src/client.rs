//! What the machine knows of one connected client.

use crate::message::SeatRole;
use crate::rate::Bucket;
use alloc::collections::{BTreeSet, VecDeque};
use core::fmt;
use peerline_edge::Time;

/// One connection of a client. Never used twice by one machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub(crate) u64);

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}", self.0)
    }
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It has not said `hello` yet.
    Hello {
        /// When it has to.
        until: Time,
    },
    /// It may say everything.
    Open,
    /// Its last error is on the way; nothing it says counts any more.
    Closing,
}

/// Who is behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody out there.
    Remote,
    /// An echo peer of this server, called by that client.
    Echo {
        /// Who called.
        caller: ClientId,
    },
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) peer: String,
    pub(crate) origin: Origin,
    pub(crate) stage: Stage,
    pub(crate) name: Option<String>,
    pub(crate) room: Option<String>,
    pub(crate) seat: Option<(String, SeatRole)>,
    /// Peers outside the room that it may talk to: the other seat of a code, echo peers, an echo peer's caller.
    pub(crate) links: BTreeSet<ClientId>,
    pub(crate) bucket: Bucket,
    pub(crate) strikes: u32,
    pub(crate) outgoing: VecDeque<String>,
    pub(crate) outgoing_bytes: usize,
    /// True while it stands in the machine's list of clients to write to.
    pub(crate) listed: bool,
}

impl Client {
    pub(crate) const fn new(peer: String, origin: Origin, stage: Stage, bucket: Bucket) -> Self {
        Self {
            peer,
            origin,
            stage,
            name: None,
            room: None,
            seat: None,
            links: BTreeSet::new(),
            bucket,
            strikes: 0,
            outgoing: VecDeque::new(),
            outgoing_bytes: 0,
            listed: false,
        }
    }

    /// The oldest message that waits for this client.
    pub(crate) fn pop(&mut self) -> Option<String> {
        let text = self.outgoing.pop_front()?;
        self.outgoing_bytes = self.outgoing_bytes.saturating_sub(text.len());
        Some(text)
    }
}
