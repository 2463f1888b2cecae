//! `cargo xtask wpt`: web-platform-tests against the Node package, held against what is expected.

use crate::Outcome;
use crate::command::{command, run};
use crate::node::{install, npm};
use crate::packages::ensure;
use crate::report::say;
use crate::workspace::root;
use std::path::{Path, PathBuf};

const HELP: &str = "\
cargo xtask wpt --wpt DIR [--filter REGEXP] [--update] [--jobs N] [--no-build] [PATH …]

Builds io/peerline-node, runs the WebRTC tests of a web-platform-tests checkout against it (test/conformance), compares every subtest
with test/conformance/expectations, and fails if one does worse. docs/conformance.md says how to get a checkout.

  --wpt DIR          the checkout
  --filter REGEXP    only tests whose name matches
  --update           rewrite the expectations and, if all tests were run, docs/conformance.md
  --jobs N           tests at a time (2)
  --no-build         the package is built already
  --wpt-commit HASH  for the page, if the checkout is no git repository
  PATH               a directory or a file of the checkout

  cargo xtask wpt --selftest    tests the runner itself, without a checkout
";

pub(crate) fn run_tests(options: &[&str]) -> Outcome {
    if options.is_empty() || options.iter().any(|option| matches!(*option, "--help" | "-h")) {
        say(HELP);
        return Ok(());
    }
    if options == ["--selftest"] {
        return selftest();
    }
    let plan = Plan::parse(options)?;
    if plan.build {
        build()?;
    }
    ensure(&["node"], &["nodejs"])?;
    run(command("node", &plan.arguments()))
}

/// The runner's own tests.
pub(crate) fn selftest() -> Outcome {
    ensure(&["node"], &["nodejs"])?;
    ensure(&["npm"], &["npm"])?;
    run(npm("test/conformance", &["test"]))
}

/// Both builds know themselves what is up to date; only the packages of npm are fetched once.
fn build() -> Outcome {
    if !root().join("io/peerline-node/node_modules").is_dir() {
        install("io/peerline-node")?;
    }
    run(npm("io/peerline-node", &["run", "build"]))
}

#[derive(Debug, Default)]
struct Plan {
    checkout: String,
    filter: Option<String>,
    jobs: Option<String>,
    commit: Option<String>,
    update: bool,
    build: bool,
    paths: Vec<String>,
}

impl Plan {
    fn parse(options: &[&str]) -> Result<Self, String> {
        let mut plan = Self { build: true, ..Self::default() };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let mut value = || options.next().map(|value| (*value).to_owned()).ok_or(format!("{option} needs a value"));
            match *option {
                "--wpt" => plan.checkout = absolute(&value()?)?,
                "--filter" => plan.filter = Some(value()?),
                "--jobs" => plan.jobs = Some(value()?),
                "--wpt-commit" => plan.commit = Some(value()?),
                "--update" => plan.update = true,
                "--no-build" => plan.build = false,
                unknown if unknown.starts_with('-') => {
                    return Err(format!("no option {unknown:?}; `cargo xtask wpt --help` lists them"));
                }
                path => plan.paths.push(path.to_owned()),
            }
        }
        if !Path::new(&plan.checkout).join("resources/testharness.js").is_file() {
            return Err(format!(
                "{:?} is no checkout of web-platform-tests; docs/conformance.md says how to get one",
                plan.checkout
            ));
        }
        Ok(plan)
    }

    /// The runner's command line.
    fn arguments(&self) -> Vec<&str> {
        let mut arguments = vec!["test/conformance/main.js", "--wpt", &self.checkout, "--check"];
        if let Some(filter) = &self.filter {
            arguments.extend(["--filter", filter]);
        }
        if let Some(jobs) = &self.jobs {
            arguments.extend(["--jobs", jobs]);
        }
        if let Some(commit) = &self.commit {
            arguments.extend(["--wpt-commit", commit]);
        }
        if self.update {
            arguments.push("--update");
            // Figures of a part would be no figures.
            if self.filter.is_none() && self.paths.is_empty() {
                arguments.extend(["--page", "docs/conformance.md"]);
            }
        }
        arguments.extend(self.paths.iter().map(String::as_str));
        arguments
    }
}

/// The runner is started in the repository's root, whatever folder we are in.
fn absolute(folder: &str) -> Result<String, String> {
    let path: PathBuf = std::path::absolute(folder).map_err(|error| format!("{folder:?}: {error}"))?;
    path.into_os_string().into_string().map_err(|_| format!("{folder:?} is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(filter: Option<&str>) -> Plan {
        Plan { checkout: "/w".to_owned(), filter: filter.map(str::to_owned), update: true, ..Plan::default() }
    }

    #[test]
    fn writes_the_page_of_whole_runs_only() {
        let whole = ["test/conformance/main.js", "--wpt", "/w", "--check", "--update", "--page", "docs/conformance.md"];
        assert_eq!(plan(None).arguments(), whole);
        assert!(!plan(Some("x")).arguments().contains(&"--page"));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(Plan::parse(&["--wat"]).unwrap_err().contains("--wat"));
        assert!(Plan::parse(&["--wpt"]).unwrap_err().contains("needs a value"));
        assert!(Plan::parse(&["webrtc"]).unwrap_err().contains("no checkout"));
    }
}
