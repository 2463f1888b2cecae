//! What a record and a handshake cost: `cargo bench -p peerline-dtls-dimpl`. CPU time of both sides in one thread.
//!
//! With the argument `key-update`: ten million records of DTLS 1.3 in one direction, which is past the number after which keys change.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a report of measurements")]

use peerline_crypto::HashAlgorithm;
use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::{Certificate, Config, Connection, KeyAlgorithm, Role, State, Versions};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::Time;
use std::sync::Arc;
use std::time::Instant;

const RECORD: usize = 1150;
const ROUNDS: usize = 7;

fn main() {
    let provider = Arc::new(Dimpl::new());
    let certificates: [_; 2] =
        core::array::from_fn(|_| Arc::new(generate_certificate(KeyAlgorithm::EcdsaP256).expect("backend works")));
    if std::env::args().any(|argument| argument == "key-update") {
        let [mut client, mut server] = connected(&provider, &certificates, Versions::Only13);
        return key_update(&mut client, &mut server);
    }
    for (name, versions) in [("1.2", Versions::Only12), ("1.3", Versions::Only13)] {
        let handshake = best(|| {
            let start = Instant::now();
            for _ in 0..100 {
                connected(&provider, &certificates, versions);
            }
            start.elapsed().as_secs_f64() / 100.0
        });
        println!("DTLS {name}: handshake {:.3} ms (both sides)", handshake * 1e3);
        for len in [64, RECORD] {
            let (mut sealing, mut opening) = (f64::MAX, f64::MAX);
            let [mut client, mut server] = connected(&provider, &certificates, versions);
            for _ in 0..ROUNDS {
                let (seal, open) = records(&mut client, &mut server, len);
                sealing = sealing.min(seal);
                opening = opening.min(open);
            }
            println!("DTLS {name}: {len} byte record: send {:.0} ns, receive {:.0} ns", sealing * 1e9, opening * 1e9);
        }
    }
}

/// Seconds per record to protect and to unprotect, in bursts of 64.
fn records(from: &mut Connection, to: &mut Connection, len: usize) -> (f64, f64) {
    const BURSTS: usize = 200;
    const BURST: usize = 64;
    let plaintext = vec![5; len];
    let mut datagrams: Vec<Vec<u8>> = (0..BURST).map(|_| Vec::with_capacity(1500)).collect();
    let mut read = Vec::with_capacity(4096);
    let now = Time::from_millis(1);
    let (mut sealing, mut opening) = (0.0, 0.0);
    for _ in 0..BURSTS {
        let start = Instant::now();
        for datagram in &mut datagrams {
            datagram.clear();
            from.send(now, &plaintext).expect("room");
            assert!(from.poll_transmit(now, datagram));
        }
        sealing += start.elapsed().as_secs_f64();
        let start = Instant::now();
        for datagram in &mut datagrams {
            to.handle_packet(now, datagram);
            read.clear();
            assert!(to.poll_application_data(now, &mut read) && read.len() == len);
        }
        opening += start.elapsed().as_secs_f64();
    }
    let count = (BURSTS * BURST) as f64;
    (sealing / count, opening / count)
}

/// Sends ten million records while time goes on and answers flow back.
fn key_update(from: &mut Connection, to: &mut Connection) {
    let mut buf = Vec::with_capacity(2048);
    let mut answers = 0;
    for index in 0..10_000_000_u64 {
        let now = Time::from_millis(index / 100);
        from.send(now, &index.to_be_bytes()).expect("room");
        while from.poll_transmit(now, &mut buf) {
            to.handle_packet(now, &mut buf);
            buf.clear();
        }
        assert!(to.poll_application_data(now, &mut buf) && buf == index.to_be_bytes(), "record {index}");
        buf.clear();
        answers += flush(to, from, now) + flush(from, to, now);
    }
    assert!([from.state(), to.state()] == [State::Connected; 2]);
    println!("DTLS 1.3: 10 000 000 records, {answers} datagrams beside them for the change of keys");
}

/// Runs a side's timers and carries what it wants to say; how many datagrams that were.
fn flush(from: &mut Connection, to: &mut Connection, now: Time) -> u32 {
    if from.poll_timeout().is_some_and(|deadline| deadline.at <= now) {
        from.handle_timeout(now);
    }
    let (mut buf, mut count) = (Vec::new(), 0);
    while from.poll_transmit(now, &mut buf) {
        count += 1;
        to.handle_packet(now, &mut buf);
        buf.clear();
    }
    count
}

fn best(mut run: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| run()).fold(f64::MAX, f64::min)
}

fn connected(provider: &Arc<Dimpl>, certificates: &[Arc<Certificate>; 2], versions: Versions) -> [Connection; 2] {
    let now = Time::ZERO;
    let mut sides = [0, 1].map(|side: usize| {
        let config = Config::new(provider.clone(), Arc::new(AwsLc), certificates[side].clone(), [side as u8; 32]);
        let mut connection = Connection::new(Config { versions, ..config });
        let expected = certificates[1 - side].fingerprint(&AwsLc, HashAlgorithm::Sha256);
        connection.set_remote_fingerprints(now, vec![expected]);
        connection.start(now, if side == 0 { Role::Client } else { Role::Server });
        connection
    });
    let mut datagram = Vec::new();
    for _ in 0..6 {
        for from in [0, 1] {
            while sides[from].poll_transmit(now, &mut datagram) {
                sides[1 - from].handle_packet(now, &mut datagram);
                datagram.clear();
            }
        }
    }
    assert!(sides.iter().all(|side| side.state() == State::Connected));
    sides
}
