//! Why a server could not start, in words that say what to do.

use std::io;
use std::net::SocketAddr;

/// Why a [`crate::Server`] could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The port that was asked for is taken.
    #[error("{protocol} port {} is taken on {}: choose another with --{option}, or --{option} 0 for any free one", address.port(), address.ip())]
    PortTaken {
        /// TCP or UDP.
        protocol: &'static str,
        /// The address that could not be had.
        address: SocketAddr,
        /// The command line's option that sets it.
        option: &'static str,
    },
    /// The system does not allow this port.
    #[error("the system does not allow {protocol} port {}: ports below 1024 need privileges, choose a higher one with --{option}", address.port())]
    PortForbidden {
        /// TCP or UDP.
        protocol: &'static str,
        /// The address that could not be had.
        address: SocketAddr,
        /// The command line's option that sets it.
        option: &'static str,
    },
    /// The address is none of this machine's.
    #[error("{} is not an address of this machine: --listen takes one of its own, 127.0.0.1 for this machine alone, or 0.0.0.0 for all", address.ip())]
    NotOurAddress {
        /// The address that could not be had.
        address: SocketAddr,
    },
    /// Anything else the system says.
    #[error("cannot listen on {protocol} {address}: {source}")]
    Bind {
        /// TCP or UDP.
        protocol: &'static str,
        /// The address that could not be had.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no randomness.
    #[error("the system gives no random numbers")]
    NoEntropy,
}

impl ServerError {
    pub(crate) fn bind(protocol: &'static str, option: &'static str, address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken { protocol, address, option },
            io::ErrorKind::PermissionDenied => Self::PortForbidden { protocol, address, option },
            io::ErrorKind::AddrNotAvailable => Self::NotOurAddress { address },
            _ => Self::Bind { protocol, address, source },
        }
    }
}
