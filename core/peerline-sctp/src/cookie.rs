//! The state cookie: all of an embryonic association, sealed with a MAC, so that an INIT costs no memory (RFC 9260 §5.1.3).

use crate::wire::Tsn;
use crate::wire::init::Capabilities;
use core::time::Duration;
use hmac::{Hmac, KeyInit, Mac};
use peerline_edge::{Serial32, Time};
use sha2::Sha256;

/// Bytes of the sealed contents.
const CONTENTS_LEN: usize = 41;
/// Bytes of the MAC (HMAC-SHA256).
const MAC_LEN: usize = 32;
/// Bytes of a whole cookie.
pub(crate) const LEN: usize = CONTENTS_LEN + MAC_LEN;
/// RFC 9260 §16: Valid.Cookie.Life.
const LIFETIME: Duration = Duration::from_secs(60);

/// What both INITs agreed on, and the tags of the association that existed at the time, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) created: Time,
    pub(crate) local_tag: u32,
    pub(crate) peer_tag: u32,
    pub(crate) local_initial_tsn: Tsn,
    pub(crate) peer_initial_tsn: Tsn,
    pub(crate) peer_a_rwnd: u32,
    /// Streams we may send on.
    pub(crate) outgoing: u16,
    /// Streams the peer may send on.
    pub(crate) incoming: u16,
    /// What both offer.
    pub(crate) capabilities: Capabilities,
    /// Our tag of the association in being, else 0 (RFC 9260 §5.2.2).
    pub(crate) tie_local: u32,
    /// The peer's tag of the association in being, else 0.
    pub(crate) tie_peer: u32,
}

/// Why a cookie was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Not ours, or changed on the way.
    Forged,
    /// Authentic, but past its lifetime.
    Stale { by: Duration, peer_tag: u32 },
}

/// The key that seals cookies; one for each association.
#[derive(Clone)]
pub(crate) struct CookieKey(Hmac<Sha256>);

impl CookieKey {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        // HMAC takes a key of any length, so the error can't occur; a zero key would still not let a forged cookie decide anything
        // that DTLS has not already authenticated.
        Self(Hmac::new_from_slice(&secret).unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default())))
    }

    pub(crate) fn seal(&self, cookie: &Cookie) -> [u8; LEN] {
        let contents = cookie.to_bytes();
        let mac: [u8; MAC_LEN] = self.0.clone().chain_update(contents).finalize().into_bytes().into();
        let mut sealed = [0; LEN];
        let (front, back) = sealed.split_at_mut(CONTENTS_LEN);
        front.copy_from_slice(&contents);
        back.copy_from_slice(&mac);
        sealed
    }

    /// The contents of a cookie that we sealed no longer than a minute ago.
    pub(crate) fn open(&self, now: Time, sealed: &[u8]) -> Result<Cookie, Refused> {
        let (contents, mac) = sealed.split_first_chunk::<CONTENTS_LEN>().ok_or(Refused::Forged)?;
        // Compares in constant time.
        self.0.clone().chain_update(contents).verify_slice(mac).map_err(|_| Refused::Forged)?;
        let cookie = Cookie::from_bytes(contents);
        let age = now - cookie.created;
        if age > LIFETIME {
            return Err(Refused::Stale { by: age.saturating_sub(LIFETIME), peer_tag: cookie.peer_tag });
        }
        Ok(cookie)
    }
}

impl core::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

impl Cookie {
    fn to_bytes(self) -> [u8; CONTENTS_LEN] {
        let mut out = [0; CONTENTS_LEN];
        let nanos = u64::try_from(self.created.since_epoch().as_nanos()).unwrap_or(u64::MAX).to_be_bytes();
        let words = [
            self.local_tag,
            self.peer_tag,
            self.local_initial_tsn.0,
            self.peer_initial_tsn.0,
            self.peer_a_rwnd,
            self.tie_local,
            self.tie_peer,
            u32::from(self.outgoing) << 16 | u32::from(self.incoming),
        ];
        let bytes = nanos.into_iter().chain(words.into_iter().flat_map(u32::to_be_bytes));
        for (slot, byte) in out.iter_mut().zip(bytes.chain([self.capabilities.to_bits()])) {
            *slot = byte;
        }
        out
    }

    fn from_bytes(bytes: &[u8; CONTENTS_LEN]) -> Self {
        let [n0, n1, n2, n3, n4, n5, n6, n7, rest @ ..] = *bytes;
        let (words, bits) = rest.as_chunks::<4>();
        let word = |index: usize| words.get(index).map_or(0, |word| u32::from_be_bytes(*word));
        let [o0, o1, i0, i1] = word(7).to_be_bytes();
        Self {
            created: Time::from_duration(Duration::from_nanos(u64::from_be_bytes([n0, n1, n2, n3, n4, n5, n6, n7]))),
            local_tag: word(0),
            peer_tag: word(1),
            local_initial_tsn: Serial32(word(2)),
            peer_initial_tsn: Serial32(word(3)),
            peer_a_rwnd: word(4),
            tie_local: word(5),
            tie_peer: word(6),
            outgoing: u16::from_be_bytes([o0, o1]),
            incoming: u16::from_be_bytes([i0, i1]),
            capabilities: Capabilities::from_bits(bits.first().copied().unwrap_or(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Cookie {
        Cookie {
            created: Time::from_millis(1234),
            local_tag: 1,
            peer_tag: 0xdead_beef,
            local_initial_tsn: Serial32(3),
            peer_initial_tsn: Serial32(u32::MAX),
            peer_a_rwnd: 5,
            outgoing: 65_535,
            incoming: 7,
            capabilities: Capabilities {
                partial_reliability: true,
                reconfig: false,
                interleaving: true,
                zero_checksum: true,
            },
            tie_local: 8,
            tie_peer: 9,
        }
    }

    #[test]
    fn a_cookie_comes_back_as_it_was_sealed() {
        let key = CookieKey::new([1; 32]);
        assert_eq!(key.open(Time::from_millis(2000), &key.seal(&sample())), Ok(sample()));
    }

    #[test]
    fn a_cookie_with_any_bit_flipped_or_cut_is_refused() {
        let key = CookieKey::new([1; 32]);
        let sealed = key.seal(&sample());
        for bit in 0..LEN * 8 {
            let mut forged = sealed;
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(Time::from_millis(2000), &forged), Err(Refused::Forged), "bit {bit}");
        }
        for len in 0..LEN {
            assert_eq!(key.open(Time::from_millis(2000), &sealed[..len]), Err(Refused::Forged), "{len} bytes");
        }
        assert_eq!(CookieKey::new([2; 32]).open(Time::from_millis(2000), &sealed), Err(Refused::Forged));
    }

    #[test]
    fn a_cookie_older_than_a_minute_is_stale() {
        let key = CookieKey::new([1; 32]);
        let sealed = key.seal(&sample());
        assert!(key.open(Time::from_millis(61_234), &sealed).is_ok());
        let stale = Refused::Stale { by: Duration::from_secs(1), peer_tag: 0xdead_beef };
        assert_eq!(key.open(Time::from_millis(62_234), &sealed), Err(stale));
    }
}
