//! One binary: signaling, STUN, web page, echo peer, command line.
