//! Is the other side's certificate the one that was signalled (RFC 8122 §6.2, RFC 8827 §6.5)?

use crate::Fingerprint;
use peerline_crypto::{CryptoProvider, HashAlgorithm};

/// Why a certificate is not the one that was signalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mismatch {
    /// No fingerprint was signalled.
    NoneSignalled,
    /// Every signalled fingerprint uses a hash function we don't trust (sha-1).
    TooWeak,
    /// No signalled fingerprint of the strongest hash function is this certificate's.
    Different,
}

/// The weakest hash function we trust. RFC 8122 §5 still lists sha-1, but whoever offers only that is no browser of the last ten years.
const WEAKEST: HashAlgorithm = HashAlgorithm::Sha224;

/// Checks a leaf certificate (DER) against the signalled fingerprints.
///
/// # Errors
/// If it is not one of those that were signalled with the strongest hash function among them.
pub fn verify(leaf: &[u8], fingerprints: &[Fingerprint], crypto: &dyn CryptoProvider) -> Result<(), Mismatch> {
    // RFC 8122 §5: of several hash functions the most preferred one is selected; the certificate must match one fingerprint of that set,
    // whatever the others say.
    let strongest =
        fingerprints.iter().map(|fingerprint| fingerprint.algorithm).max().ok_or(Mismatch::NoneSignalled)?;
    if strongest < WEAKEST {
        return Err(Mismatch::TooWeak);
    }
    let actual = crypto.digest(strongest, leaf);
    // A backend that gives no digest must not match an empty fingerprint.
    if actual.len() != strongest.digest_len() {
        return Err(Mismatch::Different);
    }
    let matches = fingerprints.iter().any(|signalled| signalled.algorithm == strongest && signalled.value == actual);
    if matches { Ok(()) } else { Err(Mismatch::Different) }
}

#[cfg(test)]
mod tests;
