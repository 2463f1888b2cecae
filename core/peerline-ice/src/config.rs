//! What an agent is made of: its servers, filters, timers and limits.

use crate::Role;
use core::net::IpAddr;
use core::ops::RangeInclusive;
use core::time::Duration;
use peerline_crypto::CryptoProvider;
use peerline_edge::{Protocol, Seed};
use std::sync::Arc;

/// The configuration of an [`crate::Agent`].
#[derive(Clone, Debug)]
pub struct Config {
    /// The primitives for MESSAGE-INTEGRITY.
    pub crypto: Arc<dyn CryptoProvider>,
    /// All randomness comes from here.
    pub seed: Seed,
    /// The role to begin with.
    pub role: Role,
    /// RFC 8445 §2.5: only answer checks, with host candidates.
    pub lite: bool,
    /// 1, or 2 for RTCP on a port of its own.
    pub components: u8,
    /// Servers for server-reflexive candidates.
    pub servers: Vec<StunServer>,
    /// TURN servers. Nothing can be relayed yet: each is told as an error when gathering starts.
    pub turn_servers: Vec<StunServer>,
    /// Which candidates may be used.
    pub transport_policy: TransportPolicy,
    /// Use loopback addresses also if there are others. They are always used if there is nothing else.
    pub include_loopback: bool,
    /// Use IPv6 link-local addresses.
    pub include_link_local: bool,
    /// Which local addresses may be used.
    pub filter: AddressFilter,
    /// The local ports to choose from; any free one if not set.
    pub ports: Option<RangeInclusive<u16>>,
    /// The timers.
    pub timing: Timing,
    /// The limits.
    pub limits: Limits,
}

impl Config {
    /// The defaults: controlling, full, one component, no servers.
    #[must_use]
    pub fn new(crypto: Arc<dyn CryptoProvider>, seed: Seed) -> Self {
        Self {
            crypto,
            seed,
            role: Role::Controlling,
            lite: false,
            components: 1,
            servers: Vec::new(),
            turn_servers: Vec::new(),
            transport_policy: TransportPolicy::All,
            include_loopback: false,
            include_link_local: false,
            filter: AddressFilter::default(),
            ports: None,
            timing: Timing::default(),
            limits: Limits::default(),
        }
    }
}

/// A STUN server (RFC 7064).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StunServer {
    /// Host name or address literal, an IPv6 one without brackets.
    pub host: String,
    /// Port, 3478 by default.
    pub port: u16,
    /// How to reach it. Only UDP is used for now.
    pub transport: Protocol,
    /// The URL as the user wrote it, for candidates and errors.
    pub url: String,
}

impl StunServer {
    /// A server over UDP, with the URL `stun:host:port`.
    #[must_use]
    pub fn udp(host: &str, port: u16) -> Self {
        let url = if host.contains(':') { format!("stun:[{host}]:{port}") } else { format!("stun:{host}:{port}") };
        Self { host: host.to_owned(), port, transport: Protocol::Udp, url }
    }
}

/// Which candidates may be gathered and used (W3C `RTCIceTransportPolicy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TransportPolicy {
    /// All of them.
    #[default]
    All,
    /// Only relayed ones.
    Relay,
}

impl TransportPolicy {
    /// True if packets may leave from host candidates, which are the bases of reflexive ones too.
    pub(crate) const fn allows_hosts(self) -> bool {
        matches!(self, Self::All)
    }
}

/// Which local addresses may be used: not one that a `deny` prefix holds, and one that an `allow` prefix holds if there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressFilter {
    /// If not empty, only these.
    pub allow: Vec<Prefix>,
    /// Never these.
    pub deny: Vec<Prefix>,
}

impl AddressFilter {
    /// True if `address` may be used.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        let holds = |prefixes: &[Prefix]| prefixes.iter().any(|prefix| prefix.contains(address));
        !holds(&self.deny) && (self.allow.is_empty() || holds(&self.allow))
    }
}

/// A range of addresses, such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// An address in it.
    pub address: IpAddr,
    /// How many leading bits count; more than the address has mean all.
    pub len: u8,
}

impl Prefix {
    /// True if `address` is in this range.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let len = u32::from(self.len);
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= len.min(32),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= len.min(128),
            _ => false,
        }
    }
}

/// The agent's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Ta of RFC 8445 §14.2: the pace of ordinary checks. 50 ms.
    pub ta: Duration,
    /// The pace of the first [`Self::burst`] ordinary checks and of triggered checks. 5 ms, the floor that RFC 8445 §14.2 sets.
    pub ta_min: Duration,
    /// How many ordinary checks of a session go at the faster pace.
    pub burst: u32,
    /// The lower bound of a check's first retransmission timeout (RFC 8445 §14.3). 500 ms.
    pub rto: Duration,
    /// How often a check is sent (Rc of RFC 8489 §6.2.1). 7.
    pub max_transmissions: u32,
    /// How many RTOs to wait after the last one (Rm of RFC 8489 §6.2.1). 16.
    pub last_wait: u32,
    /// How long a valid pair waits for a better one before it is nominated; at least twice its round-trip time. 200 ms.
    pub nomination_wait: Duration,
    /// The same for a pair of host candidates. 50 ms.
    pub nomination_wait_host: Duration,
    /// How long after the last nomination the state stays connected before it is completed: nothing.
    pub completion_wait: Duration,
    /// The basic period of consent checks (RFC 7675 §5.1); each is 0.8 to 1.2 times it. 5 s.
    pub consent_interval: Duration,
    /// How long after the last answer consent expires (RFC 7675 §5.1). 30 s.
    pub consent_timeout: Duration,
    /// How long a pair in use may be silent before the state is disconnected. 5 s.
    pub disconnected_timeout: Duration,
    /// The pace of probes while a consent check is unanswered, half of that once the pair is disconnected. 250 ms.
    pub probe_interval: Duration,
    /// How long the agent waits for a pair that works before it fails (RFC 8863). 39.5 s.
    pub patience: Duration,
    /// How long gathering may take. 5 s.
    pub gathering_timeout: Duration,
    /// The pace of queries to STUN servers. 20 ms.
    pub gathering_interval: Duration,
    /// How often a server-reflexive candidate's binding is refreshed until the agent has completed. 15 s.
    pub binding_refresh: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            ta: ms(50),
            ta_min: ms(5),
            burst: 4,
            rto: ms(500),
            max_transmissions: 7,
            last_wait: 16,
            nomination_wait: ms(200),
            nomination_wait_host: ms(50),
            completion_wait: Duration::ZERO,
            consent_interval: ms(5000),
            consent_timeout: ms(30_000),
            disconnected_timeout: ms(5000),
            probe_interval: ms(250),
            patience: ms(39_500),
            gathering_timeout: ms(5000),
            gathering_interval: ms(20),
            binding_refresh: ms(15_000),
        }
    }
}

/// The agent's limits against a peer or a network that asks too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Remote candidates of a session, peer-reflexive ones included. 100.
    pub remote_candidates: usize,
    /// Candidate pairs of a session. 200.
    pub pairs: usize,
    /// Local addresses to bind. 32.
    pub addresses: usize,
    /// Checks remembered before the remote credentials are known. 32.
    pub early_checks: usize,
    /// Responses that wait to be sent. 64.
    pub responses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { remote_candidates: 100, pairs: 200, addresses: 32, early_checks: 32, responses: 64 }
    }
}
