//! The W3C peer connection as a deterministic machine: webrtc-pc over ICE, DTLS and SCTP.

#![forbid(unsafe_code)]
