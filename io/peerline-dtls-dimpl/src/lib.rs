//! dimpl behind the DTLS engine interface.
