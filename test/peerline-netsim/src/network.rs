//! The network: realms, hosts and their links, built by the test and changed while it runs. Itself sans-IO.

use crate::agenda::Agenda;
use crate::firewall::{Firewall, FirewallState};
use crate::link::seed_from;
use crate::log::{DropReason, Log, LogLine};
use crate::nat::{Mapping, NatTable};
use crate::route::Happening;
use crate::service::Service;
use crate::shaper::{LinkConfig, Shaper};
use crate::topology::{
    Attachment, Gateway, GatewayState, Host, HostId, INTERNET, InterfaceId, InterfaceState, IntoAddress, NodeId, Owner,
    Realm, RealmId,
};
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use peerline_edge::{Deadline, Ecn, FiveTuple, IoOutcome, Rng, Time};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A simulated network. Deterministic: the same calls with the same seed have the same outcome.
///
/// Drive it by hand with [`request`](Self::request), [`send`](Self::send), [`handle_timeout`](Self::handle_timeout) and
/// [`poll_delivery`](Self::poll_delivery), or let a [`Simulation`](crate::Simulation) do it.
pub struct Network {
    pub(crate) rng: Rng,
    pub(crate) realms: Vec<Realm>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) interfaces: Vec<InterfaceState>,
    /// The host of each node.
    pub(crate) nodes: Vec<HostId>,
    pub(crate) services: Vec<Box<dyn Service>>,
    pub(crate) names: BTreeMap<String, Vec<IpAddr>>,
    pub(crate) resolve_delay: Duration,
    pub(crate) agenda: Agenda<Happening>,
    pub(crate) deliveries: VecDeque<Delivery>,
    pub(crate) counters: Counters,
    pub(crate) log: Log,
    pub(crate) network_side: Arc<str>,
}

/// Something that has reached a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The machine.
    pub node: NodeId,
    /// What reached it.
    pub what: Arrival,
}

/// What reached a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A datagram.
    Datagram {
        /// The way it came, seen from the receiver.
        path: FiveTuple,
        /// Its ECN bits.
        ecn: Ecn,
        /// Its bytes.
        contents: Vec<u8>,
    },
    /// The answer to a request, or news.
    Outcome(IoOutcome),
}

/// What the network did. Always: `sent + duplicated == delivered + all dropped + under way`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that hosts sent.
    pub sent: u64,
    /// Extra copies that links made.
    pub duplicated: u64,
    /// Datagrams and copies that reached a machine or a service.
    pub delivered: u64,
    /// Datagrams and copies dropped, by reason.
    pub dropped: BTreeMap<DropReason, u64>,
}

impl Counters {
    /// How many were dropped for this reason.
    #[must_use]
    pub fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped.get(&reason).copied().unwrap_or(0)
    }

    /// How many were dropped.
    #[must_use]
    pub fn dropped_in_all(&self) -> u64 {
        self.dropped.values().sum()
    }
}

/// A direction, seen from the host or from inside the realm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the host to the network.
    Up,
    /// From the network to the host.
    Down,
    /// Both.
    Both,
}

