//! Words to the person who runs a chore.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program talks")]

/// One line to standard output.
pub(crate) fn say(line: &str) {
    println!("{}", line.trim_end());
}

/// A warning, which fails nothing.
pub(crate) fn warn(line: &str) {
    println!("warning: {line}");
}

/// What went wrong, to standard error.
pub(crate) fn complain(line: &str) {
    eprintln!("error: {line}");
}
