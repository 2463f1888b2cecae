//! Host candidates: from interfaces to bound sockets (RFC 8445 §5.1.1.1).

use super::{Changes, Gatherer};
use crate::candidate::LocalPreference;
use crate::outbox::Outbox;
use crate::path::is_link_local;
use crate::{CandidateType, Component, Config, GatheringState};
use core::net::{IpAddr, SocketAddr, SocketAddrV6};
use peerline_edge::{Interface, IoFailure, IoRequest, SocketId};

/// How many ports of the allowed range are tried for one socket.
const MAX_PORT_TRIES: u16 = 256;

#[derive(Debug)]
pub(super) struct Socket {
    pub(super) id: SocketId,
    pub(super) component: Component,
    /// The interface's address, port 0.
    address: SocketAddr,
    pub(super) preference: LocalPreference,
    state: SocketState,
}

#[derive(Debug)]
enum SocketState {
    Binding { first_port: u16, tries: u16 },
    Bound(SocketAddr),
}

impl Socket {
    pub(super) const fn is_bound(&self) -> bool {
        matches!(self.state, SocketState::Bound(_))
    }

    pub(super) const fn local(&self) -> Option<SocketAddr> {
        match self.state {
            SocketState::Bound(local) => Some(local),
            SocketState::Binding { .. } => None,
        }
    }
}

impl Gatherer {
    /// Takes the interfaces that are up: binds what is new, closes what is gone.
    pub(crate) fn handle_interfaces(&mut self, interfaces: &[Interface], config: &Config, out: &mut Outbox) -> Changes {
        let mut changes = Changes::default();
        // Unasked news before the first gathering will be asked for again then.
        if self.state == GatheringState::New && !self.listing {
            return changes;
        }
        self.listing = false;
        if !self.policy.allows_hosts() {
            return changes;
        }
        let usable = usable_addresses(interfaces, config);
        let gone: Vec<_> = self.sockets.iter().filter(|s| !usable.contains(&s.address)).map(|s| s.id).collect();
        for id in gone {
            changes.removed.extend(self.remove_socket(id, true, out));
        }
        for address in usable {
            if !self.sockets.iter().any(|socket| socket.address == address) {
                self.bind(address, config, out);
            }
        }
        changes
    }

    fn bind(&mut self, address: SocketAddr, config: &Config, out: &mut Outbox) {
        let rank = if address.is_ipv4() { &mut self.ranks.0 } else { &mut self.ranks.1 };
        let preference = LocalPreference::new(address.ip(), *rank);
        *rank = rank.saturating_add(1);
        for component in 1..=u16::from(config.components.clamp(1, 2)) {
            let id = SocketId(self.next_socket);
            self.next_socket = self.next_socket.wrapping_add(1);
            let first_port = config.ports.as_ref().map_or(0, |ports| {
                let width = u32::from(ports.end().saturating_sub(*ports.start())) + 1;
                ports.start().saturating_add(u16::try_from(self.rng.below(width)).unwrap_or(0))
            });
            let state = SocketState::Binding { first_port, tries: 1 };
            let socket = Socket { id, component: Component(component), address, preference, state };
            let mut local = address;
            local.set_port(first_port);
            out.io.push_back(IoRequest::BindUdp { socket: id, local });
            self.sockets.push(socket);
        }
    }

