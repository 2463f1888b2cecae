//! What a network is made of: realms, gateways between them, hosts, interfaces, sockets.

use crate::firewall::{Firewall, FirewallState};
use crate::nat::{Nat, NatTable};
use crate::shaper::{LinkConfig, Shaper};
use core::net::{IpAddr, SocketAddr};
use peerline_edge::SocketId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An address realm (RFC 2663 §2.1): the internet, or what lies behind a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RealmId(pub(crate) usize);

/// The realm that has no gateway.
pub const INTERNET: RealmId = RealmId(0);

/// A host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub(crate) usize);

/// One address of one host's network interface, with its cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceId(pub(crate) usize);

/// A machine on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// Its place in the order of attachment.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0
    }
}

/// An address as a test writes it: `"192.0.2.1"` or an `IpAddr`.
pub trait IntoAddress {
    /// The address. Panics on text that is none: a mistake in the test.
    fn into_address(self) -> IpAddr;
}

impl IntoAddress for IpAddr {
    fn into_address(self) -> IpAddr {
        self
    }
}

impl IntoAddress for &str {
    fn into_address(self) -> IpAddr {
        self.parse().unwrap_or_else(|_| panic!("{self:?} is no IP address"))
    }
}

/// The box between a realm and the realm outside: NAT, firewall, uplink, in any combination.
///
/// An address family is translated if the gateway has an external address of that family, and routed as it is otherwise.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    pub(crate) nats: Vec<(Nat, IpAddr)>,
    pub(crate) firewall: Option<Firewall>,
    pub(crate) up: LinkConfig,
    pub(crate) down: LinkConfig,
}

impl Gateway {
    /// Only routes.
    #[must_use]
    pub fn router() -> Self {
        Self::default()
    }

    /// A NAT with this external address.
    #[must_use]
    pub fn nat(external: impl IntoAddress, nat: Nat) -> Self {
        Self::default().and_nat(external, nat)
    }

    /// A NAT for another family too.
    #[must_use]
    pub fn and_nat(mut self, external: impl IntoAddress, nat: Nat) -> Self {
        self.nats.push((nat, external.into_address()));
        self
    }

    /// With this firewall.
    #[must_use]
    pub fn firewall(self, firewall: Firewall) -> Self {
        Self { firewall: Some(firewall), ..self }
    }

    /// With an uplink of these properties in both directions.
    #[must_use]
    pub fn link(self, link: LinkConfig) -> Self {
        Self { up: link.clone(), down: link, ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attachment {
    Interface(InterfaceId),
    /// The gateway of this inner realm.
    Gateway(RealmId),
}

#[derive(Debug)]
pub(crate) struct Realm {
    pub(crate) routes: BTreeMap<IpAddr, Attachment>,
    pub(crate) gateway: Option<GatewayState>,
}

#[derive(Debug)]
pub(crate) struct GatewayState {
    pub(crate) outer: RealmId,
    pub(crate) nats: Vec<NatTable>,
    pub(crate) firewall: FirewallState,
    pub(crate) up: Shaper,
    pub(crate) down: Shaper,
}

impl GatewayState {
    /// The NAT for the family of this address.
    pub(crate) fn nat_for(&mut self, address: IpAddr) -> Option<&mut NatTable> {
        self.nats.iter_mut().find(|nat| nat.external().is_ipv4() == address.is_ipv4())
    }

    pub(crate) fn routes(&self, address: IpAddr) -> bool {
        !self.nats.iter().any(|nat| nat.external().is_ipv4() == address.is_ipv4())
    }
}

#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) name: Arc<str>,
    pub(crate) interfaces: Vec<InterfaceId>,
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) sockets: BTreeMap<SocketAddr, Owner>,
    pub(crate) next_port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Node(NodeId, SocketId),
    Service(usize),
}

#[derive(Debug)]
pub(crate) struct InterfaceState {
    pub(crate) host: HostId,
    pub(crate) realm: RealmId,
    pub(crate) name: String,
    pub(crate) address: IpAddr,
    pub(crate) is_up: bool,
    pub(crate) up: Shaper,
    pub(crate) down: Shaper,
}
