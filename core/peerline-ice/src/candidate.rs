//! ICE candidates and their `candidate:` attribute (RFC 8839 §5.1, RFC 6544 §4.5).

mod parse;
mod priority;
#[cfg(test)]
mod tests;

pub(crate) use priority::{LocalPreference, pair_priority};

use core::fmt;
use core::net::{IpAddr, SocketAddr};
use core::str::FromStr;

/// Names a candidate of one side as long as the agent lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CandidateId(pub u32);

/// A component of a data stream (RFC 8445 §4): 1 for RTP or everything, 2 for RTCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component(pub u16);

impl Component {
    /// RTP, or all there is.
    pub const RTP: Self = Self(1);
    /// RTCP that is not multiplexed with RTP.
    pub const RTCP: Self = Self(2);
}

/// The transport protocol of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP with RFC 4571 framing (RFC 6544).
    Tcp,
}

impl Transport {
    /// The name in lower case, as the W3C has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

/// Who opens the connection of a TCP candidate (RFC 6544 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TcpType {
    /// This side connects.
    Active,
    /// This side listens.
    Passive,
    /// Both connect at once.
    SimultaneousOpen,
}

impl TcpType {
    /// The name in the attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::SimultaneousOpen => "so",
        }
    }
}

/// How a candidate was found (RFC 8445 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CandidateType {
    /// An address of the host itself.
    Host,
    /// An address that a STUN server saw.
    ServerReflexive,
    /// An address that the peer saw.
    PeerReflexive,
    /// An address on a TURN server.
    Relayed,
}

impl CandidateType {
    /// The name in the attribute, such as `srflx`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::ServerReflexive => "srflx",
            Self::PeerReflexive => "prflx",
            Self::Relayed => "relay",
        }
    }
}

/// Where a candidate is: an address, or a name to resolve (mDNS, RFC 8839 §5.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// An address.
    Ip(IpAddr),
    /// A fully qualified domain name, often under `.local`.
    Name(String),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The base of a reflexive candidate, or the mapped address of a relayed one; for diagnosis only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelatedAddress {
    /// `raddr`.
    pub address: Address,
    /// `rport`.
    pub port: u16,
}

/// Why a text is not a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CandidateError {
    /// It doesn't begin with `candidate:`.
    #[error("no `candidate:` at the beginning")]
    Prefix,
    /// Something is missing at its end.
    #[error("the candidate ends too early")]
    Truncated,
    /// It is longer than any candidate needs to be.
    #[error("the candidate is too long")]
    TooLong,
    /// It has a character that no candidate has.
    #[error("the candidate has a character that is not allowed")]
    Character,
    /// The foundation is not 1 to 32 characters.
    #[error("the foundation is not 1 to 32 characters long")]
    Foundation,
    /// The component is not a number from 1 to 256.
    #[error("the component is not a number from 1 to 256")]
    Component,
    /// The transport is neither UDP nor TCP.
    #[error("the transport is neither UDP nor TCP")]
    Transport,
    /// The priority is not a 32-bit number.
    #[error("the priority is not a 32-bit number")]
    Priority,
    /// The address is neither an IP address nor a name.
    #[error("the address is neither an IP address nor a name")]
    Address,
    /// The port is not a 16-bit number.
    #[error("the port is not a 16-bit number")]
    Port,
    /// The type is missing or unknown.
    #[error("the type is missing or unknown")]
    Type,
    /// `raddr` without `rport`, or one that can't be read.
    #[error("raddr and rport can't be read")]
    Related,
    /// An extension has a name but no value.
    #[error("an extension has a name but no value")]
    Extension,
    /// TCP without a known tcptype (RFC 6544 §4.5).
    #[error("a TCP candidate without a known tcptype")]
    TcpType,
}

/// A candidate. It prints as the value of an `a=candidate` line, and a parsed one prints exactly as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    foundation: String,
    component: Component,
    transport: Transport,
    priority: u32,
    address: Address,
    port: u16,
    kind: CandidateType,
    related: Option<RelatedAddress>,
    tcp_type: Option<TcpType>,
    /// Name and value, in order, without tcptype.
    extensions: Vec<(String, String)>,
    /// As it was written by its author; `None` for candidates made here.
    text: Option<Box<str>>,
    /// The server that this local candidate comes from.
    url: Option<String>,
}

