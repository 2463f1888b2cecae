//! What can go wrong.

/// Why a frame was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// No key was set yet.
    #[error("there is no key to encrypt with")]
    NoKey,
    /// Every counter was used.
    #[error("the counters are used up")]
    CounterExhausted,
    /// The frame is longer than one nonce allows.
    #[error("the frame is too long")]
    TooLong,
}

/// Why a ciphertext was not decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// It has no whole header and tag, or its header is not written as RFC 9605 §4.3 says.
    #[error("not an SFrame ciphertext")]
    Syntax,
    /// There is no key of this number.
    #[error("there is no key {0}")]
    UnknownKey(u64),
    /// The tag does not fit: another key, or something was changed on the way.
    #[error("the authentication tag does not fit")]
    Authentication,
}

/// A key or a salt is not as long as the cipher suite wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key or salt of a wrong length")]
pub struct SecretsError;
