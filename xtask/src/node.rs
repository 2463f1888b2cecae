//! The Node package and what surrounds it: built as its users build it, tested with node's own runner.

use crate::command::{command, run};
use crate::packages::ensure;
use crate::workspace::root;
use crate::{Outcome, report::say};
use std::process::Command;

/// `npm ci && npm run build && npm test`, as the README of the package says.
pub(crate) fn package() -> Outcome {
    install("io/peerline-node")?;
    run(npm("io/peerline-node", &["run", "build"]))?;
    run(npm("io/peerline-node", &["test"]))
}

/// The built package under every runtime that npm has.
pub(crate) fn runtimes() -> Outcome {
    install("test/runtimes")?;
    run(npm("test/runtimes", &["test"]))
}

/// Installs what a folder's lock file names; without one, what its `package.json` names in exact versions. (A lock file has to name the
/// packages of every platform, and a registry that lacks one of them makes `npm ci` fail for all.)
pub(crate) fn install(folder: &str) -> Outcome {
    ensure(&["node"], &["nodejs"])?;
    ensure(&["npm"], &["npm"])?;
    say(&format!("npm packages of {folder}"));
    let is_locked = root().join(folder).join("package-lock.json").is_file();
    run(npm(folder, &[if is_locked { "ci" } else { "install" }, "--no-audit", "--no-fund"]))
}

/// npm in a folder of the repository.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut npm = command("npm", arguments);
    npm.current_dir(root().join(folder));
    npm
}
