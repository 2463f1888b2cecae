//! The core does no I/O: a scan of its sources and dependencies, and a build for wasm32 with no foreign imports.

use crate::command::{cargo, output};
use crate::report::{say, warn};
use crate::rust_source::{has_word, test_modules, without_comments_and_literals, without_tests};
use crate::workspace::{core_packages, name_of, read, rust_files, shown};
use crate::{Outcome, wasm};
use std::path::Path;

/// Words that have no place in the core outside its tests.
const BANNED_WORDS: &[&str] = &[
    "Instant::now",
    "SystemTime",
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "thread::spawn",
    "thread::sleep",
    "Mutex",
    "RwLock",
    "Condvar",
    "std::fs",
    "std::env",
    "std::process",
    "thread_local",
    "static mut",
    "unsafe",
];

/// Crates that bring a clock, entropy, sockets, threads or a host's functions.
const BANNED_CRATES: &[&str] = &[
    "getrandom",
    "libc",
    "rustix",
    "windows-sys",
    "mio",
    "tokio",
    "async-std",
    "smol",
    "socket2",
    "quinn-udp",
    "parking_lot",
    "instant",
    "web-time",
    "chrono",
    "time",
    "js-sys",
    "web-sys",
    "wasm-bindgen",
    "rand",
    "fastrand",
    "rayon",
    "crossbeam",
];

/// Scan, then build. Where no toolchain for wasm32 can be had, says loudly what was not checked, and fails in CI.
pub(crate) fn run() -> Outcome {
    scan()?;
    match wasm::toolchain() {
        Ok(toolchain) => wasm::build_and_check(&toolchain),
        Err(reason) if crate::test::in_ci() => Err(format!("core was not built for wasm32: {reason}")),
        Err(reason) => {
            warn(&format!("NOT CHECKED: core was not built for wasm32-unknown-unknown: {reason}"));
            warn(
                "only its sources and its dependency list were scanned for clocks, sockets, threads, locks and entropy",
            );
            Ok(())
        }
    }
}

/// Sources and dependencies only.
pub(crate) fn scan() -> Outcome {
    let mut wrong = Vec::new();
    let packages = core_packages()?;
    for package in &packages {
        wrong.extend(banned_words(package)?);
        let lib = read(&package.join("src/lib.rs"))?;
        if !lib.contains("#![forbid(unsafe_code)]") {
            wrong.push(format!("{}: no #![forbid(unsafe_code)]", shown(package)));
        }
        wrong.extend(banned_dependencies(&name_of(package))?);
    }
    if !wrong.is_empty() {
        return Err(format!("the core is not pure:\n  {}", wrong.join("\n  ")));
    }
    say(&format!(
        "purity: {} core crates, no clock, socket, thread, lock or entropy in sources and dependencies",
        packages.len()
    ));
    Ok(())
}

fn banned_words(package: &Path) -> Result<Vec<String>, String> {
    let mut sources = Vec::new();
    let mut only_for_tests = Vec::new();
    for path in rust_files(&package.join("src"))? {
        let code = without_comments_and_literals(&read(&path)?);
        only_for_tests.extend(test_modules(&code));
        sources.push((path, code));
    }
    let is_test = |path: &Path| {
        path.components().any(|part| {
            let part = part.as_os_str().to_string_lossy();
            only_for_tests.iter().any(|name| part.trim_end_matches(".rs") == name)
        })
    };
    let mut wrong = Vec::new();
    for (path, code) in sources.iter().filter(|(path, _)| !is_test(path)) {
        let code = without_tests(code);
        let banned = BANNED_WORDS.iter().filter(|word| has_word(&code, word));
        wrong.extend(banned.map(|word| format!("{}: {word}", shown(path))));
    }
    Ok(wrong)
}

fn banned_dependencies(package: &str) -> Result<Vec<String>, String> {
    let options = ["--edges", "normal", "--prefix", "none", "--format", "{p}", "--target", "wasm32-unknown-unknown"];
    let mut tree = cargo(&["tree", "--package", package]);
    let tree = output({
        tree.args(options);
        tree
    })?;
    let mut found: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found
        .into_iter()
        .filter(|name| BANNED_CRATES.contains(name))
        .map(|name| format!("{package} depends on {name}"))
        .collect())
}
