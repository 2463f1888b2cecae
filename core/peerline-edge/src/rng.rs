//! Randomness from a seed: the driver brings the entropy once, each machine draws from its own stream.

use core::fmt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// 256 bits of entropy: from the operating system in production, fixed in tests.
pub type Seed = [u8; 32];

/// A cryptographically strong generator (ChaCha12) that is deterministic for its seed.
///
/// Good for everything a protocol draws: ICE passwords, transaction ids, tags, initial TSNs, jitter.
#[derive(Clone)]
pub struct Rng(ChaCha12Rng);

impl Rng {
    /// The generator of this seed.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        Self(ChaCha12Rng::from_seed(seed))
    }

    /// A seed for a child machine, drawn from this generator.
    #[must_use]
    pub fn seed(&mut self) -> Seed {
        self.bytes()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill_bytes(&mut out);
        out
    }

    /// Fills `out` with random bytes.
    pub fn fill(&mut self, out: &mut [u8]) {
        self.0.fill_bytes(out);
    }

    /// A random 32-bit number.
    #[must_use]
    pub fn u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A random 64-bit number.
    #[must_use]
    pub fn u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`, each equally likely; 0 if `bound` is 0.
    #[must_use]
    pub fn below(&mut self, bound: u32) -> u32 {
        // Lemire's multiply-and-shift with rejection of the uneven rest.
        let threshold = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u64::from(self.u32()) * u64::from(bound);
            #[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// A number in 0.0 ≤ x < 1.0.
    #[must_use]
    pub fn unit(&mut self) -> f64 {
        f64::from(self.u32()) / 4_294_967_296.0
    }

    /// A random string of `len` characters of RFC 8839's ice-char alphabet (letters, digits, `+`, `/`): 6 bits each.
    #[must_use]
    pub fn ice_chars(&mut self, len: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..len).map(|_| char::from(ALPHABET[self.u32() as usize % ALPHABET.len()])).collect()
    }
}

impl fmt::Debug for Rng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rng(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_same_twice_for_the_same_seed() {
        let (mut a, mut b) = (Rng::new([7; 32]), Rng::new([7; 32]));
        assert_eq!(a.bytes::<40>(), b.bytes::<40>());
        assert_eq!(a.ice_chars(24), b.ice_chars(24));
        assert_ne!(Rng::new([8; 32]).u64(), Rng::new([7; 32]).u64());
    }

    #[test]
    fn stays_below_its_bound() {
        let mut rng = Rng::new([1; 32]);
        for bound in [1, 2, 3, 10, 1 << 31, u32::MAX] {
            assert!((0..1000).all(|_| rng.below(bound) < bound));
        }
        assert_eq!(rng.below(0), 0);
    }
}
