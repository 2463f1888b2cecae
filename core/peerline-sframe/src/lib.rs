//! SFrame (RFC 9605): end-to-end encryption of media frames, which the servers between can forward but not read.
//!
//! An [`Encrypter`] makes SFrame ciphertexts, a [`Decrypter`] opens them; no key may serve both (RFC 9605 §4.4.1). Each has keys named by a
//! number, the KID, that every ciphertext carries in its [`Header`]. A base key becomes [`Secrets`] by the [`KeySchedule`], here or where
//! the base key lives (Web Crypto does not give it away).
//!
//! Replay is the application's to handle (RFC 9605 §9.3): media has sequence numbers of its own.

#![forbid(unsafe_code)]

mod aead;
mod cipher_suite;
mod decrypter;
mod encrypter;
mod error;
mod frame_key;
mod header;
mod hkdf;
mod key_schedule;

pub use cipher_suite::CipherSuite;
pub use decrypter::Decrypter;
pub use encrypter::Encrypter;
pub use error::{DecryptError, EncryptError, SecretsError};
pub use header::{EncodedHeader, Header};
pub use key_schedule::{KeySchedule, Secrets};
