//! Servers in the network that are no machines: a closure that answers.

use core::net::SocketAddr;
use peerline_edge::{FiveTuple, Time};

/// What sits behind a port of a simulated host: a STUN server that the test builds, an echo, a black hole.
pub trait Service {
    /// A datagram came in by `path` (`path.local` is the service's own address). Returns what goes out, each with its way.
    fn handle_datagram(&mut self, now: Time, path: FiveTuple, contents: &[u8]) -> Vec<(FiveTuple, Vec<u8>)>;
}

/// A closure is a service: what it returns goes back to the sender.
impl<F: FnMut(Time, FiveTuple, &[u8]) -> Option<Vec<u8>>> Service for F {
    fn handle_datagram(&mut self, now: Time, path: FiveTuple, contents: &[u8]) -> Vec<(FiveTuple, Vec<u8>)> {
        self(now, path, contents).map(|answer| (path, answer)).into_iter().collect()
    }
}

/// Sends every datagram back.
pub fn echo() -> impl Service {
    |_: Time, _: FiveTuple, contents: &[u8]| Some(contents.to_vec())
}

/// Answers with the address it saw, as text: a test's poor man's STUN server.
pub fn what_is_my_address() -> impl Service {
    |_: Time, path: FiveTuple, _: &[u8]| {
        let seen: SocketAddr = path.remote;
        Some(seen.to_string().into_bytes())
    }
}
