//! The binary `peerline`.

fn main() {}
