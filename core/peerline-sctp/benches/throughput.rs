//! CPU cost of the association alone, both ends in one thread and in memory: seconds per GB and microseconds per message.
//!
//! `cargo bench -p peerline-sctp` runs every row; an argument such as `64` or `16384` runs only that size.

use bytes::Bytes;
use core::time::Duration;
use peerline_edge::Time;
use peerline_sctp::{Association, Config, Event, OutgoingMessage, Ppid, State, StreamId};

/// Packets that one side feeds to the other before the other answers, as a driver with burst reads does.
const BURST: usize = 64;

struct Row {
    name: &'static str,
    zero_checksum: bool,
    interleaving: bool,
}

fn config(seed: u8, row: &Row) -> Config {
    let mut config = Config::new([seed; 32]);
    config.zero_checksum = row.zero_checksum;
    config.interleaving = row.interleaving;
    config
}

/// Moves what `from` has to send to `to`, a burst at most; false if there was nothing.
fn shift(now: Time, from: &mut Association, to: &mut Association, buf: &mut Vec<u8>, packets: &mut u64) -> bool {
    let mut moved = false;
    for _ in 0..BURST {
        buf.clear();
        if !from.poll_transmit(now, buf) {
            break;
        }
        *packets += 1;
        to.handle_datagram(now, buf);
        moved = true;
    }
    moved
}

fn drain(now: Time, end: &mut Association, count: &mut usize) {
    while let Some(event) = end.poll_event() {
        if let Event::Readable(stream) = event {
            while let Some(message) = end.receive(now, stream) {
                *count += usize::from(!message.payload.is_empty());
            }
        }
    }
}

fn run(row: &Row, size: usize, total: usize) {
    let mut now = Time::from_millis(1);
    let (mut a, mut b) = (Association::new(config(1, row)), Association::new(config(2, row)));
    let (mut buf, mut packets, mut received) = (Vec::with_capacity(2048), 0, 0);
    a.connect(now);
    b.connect(now);
    while a.state() != State::Connected || b.state() != State::Connected {
        shift(now, &mut a, &mut b, &mut buf, &mut packets);
        shift(now, &mut b, &mut a, &mut buf, &mut packets);
        now += Duration::from_micros(50);
    }
    let payload = Bytes::from(vec![7u8; size]);
    let messages = total.div_ceil(size);
    packets = 0;
    let mut sent = 0;
    let start = cpu();
    while received < messages {
        while sent < messages && a.buffered_amount(StreamId(1)) < 1 << 20 {
            let message = OutgoingMessage::new(Ppid::BINARY, payload.clone());
            if a.send(now, StreamId(1), message).is_err() {
                break;
            }
            sent += 1;
        }
        now += Duration::from_micros(50);
        let mut moved = shift(now, &mut a, &mut b, &mut buf, &mut packets);
        drain(now, &mut b, &mut received);
        now += Duration::from_micros(50);
        moved |= shift(now, &mut b, &mut a, &mut buf, &mut packets);
        while a.poll_event().is_some() {}
        if !moved {
            let due = [&a, &b].into_iter().filter_map(|end| end.poll_timeout()).map(|deadline| deadline.at).min();
            now = now.max(due.unwrap_or(now));
            a.handle_timeout(now);
            b.handle_timeout(now);
        }
    }
    let spent = cpu() - start;
    println!(
        "{:<34} {size:>6} B  {:>7.3} CPU s/GB  {:>7.3} µs/message  {:>5.2} packets/message  {} retransmissions",
        row.name,
        spent.as_secs_f64() * 1e9 / (messages * size) as f64,
        spent.as_secs_f64() * 1e6 / messages as f64,
        packets as f64 / messages as f64,
        a.statistics().retransmissions,
    );
}

/// CPU time of this thread.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanos)
}

fn main() {
    let only: Option<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    for (size, total) in [(16_384, 2_000_000_000), (65_536, 2_000_000_000), (1024, 500_000_000), (64, 64_000_000)] {
        if only.is_some_and(|only| only != size) {
            continue;
        }
        for row in [
            Row { name: "peerline, I-DATA, no checksum", zero_checksum: true, interleaving: true },
            Row { name: "peerline, I-DATA, CRC32c", zero_checksum: false, interleaving: true },
            Row { name: "peerline, DATA, CRC32c", zero_checksum: false, interleaving: false },
        ] {
            run(&row, size, total);
        }
    }
}
