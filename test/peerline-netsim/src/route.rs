//! The way of a datagram: host, interface, realm, gateway, realm …, interface, host.

use crate::log::{DropReason, LogLine, LoggedPacket};
use crate::nat::Refusal;
use crate::network::{Arrival, Delivery, Network};
use crate::shaper::{LinkDrop, Shaper, Verdict, alter};
use crate::topology::{Attachment, HostId, InterfaceId, NodeId, Owner, RealmId};
use core::net::SocketAddr;
use peerline_edge::{Ecn, FiveTuple, IoOutcome, Protocol, Time, Transmit};

/// Something on the agenda.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Packet(Place, Packet),
    Outcome(NodeId, IoOutcome),
}

/// Where a packet arrives next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a realm, from inside or from a gateway further in: may leave it by the realm's own gateway.
    Realm(RealmId),
    /// At the outer side of the gateway of this realm.
    Gateway(RealmId),
    Host(HostId),
}

#[derive(Clone, Debug)]
pub(crate) struct Packet {
    source: SocketAddr,
    destination: SocketAddr,
    ecn: Ecn,
    contents: Vec<u8>,
    hops: u8,
}

#[derive(Clone, Copy, Debug)]
enum Cable {
    InterfaceUp(InterfaceId),
    InterfaceDown(InterfaceId),
    GatewayUp(RealmId),
    GatewayDown(RealmId),
}

const HOP_LIMIT: u8 = 32;

impl From<LinkDrop> for DropReason {
    fn from(drop: LinkDrop) -> Self {
        match drop {
            LinkDrop::Lost => Self::Lost,
            LinkDrop::QueueFull => Self::QueueFull,
            LinkDrop::TooBig => Self::TooBig,
        }
    }
}

impl From<Refusal> for DropReason {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoMapping => Self::NoMapping,
            Refusal::Filtered => Self::Filtered,
            Refusal::PortsExhausted => Self::PortsExhausted,
        }
    }
}

/// Without flow label and scope, which play no part here.
pub(crate) fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), address.port())
}

impl Network {
    /// A machine sends what it wrote into its buffer: one datagram, or several segments of one size.
    pub fn send(&mut self, now: Time, node: NodeId, transmit: &Transmit, buf: &[u8]) {
        let host = self.nodes[node.0];
        let segment = transmit.segment.unwrap_or(buf.len()).max(1);
        let FiveTuple { protocol, local, remote } = transmit.path;
        let bound = self.owner(host, local);
        let fate = match bound {
            _ if protocol != Protocol::Udp => Err(DropReason::NotUdp),
            Some(Owner::Node(owner, _)) if owner == node => Ok(()),
            _ => Err(DropReason::NotBound),
        };
        // An empty buffer is one empty datagram.
        let segments = buf.chunks(segment).chain(buf.is_empty().then_some(buf));
        for contents in segments {
            self.send_one(now, host, local, remote, transmit.ecn, contents.to_vec(), fate);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one private step with two callers")]
    fn send_one(
        &mut self,
        now: Time,
        host: HostId,
        local: SocketAddr,
        remote: SocketAddr,
        ecn: Ecn,
        contents: Vec<u8>,
        fate: Result<(), DropReason>,
    ) {
        let (local, destination) = (plain(local), plain(remote));
        self.counters.sent += 1;
        if self.log.is_on() {
            let packet = LoggedPacket::of(local, destination, &contents);
            self.log.push(now, &self.hosts[host.0].name, LogLine::Sent(packet));
        }
        let mut packet = Packet { source: local, destination, ecn, contents, hops: 0 };
        if let Err(reason) = fate {
            return self.drop_packet(now, &packet, reason);
        }
        let own = |net: &Self, ip| net.up_interfaces(host).any(|id| net.interfaces[id.0].address == ip);
        if destination.ip().is_loopback() || own(self, destination.ip()) {
            if local.ip().is_unspecified() {
                packet.source = SocketAddr::new(destination.ip(), local.port());
            }
            return self.agenda.push(now, Happening::Packet(Place::Host(host), packet));
        }
        let leaves_by = self.up_interfaces(host).find(|id| {
            let address = self.interfaces[id.0].address;
            address == local.ip() || (local.ip().is_unspecified() && address.is_ipv4() == destination.is_ipv4())
        });
        let Some(interface) = leaves_by else {
            return self.drop_packet(now, &packet, DropReason::InterfaceDown);
        };
        let InterfaceStateView { address, realm } = self.view(interface);
        packet.source.set_ip(address);
        self.pass(now, Cable::InterfaceUp(interface), packet, Place::Realm(realm));
    }

    /// Everything that is due happens.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some((at, happening)) = self.agenda.pop_due(now) {
            match happening {
                Happening::Outcome(node, outcome) => {
                    self.deliveries.push_back(Delivery { node, what: Arrival::Outcome(outcome) });
                }
                Happening::Packet(Place::Host(host), packet) => self.arrive(at, host, packet),
                Happening::Packet(Place::Realm(realm), packet) => self.forward(at, realm, packet),
                Happening::Packet(Place::Gateway(realm), packet) => self.come_in(at, realm, packet),
            }
        }
    }

