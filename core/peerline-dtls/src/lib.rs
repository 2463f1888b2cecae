//! DTLS for WebRTC (RFC 6347, RFC 9147, RFC 5764, RFC 8827 §6.5): the connection around one engine interface.
//!
//! [`Connection`] is what a peer connection holds: it takes datagrams and plaintext in, gives datagrams, plaintext and events out, and lets
//! nothing pass before the certificate of the other side matches a fingerprint that was signalled. The handshake and the record layer
//! are an [`Engine`], made by an [`EngineProvider`]; this crate knows neither ICE nor SRTP.
//!
//! The order of things:
//!
//! 1. [`Connection::new`]: datagrams that come early are held, a few of them.
//! 2. [`Connection::start`] with the negotiated [`Role`], [`Connection::set_remote_fingerprints`], in either order.
//! 3. The engine shakes hands; the chain it reports is verified as soon as both it and the fingerprints are known ([`verify`]).
//! 4. [`Event::Connected`]; only from here on plaintext passes and keying material can be read.
//! 5. [`Event::Closed`] or [`Event::Failed`].

#![forbid(unsafe_code)]

mod alert;
mod certificate;
mod config;
mod connection;
mod engine;
mod failure;
mod fingerprint;
mod record;
mod session;
#[cfg(test)]
mod testing;
mod verify;

pub use alert::{Alert, AlertDescription, AlertLevel};
pub use certificate::{Certificate, KeyAlgorithm};
pub use config::{Config, Versions};
pub use connection::{Connection, Drops, Event, SendError, State};
pub use engine::{Engine, EngineConfig, EngineEvent, EngineProvider, ExportError, SendFailure};
pub use failure::{Failure, FailureReason};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use record::{ContentType, Record, Records};
pub use session::{CipherSuite, NamedGroup, ProtocolVersion, Role, Session, SrtpProfile};
pub use verify::{Mismatch, verify};
