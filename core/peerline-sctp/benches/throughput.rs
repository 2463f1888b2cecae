//! CPU cost of the association alone, both ends in one thread and in memory: seconds per GB and microseconds per message, beside two
//! other implementations driven the same way.
//!
//! `cargo bench -p peerline-sctp --bench throughput` runs every row; a number as argument runs only that message size.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a rival takes std's Instant")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use bytes::Bytes;
use core::net::SocketAddr;
use core::time::Duration;
use dcsctp::api::{
    DcSctpSocket, Message as DcMessage, Options, PpId, SendOptions, SocketEvent, SocketState, SocketTime,
    StreamId as DcStream, ZeroChecksumAlternateErrorDetectionMethod,
};
use peerline_edge::Time;
use peerline_sctp::{Association, Config, Event, OutgoingMessage, Ppid, State, StreamId};
use sctp_proto::{
    Association as Proto, AssociationHandle, ClientConfig, DatagramEvent, Endpoint, EndpointConfig, Payload,
    PayloadProtocolIdentifier, ServerConfig, TransportConfig,
};
use std::sync::Arc;
use std::time::Instant;

/// Packets that one side feeds to the other before the other answers, as a driver with burst reads does.
const BURST: usize = 64;
/// What the application keeps queued.
const QUEUED: usize = 1 << 20;
const HALF_RTT: Duration = Duration::from_micros(50);

/// One implementation, as the bench drives it.
trait Engine {
    fn connect(&mut self, now: Time);
    fn is_connected(&self) -> bool;
    /// False if it takes no more now.
    fn send(&mut self, now: Time, payload: &Bytes) -> bool;
    fn poll(&mut self, now: Time) -> Option<Vec<u8>>;
    fn handle(&mut self, now: Time, packet: Vec<u8>);
    fn tick(&mut self, now: Time);
    /// Whole messages read.
    fn read(&mut self, now: Time) -> usize;
}

struct Ours {
    association: Association,
    spare: Vec<u8>,
}

impl Ours {
    fn new(seed: u8, zero_checksum: bool, interleaving: bool) -> Self {
        let mut config = Config::new([seed; 32]);
        config.zero_checksum = zero_checksum;
        config.interleaving = interleaving;
        Self { association: Association::new(config), spare: Vec::with_capacity(2048) }
    }
}

impl Engine for Ours {
    fn connect(&mut self, now: Time) {
        self.association.connect(now);
    }
    fn is_connected(&self) -> bool {
        self.association.state() == State::Connected
    }
    fn send(&mut self, now: Time, payload: &Bytes) -> bool {
        let room = self.association.buffered_amount(StreamId(1)) < QUEUED;
        let message = OutgoingMessage::new(Ppid::BINARY, payload.clone());
        room && self.association.send(now, StreamId(1), message).is_ok()
    }
    fn poll(&mut self, now: Time) -> Option<Vec<u8>> {
        let mut buf = core::mem::take(&mut self.spare);
        buf.clear();
        self.association.poll_transmit(now, &mut buf).then_some(buf)
    }
    fn handle(&mut self, now: Time, packet: Vec<u8>) {
        self.association.handle_datagram(now, &packet);
        self.spare = packet;
    }
    fn tick(&mut self, now: Time) {
        if self.association.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
            self.association.handle_timeout(now);
        }
    }
    fn read(&mut self, now: Time) -> usize {
        let mut count = 0;
        while let Some(event) = self.association.poll_event() {
            if let Event::Readable(stream) = event {
                count += core::iter::from_fn(|| self.association.receive(now, stream)).count();
            }
        }
        count
    }
}

struct Dc {
    socket: Box<dyn DcSctpSocket>,
}

impl Dc {
    fn new(zero_checksum: bool) -> Self {
        let method = ZeroChecksumAlternateErrorDetectionMethod(u32::from(zero_checksum));
        let options = Options {
            zero_checksum_alternate_error_detection_method: method,
            mtu: 1160,
            max_send_buffer_size: 4 * QUEUED,
            per_stream_send_queue_limit: 4 * QUEUED,
            ..Options::default()
        };
        Self { socket: dcsctp::new_socket("bench", &options) }
    }
}

impl Engine for Dc {
    fn connect(&mut self, _: Time) {
        self.socket.connect();
    }
    fn is_connected(&self) -> bool {
        self.socket.state() == SocketState::Connected
    }
    fn send(&mut self, _: Time, payload: &Bytes) -> bool {
        let message = DcMessage::new(DcStream(1), PpId(53), payload.to_vec());
        self.socket.buffered_amount(DcStream(1)) < QUEUED && self.socket.send(message, &SendOptions::default()).is_ok()
    }
    fn poll(&mut self, _: Time) -> Option<Vec<u8>> {
        loop {
            if let SocketEvent::SendPacket(packet) = self.socket.poll_event()? {
                return Some(packet);
            }
        }
    }
    fn handle(&mut self, _: Time, packet: Vec<u8>) {
        self.socket.handle_input(&packet);
    }
    fn tick(&mut self, now: Time) {
        self.socket.advance_time(SocketTime::zero() + now.since_epoch());
    }
    fn read(&mut self, _: Time) -> usize {
        core::iter::from_fn(|| self.socket.get_next_message()).count()
    }
}

struct SctpProto {
    epoch: Instant,
    endpoint: Endpoint,
    association: Option<(AssociationHandle, Proto)>,
    out: Vec<Vec<u8>>,
    connected: bool,
}

const PEER: SocketAddr = SocketAddr::new(core::net::IpAddr::V4(core::net::Ipv4Addr::LOCALHOST), 5000);

