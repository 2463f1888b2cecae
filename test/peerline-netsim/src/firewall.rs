//! A firewall between a realm and the outside: drops UDP altogether, or what nobody inside asked for.

use core::net::SocketAddr;
use core::time::Duration;
use peerline_edge::Time;
use std::collections::BTreeMap;

/// What a firewall lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    drop_udp: bool,
    stateful: bool,
    timeout: Duration,
    outbound_ports: Option<Vec<u16>>,
}

impl Firewall {
    /// Lets everything through.
    #[must_use]
    pub fn open() -> Self {
        Self { drop_udp: false, stateful: false, timeout: Duration::from_mins(2), outbound_ports: None }
    }

    /// Lets in only answers: packets from an address and port that a host inside sent to within the last 2 minutes.
    #[must_use]
    pub fn stateful() -> Self {
        Self { stateful: true, ..Self::open() }
    }

    /// Drops all UDP, in and out.
    #[must_use]
    pub fn no_udp() -> Self {
        Self { drop_udp: true, ..Self::open() }
    }

    /// Lets UDP out to these ports only (and the answers in).
    #[must_use]
    pub fn only_ports(ports: &[u16]) -> Self {
        Self { outbound_ports: Some(ports.to_vec()), ..Self::stateful() }
    }

    /// How long a flow stays open without traffic from inside.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

/// A firewall with the flows it knows.
#[derive(Clone, Debug)]
pub(crate) struct FirewallState {
    rules: Firewall,
    flows: BTreeMap<(SocketAddr, SocketAddr), Time>,
}

impl FirewallState {
    pub(crate) fn new(rules: Firewall) -> Self {
        Self { rules, flows: BTreeMap::new() }
    }

    pub(crate) fn set_rules(&mut self, rules: Firewall) {
        self.rules = rules;
    }

    pub(crate) fn forget(&mut self) {
        self.flows.clear();
    }

    /// True if a packet from inside may leave.
    pub(crate) fn lets_out(&mut self, now: Time, inside: SocketAddr, outside: SocketAddr) -> bool {
        let allowed = !self.rules.drop_udp
            && self.rules.outbound_ports.as_ref().is_none_or(|ports| ports.contains(&outside.port()));
        if allowed && self.rules.stateful {
            self.flows.insert((inside, outside), now);
        }
        allowed
    }

    /// True if a packet from outside may come in. `inside` is the address behind the NAT, if there is one.
    pub(crate) fn lets_in(&self, now: Time, inside: SocketAddr, outside: SocketAddr) -> bool {
        !self.rules.drop_udp
            && (!self.rules.stateful
                || self.flows.get(&(inside, outside)).is_some_and(|at| now - *at < self.rules.timeout))
    }
}