    /// Puts a packet on a cable.
    fn pass(&mut self, now: Time, cable: Cable, packet: Packet, to: Place) {
        let Some(shaper) = self.shaper(cable) else {
            return self.drop_packet(now, &packet, DropReason::NoRoute);
        };
        match shaper.admit(now, &packet.contents) {
            Verdict::Drop(reason) => self.drop_packet(now, &packet, reason.into()),
            Verdict::Pass { at, copy, flip, mark } => {
                let mut packet = packet;
                alter(&mut packet.contents, &mut packet.ecn, flip, mark);
                if let Some(copy) = copy {
                    self.counters.duplicated += 1;
                    self.agenda.push(copy, Happening::Packet(to, packet.clone()));
                }
                self.agenda.push(at, Happening::Packet(to, packet));
            }
        }
    }

    /// In a realm: to the interface or the gateway that has the address, or out.
    fn forward(&mut self, now: Time, realm: RealmId, mut packet: Packet) {
        packet.hops += 1;
        if packet.hops > HOP_LIMIT {
            return self.drop_packet(now, &packet, DropReason::HopLimit);
        }
        match self.realms[realm.0].routes.get(&packet.destination.ip()) {
            Some(attachment) => self.hand_to(now, *attachment, packet),
            None => self.go_out(now, realm, packet),
        }
    }

    fn hand_to(&mut self, now: Time, attachment: Attachment, packet: Packet) {
        match attachment {
            Attachment::Interface(id) => {
                let host = self.interfaces[id.0].host;
                self.pass(now, Cable::InterfaceDown(id), packet, Place::Host(host));
            }
            Attachment::Gateway(inner) => self.pass(now, Cable::GatewayDown(inner), packet, Place::Gateway(inner)),
        }
    }

    /// Leaves a realm by its gateway: hairpin, firewall, translation, uplink.
    fn go_out(&mut self, now: Time, realm: RealmId, mut packet: Packet) {
        let Some(gateway) = self.realms[realm.0].gateway.as_mut() else {
            return self.drop_packet(now, &packet, DropReason::NoRoute);
        };
        let outer = gateway.outer;
        if gateway.nat_for(packet.destination.ip()).is_some_and(|nat| nat.external() == packet.destination.ip()) {
            return self.hairpin(now, realm, packet);
        }
        if !gateway.firewall.lets_out(now, packet.source, packet.destination) {
            return self.drop_packet(now, &packet, DropReason::Firewall);
        }
        if let Some(nat) = gateway.nat_for(packet.source.ip()) {
            match nat.outbound(now, packet.source, packet.destination) {
                Ok(external) => packet.source = external,
                Err(refusal) => return self.drop_packet(now, &packet, refusal.into()),
            }
        }
        self.pass(now, Cable::GatewayUp(realm), packet, Place::Realm(outer));
    }

