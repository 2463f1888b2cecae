//! str0m in the benchmark: one thread, one socket a peer, the run loop its documentation prescribes.
//!
//! Options: `--driver plain|gso` (default `plain`, as in str0m's own examples; `gso` is the best the kernel offers) and
//! `--buffer bytes|best` (`set_sctp_max_buffered_amount`, default 128 KiB as in str0m; its CPU cost grows with the number
//! of chunks in flight, so on loopback small buffers are its best: see [`best_buffer`]).

mod peer;
mod socket;
mod wait;

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use bench_harness::report::{IDLE, IdleReport, SETTLE, SetupReport};
use bench_harness::talk::{Line, fail, listen, tell, tell_done, tell_start};
use bench_harness::{Checker, Job, Maker, Mode};
use str0m::channel::ChannelData;

use crate::peer::{Peer, Settings};
use crate::socket::Inbox;
use crate::wait::Waiter;

/// The number under which the runner's lines are watched; peers have the numbers below.
const RUNNER: u64 = u64::MAX;

fn main() {
    let job = Job::from_args();
    str0m::crypto::from_feature_flags().install_process_default();
    let buffer = match job.option("buffer") {
        Some("best") => best_buffer(job.size),
        _ => job.number("buffer", 128 * 1024),
    };
    let settings = Settings { gso: job.option("driver") == Some("gso"), buffer };
    match job.mode {
        Mode::Send => send(&job, settings),
        Mode::Receive => receive(&job, settings),
        Mode::Setup => setup(&job, settings),
        Mode::Idle => idle(&job, settings),
    }
}

/// The send buffer with the least CPU per byte and the highest rate for messages of `size` bytes on loopback, found by
/// trying powers of two. (Over a real round-trip time such small buffers would cap the rate.)
fn best_buffer(size: usize) -> usize {
    match size {
        0..=128 => 8 << 10,
        129..=4096 => 16 << 10,
        4097..=16384 => 64 << 10,
        _ => (128 << 10).max(size * 2),
    }
}

/// Lines from the runner, and a stream that becomes readable with each.
fn runner() -> (Receiver<Line>, UnixStream) {
    let (awake, wake) = UnixStream::pair().unwrap_or_else(|error| fail(error));
    let lines = listen(move || {
        let _ = (&wake).write_all(&[0]);
    });
    (lines, awake)
}

fn sdp(lines: &Receiver<Line>, awake: &mut UnixStream) -> String {
    match lines.recv() {
        Ok(Line::Sdp(sdp)) => {
            let _ = awake.read_exact(&mut [0]);
            sdp
        }
        other => fail(format!("expected a description, not {other:?}")),
    }
}

fn send(job: &Job, settings: Settings) {
    let (lines, mut awake) = runner();
    let mut peer = Peer::new(settings);
    tell(&Line::Sdp(peer.offer()));
    peer.accept(&sdp(&lines, &mut awake));

    let mut maker = Maker::new(job.size);
    let (mut told, mut going) = (false, false);
    run(peer, awake, ignore, |peer, readable| {
        if peer.is_open() && !told {
            told = true;
            tell(&Line::Open);
        }
        if readable && lines.try_recv() == Ok(Line::Go) {
            going = true;
            tell_start();
        }
        if going {
            while maker.count() < job.count && peer.write(maker.message()) {
                maker.sent();
            }
            peer.drain(&mut ignore);
        }
    });
}

fn receive(job: &Job, settings: Settings) {
    let (lines, mut awake) = runner();
    let mut peer = Peer::new(settings);
    let answer = peer.answer(&sdp(&lines, &mut awake));
    tell(&Line::Sdp(answer));

    let mut checker = Checker::new(job.size);
    let mut told = false;
    let take = |data: ChannelData| match checker.check(&data.data) {
        Ok(count) if count == job.count => tell_done(),
        Ok(_) => {}
        Err(why) => fail(why),
    };
    run(peer, awake, take, |peer, _| {
        if peer.is_open() && !told {
            told = true;
            tell(&Line::Open);
        }
    });
}

