//! DTLS for WebRTC (RFC 6347, 9147, 8827): one engine interface, certificates, fingerprints, roles.

#![forbid(unsafe_code)]
