//! What a machine asks the world for, as data, and what the world answers.

use core::net::{IpAddr, SocketAddr};

/// A socket that a machine asked for. The machine chooses the number; it is unique within that machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// One address of a network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The interface's name, such as `eth0`.
    pub name: String,
    /// One of its addresses; an interface with several is listed several times.
    pub address: IpAddr,
    /// The scope (interface index) of an IPv6 link-local address, else 0.
    pub scope_id: u32,
}

/// A request to whoever owns the sockets. Each gets exactly one [`IoOutcome`], except `Close`, which gets none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IoRequest {
    /// List the interfaces that are up. Answer: [`IoOutcome::Interfaces`].
    ListInterfaces,
    /// Bind a UDP socket to this address; port 0 lets the owner choose one. Answer: [`IoOutcome::UdpBound`] or [`IoOutcome::Failed`].
    BindUdp {
        /// The number of the new socket.
        socket: SocketId,
        /// The address to bind.
        local: SocketAddr,
    },
    /// Resolve a host name to all its addresses. Answer: [`IoOutcome::Resolved`], with no address if there is none.
    Resolve {
        /// The name.
        host: String,
    },
    /// Close a socket.
    Close {
        /// Which one.
        socket: SocketId,
    },
}

/// The answer to an [`IoRequest`], or news about a socket or the interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IoOutcome {
    /// The interfaces that are up; also told unasked when they change.
    Interfaces(Vec<Interface>),
    /// A UDP socket is bound.
    UdpBound {
        /// Its number.
        socket: SocketId,
        /// The address it got.
        local: SocketAddr,
    },
    /// A request failed, or a socket broke later.
    Failed {
        /// The socket.
        socket: SocketId,
        /// Why.
        failure: IoFailure,
    },
    /// The addresses of a host name; empty if it has none or could not be resolved.
    Resolved {
        /// The name that was asked for.
        host: String,
        /// Its addresses, best first.
        addresses: Vec<IpAddr>,
    },
}

/// Why a socket could not be had, or broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IoFailure {
    /// The address is taken, or no port of the allowed range is free.
    AddressInUse,
    /// The address is not one of this host's.
    AddressNotAvailable,
    /// The system does not allow it.
    PermissionDenied,
    /// The network or the interface is gone.
    NetworkDown,
    /// Anything else.
    Other,
}
