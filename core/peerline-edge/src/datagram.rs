//! Datagrams as they cross the border: where they came from or go to, and their ECN bits.

use core::fmt;
use core::net::SocketAddr;

/// The transport protocol below a five-tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// UDP: each [`Received`] is one datagram.
    Udp,
    /// TCP: each [`Received`] is one frame (RFC 4571), already cut out of the stream.
    Tcp,
}

/// Protocol, local address and remote address of a datagram. The local address is the bound one, never a wildcard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiveTuple {
    /// UDP or TCP.
    pub protocol: Protocol,
    /// Our address, as bound.
    pub local: SocketAddr,
    /// The other side's address.
    pub remote: SocketAddr,
}

impl FiveTuple {
    /// A UDP five-tuple.
    #[must_use]
    pub const fn udp(local: SocketAddr, remote: SocketAddr) -> Self {
        Self { protocol: Protocol::Udp, local, remote }
    }
}

impl fmt::Debug for FiveTuple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} -> {}", self.protocol, self.local, self.remote)
    }
}

/// Explicit congestion notification bits (RFC 3168 §5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ecn {
    /// Not ECN-capable.
    #[default]
    NotEct,
    /// ECT(1), also the L4S identifier (RFC 9331).
    Ect1,
    /// ECT(0).
    Ect0,
    /// Congestion experienced.
    Ce,
}

/// One datagram that came in. The contents may be changed in place (decryption).
#[derive(Debug)]
pub struct Received<'a> {
    /// The way it came; `path.local` is the bound address it arrived on.
    pub path: FiveTuple,
    /// Its ECN bits.
    pub ecn: Ecn,
    /// Its bytes.
    pub contents: &'a mut [u8],
}

/// Where the bytes that `poll_transmit` wrote into the caller's buffer go. The buffer's length is the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// The way out.
    pub path: FiveTuple,
    /// The ECN bits to set.
    pub ecn: Ecn,
    /// If set, the buffer holds several datagrams of this many bytes each, back to back (only the last may be shorter): send them
    /// with one call (UDP generic segmentation offload) or one by one.
    pub segment: Option<usize>,
}
