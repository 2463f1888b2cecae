//! HKDF (RFC 5869) over the backend's HMAC.

use peerline_crypto::{CryptoProvider, HashAlgorithm, MacKey};

/// The two hash functions of SFrame's cipher suites.
fn hmac(crypto: &dyn CryptoProvider, hash: HashAlgorithm, key: &[u8]) -> Box<dyn MacKey> {
    if hash == HashAlgorithm::Sha512 { crypto.hmac_sha512(key) } else { crypto.hmac_sha256(key) }
}

/// HKDF-Extract without a salt: the key to expand.
pub(crate) fn extract(crypto: &dyn CryptoProvider, hash: HashAlgorithm, input: &[u8]) -> Box<dyn MacKey> {
    let secret = hmac(crypto, hash, &[]).sign(&[input]);
    hmac(crypto, hash, secret.as_ref())
}

/// HKDF-Expand: `len` bytes, at most 255 digests.
pub(crate) fn expand(secret: &dyn MacKey, info: &[u8], len: usize) -> Vec<u8> {
    let mut output = Vec::with_capacity(len);
    let mut previous = None;
    for round in 1..=u8::MAX {
        let before = previous.as_ref().map_or(&[][..], AsRef::as_ref);
        let block = secret.sign(&[before, info, &[round]]);
        output.extend_from_slice(block.as_ref());
        if output.len() >= len {
            break;
        }
        previous = Some(block);
    }
    output.truncate(len);
    output
}
