//! Certificate fingerprints as SDP carries them: parse, print, compute (RFC 8122 §5).

use core::fmt;
use core::str::FromStr;
use peerline_crypto::{CryptoProvider, HashAlgorithm};

/// The hash of a certificate, signalled with `a=fingerprint`.
///
/// Reads names and hexadecimal digits in any case; prints `sha-256 AB:CD…`, digits in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The hash function.
    pub algorithm: HashAlgorithm,
    /// The digest.
    pub value: Vec<u8>,
}

/// Why a fingerprint cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FingerprintError {
    /// Not a hash function of ours; md2 and md5 are refused (RFC 8122 §5).
    #[error("unknown or forbidden hash function")]
    Algorithm,
    /// Not pairs of hexadecimal digits with colons between.
    #[error("not pairs of hexadecimal digits")]
    Syntax,
    /// Not as long as the hash function's digest.
    #[error("wrong length for the hash function")]
    Length,
}

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of(der: &[u8], crypto: &dyn CryptoProvider, algorithm: HashAlgorithm) -> Self {
        Self { algorithm, value: crypto.digest(algorithm, der) }
    }

    /// From the two words of the attribute, such as `sha-256` and `AB:CD…`.
    ///
    /// # Errors
    /// As [`FingerprintError`] says.
    pub fn from_parts(algorithm: &str, value: &str) -> Result<Self, FingerprintError> {
        let algorithm = HashAlgorithm::from_name(algorithm).ok_or(FingerprintError::Algorithm)?;
        // Checked first, so that nothing long is ever collected: n digests bytes are 3n - 1 characters.
        if value.len() != algorithm.digest_len() * 3 - 1 {
            return Err(if value.contains(':') { FingerprintError::Length } else { FingerprintError::Syntax });
        }
        let value = value.split(':').map(hex_pair).collect::<Option<Vec<u8>>>().ok_or(FingerprintError::Syntax)?;
        if value.len() != algorithm.digest_len() {
            return Err(FingerprintError::Length);
        }
        Ok(Self { algorithm, value })
    }

    /// The digest as the attribute has it: `AB:CD…`.
    #[must_use]
    pub fn value_hex(&self) -> String {
        let mut out = String::with_capacity(self.value.len() * 3);
        for (index, byte) in self.value.iter().enumerate() {
            if index > 0 {
                out.push(':');
            }
            for nibble in [byte >> 4, byte & 0xF] {
                out.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
        out
    }
}

/// Two hexadecimal digits as a byte.
fn hex_pair(text: &str) -> Option<u8> {
    // `from_str_radix` would take a sign.
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(text, 16).ok()
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// The attribute's value: hash function, one space, digest.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (algorithm, value) = text.trim().split_once(' ').ok_or(FingerprintError::Syntax)?;
        Self::from_parts(algorithm, value.trim_start())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm.as_str(), self.value_hex())
    }
}

#[cfg(test)]
mod tests;
