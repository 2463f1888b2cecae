//! Keys from passwords: short-term and long-term credentials (RFC 8489 §9).
//!
//! User names, realms and passwords are taken as they come; who reads them from people prepares them with OpaqueString (RFC 8265).

use peerline_crypto::{CryptoProvider, HashAlgorithm, MacKey};

/// The key of a short-term credential for MESSAGE-INTEGRITY: the password itself (RFC 8489 §9.1.1).
#[must_use]
pub fn short_term_key(crypto: &dyn CryptoProvider, password: &str) -> Box<dyn MacKey> {
    crypto.hmac_sha1(password.as_bytes())
}

/// The key bytes of a long-term credential (RFC 8489 §9.2.2): 16 with MD5, 32 with SHA-256; `None` for another hash.
#[must_use]
pub fn long_term_key(
    crypto: &dyn CryptoProvider,
    algorithm: u16,
    username: &str,
    realm: &str,
    password: &str,
) -> Option<Vec<u8>> {
    let text = format!("{username}:{realm}:{password}");
    match algorithm {
        crate::PasswordAlgorithm::MD5 => Some(crypto.md5(text.as_bytes()).to_vec()),
        crate::PasswordAlgorithm::SHA256 => Some(crypto.digest(HashAlgorithm::Sha256, text.as_bytes())),
        _ => None,
    }
}

/// The value of USERHASH (RFC 8489 §14.4): 32 bytes.
#[must_use]
pub fn userhash(crypto: &dyn CryptoProvider, username: &str, realm: &str) -> Vec<u8> {
    crypto.digest(HashAlgorithm::Sha256, format!("{username}:{realm}").as_bytes())
}
