//! Priorities of candidates and pairs (RFC 8445 §5.1.2, §6.1.2.3; RFC 8421 §4).

use super::{CandidateType, Component};
use crate::Role;
use core::net::IpAddr;

/// How much a local address is liked among those of its type: 0 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LocalPreference(u16);

impl LocalPreference {
    /// The preference of the `rank`th usable address of its family (the first is 0).
    pub(crate) fn new(address: IpAddr, rank: u16) -> Self {
        // RFC 8421 §4: families take turns, so that a broken one costs one check, not all of its checks; IPv6 goes first.
        let base: u16 = match address {
            _ if address.is_loopback() => 0x3FFF,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => 0x7FFF,
            _ => 0xFFFF,
        };
        let turn = rank.saturating_mul(2).saturating_add(u16::from(address.is_ipv4()));
        Self(base.saturating_sub(turn.min(0x3FFE)))
    }

    /// The priority of a candidate of this type (RFC 8445 §5.1.2.1).
    pub(crate) fn priority(self, kind: CandidateType, component: Component) -> u32 {
        // RFC 8445 §5.1.2.2: the recommended type preferences.
        let preference: u32 = match kind {
            CandidateType::Host => 126,
            CandidateType::PeerReflexive => 110,
            CandidateType::ServerReflexive => 100,
            CandidateType::Relayed => 0,
        };
        (preference << 24) | (u32::from(self.0) << 8) | u32::from(256u16.saturating_sub(component.0).min(255))
    }
}

/// The priority of a pair (RFC 8445 §6.1.2.3); `role` is that of the local agent.
pub(crate) fn pair_priority(role: Role, local: u32, remote: u32) -> u64 {
    let (controlling, controlled) = match role {
        Role::Controlling => (local, remote),
        Role::Controlled => (remote, local),
    };
    let (low, high) = (u64::from(controlling.min(controlled)), u64::from(controlling.max(controlled)));
    (low << 32) + 2 * high + u64::from(controlling > controlled)
}
