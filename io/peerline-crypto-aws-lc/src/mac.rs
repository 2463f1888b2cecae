//! HMAC with the key schedule computed once (RFC 2104): SHA-1 by RustCrypto, whose SHA-NI code is the fastest measured; SHA-256
//! and SHA-512 by aws-lc-rs.

use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use peerline_crypto::{MacKey, MacTag};
use sha1::Sha1;

/// HMAC-SHA-1: the keyed state is cloned for each tag, a copy of some 200 bytes.
pub(crate) struct HmacSha1(Hmac<Sha1>);

impl HmacSha1 {
    pub(crate) fn new(key: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 §2)")]
        Self(Hmac::new_from_slice(key).expect("any length"))
    }
}

impl MacKey for HmacSha1 {
    fn sign(&self, parts: &[&[u8]]) -> MacTag {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| mac.update(part));
        MacTag::new(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for HmacSha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacSha1(..)")
    }
}

/// HMAC-SHA-256 or HMAC-SHA-512.
pub(crate) struct HmacSha2(aws_lc_rs::hmac::Key);

impl HmacSha2 {
    pub(crate) fn sha256(key: &[u8]) -> Self {
        Self(aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key))
    }

    pub(crate) fn sha512(key: &[u8]) -> Self {
        Self(aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA512, key))
    }
}

impl MacKey for HmacSha2 {
    fn sign(&self, parts: &[&[u8]]) -> MacTag {
        let mut context = aws_lc_rs::hmac::Context::with_key(&self.0);
        parts.iter().for_each(|part| context.update(part));
        MacTag::new(context.sign().as_ref())
    }
}

impl fmt::Debug for HmacSha2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacSha2(..)")
    }
}
