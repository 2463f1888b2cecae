//! dimpl behind the DTLS engine interface: DTLS 1.3 with 1.2 as fallback (RFC 9147, RFC 6347).
//!
//! What dimpl does not give, and what this crate does about it:
//!
//! - **Random GCM nonces in DTLS 1.2.** dimpl draws the explicit nonce of AES-GCM at random, so that after 2³² records under one key a
//!   repetition is likely. Here the nonce is the record's epoch and sequence number: `suites` seals with it, `nonce` writes it into the record.
//! - **Cipher suite and group** have no accessor: the primitives that `suites` hands to dimpl note which of them a connection uses.
//! - **Any error is final**, also one that an unauthenticated datagram caused. `admit` keeps away what dimpl cannot survive and what cannot be
//!   part of the handshake; a panic inside of dimpl ends that connection and nothing else; for the rest `peerline_dtls::Connection`
//!   starts a fresh engine. What remains: a spoofed ServerHello or Certificate with the right message sequence number, sent from
//!   the other side's address before the real one arrives, can still spoil a handshake. So it is with every DTLS implementation.
//! - **Alerts.** Only `close_notify` can be sent under keys. A DTLS 1.2 handshake that is refused before its keys are in use gets a plaintext
//!   `bad_certificate`; a DTLS 1.3 handshake that is refused just ends.
//! - **No exporter** but the one for SRTP, no chain but the leaf, no choice of SRTP profiles, no RSA, no ML-KEM.

#![forbid(unsafe_code)]

mod admit;
mod engine;
mod failure;
mod nonce;
mod provider;
mod queue;
mod record_number;
mod suites;

pub use provider::Dimpl;
