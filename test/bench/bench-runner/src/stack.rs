//! The stacks under test: a binary each, and variants of how it is set up.

use std::process::{Command, Stdio};

use crate::arguments::Arguments;

/// A stack, or a variant of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Stack {
    pub name: &'static str,
    pub binary: &'static str,
    pub options: &'static [&'static str],
    /// How it is set up, for `--list` and the README.
    pub about: &'static str,
    pub by_default: bool,
}

/// The name of the stack that the others are compared with.
pub const OURS: &str = "peerline";

pub const STACKS: &[Stack] = &[
    Stack {
        name: OURS,
        binary: "bench-peerline",
        options: &[],
        about: "Peerline's facade, tokio current-thread runtime, all settings at their defaults",
        by_default: true,
    },
    Stack {
        name: "str0m",
        binary: "bench-str0m",
        options: &["--driver", "plain"],
        about: "str0m 0.25.0, aws-lc-rs, sockets 4 MiB, its documented run loop, send buffer 128 KiB (its default)",
        by_default: true,
    },
    Stack {
        name: "str0m-best",
        binary: "bench-str0m",
        options: &["--driver", "gso", "--buffer", "best"],
        about: "str0m under a driver of ours with UDP GSO and GRO, and the send buffer that is best for each message size",
        by_default: true,
    },
    Stack {
        name: "str0m-1m",
        binary: "bench-str0m",
        options: &["--driver", "gso", "--buffer", "1048576"],
        about: "str0m with GSO and GRO and a 1 MiB send buffer",
        by_default: false,
    },
    Stack {
        name: "webrtc-rs",
        binary: "bench-webrtc-rs",
        options: &["--limit", "1048576", "--reactor", "0", "--sockets", "0"],
        about: "webrtc 0.21.1, ring, tokio 2 workers, socket buffers as it leaves them, send limit 1 MiB (its flow-control example's)",
        by_default: true,
    },
    Stack {
        name: "webrtc-rs-best",
        binary: "bench-webrtc-rs",
        options: &["--limit", "262144", "--reactor", "best"],
        about: "the same with 4 MiB socket buffers (through a Runtime of ours), send limit 256 KiB, and its dedicated reactor \
                thread from 16 KiB messages on: its best on this loopback",
        by_default: true,
    },
];

impl Stack {
    pub fn named(name: &str) -> Result<&'static Self, String> {
        let found = STACKS.iter().find(|stack| stack.name == name.trim());
        found.ok_or_else(|| format!("no stack is called {name}; --list shows them"))
    }

    /// The command of one of its processes, with its pipes.
    pub fn command(&self, arguments: &Arguments, mode: &str) -> Command {
        let mut command = Command::new(arguments.bin.join(self.binary));
        command.arg(mode).args(self.options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        if let Some(nice) = arguments.priority {
            command.args(["--priority", &nice.to_string()]);
        }
        command
    }
}
