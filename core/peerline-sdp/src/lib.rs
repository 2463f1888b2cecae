//! SDP (RFC 8866) and the WebRTC attributes: parse and print, byte-faithful.

#![forbid(unsafe_code)]