impl Network {
    /// An empty internet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed_from(seed)),
            realms: vec![Realm { routes: BTreeMap::new(), gateway: None }],
            hosts: Vec::new(),
            interfaces: Vec::new(),
            nodes: Vec::new(),
            services: Vec::new(),
            names: BTreeMap::new(),
            resolve_delay: Duration::ZERO,
            agenda: Agenda::default(),
            deliveries: VecDeque::new(),
            counters: Counters::default(),
            log: Log::default(),
            network_side: Arc::from("network"),
        }
    }

    /// A host without interfaces.
    pub fn host(&mut self, name: &str) -> HostId {
        self.hosts.push(Host {
            name: Arc::from(name),
            interfaces: Vec::new(),
            nodes: Vec::new(),
            sockets: BTreeMap::new(),
            next_port: 49_152,
        });
        HostId(self.hosts.len() - 1)
    }

    /// A host with one interface `eth0`.
    pub fn host_at(&mut self, name: &str, realm: RealmId, address: impl IntoAddress, link: LinkConfig) -> HostId {
        let host = self.host(name);
        self.interface(host, realm, "eth0", address, link);
        host
    }

    /// Gives a host an interface, which is up, with the same link properties in both directions. An interface with two addresses
    /// is two interfaces of one name. Tell the machines with [`announce`](Self::announce) if it happens at run time.
    pub fn interface(
        &mut self,
        host: HostId,
        realm: RealmId,
        name: &str,
        address: impl IntoAddress,
        link: LinkConfig,
    ) -> InterfaceId {
        let id = InterfaceId(self.interfaces.len());
        let address = address.into_address();
        self.interfaces.push(InterfaceState {
            host,
            realm,
            name: name.to_owned(),
            address,
            is_up: true,
            up: Shaper::new(link.clone(), self.rng.seed()),
            down: Shaper::new(link, self.rng.seed()),
        });
        self.hosts[host.0].interfaces.push(id);
        self.add_route(realm, address, Attachment::Interface(id));
        id
    }

    /// A new realm behind a gateway in `outer`.
    pub fn gateway(&mut self, outer: RealmId, gateway: Gateway) -> RealmId {
        let inner = RealmId(self.realms.len());
        let Gateway { nats, firewall, up, down } = gateway;
        let nats: Vec<_> = nats.into_iter().map(|(nat, ip)| NatTable::new(nat, ip, self.rng.seed())).collect();
        let externals: Vec<_> = nats.iter().map(NatTable::external).collect();
        let state = GatewayState {
            outer,
            nats,
            firewall: FirewallState::new(firewall.unwrap_or_else(Firewall::open)),
            up: Shaper::new(up, self.rng.seed()),
            down: Shaper::new(down, self.rng.seed()),
        };
        self.realms.push(Realm { routes: BTreeMap::new(), gateway: Some(state) });
        for external in externals {
            self.add_route(outer, external, Attachment::Gateway(inner));
        }
        inner
    }

    /// The name resolves to these addresses, best first.
    pub fn name(&mut self, name: &str, addresses: &[&str]) {
        self.names.insert(name.to_owned(), addresses.iter().map(|address| address.into_address()).collect());
    }

    /// How long the resolver takes. Nothing at first.
    pub fn set_resolve_delay(&mut self, delay: Duration) {
        self.resolve_delay = delay;
    }

    /// Binds a service to a port of a host: a STUN server made of a closure, an echo. Port 0 is not allowed.
    pub fn service(&mut self, host: HostId, local: &str, service: impl Service + 'static) {
        let local: SocketAddr = local.parse().unwrap_or_else(|_| panic!("{local:?} is no socket address"));
        self.services.push(Box::new(service));
        let previous = self.hosts[host.0].sockets.insert(local, Owner::Service(self.services.len() - 1));
        assert!(previous.is_none(), "{local} is already bound");
    }

    /// Puts a machine on a host; the number names it from now on.
    pub fn attach(&mut self, host: HostId) -> NodeId {
        let node = NodeId(self.nodes.len());
        self.nodes.push(host);
        self.hosts[host.0].nodes.push(node);
        node
    }

    /// The host that a machine is on.
    #[must_use]
    pub fn host_of(&self, node: NodeId) -> HostId {
        self.nodes[node.0]
    }

    /// The name of the host that a machine is on.
    #[must_use]
    pub fn side(&self, node: NodeId) -> &Arc<str> {
        &self.hosts[self.nodes[node.0].0].name
    }

    /// New properties for an interface's link from now on. Loss patterns start counting anew.
    pub fn set_link(&mut self, interface: InterfaceId, direction: Direction, config: &LinkConfig) {
        let interface = &mut self.interfaces[interface.0];
        set(&mut interface.up, &mut interface.down, direction, config);
    }

    /// The properties of an interface's link, upwards.
    #[must_use]
    pub fn link(&self, interface: InterfaceId) -> &LinkConfig {
        self.interfaces[interface.0].up.config()
    }

    /// The first interface of a host.
    #[must_use]
    pub fn first_interface(&self, host: HostId) -> InterfaceId {
        *self.hosts[host.0].interfaces.first().unwrap_or_else(|| panic!("host {host:?} has no interface"))
    }

    /// New properties for the uplink of a realm's gateway.
    pub fn set_gateway_link(&mut self, realm: RealmId, direction: Direction, config: &LinkConfig) {
        let gateway = self.gateway_of(realm);
        set(&mut gateway.up, &mut gateway.down, direction, config);
    }

    /// New rules for the firewall of a realm's gateway; the flows it knows stay.
    pub fn set_firewall(&mut self, realm: RealmId, firewall: Firewall) {
        self.gateway_of(realm).firewall.set_rules(firewall);
    }

    /// Restarts a realm's gateway: mappings and flows are forgotten, and the NAT of that family gets this external address.
    pub fn restart_gateway(&mut self, realm: RealmId, external: impl IntoAddress) {
        let external = external.into_address();
        let gateway = self.gateway_of(realm);
        let outer = gateway.outer;
        gateway.firewall.forget();
        let nat = gateway.nat_for(external).unwrap_or_else(|| panic!("no NAT for the family of {external}"));
        let old = nat.external();
        nat.restart(external);
        self.remove_route(outer, old);
        self.add_route(outer, external, Attachment::Gateway(realm));
    }

    /// The rows of the NAT of a realm's gateway that are alive now.
    #[must_use]
    pub fn mappings(&self, now: Time, realm: RealmId) -> Vec<Mapping> {
        let gateway = self.realms[realm.0].gateway.iter();
        gateway.flat_map(|gateway| &gateway.nats).flat_map(|nat| nat.mappings(now)).collect()
    }

    /// An interface goes down or comes back. Sockets bound to its address break when it goes, and every machine on the host is
    /// told the new list.
    pub fn set_interface_up(&mut self, now: Time, interface: InterfaceId, up: bool) {
        let InterfaceState { is_up, realm, address, .. } = self.interfaces[interface.0];
        if is_up == up {
            return;
        }
        if up {
            self.add_route(realm, address, Attachment::Interface(interface));
        } else {
            self.remove_route(realm, address);
            self.break_sockets(now, interface);
        }
        self.interfaces[interface.0].is_up = up;
        self.announce(now, self.interfaces[interface.0].host);
    }

    /// An interface moves to another realm or address, as a phone does from Wi-Fi to mobile data. Its old sockets break, and every
    /// machine on the host is told the new list.
    pub fn move_interface(&mut self, now: Time, interface: InterfaceId, realm: RealmId, address: impl IntoAddress) {
        let InterfaceState { realm: old_realm, address: old_address, .. } = self.interfaces[interface.0];
        self.remove_route(old_realm, old_address);
        self.break_sockets(now, interface);
        let state = &mut self.interfaces[interface.0];
        (state.realm, state.address, state.is_up) = (realm, address.into_address(), true);
        let address = state.address;
        self.add_route(realm, address, Attachment::Interface(interface));
        self.announce(now, self.interfaces[interface.0].host);
    }

    /// What the network did so far.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// How many datagrams are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.agenda.iter().filter(|happening| matches!(happening, Happening::Packet(..))).count()
    }

    /// The event log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The event log, to clear it, to turn it off.
    pub fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    /// Writes a remark into the log.
    pub fn note(&mut self, now: Time, note: &str) {
        self.log.push(now, &self.network_side, LogLine::Note(note.to_owned()));
    }

    /// When the next thing happens.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.agenda.next_time().map(|at| Deadline::new(at, "network"))
    }

    /// The next thing that has reached a machine.
    pub fn poll_delivery(&mut self) -> Option<Delivery> {
        self.deliveries.pop_front()
    }

    fn gateway_of(&mut self, realm: RealmId) -> &mut GatewayState {
        self.realms[realm.0].gateway.as_mut().unwrap_or_else(|| panic!("{realm:?} has no gateway"))
    }

    /// Makes an address known in its realm and, as far as gateways route it untranslated, in the realms outside.
    fn add_route(&mut self, realm: RealmId, address: IpAddr, attachment: Attachment) {
        let previous = self.realms[realm.0].routes.insert(address, attachment);
        assert!(previous.is_none(), "two hosts or gateways have the address {address} in one realm");
        if let Some(outer) = self.outer_for(realm, address) {
            self.add_route(outer, address, Attachment::Gateway(realm));
        }
    }

    fn remove_route(&mut self, realm: RealmId, address: IpAddr) {
        self.realms[realm.0].routes.remove(&address);
        if let Some(outer) = self.outer_for(realm, address) {
            self.remove_route(outer, address);
        }
    }

    fn outer_for(&self, realm: RealmId, address: IpAddr) -> Option<RealmId> {
        let gateway = self.realms[realm.0].gateway.as_ref()?;
        let link_local = match address {
            IpAddr::V4(v4) => v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        };
        debug_assert!(realm != INTERNET, "the internet has no gateway");
        (gateway.routes(address) && !link_local).then_some(gateway.outer)
    }
}

fn set(up: &mut Shaper, down: &mut Shaper, direction: Direction, config: &LinkConfig) {
    if direction != Direction::Down {
        up.set_config(config.clone());
    }
    if direction != Direction::Up {
        down.set_config(config.clone());
    }
}

impl core::fmt::Debug for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Network")
            .field("hosts", &self.hosts)
            .field("interfaces", &self.interfaces)
            .field("realms", &self.realms)
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}
