//! A network address translator for UDP, in the words of RFC 4787: mapping, filtering, hairpinning, timers, port assignment.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use peerline_edge::{Rng, Seed, Time};
use std::collections::BTreeMap;

/// On what of the remote end a mapping (RFC 4787 §4.1) or a filter (§5) depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// On nothing.
    EndpointIndependent,
    /// On its address.
    AddressDependent,
    /// On its address and port.
    AddressAndPortDependent,
}

/// How a mapping gets its external port (RFC 4787 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortAssignment {
    /// The internal port if it is free, else the next free one.
    Preserve,
    /// One after the other, from 40000.
    Sequential,
    /// A random free one.
    Random,
}

/// The behaviour of a NAT. Start from a preset, then change what the test is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nat {
    pub(crate) mapping: Behavior,
    pub(crate) filtering: Behavior,
    pub(crate) hairpinning: bool,
    pub(crate) timeout: Duration,
    pub(crate) inbound_refreshes: bool,
    pub(crate) ports: PortAssignment,
}

impl Nat {
    /// Endpoint-independent mapping and filtering: once out, everybody may come in ("full cone").
    #[must_use]
    pub fn endpoint_independent() -> Self {
        Self {
            mapping: Behavior::EndpointIndependent,
            filtering: Behavior::EndpointIndependent,
            hairpinning: true,
            timeout: Duration::from_mins(2),
            inbound_refreshes: true,
            ports: PortAssignment::Random,
        }
    }

    /// The usual home router: endpoint-independent mapping, address-and-port-dependent filtering, hairpinning.
    #[must_use]
    pub fn home() -> Self {
        Self { filtering: Behavior::AddressAndPortDependent, ..Self::endpoint_independent() }
    }

    /// Mapping and filtering depend on the remote address and port ("symmetric"), no hairpinning.
    #[must_use]
    pub fn symmetric() -> Self {
        Self { mapping: Behavior::AddressAndPortDependent, hairpinning: false, ..Self::home() }
    }

    /// Sets the mapping behaviour.
    #[must_use]
    pub fn mapping(self, mapping: Behavior) -> Self {
        Self { mapping, ..self }
    }

    /// Sets the filtering behaviour.
    #[must_use]
    pub fn filtering(self, filtering: Behavior) -> Self {
        Self { filtering, ..self }
    }

    /// Whether two hosts behind it reach each other through its external address (RFC 4787 §6).
    #[must_use]
    pub fn hairpinning(self, hairpinning: bool) -> Self {
        Self { hairpinning, ..self }
    }

    /// How long an unused mapping or permission lives (RFC 4787 §4.3). 2 minutes at first.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Whether packets from outside keep a mapping alive too. True at first.
    #[must_use]
    pub fn inbound_refreshes(self, inbound_refreshes: bool) -> Self {
        Self { inbound_refreshes, ..self }
    }

    /// How external ports are chosen. Random at first.
    #[must_use]
    pub fn ports(self, ports: PortAssignment) -> Self {
        Self { ports, ..self }
    }
}

/// One row of a NAT's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The socket behind the NAT.
    pub internal: SocketAddr,
    /// What the outside sees.
    pub external: SocketAddr,
    /// The remote address it is for, if the mapping depends on it.
    pub remote_address: Option<IpAddr>,
    /// The remote port it is for, if the mapping depends on it.
    pub remote_port: Option<u16>,
}

/// Why a NAT let nothing through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoMapping,
    Filtered,
    PortsExhausted,
}

type Key = (SocketAddr, Option<IpAddr>, Option<u16>);

#[derive(Clone, Debug)]
struct Row {
    key: Key,
    used: Time,
    /// Who was sent to through this mapping, and when last.
    permitted: BTreeMap<SocketAddr, Time>,
}

/// A NAT's state for one external address.
#[derive(Clone, Debug)]
pub(crate) struct NatTable {
    behavior: Nat,
    external: IpAddr,
    by_key: BTreeMap<Key, u16>,
    by_port: BTreeMap<u16, Row>,
    rng: Rng,
    next_port: u16,
}

const FIRST_PORT: u16 = 40_000;
/// Ports below are never handed out, unless preserved.
const LOWEST_PORT: u16 = 1_024;

impl NatTable {
    pub(crate) fn new(behavior: Nat, external: IpAddr, seed: Seed) -> Self {
        Self {
            behavior,
            external,
            by_key: BTreeMap::new(),
            by_port: BTreeMap::new(),
            rng: Rng::new(seed),
            next_port: FIRST_PORT,
        }
    }

