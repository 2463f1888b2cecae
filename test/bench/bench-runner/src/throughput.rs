//! Throughput: two processes, one reliable ordered data channel over loopback UDP.

use std::time::{Duration, Instant};

use bench_harness::machine::{cpu_of, receive_buffer_errors, ticks_of};
use bench_harness::talk::Line;

use crate::arguments::Arguments;
use crate::process::Process;
use crate::stack::Stack;

/// What one run of one stack measured.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub size: usize,
    pub count: u64,
    /// First send call to last message out of the receiver's API.
    pub wall: Duration,
    pub sender: Duration,
    pub receiver: Duration,
    /// Of the CPU time of both, the share spent in the kernel (from 10 ms ticks, so coarse).
    pub system: f64,
    /// Datagrams the kernel dropped meanwhile for want of receive buffer, on the whole machine.
    pub drops: u64,
}

impl Run {
    pub fn bytes(&self) -> f64 {
        self.size as f64 * self.count as f64
    }

    pub fn megabytes_per_s(&self) -> f64 {
        self.bytes() / 1e6 / self.wall.as_secs_f64()
    }

    pub fn messages_per_s(&self) -> f64 {
        self.count as f64 / self.wall.as_secs_f64()
    }

    /// CPU seconds of both processes a gigabyte.
    pub fn cpu_per_gb(&self) -> f64 {
        (self.sender + self.receiver).as_secs_f64() / (self.bytes() / 1e9)
    }

    /// CPU microseconds of both processes a message.
    pub fn cpu_per_message(&self) -> f64 {
        (self.sender + self.receiver).as_secs_f64() * 1e6 / self.count as f64
    }
}

/// Messages in a round: about a second of work for the slower stacks.
pub fn count(size: usize, scale: f64) -> u64 {
    let bytes: usize = match size {
        0..=128 => 16 << 20,
        129..=4096 => 64 << 20,
        _ => 128 << 20,
    };
    ((bytes as f64 * scale / size as f64) as u64).max(1)
}

/// Runs one stack once.
pub fn run(stack: &Stack, arguments: &Arguments, size: usize, count: u64) -> Result<Run, String> {
    let command = |mode| {
        let mut command = stack.command(arguments, mode);
        command.args(["--size", &size.to_string(), "--count", &count.to_string()]);
        command
    };
    let mut receiver = Process::start(command("receive"), "receiver")?;
    let mut sender = Process::start(command("send"), "sender")?;
    let until = Instant::now() + Duration::from_secs(20);
    let offer = sender.hear(until)?;
    receiver.tell(&offer)?;
    let answer = receiver.hear(until)?;
    sender.tell(&answer)?;
    for process in [&sender, &receiver] {
        match process.hear(until)? {
            Line::Open => {}
            other => return Err(format!("expected an open channel, not {other:?}")),
        }
    }
    // What connecting left to do (DCEP's acknowledgement, a last check) is not part of the run.
    std::thread::sleep(Duration::from_millis(100));

    let pids = [sender.pid(), receiver.pid()];
    let drops = receive_buffer_errors();
    let before = Usage::of(pids)?;
    sender.tell(&Line::Go)?;
    let until = Instant::now() + Duration::from_secs(120);
    let Line::Start(start) = sender.hear(until)? else { return Err("the sender did not start".into()) };
    let Line::Done(done) = receiver.hear(until)? else { return Err("the receiver did not finish".into()) };
    let used = Usage::of(pids)?.since(&before);
    let drops = receive_buffer_errors() - drops;
    sender.quit();
    receiver.quit();
    Ok(Run {
        size,
        count,
        wall: Duration::from_nanos(done.saturating_sub(start)),
        sender: used.cpu[0],
        receiver: used.cpu[1],
        system: used.system as f64 / (used.user + used.system).max(1) as f64,
        drops,
    })
}

/// CPU time of the two processes.
struct Usage {
    cpu: [Duration; 2],
    user: u64,
    system: u64,
}

impl Usage {
    fn of(pids: [u32; 2]) -> Result<Self, String> {
        let mut usage = Self { cpu: [Duration::ZERO; 2], user: 0, system: 0 };
        for (cpu, pid) in usage.cpu.iter_mut().zip(pids) {
            let (user, system) = ticks_of(pid).ok_or("a process has gone")?;
            *cpu = cpu_of(pid).ok_or("a process has gone")?;
            usage.user += user;
            usage.system += system;
        }
        Ok(usage)
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            cpu: [self.cpu[0].saturating_sub(before.cpu[0]), self.cpu[1].saturating_sub(before.cpu[1])],
            user: self.user - before.user,
            system: self.system - before.system,
        }
    }
}
