//! `setup` and `idle`: one process with both peers, one `result` line of names and numbers.

use std::time::{Duration, Instant};

use bench_harness::talk::Line;

use crate::arguments::Arguments;
use crate::process::Process;
use crate::stack::Stack;

/// The numbers of one run, in the order the stack printed them.
pub type Numbers = Vec<(String, f64)>;

/// Runs one stack once.
pub fn run(stack: &Stack, arguments: &Arguments, mode: &'static str, pairs: usize) -> Result<Numbers, String> {
    let mut command = stack.command(arguments, mode);
    command.args(["--pairs", &pairs.to_string()]);
    let process = Process::start(command, mode)?;
    let line = process.hear(Instant::now() + Duration::from_secs(300))?;
    process.quit();
    let Line::Result(result) = line else { return Err(format!("expected a result, not {line:?}")) };
    result
        .split_ascii_whitespace()
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(format!("not a number: {pair}"))?;
            Ok((name.to_owned(), value.parse().map_err(|_| format!("not a number: {pair}"))?))
        })
        .collect()
}

/// The number called `name`.
pub fn number(numbers: &Numbers, name: &str) -> Option<f64> {
    numbers.iter().find(|(n, _)| n == name).map(|(_, value)| *value)
}
