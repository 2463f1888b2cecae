//! Answers to requests for I/O: interfaces, sockets and their ports, names.

use crate::network::Network;
use crate::route::{Happening, plain};
use crate::topology::{HostId, InterfaceId, NodeId, Owner};
use core::net::SocketAddr;
use peerline_edge::{Interface, IoFailure, IoOutcome, IoRequest, SocketId, Time};

/// Where the dynamic ports begin (RFC 6335 §6).
const FIRST_DYNAMIC_PORT: u16 = 49_152;

impl Network {
    /// A machine asks for I/O. The answer is delivered at once in virtual time; names take the resolver's delay.
    pub fn request(&mut self, now: Time, node: NodeId, request: IoRequest) {
        let host = self.nodes[node.0];
        let (at, outcome) = match request {
            IoRequest::ListInterfaces => (now, IoOutcome::Interfaces(self.list(host))),
            IoRequest::BindUdp { socket, local } => (now, self.bind(node, socket, local)),
            IoRequest::Resolve { host } => {
                // A literal address resolves to itself, as in every resolver.
                let addresses = match host.parse() {
                    Ok(address) => vec![address],
                    Err(_) => self.names.get(&host).cloned().unwrap_or_default(),
                };
                (now + self.resolve_delay, IoOutcome::Resolved { host, addresses })
            }
            IoRequest::Close { socket } => {
                self.hosts[host.0].sockets.retain(|_, owner| *owner != Owner::Node(node, socket));
                return;
            }
        };
        self.agenda.push(at, Happening::Outcome(node, outcome));
    }

    /// Tells every machine on a host which interfaces are up.
    pub fn announce(&mut self, now: Time, host: HostId) {
        let interfaces = self.list(host);
        for node in self.hosts[host.0].nodes.clone() {
            self.agenda.push(now, Happening::Outcome(node, IoOutcome::Interfaces(interfaces.clone())));
        }
    }

    /// Closes everything that a machine has open, as the end of its process does.
    pub fn detach(&mut self, node: NodeId) {
        let host = self.nodes[node.0];
        let host = &mut self.hosts[host.0];
        host.nodes.retain(|other| *other != node);
        host.sockets.retain(|_, owner| !matches!(owner, Owner::Node(other, _) if *other == node));
    }

    /// The addresses that a machine has bound, in order.
    #[must_use]
    pub fn bound(&self, node: NodeId) -> Vec<SocketAddr> {
        let sockets = self.hosts[self.nodes[node.0].0].sockets.iter();
        sockets
            .filter(|(_, owner)| matches!(owner, Owner::Node(other, _) if *other == node))
            .map(|(at, _)| *at)
            .collect()
    }

    pub(crate) fn up_interfaces(&self, host: HostId) -> impl Iterator<Item = InterfaceId> {
        self.hosts[host.0].interfaces.iter().copied().filter(|id| self.interfaces[id.0].is_up)
    }

    /// Who has this address bound, itself or as a wildcard.
    pub(crate) fn owner(&self, host: HostId, local: SocketAddr) -> Option<Owner> {
        let sockets = &self.hosts[host.0].sockets;
        sockets.get(&plain(local)).or_else(|| sockets.get(&wildcard(local))).copied()
    }

    /// Takes the sockets bound to an interface's address away from their owners.
    pub(crate) fn break_sockets(&mut self, now: Time, interface: InterfaceId) {
        let state = &self.interfaces[interface.0];
        let (host, address) = (state.host, state.address);
        let sockets = &mut self.hosts[host.0].sockets;
        let gone: Vec<_> =
            sockets.extract_if(.., |local, owner| local.ip() == address && matches!(owner, Owner::Node(..))).collect();
        for (_, owner) in gone {
            if let Owner::Node(node, socket) = owner {
                let outcome = IoOutcome::Failed { socket, failure: IoFailure::NetworkDown };
                self.agenda.push(now, Happening::Outcome(node, outcome));
            }
        }
    }

    fn list(&self, host: HostId) -> Vec<Interface> {
        let states = self.up_interfaces(host).map(|id| (id, &self.interfaces[id.0]));
        states.map(|(_, state)| Interface { name: state.name.clone(), address: state.address, scope_id: 0 }).collect()
    }

    fn bind(&mut self, node: NodeId, socket: SocketId, local: SocketAddr) -> IoOutcome {
        let host = self.nodes[node.0];
        match self.try_bind(host, local) {
            Ok(local) => {
                self.hosts[host.0].sockets.insert(local, Owner::Node(node, socket));
                IoOutcome::UdpBound { socket, local }
            }
            Err(failure) => IoOutcome::Failed { socket, failure },
        }
    }

    fn try_bind(&mut self, host: HostId, local: SocketAddr) -> Result<SocketAddr, IoFailure> {
        let ip = local.ip();
        let own = ip.is_loopback()
            || ip.is_unspecified()
            || self.up_interfaces(host).any(|id| self.interfaces[id.0].address == ip);
        if !own {
            return Err(IoFailure::AddressNotAvailable);
        }
        let host = &mut self.hosts[host.0];
        if local.port() != 0 {
            let local = plain(local);
            return if host.sockets.contains_key(&local) { Err(IoFailure::AddressInUse) } else { Ok(local) };
        }
        for _ in FIRST_DYNAMIC_PORT..=u16::MAX {
            let local = SocketAddr::new(ip, host.next_port);
            host.next_port = host.next_port.checked_add(1).unwrap_or(FIRST_DYNAMIC_PORT);
            if !host.sockets.contains_key(&local) {
                return Ok(local);
            }
        }
        Err(IoFailure::AddressInUse)
    }
}

fn wildcard(local: SocketAddr) -> SocketAddr {
    let any: core::net::IpAddr = match local {
        SocketAddr::V4(_) => core::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => core::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(any, local.port())
}
