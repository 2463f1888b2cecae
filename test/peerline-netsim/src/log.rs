//! The event log: who sent, received, lost or reported what, and when; printed one line each, for snapshots.

use crate::packet_kind::describe;
use core::fmt;
use core::net::SocketAddr;
use peerline_edge::Time;
use std::sync::Arc;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Time,
    /// Whose line it is: the host's name, or `network`.
    pub side: Arc<str>,
    /// What happened.
    pub what: LogLine,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogLine {
    /// A host sent a datagram.
    Sent(LoggedPacket),
    /// A host received a datagram.
    Received(LoggedPacket),
    /// The network dropped a datagram, and why.
    Dropped(LoggedPacket, DropReason),
    /// A machine reported an event, printed with `Debug`.
    Event(String),
    /// A remark of the test or of the network (an interface went down, say).
    Note(String),
}

/// A datagram in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedPacket {
    /// What it is: `stun binding request`, `dtls client_hello`, `sctp DATA` …
    pub kind: String,
    /// Its source at this place.
    pub source: SocketAddr,
    /// Its destination at this place.
    pub destination: SocketAddr,
    /// Its size in bytes.
    pub len: usize,
}

/// Why the network dropped a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// A link's loss model.
    Lost,
    /// A link's queue was full.
    QueueFull,
    /// Larger than a link carries.
    TooBig,
    /// Nobody has the destination address.
    NoRoute,
    /// The interface it should leave or arrive by is down.
    InterfaceDown,
    /// Sent from an address and port that the machine has not bound.
    NotBound,
    /// No socket is bound to the destination.
    NoSocket,
    /// A NAT has no mapping for the destination port.
    NoMapping,
    /// A NAT's filter.
    Filtered,
    /// A NAT has no port left.
    PortsExhausted,
    /// Would have to turn round at a NAT that does not hairpin.
    NoHairpin,
    /// A firewall.
    Firewall,
    /// Went round in circles.
    HopLimit,
    /// Not UDP.
    NotUdp,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "lost",
            Self::QueueFull => "queue full",
            Self::TooBig => "too big",
            Self::NoRoute => "no route",
            Self::InterfaceDown => "interface down",
            Self::NotBound => "not bound",
            Self::NoSocket => "no socket",
            Self::NoMapping => "no NAT mapping",
            Self::Filtered => "NAT filter",
            Self::PortsExhausted => "NAT ports exhausted",
            Self::NoHairpin => "no hairpin",
            Self::Firewall => "firewall",
            Self::HopLimit => "hop limit",
            Self::NotUdp => "not UDP",
        })
    }
}

impl fmt::Display for LoggedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} > {} ({} B)", self.kind, self.source, self.destination, self.len)
    }
}

impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.at, self.side)?;
        match &self.what {
            LogLine::Sent(packet) => write!(f, "-> {packet}"),
            LogLine::Received(packet) => write!(f, "<- {packet}"),
            LogLine::Dropped(packet, why) => write!(f, "xx {packet}: {why}"),
            LogLine::Event(event) => write!(f, "** {event}"),
            LogLine::Note(note) => write!(f, "-- {note}"),
        }
    }
}

/// The log of a run. `Display` prints it whole; [`flow`](Self::flow) prints only kinds and events, for snapshots that should
/// survive a change of sizes and addresses.
#[derive(Clone, Debug, Default)]
pub struct Log {
    entries: Vec<LogEntry>,
    off: bool,
}

impl Log {
    /// Stops recording: for long runs.
    pub fn turn_off(&mut self) {
        self.off = true;
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    /// Forgets the entries so far.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// `time side -> kind` per line, without addresses and sizes; times in milliseconds.
    #[must_use]
    pub fn flow(&self) -> String {
        let line = |entry: &LogEntry| {
            let what = match &entry.what {
                LogLine::Sent(packet) => format!("-> {}", packet.kind),
                LogLine::Received(packet) => format!("<- {}", packet.kind),
                LogLine::Dropped(packet, why) => format!("xx {}: {why}", packet.kind),
                LogLine::Event(event) => format!("** {event}"),
                LogLine::Note(note) => format!("-- {note}"),
            };
            format!("{:>6} {} {what}\n", entry.at.since_epoch().as_millis(), entry.side)
        };
        self.entries.iter().map(line).collect()
    }

    /// The events of one side as text, in order.
    pub fn events_of<'a>(&'a self, side: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries.iter().filter(move |entry| &*entry.side == side).filter_map(|entry| match &entry.what {
            LogLine::Event(event) => Some(event.as_str()),
            _ => None,
        })
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.off
    }

    pub(crate) fn push(&mut self, at: Time, side: &Arc<str>, what: LogLine) {
        if !self.off {
            self.entries.push(LogEntry { at, side: Arc::clone(side), what });
        }
    }
}

impl LoggedPacket {
    pub(crate) fn of(source: SocketAddr, destination: SocketAddr, contents: &[u8]) -> Self {
        Self { kind: describe(contents), source, destination, len: contents.len() }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}
