//! The steps of `cargo xtask test`, in their order: what is quick and often wrong comes first.

use crate::command::{cargo, command, is_there, output, run};
use crate::packages::{ensure, path_of};
use crate::{Outcome, fuzz, layers, node, purity, sizes, wpt};

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) what: &'static str,
    pub(crate) run: fn() -> Outcome,
}

/// All of them.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", what: "formatting", run: || run(cargo(&["fmt", "--all", "--check"])) },
    Step { name: "layers", what: "which crate may use which", run: layers::run },
    Step { name: "sizes", what: "files and functions that grew too long", run: sizes::run },
    Step { name: "clippy", what: "lints, warnings denied", run: clippy },
    Step { name: "tests", what: "every test of the workspace", run: tests },
    Step { name: "openssl", what: "DTLS handshakes with OpenSSL, both roles", run: openssl },
    Step { name: "doctests", what: "the examples in the documentation", run: doctests },
    Step { name: "doc", what: "the documentation builds without warnings", run: documentation },
    Step { name: "corpus", what: "the fuzz corpus through every target", run: fuzz::replay },
    Step { name: "purity", what: "the core builds for wasm32 and imports nothing", run: purity::run },
    Step { name: "check", what: "`peerline check`: two native peers over real sockets", run: native_check },
    Step { name: "browser", what: "real browsers call the echo peer and each other", run: browser },
    Step { name: "node", what: "the Node package: build and its own tests", run: node::package },
    Step { name: "interop", what: "the Node package calls wrtc, node-datachannel, werift and Chromium", run: interop },
    Step { name: "runtimes", what: "the built Node package under Node, Bun and Deno", run: node::runtimes },
    Step { name: "wpt", what: "the runner of web-platform-tests itself", run: wpt::selftest },
    Step { name: "fuzz", what: "ten seconds of libFuzzer per target", run: || fuzz::run(&[]) },
];

fn clippy() -> Outcome {
    run(cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn tests() -> Outcome {
    if is_there("cargo-nextest") {
        let options = [
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--status-level",
            "slow",
            "--final-status-level",
            "slow",
        ];
        return run(cargo(&options));
    }
    run(cargo(&["test", "--quiet", "--workspace", "--all-targets", "--no-fail-fast"]))
}

/// Tests that need the `openssl` command, which the plain test run leaves out.
fn openssl() -> Outcome {
    ensure(&["openssl"], &["openssl"])?;
    let package = ["test", "--quiet", "--package", "peerline-dtls-dimpl", "--test", "openssl"];
    run(cargo(&[&package[..], &["--", "--ignored"]].concat()))
}

fn doctests() -> Outcome {
    run(cargo(&["test", "--quiet", "--workspace", "--doc"]))
}

fn documentation() -> Outcome {
    let mut doc = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    run(doc)
}

fn native_check() -> Outcome {
    run(cargo(&["build", "--quiet", "--release", "--package", "peerline-server"]))?;
    run(command(server_binary()?, &["check"]))
}

/// `test/interop` brings its own test runner: it gets the server's and the browser's path in the environment.
fn browser() -> Outcome {
    let chromium = chromium()?;
    let firefox = match ensure(&["firefox-esr", "firefox"], &["firefox-esr", "firefox"]) {
        Ok(firefox) => path_of(&firefox),
        Err(reason) if crate::test::in_ci() => return Err(reason),
        Err(reason) => {
            crate::report::warn(&format!("NOT CHECKED: Firefox: {reason}"));
            None
        }
    };
    run(cargo(&["build", "--quiet", "--release", "--package", "peerline-server"]))?;
    node::install("test/interop")?;
    let mut test = node::npm("test/interop", &["test"]);
    test.env("PEERLINE_BIN", server_binary()?);
    if let Some(path) = path_of(&chromium) {
        test.env("CHROMIUM", path);
    }
    if let Some(path) = firefox {
        test.env("FIREFOX", path);
    }
    run(test)
}

/// The built Node package against other implementations, of which Chromium is one.
fn interop() -> Outcome {
    let chromium = chromium()?;
    node::install("test/interop-node")?;
    let mut test = node::npm("test/interop-node", &["test"]);
    if let Some(path) = path_of(&chromium) {
        test.env("CHROMIUM", path);
    }
    run(test)
}

fn chromium() -> Result<String, String> {
    ensure(&["chromium", "chromium-browser", "google-chrome"], &["chromium", "chromium-browser"])
}

/// The release build of the server, wherever cargo puts it.
fn server_binary() -> Result<std::path::PathBuf, String> {
    let metadata = output(cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let target = metadata.split("\"target_directory\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let target = target.ok_or("cargo metadata names no target directory")?;
    Ok(std::path::Path::new(target).join("release/peerline"))
}
