//! Ids of monitored objects (W3C webrtc-pc §8.4 `id`): the same in every report, never used again, not to be guessed.
//!
//! Each object has a number of its own; the id is that number enciphered with a key of the connection. So there is nothing to remember for the
//! thousands of objects that have numbers anyway, and two numbers never give one id.

use peerline_edge::Rng;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Monitored {
    Connection,
    /// A data channel, by its number.
    Channel(u64),
    /// A transport, by its number.
    Transport(u32),
    /// A candidate pair: transport, pair.
    Pair(u32, u32),
    /// A candidate of ours: transport, generation, candidate.
    Local(u32, u32, u32),
    /// A codec: transport, payload type.
    Codec(u32, u8),
    /// An RTP stream that we send: transceiver, SSRC.
    Outbound(u32, u32),
    /// The association.
    Sctp,
    /// Of what has no number: the one it got from [`Names`].
    Named(u64),
}

impl Monitored {
    /// A number that no other object has: the kind in the upper bits. Transports and generations come one by one from descriptions, so 20 bits
    /// are plenty, and so are 16 for the candidates of one agent.
    fn number(self) -> u64 {
        let (kind, number) = match self {
            Self::Connection => (1, 0),
            Self::Sctp => (1, 1),
            Self::Channel(channel) => (2, channel),
            Self::Transport(transport) => (3, transport.into()),
            Self::Pair(transport, pair) => (4, u64::from(transport) << 32 | u64::from(pair)),
            Self::Local(transport, generation, candidate) => {
                let generation = u64::from(generation) & 0xF_FFFF;
                (5, u64::from(transport) << 36 | generation << 16 | u64::from(candidate) & 0xFFFF)
            }
            Self::Named(number) => (6, number),
            Self::Codec(transport, payload_type) => (7, u64::from(transport) << 8 | u64::from(payload_type)),
            Self::Outbound(transceiver, ssrc) => (8, u64::from(transceiver) << 32 | u64::from(ssrc)),
        };
        (kind << 56) | number & ((1 << 56) - 1)
    }
}

/// Makes ids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    keys: [u64; 4],
}

impl Ids {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self { keys: core::array::from_fn(|_| rng.u64()) }
    }

    /// The id of an object.
    pub(super) fn of(&self, object: Monitored) -> String {
        format!("{:016x}", self.encipher(object.number()))
    }

    /// A Feistel network: whatever the round function, different inputs give different outputs.
    fn encipher(&self, input: u64) -> u64 {
        let (mut left, mut right) = (input >> 32, input & 0xFFFF_FFFF);
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) >> 32));
        }
        left << 32 | right
    }
}

/// The finalizer of a hash function: every bit of the input changes every bit of the output with about even odds.
const fn mix(mut value: u64) -> u64 {
    value ^= value >> 30;
    value = value.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value ^= value >> 27;
    value = value.wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// What names an object that has no number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// A candidate of the peer's: transport, generation, component, address. So a peer-reflexive one stays the same when it is signaled.
    Remote(u32, u32, u16, SocketAddr),
    /// The fingerprint of a certificate.
    Certificate(Vec<u8>),
    /// A sent track's id.
    Source(String),
}

/// Numbers for objects that are known by name only.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<Name, (u64, bool)>,
    last: u64,
}

impl Names {
    /// The object's number.
    pub(super) fn number(&mut self, name: Name) -> Monitored {
        let entry = self.known.entry(name).or_insert_with(|| {
            self.last += 1;
            (self.last, true)
        });
        entry.1 = true;
        Monitored::Named(entry.0)
    }

    /// Forgets the objects that nobody has asked for since the last time: they are gone.
    pub(super) fn forget_gone(&mut self) {
        self.known.retain(|_, (_, seen)| core::mem::take(seen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use peerline_edge::Seed;
    use std::collections::BTreeSet;

    #[test]
    fn different_objects_have_different_ids_and_different_connections_too() {
        let ids = Ids::new(&mut Rng::new(Seed::from([1; 32])));
        let other = Ids::new(&mut Rng::new(Seed::from([2; 32])));
        let objects = (0..1000).flat_map(|n| {
            [
                Monitored::Channel(n.into()),
                Monitored::Transport(n),
                Monitored::Pair(n % 7, n),
                Monitored::Local(n % 7, n % 5, n),
                Monitored::Named(n.into()),
                Monitored::Codec(n, 111),
                Monitored::Outbound(n % 7, n),
            ]
        });
        let all: Vec<_> = objects.chain([Monitored::Connection]).collect();
        let of = |ids: &Ids| all.iter().map(|object| ids.of(*object)).collect::<BTreeSet<_>>();
        assert_eq!(of(&ids).len(), all.len());
        assert!(of(&ids).is_disjoint(&of(&other)));
    }
}
