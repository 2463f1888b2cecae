//! The project's own chores: `cargo xtask test` and its parts.

#![forbid(unsafe_code)]

mod command;
mod fuzz;
mod layers;
mod node;
mod packages;
mod purity;
mod report;
mod rust_source;
mod sizes;
mod steps;
mod test;
mod wasm;
mod workspace;
mod wpt;

use std::process::ExitCode;

const HELP: &str = "\
The project's chores.

  cargo xtask test [--only STEP,…] [--skip STEP,…]   every check, from formatting to a real browser (`--list` names the steps)
  cargo xtask layers                                 which crate may use which
  cargo xtask sizes                                  files and functions that have grown too long
  cargo xtask purity [--scan]                        core/ builds for wasm32 with no foreign imports (--scan: sources only)
  cargo xtask fuzz [--seconds N] [TARGET …]          fuzzes with libFuzzer on stable, 10 s a target unless told
  cargo xtask fuzz --replay                          runs the stored corpus through every target, no libFuzzer needed
  cargo xtask wpt --wpt DIR [--filter …] [--update]  web-platform-tests against the Node package (`--help`)

`test` installs what it needs (Debian packages through apt, npm packages). With CI=true a skipped step is a failure.
";

/// What a chore comes to: `Err` says in one sentence what is wrong, after the details have been printed.
pub(crate) type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test", options @ ..] => test::run(options),
        ["wpt", options @ ..] => wpt::run_tests(options),
        [] | [.., "--help" | "-h" | "help"] => {
            report::say(HELP);
            Ok(())
        }
        ["layers"] => layers::run(),
        ["sizes"] => sizes::run(),
        ["purity"] => purity::run(),
        ["purity", "--scan"] => purity::scan(),
        ["fuzz", options @ ..] => fuzz::run(options),
        [unknown, ..] => Err(format!("no chore {unknown:?}; `cargo xtask --help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            report::complain(&message);
            ExitCode::FAILURE
        }
    }
}
