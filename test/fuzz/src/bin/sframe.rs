//! libFuzzer's entry to the target of the same name.

#![cfg_attr(fuzzing, no_main)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| peerline_fuzz::sframe(data));

/// Built without `--cfg fuzzing` there is nothing to run: use `cargo xtask fuzz`.
#[cfg(not(fuzzing))]
fn main() {}
