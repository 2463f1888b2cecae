//! Fuzzing: libFuzzer on the stable compiler, and the replay of the stored corpus without it.

use crate::command::{cargo, command, run as run_command};
use crate::report::say;
use crate::workspace::{name_of, read_dir, root, scratch};
use crate::{Outcome, packages};
use std::fs;

/// What `cargo fuzz` passes too, except the sanitizers, which need a nightly compiler.
const RUSTFLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1";

pub(crate) fn run(options: &[&str]) -> Outcome {
    let mut seconds = 10;
    let mut targets = Vec::new();
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--replay" => return replay(),
            "--seconds" => {
                let value = options.next().and_then(|value| value.parse().ok());
                seconds = value.ok_or("--seconds wants a number")?;
            }
            option if option.starts_with('-') => return Err(format!("fuzz has no option {option}")),
            target => targets.push(target.to_owned()),
        }
    }
    if targets.is_empty() {
        targets = all_targets()?;
    }
    fuzz(&targets, seconds)
}

/// The stored corpus through every target, as a plain test.
pub(crate) fn replay() -> Outcome {
    run_command(cargo(&["test", "--quiet", "--package", "peerline-fuzz", "--test", "replay"]))
}

/// The programs of the fuzz workspace, by name.
pub(crate) fn all_targets() -> Result<Vec<String>, String> {
    let programs = read_dir(&root().join("test/fuzz/src/bin"))?;
    Ok(programs.iter().map(|path| name_of(path).trim_end_matches(".rs").to_owned()).collect())
}

fn fuzz(targets: &[String], seconds: u64) -> Outcome {
    // libFuzzer itself is C++ and is compiled from source.
    packages::ensure(&["c++", "g++", "clang++"], &["g++"])?;
    let target_dir = scratch().join("fuzz-target");
    let mut build = cargo(&["build", "--release", "--quiet", "--manifest-path", "test/fuzz/Cargo.toml", "--bins"]);
    // Naming the target keeps the flags away from build scripts and macros.
    let host = host()?;
    build.args(["--target", &host]).env("RUSTFLAGS", RUSTFLAGS).env("CARGO_TARGET_DIR", &target_dir);
    say("building the fuzz targets");
    run_command(build)?;
    let mut found = Vec::new();
    for target in targets {
        say(&format!("fuzzing {target} for {seconds} s"));
        let grown = scratch().join("fuzz-corpus").join(target);
        let crashes = scratch().join("fuzz-crashes").join(target);
        for folder in [&grown, &crashes] {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let mut program = command(target_dir.join(&host).join("release").join(target), &[]);
        program.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", crashes.display()));
        // A slow input is a finding too: nothing may take a second.
        program.args(["-timeout=5", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=0", "-verbosity=0"]);
        program.arg(&grown).arg(root().join("test/fuzz/corpus").join(target));
        if run_command(program).is_err() {
            found.push(format!("{target}: input under {}", crashes.display()));
        }
    }
    if !found.is_empty() {
        return Err(format!("fuzzing found something:\n  {}", found.join("\n  ")));
    }
    say(&format!("fuzz: {} targets, {seconds} s each, nothing found", targets.len()));
    Ok(())
}

fn host() -> Result<String, String> {
    let version = crate::command::output(command("rustc", &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc names no host".to_owned())
}
