//! STUN (RFC 8489): codec, integrity, transactions; the attributes of ICE (RFC 8445 §16) and room for those of TURN.
//!
//! [`Message::parse`] borrows the datagram and copies nothing. [`MessageBuilder`] writes into the caller's buffer. Keys are
//! [`peerline_crypto::MacKey`]s, made once per credential and kept.

#![forbid(unsafe_code)]

mod address;
mod attribute;
mod builder;
mod crc;
mod credentials;
mod error_code;
mod header;
mod message;
mod server;
mod transaction;

pub use address::{decode_address, decode_xor_address};
pub use attribute::{Attribute, AttributeType, Attributes, PasswordAlgorithm, PasswordAlgorithms};
pub use builder::MessageBuilder;
pub use credentials::{long_term_key, short_term_key, userhash};
pub use error_code::ErrorCode;
pub use header::{Class, MAGIC_COOKIE, Method, TransactionId};
pub use message::{IntegrityError, Message, ParseError};
pub use server::binding_response;
pub use transaction::{Retransmission, Step, Transaction};