    /// A socket is bound: a host candidate at once.
    pub(crate) fn handle_bound(
        &mut self,
        id: SocketId,
        local: SocketAddr,
        config: &Config,
        out: &mut Outbox,
    ) -> Changes {
        let mut changes = Changes::default();
        let announce = self.state == GatheringState::Gathering && self.policy.allows_hosts();
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id && !s.is_bound()) else { return changes };
        // The scope of a link-local address is ours to know, whatever the system reports.
        let mut local = crate::path::canonical(local);
        if let (SocketAddr::V6(local), SocketAddr::V6(address)) = (&mut local, socket.address) {
            local.set_scope_id(address.scope_id());
        }
        socket.state = SocketState::Bound(local);
        let (component, base) = (socket.component, (local, socket.preference));
        if let Some(candidate) = self.locals.add(CandidateType::Host, component, local, base, None) {
            if announce {
                self.locals.announce(candidate, &self.ufrag, out);
            }
            changes.added.push(candidate);
        }
        self.query_servers_from(id, config);
        changes
    }

    /// A socket could not be bound, or broke.
    pub(crate) fn handle_failed(
        &mut self,
        id: SocketId,
        failure: IoFailure,
        config: &Config,
        out: &mut Outbox,
    ) -> Changes {
        let mut changes = Changes::default();
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) else { return changes };
        if let (SocketState::Binding { first_port, tries }, IoFailure::AddressInUse, Some(ports)) =
            (&mut socket.state, failure, &config.ports)
        {
            let width = ports.end().saturating_sub(*ports.start()).saturating_add(1);
            if *tries < width.min(MAX_PORT_TRIES) {
                // The next port of the range, from a random one on.
                let offset =
                    (u32::from(first_port.saturating_sub(*ports.start())) + u32::from(*tries)) % u32::from(width);
                *tries += 1;
                let mut local = socket.address;
                local.set_port(ports.start().saturating_add(u16::try_from(offset).unwrap_or(0)));
                out.io.push_back(IoRequest::BindUdp { socket: id, local });
                return changes;
            }
        }
        let was_bound = socket.is_bound();
        changes.removed.extend(self.remove_socket(id, was_bound, out));
        changes
    }

    /// Closes the sockets of a component.
    pub(crate) fn remove_component(&mut self, component: Component, out: &mut Outbox) -> Changes {
        let own = self.sockets.iter().filter(|socket| socket.component == component);
        let ids: Vec<_> = own.map(|socket| socket.id).collect();
        let removed = ids.into_iter().filter_map(|id| self.remove_socket(id, true, out)).collect();
        Changes { removed, ..Changes::default() }
    }

    /// Closes every host candidate's socket: no generation may use them any more.
    pub(crate) fn remove_hosts(&mut self, out: &mut Outbox) -> Changes {
        let ids: Vec<_> = self.sockets.iter().map(|socket| socket.id).collect();
        let removed = ids.into_iter().filter_map(|id| self.remove_socket(id, true, out)).collect();
        Changes { removed, ..Changes::default() }
    }

    /// True if host candidates have, or will have, a socket.
    pub(crate) const fn has_hosts(&self) -> bool {
        !self.sockets.is_empty()
    }

    /// The component whose socket is bound to this address.
    pub(crate) fn component_of(&self, local: &SocketAddr) -> Option<Component> {
        self.sockets.iter().find(|socket| socket.local().as_ref() == Some(local)).map(|socket| socket.component)
    }

    /// Forgets a socket with its candidates; returns the base it was.
    fn remove_socket(&mut self, id: SocketId, close: bool, out: &mut Outbox) -> Option<SocketAddr> {
        let place = self.sockets.iter().position(|socket| socket.id == id)?;
        let socket = self.sockets.remove(place);
        if close {
            out.io.push_back(IoRequest::Close { socket: id });
        }
        self.forget_queries_of(id);
        let base = socket.local()?;
        self.locals.remove_base(base);
        Some(base)
    }
}

/// The addresses to bind, in the order of the list.
fn usable_addresses(interfaces: &[Interface], config: &Config) -> Vec<SocketAddr> {
    let allowed = |ip: IpAddr| {
        // RFC 8445 §5.1.1.1: no deprecated IPv4-compatible, site-local or IPv4-mapped IPv6 addresses.
        let sane = !ip.is_unspecified()
            && !ip.is_multicast()
            && match ip {
                IpAddr::V4(v4) => !v4.is_broadcast(),
                IpAddr::V6(v6) => v6.to_ipv4().is_none_or(|_| v6.is_loopback()) && v6.segments()[0] & 0xFFC0 != 0xFEC0,
            };
        sane && config.filter.allows(ip) && (config.include_link_local || ip.is_ipv4() || !is_link_local(ip))
    };
    let mut usable: Vec<SocketAddr> = Vec::new();
    for interface in interfaces.iter().filter(|interface| allowed(interface.address)) {
        let address = match interface.address {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => SocketAddrV6::new(v6, 0, 0, interface.scope_id).into(),
            ip => SocketAddr::new(ip, 0),
        };
        if !usable.contains(&address) {
            usable.push(address);
        }
    }
    // RFC 8445 §5.1.1.1: loopback addresses MUST NOT be candidates; on a host that has nothing else, or on demand, they are.
    let others = usable.iter().any(|address| !address.ip().is_loopback());
    if others && !config.include_loopback {
        usable.retain(|address| !address.ip().is_loopback());
    }
    usable.truncate(config.limits.addresses);
    usable
}
