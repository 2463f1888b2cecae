//! One process of a stack: its lines, with a deadline, and its end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use bench_harness::talk::Line;

pub struct Process {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<Line>,
    what: &'static str,
}

impl Process {
    pub fn start(mut command: Command, what: &'static str) -> Result<Self, String> {
        let mut child = command.spawn().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for text in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(line) = Line::parse(&text)
                    && sender.send(line).is_err()
                {
                    break;
                }
            }
        });
        Ok(Self { child, stdin, lines, what })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn tell(&mut self, line: &Line) -> Result<(), String> {
        writeln!(self.stdin, "{}", line.print()).map_err(|error| format!("{} does not listen: {error}", self.what))
    }

    /// Its next line; an error if it reports one, ends, or says nothing until the deadline.
    pub fn hear(&self, until: Instant) -> Result<Line, String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Line::Error(why)) => Err(format!("{}: {why}", self.what)),
            Ok(line) => Ok(line),
            Err(_) if Instant::now() >= until => Err(format!("{} was not done in time", self.what)),
            Err(_) => Err(format!("{} ended", self.what)),
        }
    }

    /// Tells it to quit and waits; one that does not is killed when this is dropped.
    pub fn quit(mut self) {
        let _ = self.tell(&Line::Quit);
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