    /// RFC 4787 §6: a packet from inside to the NAT's own external address turns round, with its external source address.
    fn hairpin(&mut self, now: Time, realm: RealmId, mut packet: Packet) {
        let nat = self.realms[realm.0].gateway.as_mut().and_then(|gateway| gateway.nat_for(packet.source.ip()));
        let turned = match nat {
            Some(nat) if nat.hairpinning() => nat
                .outbound(now, packet.source, packet.destination)
                .and_then(|source| Ok((source, nat.inbound(now, packet.destination.port(), source)?)))
                .map_err(DropReason::from),
            _ => Err(DropReason::NoHairpin),
        };
        match turned {
            Ok((source, destination)) => {
                (packet.source, packet.destination) = (source, destination);
                self.come_inside(now, realm, packet);
            }
            Err(reason) => self.drop_packet(now, &packet, reason),
        }
    }

    /// At the outer side of a gateway: translation, firewall, then the realm inside.
    fn come_in(&mut self, now: Time, realm: RealmId, mut packet: Packet) {
        let Some(gateway) = self.realms[realm.0].gateway.as_mut() else {
            return self.drop_packet(now, &packet, DropReason::NoRoute);
        };
        let inside = match gateway.nat_for(packet.destination.ip()) {
            Some(nat) => nat.inbound(now, packet.destination.port(), packet.source),
            None => Ok(packet.destination),
        };
        match inside {
            Ok(inside) if gateway.firewall.lets_in(now, inside, packet.source) => {
                packet.destination = inside;
                self.come_inside(now, realm, packet);
            }
            Ok(_) => self.drop_packet(now, &packet, DropReason::Firewall),
            Err(refusal) => self.drop_packet(now, &packet, refusal.into()),
        }
    }

    /// In a realm from its own gateway: never straight out again.
    fn come_inside(&mut self, now: Time, realm: RealmId, mut packet: Packet) {
        packet.hops += 1;
        match self.realms[realm.0].routes.get(&packet.destination.ip()) {
            Some(attachment) if packet.hops <= HOP_LIMIT => self.hand_to(now, *attachment, packet),
            _ => self.drop_packet(now, &packet, DropReason::NoRoute),
        }
    }

    fn arrive(&mut self, now: Time, host: HostId, packet: Packet) {
        let address = packet.destination.ip();
        let here = address.is_loopback() || self.up_interfaces(host).any(|id| self.interfaces[id.0].address == address);
        if !here {
            return self.drop_packet(now, &packet, DropReason::InterfaceDown);
        }
        let Some(owner) = self.owner(host, packet.destination) else {
            return self.drop_packet(now, &packet, DropReason::NoSocket);
        };
        self.counters.delivered += 1;
        let Packet { source, destination, ecn, contents, .. } = packet;
        if self.log.is_on() {
            let logged = LoggedPacket::of(source, destination, &contents);
            self.log.push(now, &self.hosts[host.0].name, LogLine::Received(logged));
        }
        let path = FiveTuple::udp(destination, source);
        match owner {
            Owner::Node(node, _) => {
                self.deliveries.push_back(Delivery { node, what: Arrival::Datagram { path, ecn, contents } });
            }
            Owner::Service(service) => {
                for (path, contents) in self.services[service].handle_datagram(now, path, &contents) {
                    self.send_one(now, host, path.local, path.remote, Ecn::NotEct, contents, Ok(()));
                }
            }
        }
    }

    fn drop_packet(&mut self, now: Time, packet: &Packet, reason: DropReason) {
        *self.counters.dropped.entry(reason).or_default() += 1;
        if self.log.is_on() {
            let logged = LoggedPacket::of(packet.source, packet.destination, &packet.contents);
            self.log.push(now, &self.network_side, LogLine::Dropped(logged, reason));
        }
    }

    fn shaper(&mut self, cable: Cable) -> Option<&mut Shaper> {
        Some(match cable {
            Cable::InterfaceUp(id) => &mut self.interfaces[id.0].up,
            Cable::InterfaceDown(id) => &mut self.interfaces[id.0].down,
            Cable::GatewayUp(realm) => &mut self.realms[realm.0].gateway.as_mut()?.up,
            Cable::GatewayDown(realm) => &mut self.realms[realm.0].gateway.as_mut()?.down,
        })
    }

    fn view(&self, interface: InterfaceId) -> InterfaceStateView {
        let state = &self.interfaces[interface.0];
        InterfaceStateView { address: state.address, realm: state.realm }
    }
}

struct InterfaceStateView {
    address: core::net::IpAddr,
    realm: RealmId,
}
