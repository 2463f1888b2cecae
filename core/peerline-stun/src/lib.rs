//! STUN (RFC 8489): codec, integrity, transactions.

#![forbid(unsafe_code)]