    pub(crate) fn external(&self) -> IpAddr {
        self.external
    }

    pub(crate) fn hairpinning(&self) -> bool {
        self.behavior.hairpinning
    }

    /// Forgets everything, as a restart does, and takes this external address.
    pub(crate) fn restart(&mut self, external: IpAddr) {
        self.external = external;
        self.by_key.clear();
        self.by_port.clear();
    }

    /// The mappings that are alive, by external port.
    pub(crate) fn mappings(&self, now: Time) -> Vec<Mapping> {
        let alive = self.by_port.iter().filter(|(_, row)| self.alive(now, row.used));
        alive
            .map(|(port, row)| Mapping {
                internal: row.key.0,
                external: SocketAddr::new(self.external, *port),
                remote_address: row.key.1,
                remote_port: row.key.2,
            })
            .collect()
    }

    /// A packet leaves: the external source it gets.
    pub(crate) fn outbound(
        &mut self,
        now: Time,
        internal: SocketAddr,
        remote: SocketAddr,
    ) -> Result<SocketAddr, Refusal> {
        let key = match self.behavior.mapping {
            Behavior::EndpointIndependent => (internal, None, None),
            Behavior::AddressDependent => (internal, Some(remote.ip()), None),
            Behavior::AddressAndPortDependent => (internal, Some(remote.ip()), Some(remote.port())),
        };
        let port = match self.by_key.get(&key) {
            Some(port) if self.by_port.get(port).is_some_and(|row| self.alive(now, row.used)) => *port,
            stale => {
                if let Some(port) = stale.copied() {
                    self.by_port.remove(&port);
                }
                let port = self.assign(now, internal.port()).ok_or(Refusal::PortsExhausted)?;
                self.by_key.insert(key, port);
                self.by_port.insert(port, Row { key, used: now, permitted: BTreeMap::new() });
                port
            }
        };
        if let Some(row) = self.by_port.get_mut(&port) {
            // RFC 4787 REQ-6: an outbound packet MUST refresh the mapping.
            row.used = now;
            row.permitted.insert(remote, now);
        }
        Ok(SocketAddr::new(self.external, port))
    }

    /// A packet comes in for an external port: the internal destination it gets.
    pub(crate) fn inbound(&mut self, now: Time, port: u16, remote: SocketAddr) -> Result<SocketAddr, Refusal> {
        let Nat { filtering, timeout, inbound_refreshes, .. } = self.behavior;
        let fresh = |at: Time| now - at < timeout;
        let row = self.by_port.get_mut(&port).filter(|row| fresh(row.used)).ok_or(Refusal::NoMapping)?;
        let permitted = match filtering {
            Behavior::EndpointIndependent => true,
            Behavior::AddressDependent => row.permitted.iter().any(|(peer, at)| peer.ip() == remote.ip() && fresh(*at)),
            Behavior::AddressAndPortDependent => row.permitted.get(&remote).is_some_and(|at| fresh(*at)),
        };
        if !permitted {
            return Err(Refusal::Filtered);
        }
        if inbound_refreshes {
            row.used = now;
            if let Some(at) = row.permitted.get_mut(&remote) {
                *at = now;
            }
        }
        Ok(row.key.0)
    }

    fn alive(&self, now: Time, used: Time) -> bool {
        now - used < self.behavior.timeout
    }

    fn assign(&mut self, now: Time, internal_port: u16) -> Option<u16> {
        let start = match self.behavior.ports {
            PortAssignment::Preserve => internal_port,
            PortAssignment::Sequential => self.next_port,
            PortAssignment::Random => {
                let span = u32::from(u16::MAX - LOWEST_PORT) + 1;
                LOWEST_PORT + u16::try_from(self.rng.below(span)).unwrap_or(0)
            }
        };
        let after = start.checked_add(1).unwrap_or(LOWEST_PORT);
        let candidates = (start..=u16::MAX).chain(LOWEST_PORT..start);
        let port = { candidates }.find(|port| self.by_port.get(port).is_none_or(|row| !self.alive(now, row.used)))?;
        self.next_port = if port == start { after } else { port.checked_add(1).unwrap_or(LOWEST_PORT) };
        if let Some(expired) = self.by_port.remove(&port) {
            self.by_key.remove(&expired.key);
        }
        Some(port)
    }
}

#[cfg(test)]
mod tests;