fn ignore(_: ChannelData) {}

/// Drives one peer for ever; `each` acts for the application once a round and is told whether the runner wrote a line.
fn run(
    mut peer: Peer,
    mut awake: UnixStream,
    mut take: impl FnMut(ChannelData),
    mut each: impl FnMut(&mut Peer, bool),
) -> ! {
    let mut waiter = Waiter::new().unwrap_or_else(|error| fail(error));
    waiter.watch(peer.fd(), 0).unwrap_or_else(|error| fail(error));
    waiter.watch(awake.as_raw_fd(), RUNNER).unwrap_or_else(|error| fail(error));
    let mut inbox = Inbox::new();
    let mut line = false;
    loop {
        peer.time(Instant::now(), &mut take);
        each(&mut peer, line);
        peer.flush();
        line = false;
        let mut datagrams = false;
        for number in waiter.wait(peer.deadline()) {
            match number {
                RUNNER => line = true,
                _ => datagrams = true,
            }
        }
        if line {
            let _ = awake.read_exact(&mut [0]);
        }
        if datagrams {
            peer.receive(&mut inbox, &mut take);
        }
    }
}

/// Many peers in one thread.
struct Room {
    peers: Vec<Peer>,
    waiter: Waiter,
    inbox: Inbox,
    /// When each peer wants to be told the time, soonest first.
    deadlines: std::collections::BTreeSet<(Instant, usize)>,
}

impl Room {
    fn new() -> Self {
        let waiter = Waiter::new().unwrap_or_else(|error| fail(error));
        Self { peers: Vec::new(), waiter, inbox: Inbox::new(), deadlines: Default::default() }
    }

    /// Connects one more pair and returns once its channel is open on both sides.
    fn connect(&mut self, settings: Settings) {
        let (mut a, mut b) = (Peer::new(settings), Peer::new(settings));
        let answer = b.answer(&a.offer());
        a.accept(&answer);
        for peer in [a, b] {
            let number = self.peers.len();
            self.waiter.watch(peer.fd(), number as u64).unwrap_or_else(|error| fail(error));
            self.deadlines.insert((peer.deadline(), number));
            self.peers.push(peer);
        }
        let end = Instant::now() + Duration::from_secs(30);
        while !self.peers.iter().rev().take(2).all(Peer::is_open) {
            if Instant::now() > end {
                fail("a pair did not connect within 30 s");
            }
            self.step(end);
        }
    }

    /// Waits for the next thing to do, until `end` at most, and does it.
    fn step(&mut self, end: Instant) {
        let now = Instant::now();
        while let Some(&(at, number)) = self.deadlines.first()
            && at <= now
        {
            self.serve(number, false);
        }
        let until = self.deadlines.first().map_or(end, |&(at, _)| at.min(end));
        let readable: Vec<u64> = self.waiter.wait(until).collect();
        for number in readable {
            self.serve(number as usize, true);
        }
    }

    fn serve(&mut self, number: usize, readable: bool) {
        let peer = &mut self.peers[number];
        self.deadlines.remove(&(peer.deadline(), number));
        if readable {
            peer.receive(&mut self.inbox, &mut ignore);
        } else {
            peer.time(Instant::now(), &mut ignore);
        }
        peer.flush();
        self.deadlines.insert((peer.deadline(), number));
    }

    fn rest(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step(end);
        }
    }
}

fn setup(job: &Job, settings: Settings) {
    Room::new().connect(settings);
    let mut report = SetupReport::begin();
    for _ in 0..job.pairs {
        let since = Instant::now();
        Room::new().connect(settings);
        report.connected(since);
    }
    report.end();
}

fn idle(job: &Job, settings: Settings) {
    let mut room = Room::new();
    room.connect(settings);
    let mut report = IdleReport::begin();
    for _ in 0..job.pairs {
        room.connect(settings);
    }
    room.rest(SETTLE);
    report.at_rest();
    room.rest(IDLE);
    report.end(job.pairs);
}
