//! The line protocol between a stack's process and the runner.
//!
//! 1. The sender prints `sdp <offer>`; the runner hands it to the receiver, whose `sdp <answer>` goes back.
//! 2. Both print `open` once their data channel is open.
//! 3. The runner reads both CPU clocks and tells the sender `go`; the sender prints `start <ns>` and sends.
//! 4. The receiver prints `done <ns>` at the last message; the runner reads the clocks again and tells both `quit`.
//!
//! `error <sentence>` may come from either side at any time. Times are [`crate::machine::monotonic`].

use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, channel};

use crate::machine::monotonic;

/// A line from one party to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Sdp(String),
    Open,
    Go,
    Start(u64),
    Done(u64),
    Quit,
    Error(String),
    /// The one line that `setup` and `idle` print: `result name=value ...`.
    Result(String),
}

impl Line {
    /// The line without its line end.
    pub fn print(&self) -> String {
        match self {
            Self::Sdp(sdp) => format!("sdp {}", sdp.replace('\\', "\\\\").replace('\r', "\\r").replace('\n', "\\n")),
            Self::Open => "open".into(),
            Self::Go => "go".into(),
            Self::Start(at) => format!("start {at}"),
            Self::Done(at) => format!("done {at}"),
            Self::Quit => "quit".into(),
            Self::Error(why) => format!("error {}", why.replace('\n', " ")),
            Self::Result(result) => format!("result {result}"),
        }
    }

    /// The line that `text` stands for; `None` for anything else, such as a log line.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match word {
            "sdp" => Self::Sdp(unescape(rest)),
            "open" => Self::Open,
            "go" => Self::Go,
            "start" => Self::Start(rest.parse().ok()?),
            "done" => Self::Done(rest.parse().ok()?),
            "quit" => Self::Quit,
            "error" => Self::Error(rest.into()),
            "result" => Self::Result(rest.into()),
            _ => return None,
        })
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('r') => out.push('\r'),
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// Tells the runner a line.
pub fn tell(line: &Line) {
    let mut out = std::io::stdout().lock();
    // A runner that has gone away needs no line; the process ends when stdin does.
    let _ = writeln!(out, "{}", line.print()).and_then(|()| out.flush());
}

/// Tells the runner that the first message goes out now.
pub fn tell_start() {
    tell(&Line::Start(monotonic().as_nanos() as u64));
}

/// Tells the runner that the last message has arrived.
pub fn tell_done() {
    tell(&Line::Done(monotonic().as_nanos() as u64));
}

/// Tells the runner what went wrong and ends the process.
pub fn fail(why: impl std::fmt::Display) -> ! {
    tell(&Line::Error(why.to_string()));
    std::process::exit(1)
}

/// Lines from the runner, read by a thread of their own that calls `wake` after each; `quit` and the end of stdin end
/// the process at once, without any teardown that would be measured.
pub fn listen(wake: impl Fn() + Send + 'static) -> Receiver<Line> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for text in std::io::stdin().lock().lines() {
            match text.ok().as_deref().and_then(Line::parse) {
                Some(Line::Quit) | None => break,
                Some(line) => {
                    let _ = sender.send(line);
                    wake();
                }
            }
        }
        std::process::exit(0);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn every_line_survives_the_pipe() {
        let lines = [
            Line::Sdp("v=0\r\na=x \\n\\\r\n".into()),
            Line::Open,
            Line::Go,
            Line::Start(17),
            Line::Done(u64::MAX),
            Line::Quit,
            Line::Error("no way".into()),
            Line::Result("a=1 b=2".into()),
        ];
        for line in lines {
            assert!(!line.print().contains('\n'));
            assert_eq!(Line::parse(&line.print()), Some(line));
        }
        assert_eq!(Line::parse("2026-01-01 a log line"), None);
    }
}
