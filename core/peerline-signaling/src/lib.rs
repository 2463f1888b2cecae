//! Our signaling protocol: rooms, peers, messages; a machine, no sockets.

#![forbid(unsafe_code)]
