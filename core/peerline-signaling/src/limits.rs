//! How much a client, a room and the whole server may take.

use core::time::Duration;

/// Bounds of the machine's memory and of what one client may ask of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one message. Default 256 KiB.
    pub message: usize,
    /// Clients connected at once. Default 10 000.
    pub clients: usize,
    /// Peers in one room. Default 64.
    pub peers_per_room: usize,
    /// Rooms at once. Default 10 000.
    pub rooms: usize,
    /// Codes at once. Default 10 000.
    pub codes: usize,
    /// Messages that wait for one client that doesn't read; with one more, the client is closed. Default 1024.
    pub queued_messages: usize,
    /// Bytes that wait for one client that doesn't read. Default 4 MiB.
    pub queued_bytes: usize,
    /// Messages a second from one client, in the long run. Default 100.
    pub rate: u32,
    /// Messages that one client may send at once after a pause. Default 1000.
    pub burst: u32,
    /// Refused messages after which a client is closed. Default 100.
    pub strikes: u32,
    /// Wrong codes a second, over all clients (40 bits must not be guessed). Default 20.
    pub wrong_codes: u32,
    /// Echo calls of one client at once. Default 4.
    pub echo_calls_per_client: usize,
    /// Echo calls at once. 0 means that there is no echo peer. Default 64.
    pub echo_calls: usize,
    /// How long a code lives with nobody on its seats. Default 10 minutes.
    pub code_life: Duration,
    /// How long a client may take until its `hello`. Default 10 seconds.
    pub hello: Duration,
    /// UDP ports of this host that answer STUN, as told in `welcome`.
    pub stun: Vec<u16>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 256 * 1024,
            clients: 10_000,
            peers_per_room: 64,
            rooms: 10_000,
            codes: 10_000,
            queued_messages: 1024,
            queued_bytes: 4 * 1024 * 1024,
            rate: 100,
            burst: 1000,
            strikes: 100,
            wrong_codes: 20,
            echo_calls_per_client: 4,
            echo_calls: 64,
            code_life: Duration::from_secs(600),
            hello: Duration::from_secs(10),
            stun: Vec::new(),
        }
    }
}
