//! The username fragment and password of one side of an ICE session (RFC 8445 §5.3, RFC 8839 §5.4).

use core::fmt;
use peerline_edge::Rng;

/// A username fragment and a password, as in `a=ice-ufrag` and `a=ice-pwd`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credentials {
    /// The username fragment, 4 to 256 ice-chars.
    pub ufrag: String,
    /// The password, 22 to 256 ice-chars.
    pub pwd: String,
}

impl Credentials {
    /// Fresh credentials: 4 characters (24 bits) of ufrag and 24 (144 bits) of password.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        // RFC 8445 §5.3: MUST have at least 24 bits of randomness in the ufrag and 128 in the password.
        Self { ufrag: rng.ice_chars(4), pwd: rng.ice_chars(24) }
    }

    /// True if both parts obey the grammar and the lengths of RFC 8839 §5.4.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let ice_chars = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
        (4..=256).contains(&self.ufrag.len())
            && (22..=256).contains(&self.pwd.len())
            && ice_chars(&self.ufrag)
            && ice_chars(&self.pwd)
    }
}

impl fmt::Debug for Credentials {
    /// Leaves the password out, so that no log can have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}
