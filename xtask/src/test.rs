//! `cargo xtask test`: runs the steps, shows where it is, sums up at the end.

use crate::Outcome;
use crate::report::say;
use crate::steps::{STEPS, Step};
use std::time::{Duration, Instant};

const HELP: &str = "\
cargo xtask test [--only STEP,…] [--skip STEP,…] [--keep-going] [--list]

Runs every check in order, stops at the first that fails (--keep-going: goes on), prints the time of each.
It installs what it needs: browsers and Node through apt (with sudo if you are not root), npm packages.
What had to be left out for want of a part is warned of; with CI=true that is a failure.

Steps:
";

pub(crate) fn run(options: &[&str]) -> Outcome {
    let Plan { steps, keep_going } = match plan(options)? {
        Some(plan) => plan,
        None => {
            let lines: String = STEPS.iter().map(|step| format!("  {:<10}{}\n", step.name, step.what)).collect();
            say(&format!("{HELP}{lines}"));
            return Ok(());
        }
    };
    let mut results = Vec::new();
    let mut failed = 0;
    for (number, step) in (1..).zip(&steps) {
        say(&format!("\n[{number}/{}] {}: {}", steps.len(), step.name, step.what));
        let start = Instant::now();
        let result = (step.run)();
        let line = match &result {
            Ok(()) => format!("ok    {}", step.name),
            Err(message) => format!("FAIL  {}: {message}", step.name),
        };
        results.push((start.elapsed(), line));
        if result.is_err() {
            failed += 1;
            if !keep_going {
                break;
            }
        }
    }
    sum_up(&results, steps.len());
    if failed > 0 { Err(format!("{failed} of {} steps failed", steps.len())) } else { Ok(()) }
}

/// True if nobody is there to read a warning.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

fn sum_up(results: &[(Duration, String)], planned: usize) {
    say("\nSummary");
    for (took, line) in results {
        say(&format!("{:>7.1} s  {line}", took.as_secs_f64()));
    }
    let total: Duration = results.iter().map(|(took, _)| *took).sum();
    say(&format!("{:>7.1} s  in all", total.as_secs_f64()));
    if results.len() < planned {
        say(&format!("{} steps were not reached (--keep-going runs them all)", planned - results.len()));
    }
}

#[derive(Debug)]
struct Plan {
    steps: Vec<&'static Step>,
    keep_going: bool,
}

/// What the options ask for; `None` if only the list is wanted.
fn plan(options: &[&str]) -> Result<Option<Plan>, String> {
    let mut steps: Vec<&Step> = STEPS.iter().collect();
    let mut keep_going = false;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let (option, inline) = option.split_once('=').map_or((*option, None), |(option, value)| (option, Some(value)));
        let mut names = || -> Result<Vec<&str>, String> {
            let value =
                inline.or_else(|| options.next().copied()).ok_or(format!("{option} wants the names of steps"))?;
            let names: Vec<&str> = value.split(',').collect();
            match names.iter().find(|name| !STEPS.iter().any(|step| step.name == **name)) {
                Some(unknown) => Err(format!("no step {unknown:?}; `cargo xtask test --list` names them")),
                None => Ok(names),
            }
        };
        match option {
            "--only" => {
                let names = names()?;
                steps.retain(|step| names.contains(&step.name));
            }
            "--skip" => {
                let names = names()?;
                steps.retain(|step| !names.contains(&step.name));
            }
            "--keep-going" => keep_going = true,
            "--list" | "--help" | "-h" => return Ok(None),
            _ => return Err(format!("test has no option {option}; `cargo xtask test --help`")),
        }
    }
    Ok(Some(Plan { steps, keep_going }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &[&str]) -> Vec<&'static str> {
        plan(options).unwrap().unwrap().steps.iter().map(|step| step.name).collect()
    }

    #[test]
    fn options_choose_the_steps() {
        assert_eq!(names(&[]).len(), STEPS.len());
        assert_eq!(names(&["--only", "clippy,fmt"]), ["fmt", "clippy"]);
        assert_eq!(names(&["--only=fmt"]), ["fmt"]);
        assert!(!names(&["--skip", "browser"]).contains(&"browser"));
        assert!(plan(&["--list"]).unwrap().is_none());
        assert!(plan(&["--only", "nothing"]).is_err());
        assert!(plan(&["--only"]).is_err());
        assert!(plan(&["--fast"]).is_err());
    }
}
