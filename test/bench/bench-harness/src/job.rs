//! The job a stack binary is given on its command line.

use std::fmt::Display;

use crate::machine::raise_priority;

/// What the process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Offers, waits for `go`, sends all messages.
    Send,
    /// Answers, receives and verifies all messages.
    Receive,
    /// Connects pairs one after another, both peers in this process, and reports time and CPU.
    Setup,
    /// Connects pairs, keeps them, and reports memory and CPU while nothing happens.
    Idle,
}

/// A parsed command line: `<mode> [--size bytes] [--count n] [--pairs n] [--priority nice] [--option
/// value]...`.
#[derive(Clone, Debug)]
pub struct Job {
    pub mode: Mode,
    /// Bytes a message.
    pub size: usize,
    /// Messages a run.
    pub count: u64,
    /// Pairs of peers in `setup` and `idle`.
    pub pairs: usize,
    /// Options that only one stack understands, in order: `("buffer", "131072")`.
    pub options: Vec<(String, String)>,
}

impl Job {
    /// Reads the process's arguments; a bad line ends the process with a sentence on stderr.
    pub fn from_args() -> Self {
        let mut args = std::env::args().skip(1);
        let mode = match args.next().as_deref() {
            Some("send") => Mode::Send,
            Some("receive") => Mode::Receive,
            Some("setup") => Mode::Setup,
            Some("idle") => Mode::Idle,
            other => die(format!("first argument must be send, receive, setup or idle, not {other:?}")),
        };
        let mut job = Self { mode, size: 16384, count: 1024, pairs: 20, options: Vec::new() };
        while let Some(name) = args.next() {
            let Some(name) = name.strip_prefix("--").map(str::to_owned) else {
                die(format!("unexpected argument {name}"));
            };
            let Some(value) = args.next() else { die(format!("--{name} needs a value")) };
            match name.as_str() {
                "size" => job.size = number(&name, &value),
                "count" => job.count = number(&name, &value),
                "pairs" => job.pairs = number(&name, &value),
                "priority" => raise_priority(number(&name, &value)),
                _ => job.options.push((name, value)),
            }
        }
        if job.size < 8 {
            die("--size must be at least 8: a message begins with its number");
        }
        job
    }

    /// The value of a stack's own option, if it was given.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value of a stack's own numeric option, or `default`.
    pub fn number(&self, name: &str, default: usize) -> usize {
        self.option(name).map_or(default, |value| number(name, value))
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> T {
    value.parse().unwrap_or_else(|_| die(format!("--{name} needs a number, not {value}")))
}

/// Ends the process with a sentence on stderr.
pub fn die(why: impl Display) -> ! {
    eprintln!("{why}");
    std::process::exit(2)
}