impl SctpProto {
    fn new() -> Self {
        let endpoint = Endpoint::new(Arc::new(EndpointConfig::new()), Some(Arc::new(ServerConfig::new())));
        Self { epoch: Instant::now(), endpoint, association: None, out: Vec::new(), connected: false }
    }
}

impl Engine for SctpProto {
    fn connect(&mut self, _: Time) {
        let mut config = ClientConfig::new();
        config.transport = Arc::new(TransportConfig::default().with_max_receive_buffer_size(1 << 20));
        self.association = self.endpoint.connect(config, PEER).ok();
    }
    fn is_connected(&self) -> bool {
        self.connected
    }
    fn send(&mut self, _: Time, payload: &Bytes) -> bool {
        let Some((_, association)) = &mut self.association else { return false };
        let ppid = PayloadProtocolIdentifier::Binary;
        let _ = association.open_stream(1, ppid);
        let Ok(mut stream) = association.stream(1) else { return false };
        stream.buffered_amount().is_ok_and(|amount| amount < QUEUED) && stream.write_sctp(payload, ppid).is_ok()
    }
    fn poll(&mut self, now: Time) -> Option<Vec<u8>> {
        if let Some(packet) = self.out.pop() {
            return Some(packet);
        }
        let transmit = match self.endpoint.poll_transmit() {
            Some(transmit) => transmit,
            None => self.association.as_mut()?.1.poll_transmit(self.epoch + now.since_epoch())?,
        };
        let Payload::RawEncode(packets) = transmit.payload else { return None };
        self.out = packets.iter().rev().map(|packet| packet.to_vec()).collect();
        self.out.pop()
    }
    fn handle(&mut self, now: Time, packet: Vec<u8>) {
        match self.endpoint.handle(self.epoch + now.since_epoch(), PEER, None, None, Bytes::from(packet)) {
            Some((handle, DatagramEvent::NewAssociation(association))) => {
                self.association = Some((handle, association))
            }
            Some((_, DatagramEvent::AssociationEvent(event))) => {
                if let Some((_, association)) = &mut self.association {
                    association.handle_event(event);
                }
            }
            None => {}
        }
    }
    fn tick(&mut self, now: Time) {
        let Some((_, association)) = &mut self.association else { return };
        let at = self.epoch + now.since_epoch();
        if association.poll_timeout().is_some_and(|due| due <= at) {
            association.handle_timeout(at);
        }
    }
    fn read(&mut self, _: Time) -> usize {
        let Some((_, association)) = &mut self.association else { return 0 };
        while let Some(event) = association.poll() {
            self.connected |= matches!(event, sctp_proto::Event::Connected);
        }
        let mut count = 0;
        if let Ok(mut stream) = association.stream(1) {
            while let Ok(Some(chunks)) = stream.read_sctp() {
                let mut payload = vec![0; chunks.len()];
                count += usize::from(chunks.read(&mut payload).is_ok());
            }
        }
        count
    }
}

/// Moves what `from` has to send to `to`, a burst at most. Returns how many packets.
fn shift(now: Time, from: &mut dyn Engine, to: &mut dyn Engine) -> u64 {
    let mut moved = 0;
    for _ in 0..BURST {
        let Some(packet) = from.poll(now) else { break };
        moved += 1;
        to.handle(now, packet);
    }
    moved
}

fn run(name: &str, a: &mut dyn Engine, b: &mut dyn Engine, size: usize, total: usize) {
    let mut now = Time::from_millis(1);
    a.connect(now);
    while !a.is_connected() || !b.is_connected() {
        shift(now, a, b);
        now += HALF_RTT;
        shift(now, b, a);
        now += HALF_RTT;
        a.read(now);
        b.read(now);
        a.tick(now);
        b.tick(now);
    }
    let payload = Bytes::from(vec![7u8; size]);
    let messages = total.div_ceil(size);
    let (mut sent, mut received, mut packets) = (0, 0, 0);
    let (start, begin) = (cpu(), now);
    while received < messages {
        while sent < messages && a.send(now, &payload) {
            sent += 1;
        }
        now += HALF_RTT;
        let mut moved = shift(now, a, b);
        received += b.read(now);
        now += HALF_RTT;
        moved += shift(now, b, a);
        a.read(now);
        packets += moved;
        if moved == 0 {
            now += Duration::from_millis(10);
        }
        a.tick(now);
        b.tick(now);
    }
    let spent = (cpu() - start).as_secs_f64();
    println!(
        "{name:<32} {size:>6} B {:>8.3} CPU s/GB {:>8.3} µs/message {:>6.2} packets/message {:>7.2} s virtual",
        spent * 1e9 / (messages * size) as f64,
        spent * 1e6 / messages as f64,
        packets as f64 / messages as f64,
        (now - begin).as_secs_f64(),
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
    for (size, total) in [(16_384, 1_000_000_000), (65_535, 1_000_000_000), (1024, 200_000_000), (64, 32_000_000)] {
        if only.is_some_and(|only| only != size) {
            continue;
        }
        for (name, zero, interleaving) in [
            ("peerline, I-DATA, no checksum", true, true),
            ("peerline, I-DATA, CRC32c", false, true),
            ("peerline, DATA, CRC32c", false, false),
        ] {
            let (mut a, mut b) = (Ours::new(1, zero, interleaving), Ours::new(2, zero, interleaving));
            run(name, &mut a, &mut b, size, total);
        }
        for (name, zero) in [("dcsctp, no checksum", true), ("dcsctp, CRC32c", false)] {
            run(name, &mut Dc::new(zero), &mut Dc::new(zero), size, total / 20);
        }
        run("sctp-proto", &mut SctpProto::new(), &mut SctpProto::new(), size, total / 20);
    }
}
