//! JSEP (RFC 9429): offer, answer, and what a description changes; pure functions, text in, plan out.

#![forbid(unsafe_code)]
