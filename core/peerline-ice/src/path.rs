//! The way of a pair's packets (RFC 8445 §4: "candidate pair", "base").
//!
//! Checks know only this: a local base and a remote address make a five-tuple. For host and reflexive candidates the base is a bound
//! socket. A relayed candidate's base will be its address on the TURN server: the five-tuple then names that address as `local`, and
//! the TURN client wraps what is sent there just before it leaves, and unwraps what comes before it enters; no check sees it.

use core::net::{IpAddr, SocketAddr};
use peerline_edge::{FiveTuple, Protocol};

/// True for addresses that mean something on one link only.
pub(crate) fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

/// An address in the one form that comparisons need: no flow label, and a scope only where it matters.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(mut v6) => {
            v6.set_flowinfo(0);
            if !v6.ip().is_unicast_link_local() {
                v6.set_scope_id(0);
            }
            SocketAddr::V6(v6)
        }
        v4 @ SocketAddr::V4(_) => v4,
    }
}

/// The five-tuple with both addresses in canonical form.
pub(crate) fn canonical_path(path: &FiveTuple) -> FiveTuple {
    FiveTuple { protocol: path.protocol, local: canonical(path.local), remote: canonical(path.remote) }
}

/// The way from a base to a remote candidate, if packets can go it.
pub(crate) fn between(base: SocketAddr, remote: SocketAddr) -> Option<FiveTuple> {
    // RFC 8445 §6.1.2.2: pairs MUST have one address family, and link-local IPv6 goes only with link-local.
    let v6_link_local = |address: SocketAddr| address.is_ipv6() && is_link_local(address.ip());
    if base.is_ipv4() != remote.is_ipv4() || v6_link_local(base) != v6_link_local(remote) {
        return None;
    }
    let mut remote = canonical(remote);
    if let (SocketAddr::V6(base), SocketAddr::V6(remote)) = (base, &mut remote) {
        // A link-local address of the other side is on the link of our own.
        remote.set_scope_id(base.scope_id());
    }
    Some(FiveTuple { protocol: Protocol::Udp, local: base, remote })
}
