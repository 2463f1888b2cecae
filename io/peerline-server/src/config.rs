//! What a server is told when it starts.

use peerline_signaling::Limits;
use std::net::{IpAddr, Ipv4Addr};

/// The port tried first for HTTP and signaling, if none is asked for.
pub(crate) const DEFAULT_PORT: u16 = 8080;
/// The port tried first for STUN (RFC 8489 §18.6).
pub(crate) const DEFAULT_STUN_PORT: u16 = 3478;

/// How a [`crate::Server`] listens and what it allows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerConfig {
    /// The address to listen on. Default 127.0.0.1: nobody outside this machine can connect.
    pub listen: IpAddr,
    /// The TCP port of the page and of signaling. None tries 8080 and takes a free one if that is taken; 0 takes a free one.
    pub port: Option<u16>,
    /// The UDP port of STUN. None tries 3478 and takes a free one if that is taken; 0 takes a free one.
    pub stun_port: Option<u16>,
    /// False leaves STUN out.
    pub stun: bool,
    /// Limits of signaling; `echo_calls: 0` leaves the echo peer out. `stun` in it is filled in by the server.
    pub limits: Limits,
    /// Web pages of these origins (`https://example.org`) may use the signaling besides the server's own page; `*` lets all.
    pub allow_origins: Vec<String>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
            stun_port: None,
            stun: true,
            limits: Limits::default(),
            allow_origins: Vec::new(),
        }
    }
}
