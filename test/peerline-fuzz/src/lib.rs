//! The fuzz targets: plain functions from any bytes to nothing, which panic only if something is wrong.
//!
//! `test/fuzz` gives them to libFuzzer; the test beside this crate replays the corpus under `test/fuzz/corpus/<target>/`.

#![forbid(unsafe_code)]

mod candidate;
mod dcep;
mod input;
mod peer;
mod sctp;
mod sdp;
mod sframe;
mod signaling;
mod stun;

pub use candidate::candidate;
pub use dcep::dcep;
pub use peer::{description, peer};
pub use sctp::sctp;
pub use sdp::sdp;
pub use sframe::sframe;
pub use signaling::signaling;
pub use stun::stun;

/// A target.
pub type Target = fn(&[u8]);

/// Every target with its name, which is the name of its program in `test/fuzz` and of its corpus folder.
pub const TARGETS: &[(&str, Target)] = &[
    ("candidate", candidate),
    ("dcep", dcep),
    ("description", description),
    ("peer", peer),
    ("sctp", sctp),
    ("sdp", sdp),
    ("sframe", sframe),
    ("signaling", signaling),
    ("stun", stun),
];