impl Candidate {
    /// A candidate of this host or of a test: no related address, no extensions.
    #[must_use]
    pub fn new(
        kind: CandidateType,
        component: Component,
        foundation: &str,
        priority: u32,
        address: SocketAddr,
    ) -> Self {
        Self {
            foundation: foundation.to_owned(),
            component,
            transport: Transport::Udp,
            priority,
            address: Address::Ip(address.ip()),
            port: address.port(),
            kind,
            related: None,
            tcp_type: None,
            extensions: Vec::new(),
            text: None,
            url: None,
        }
    }

    /// This candidate with a related address.
    #[must_use]
    pub fn with_related(mut self, related: SocketAddr) -> Self {
        self.related = Some(RelatedAddress { address: Address::Ip(related.ip()), port: related.port() });
        self.text = None;
        self
    }

    /// This candidate with this `ufrag` extension.
    #[must_use]
    pub fn with_ufrag(mut self, ufrag: &str) -> Self {
        match self.extensions.iter_mut().find(|(name, _)| name == "ufrag") {
            Some((_, value)) => ufrag.clone_into(value),
            None => self.extensions.push(("ufrag".to_owned(), ufrag.to_owned())),
        }
        self.text = None;
        self
    }

    /// This candidate with the URL of the server it comes from (not part of the attribute).
    #[must_use]
    pub fn with_url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// The foundation: the same for candidates that are likely to work or fail alike (RFC 8445 §5.1.1.3).
    #[must_use]
    pub fn foundation(&self) -> &str {
        &self.foundation
    }

    /// The component.
    #[must_use]
    pub const fn component(&self) -> Component {
        self.component
    }

    /// The transport protocol.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        self.transport
    }

    /// The priority (RFC 8445 §5.1.2.1).
    #[must_use]
    pub const fn priority(&self) -> u32 {
        self.priority
    }

    /// The address or name.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The transport address, unless a name stands for it.
    #[must_use]
    pub const fn socket_addr(&self) -> Option<SocketAddr> {
        match self.address {
            Address::Ip(ip) => Some(SocketAddr::new(ip, self.port)),
            Address::Name(_) => None,
        }
    }

    /// The type.
    #[must_use]
    pub const fn kind(&self) -> CandidateType {
        self.kind
    }

    /// The related address.
    #[must_use]
    pub const fn related(&self) -> Option<&RelatedAddress> {
        self.related.as_ref()
    }

    /// The TCP type.
    #[must_use]
    pub const fn tcp_type(&self) -> Option<TcpType> {
        self.tcp_type
    }

    /// The value of the first extension of this name.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The username fragment that the candidate belongs to (RFC 8839 §5.1, `ufrag` extension).
    #[must_use]
    pub fn ufrag(&self) -> Option<&str> {
        self.extension("ufrag")
    }

    /// The server that a local candidate comes from, as its URL.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl fmt::Display for Candidate {
    /// The attribute's value, beginning with `candidate:`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        let Self { foundation, component, transport, priority, address, port, kind, .. } = self;
        let (component, transport, kind) = (component.0, transport.as_str(), kind.as_str());
        write!(f, "candidate:{foundation} {component} {transport} {priority} {address} {port} typ {kind}")?;
        if let Some(RelatedAddress { address, port }) = &self.related {
            write!(f, " raddr {address} rport {port}")?;
        }
        if let Some(tcp_type) = self.tcp_type {
            write!(f, " tcptype {}", tcp_type.as_str())?;
        }
        self.extensions.iter().try_for_each(|(name, value)| write!(f, " {name} {value}"))
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Candidate {
    type Err = CandidateError;

    /// Reads `candidate:…`, also with `a=` in front of it.
    fn from_str(text: &str) -> Result<Self, CandidateError> {
        parse::candidate(text)
    }
}
