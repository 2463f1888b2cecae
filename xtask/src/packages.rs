//! Debian packages: installed where a test needs them, or only unpacked into our own folder.

use crate::Outcome;
use crate::command::{command, is_there, output, run};
use crate::report::say;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes sure that a program is there, installing the first of these packages that exists. Returns its name.
pub(crate) fn ensure(programs: &[&str], packages: &[&str]) -> Result<String, String> {
    if let Some(program) = programs.iter().find(|program| is_there(program)) {
        return Ok((*program).to_owned());
    }
    let wanted = programs.join(" or ");
    if !is_there("apt-get") {
        return Err(format!("{wanted} is missing and there is no apt to install it with: please install it"));
    }
    say(&format!("installing {} (for {wanted})", packages.join(" or ")));
    update()?;
    let installed = packages.iter().any(|package| {
        let options = ["install", "--yes", "--no-install-recommends", package];
        run(as_root("apt-get", &options)).is_ok()
    });
    match programs.iter().find(|program| is_there(program)) {
        Some(program) if installed => Ok((*program).to_owned()),
        _ => Err(format!("{wanted} could not be installed through apt")),
    }
}

/// Downloads packages and unpacks them into a folder, installing nothing.
pub(crate) fn unpack(packages: &[&str], into: &Path) -> Outcome {
    let archive = into.join("archive");
    std::fs::create_dir_all(&archive).map_err(|error| error.to_string())?;
    let mut download = command("apt-get", &["download", "--quiet"]);
    run({
        download.args(packages).current_dir(&archive);
        download
    })?;
    for package in crate::workspace::read_dir(&archive)? {
        let mut unpack = command("dpkg", &["--extract"]);
        run({
            unpack.args([&package, into]);
            unpack
        })?;
    }
    std::fs::remove_dir_all(&archive).map_err(|error| error.to_string())
}

/// The newest version of a package that apt offers, `None` if it offers none.
pub(crate) fn candidate(package: &str) -> Option<String> {
    field(package, "Version:")
}

/// The first package that this one depends on whose name begins so.
pub(crate) fn dependency(package: &str, prefix: &str) -> Option<String> {
    let depends = field(package, "Depends:")?;
    let names = depends.split(',').filter_map(|entry| entry.split_whitespace().next().map(str::to_owned));
    { names }.find(|name| name.starts_with(prefix))
}

/// Fetches apt's lists, once a run.
pub(crate) fn update() -> Outcome {
    static DONE: std::sync::Once = std::sync::Once::new();
    let mut outcome = Ok(());
    DONE.call_once(|| outcome = run(as_root("apt-get", &["update", "--quiet", "--quiet"])));
    outcome
}

fn field(package: &str, name: &str) -> Option<String> {
    let shown = output(command("apt-cache", &["show", "--no-all-versions", package])).ok()?;
    shown.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
}

fn as_root(program: &str, arguments: &[&str]) -> Command {
    let is_root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let mut command = if is_root {
        command(program, arguments)
    } else {
        let mut words = vec!["--non-interactive", program];
        words.extend(arguments);
        command("sudo", &words)
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Where a program is found on the search path.
pub(crate) fn path_of(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
