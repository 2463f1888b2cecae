//! Replays the stored corpus through every target, each input also truncated and with single bits flipped.

use peerline_fuzz::{TARGETS, Target};
use std::fs;
use std::path::{Path, PathBuf};

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).expect("a known target").1
}

fn run(path: &Path, name: &str, input: &[u8]) {
    let target = target(name);
    let outcome = std::panic::catch_unwind(|| target(input));
    assert!(outcome.is_ok(), "{name} panics on {} or a variant of it: {input:02x?}", path.display());
}

/// The input as it is, and about so many broken ones made of it: truncated, with a bit flipped.
fn run_variants(path: &Path, name: &str, input: &[u8], variants: usize) {
    run(path, name, input);
    let step = (input.len() / variants.max(1)).max(1);
    for at in (0..input.len()).step_by(step) {
        run(path, name, &input[..at]);
        let mut flipped = input.to_vec();
        flipped[at] ^= 1 << (at % 8);
        run(path, name, &flipped);
    }
}

fn replay(name: &str, variants: usize) {
    let files = corpus(name);
    assert!(!files.is_empty(), "no corpus for {name}");
    for file in files {
        let input = fs::read(&file).expect("readable");
        run_variants(&file, name, &input, variants);
    }
}

#[test]
fn candidates_survive_the_corpus() {
    replay("candidate", 10_000);
}

#[test]
fn dcep_survives_the_corpus() {
    replay("dcep", 10_000);
}

#[test]
fn descriptions_survive_the_corpus() {
    replay("description", 200);
}

#[test]
fn peers_survive_the_corpus() {
    replay("peer", 3);
}

#[test]
fn sctp_survives_the_corpus() {
    replay("sctp", 50);
}

#[test]
fn sdp_survives_the_corpus() {
    replay("sdp", 2_000);
}

#[test]
fn sframe_survives_the_corpus() {
    replay("sframe", 10_000);
}

#[test]
fn signaling_survives_the_corpus() {
    replay("signaling", 1_000);
}

#[test]
fn stun_survives_the_corpus() {
    replay("stun", 10_000);
}

#[test]
fn real_descriptions_survive_whole_and_broken() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/sdp")];
    let mut descriptions = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sdp") {
                descriptions += 1;
                let input = fs::read(&path).expect("readable");
                run(&path, "description", &input);
                run_variants(&path, "sdp", &input, 4);
            }
        }
    }
    assert!(descriptions > 100, "only {descriptions} real descriptions");
}

#[test]
fn every_target_has_a_corpus_and_a_program() {
    for (name, _) in TARGETS {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fuzz/src/bin/{name}.rs"));
        assert!(program.is_file(), "{name} has no program");
        assert!(!corpus(name).is_empty());
    }
}
