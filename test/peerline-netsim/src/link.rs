//! A plain point-to-point link for two machines that need no hosts, addresses or sockets: bytes in, bytes out, later or never.

use crate::agenda::Agenda;
use crate::shaper::{LinkConfig, LinkDrop, Shaper, Verdict, alter};
use peerline_edge::{Ecn, Rng, Seed, Time};

/// One direction between two machines.
///
/// ```
/// use peerline_edge::Time;
/// use peerline_netsim::{Link, LinkConfig, Loss};
///
/// let mut link = Link::new(LinkConfig::with_delay_ms(50).loss(Loss::Packets(vec![2])), 1);
/// link.send(Time::ZERO, b"one");
/// link.send(Time::ZERO, b"two");
/// link.send(Time::ZERO, b"three");
/// assert_eq!(link.poll(Time::from_millis(49)), None);
/// assert_eq!(link.next_time(), Some(Time::from_millis(50)));
/// assert_eq!(link.poll(Time::from_millis(50)).as_deref(), Some(&b"one"[..]));
/// assert_eq!(link.poll(Time::from_millis(50)).as_deref(), Some(&b"three"[..]));
/// ```
#[derive(Clone, Debug)]
pub struct Link {
    shaper: Shaper,
    under_way: Agenda<Vec<u8>>,
    counters: LinkCounters,
}

/// What a link did. Always: `sent + duplicated == delivered + lost + overflowed + too_big + under way`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounters {
    /// Packets put on the link.
    pub sent: u64,
    /// Extra copies made.
    pub duplicated: u64,
    /// Packets and copies handed out.
    pub delivered: u64,
    /// Packets lost by the loss model.
    pub lost: u64,
    /// Packets dropped because the queue was full.
    pub overflowed: u64,
    /// Packets dropped because of their size.
    pub too_big: u64,
}

impl Link {
    /// A link with these properties. The same seed gives the same fate to the same packets.
    #[must_use]
    pub fn new(config: LinkConfig, seed: u64) -> Self {
        Self {
            shaper: Shaper::new(config, seed_from(seed)),
            under_way: Agenda::default(),
            counters: LinkCounters::default(),
        }
    }

    /// Two links, there and back, with the same properties and different fates.
    #[must_use]
    pub fn pair(config: &LinkConfig, seed: u64) -> (Self, Self) {
        let mut rng = Rng::new(seed_from(seed));
        (Self::new(config.clone(), rng.u64()), Self::new(config.clone(), rng.u64()))
    }

    /// New properties from now on; packets under way arrive as planned. The loss model starts counting anew.
    pub fn set_config(&mut self, config: LinkConfig) {
        self.shaper.set_config(config);
    }

    /// Puts a packet on the link.
    pub fn send(&mut self, now: Time, contents: &[u8]) {
        self.counters.sent += 1;
        match self.shaper.admit(now, contents) {
            Verdict::Drop(LinkDrop::Lost) => self.counters.lost += 1,
            Verdict::Drop(LinkDrop::QueueFull) => self.counters.overflowed += 1,
            Verdict::Drop(LinkDrop::TooBig) => self.counters.too_big += 1,
            Verdict::Pass { at, copy, flip, mark: _ } => {
                let mut contents = contents.to_vec();
                alter(&mut contents, &mut Ecn::NotEct, flip, false);
                if let Some(copy) = copy {
                    self.counters.duplicated += 1;
                    self.under_way.push(copy, contents.clone());
                }
                self.under_way.push(at, contents);
            }
        }
    }

    /// The next packet that has arrived by now.
    pub fn poll(&mut self, now: Time) -> Option<Vec<u8>> {
        let (_, contents) = self.under_way.pop_due(now)?;
        self.counters.delivered += 1;
        Some(contents)
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn next_time(&self) -> Option<Time> {
        self.under_way.next_time()
    }

    /// How many packets are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// What the link did so far.
    #[must_use]
    pub fn counters(&self) -> LinkCounters {
        self.counters
    }
}

/// A 256-bit seed from a small number that is easy to write down.
#[must_use]
pub fn seed_from(number: u64) -> Seed {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    seed
}

#[cfg(test)]
mod tests;
