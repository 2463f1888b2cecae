//! ICE (RFC 8445, 8838, 7675): gathering, checks, nomination, consent, restart.

#![forbid(unsafe_code)]
