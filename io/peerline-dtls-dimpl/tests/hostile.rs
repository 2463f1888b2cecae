//! Hostile datagrams, before, during and after the handshake: the real peer still connects and talks.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that stops here has failed")]

mod pair;

use pair::{CERTIFICATES, Pair, config, fingerprint};
use peerline_dtls::{AlertDescription, CipherSuite, Connection, FailureReason, Role, State, Versions};
use peerline_edge::Rng;
use std::time::Duration;

const VERSIONS: [Versions; 3] = [Versions::Any, Versions::Only12, Versions::Only13];
const SECOND: Duration = Duration::from_secs(1);

/// A plaintext record.
fn record(content_type: u8, epoch: u16, sequence: u8, fragment: &[u8]) -> Vec<u8> {
    let mut out = vec![content_type, 0xFE, 0xFD];
    out.extend(epoch.to_be_bytes());
    out.extend([0, 0, 0, 0, 0, sequence]);
    out.extend(u16::try_from(fragment.len()).unwrap().to_be_bytes());
    out.extend(fragment);
    out
}

/// A whole handshake message in a plaintext record.
fn handshake(kind: u8, sequence: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap().to_be_bytes();
    let mut message = vec![kind, len[1], len[2], len[3], 0, sequence, 0, 0, 0, len[1], len[2], len[3]];
    message.extend(body);
    record(22, 0, sequence, &message)
}

/// The first flight of a client of this test's own.
fn client_hello(versions: Versions, seed: u8) -> Vec<u8> {
    let mut config = config(2, versions);
    config.seed = [seed; 32];
    let mut client = Connection::new(config);
    client.start(peerline_edge::Time::ZERO, Role::Client);
    let mut buf = Vec::new();
    assert!(client.poll_transmit(peerline_edge::Time::ZERO, &mut buf));
    buf
}

/// All datagrams of a good connection, each with its receiver.
fn recorded(versions: Versions) -> Vec<(usize, Vec<u8>)> {
    let mut pair = Pair::new(versions, versions);
    pair.start();
    let mut log = Vec::new();
    for round in 0..8 {
        if round == 6 {
            pair.sides[0].connection.send(pair.now, b"data").unwrap();
            pair.sides[1].connection.send(pair.now, b"data").unwrap();
        }
        if round == 7 {
            pair.sides[0].connection.close(pair.now);
        }
        for from in [0, 1] {
            for mut datagram in pair.sides[from].drain(pair.now) {
                log.push((1 - from, datagram.clone()));
                pair.sides[1 - from].connection.handle_packet(pair.now, &mut datagram);
            }
        }
    }
    assert_eq!(pair.sides[0].read, [b"data".to_vec()]);
    log
}

fn feed(pair: &mut Pair, to: usize, mut datagram: Vec<u8>) {
    let now = pair.now;
    pair.sides[to].connection.handle_packet(now, &mut datagram);
}

#[test]
fn ten_thousand_attacker_packets_before_the_real_peer_change_nothing() {
    for versions in VERSIONS {
        for target in [0, 1] {
            let mut rng = Rng::new([3; 32]);
            let hello = client_hello(versions, 77);
            let recorded = recorded(versions);
            let mut pair = Pair::new(versions, versions);
            pair.start();
            let mut first = [pair.sides[0].drain(pair.now), pair.sides[1].drain(pair.now)];
            for index in 0..10_000_u32 {
                let kind = rng.below(8);
                // What derails a client for good is a ServerHello from the other side's address; see the crate's first page.
                let datagram = match kind {
                    0 => (0..rng.below(200)).map(|_| rng.bytes::<1>()[0]).collect(),
                    1 => record(21, 0, 1, &[2, rng.bytes::<1>()[0]]),
                    2 => record(23, 0, 1, b"inject"),
                    3 => handshake(1, 0, &rng.bytes::<60>()),
                    4 if target == 1 => {
                        let mut hello = hello.clone();
                        hello[27..59].copy_from_slice(&rng.bytes::<32>());
                        hello
                    }
                    5 => recorded.iter().rfind(|(to, _)| *to == target).unwrap().1.clone(),
                    6 => handshake(11, 1, &rng.bytes::<40>()),
                    _ => {
                        let mut bytes = vec![0x2C + (index % 4) as u8];
                        bytes.extend(rng.bytes::<64>());
                        bytes
                    }
                };
                feed(&mut pair, target, datagram);
                // Whatever it answers goes to the attacker.
                if target == 1 {
                    pair.sides[1].drain(pair.now);
                }
            }
            for (from, datagrams) in first.iter_mut().enumerate() {
                for datagram in datagrams.drain(..) {
                    pair.put(1 - from, datagram);
                }
            }
            pair.run(Duration::from_secs(2));
            let states = pair.states();
            assert_eq!(
                states,
                [State::Connected; 2],
                "{versions:?} {target} {:?} {:?}",
                pair.sides[0].events,
                pair.sides[1].events
            );
            pair.exchange();
        }
    }
}

#[test]
fn a_spoofed_client_hello_ahead_of_the_real_one_does_not_win() {
    for attacker in VERSIONS {
        for versions in VERSIONS {
            let mut pair = Pair::new(versions, versions);
            pair.start();
            for seed in 100..110 {
                feed(&mut pair, 1, client_hello(attacker, seed));
            }
            pair.sides[1].drain(pair.now);
            pair.run(SECOND);
            assert_eq!(pair.states(), [State::Connected; 2], "{attacker:?} before {versions:?}");
        }
    }
}

#[test]
fn a_connection_in_use_ignores_everything_that_is_not_authentic() {
    for versions in VERSIONS {
        let mut pair = Pair::connected(versions, versions);
        let mut rng = Rng::new([4; 32]);
        for to in [0, 1] {
            for description in 0..=255 {
                feed(&mut pair, to, record(21, 0, 200, &[2, description]));
                feed(&mut pair, to, record(21, 0, 201, &[1, description]));
                feed(&mut pair, to, record(21, 1, 202, &[2, description]));
            }
            for kind in 0..=30 {
                for sequence in 0..12 {
                    feed(&mut pair, to, handshake(kind, sequence, &rng.bytes::<48>()));
                }
            }
            for content_type in 0..=255 {
                for epoch in 0..5 {
                    feed(&mut pair, to, record(content_type, epoch, 9, &rng.bytes::<64>()));
                }
            }
            for seed in 0..20 {
                feed(&mut pair, to, client_hello(Versions::Any, seed));
            }
            for len in 0..100 {
                feed(&mut pair, to, vec![22; len]);
                feed(&mut pair, to, vec![0x2F; len]);
                feed(&mut pair, to, vec![0x3F; len]);
            }
        }
        pair.drain();
        assert!(pair.sides.iter().all(|side| side.read.is_empty()));
        pair.run(SECOND);
        assert_eq!(pair.states(), [State::Connected; 2]);
        pair.exchange();
        let drops = pair.sides[0].connection.drops();
        assert!(
            drops.plaintext_alerts >= 512 && drops.plaintext_application_data >= 1 && drops.malformed > 100,
            "{drops:?}"
        );
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_data_record_means_no_data() {
    for versions in [Versions::Only12, Versions::Only13] {
        let mut pair = Pair::connected(versions, versions);
        let now = pair.now;
        for from in [0, 1] {
            pair.sides[from].connection.send(now, b"payload").unwrap();
            let datagram = pair.sides[from].drain(now).remove(0);
            for bit in 0..datagram.len() * 8 {
                let mut flipped = datagram.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                feed(&mut pair, 1 - from, flipped);
                pair.drain();
                assert!(pair.sides[1 - from].read.is_empty(), "bit {bit}");
            }
            for len in 0..datagram.len() {
                feed(&mut pair, 1 - from, datagram[..len].to_vec());
            }
            pair.drain();
            assert!(pair.sides[1 - from].read.is_empty());
            feed(&mut pair, 1 - from, datagram.clone());
            pair.drain();
            assert_eq!(pair.sides[1 - from].read, [b"payload"]);
            for _ in 0..100 {
                feed(&mut pair, 1 - from, datagram.clone());
            }
            pair.drain();
            assert_eq!(pair.sides[1 - from].read, [b"payload"], "a replay was delivered");
        }
        pair.exchange();
    }
}

#[test]
fn a_handshake_with_damaged_copies_of_every_datagram_never_panics() {
    for versions in VERSIONS {
        let mut rng = Rng::new([5; 32]);
        for _ in 0..300 {
            let mut pair = Pair::new(versions, versions);
            pair.start();
            for _ in 0..8 {
                for from in [0, 1] {
                    for datagram in pair.sides[from].drain(pair.now) {
                        let mut damaged = datagram.clone();
                        for _ in 0..=rng.below(3) {
                            let at = rng.below(u32::try_from(damaged.len()).unwrap()) as usize;
                            damaged[at] ^= 1 << rng.below(8);
                        }
                        if rng.below(2) == 0 {
                            damaged.truncate(rng.below(u32::try_from(damaged.len()).unwrap()) as usize);
                        }
                        pair.put(1 - from, damaged);
                        pair.put(1 - from, datagram);
                    }
                }
                pair.run(Duration::from_millis(30));
            }
            pair.run(Duration::from_secs(70));
            for side in &pair.sides {
                assert!(side.read.is_empty());
                assert_ne!(side.connection.state(), State::New);
            }
        }
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_of_each_flight_is_survived() {
    for versions in VERSIONS {
        let log = recorded(versions);
        for (index, (to, datagram)) in log.iter().enumerate() {
            let variants = (0..datagram.len()).map(|len| datagram[..len].to_vec());
            let flips = (0..datagram.len() * 8).step_by(7).map(|bit| {
                let mut flipped = datagram.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                flipped
            });
            // Into a fresh side of that role, and into a connected one.
            let mut pair = Pair::new(versions, versions);
            pair.start();
            let mut connected = Pair::connected(versions, versions);
            for variant in variants.chain(flips) {
                feed(&mut pair, *to, variant.clone());
                feed(&mut connected, *to, variant);
                pair.sides[*to].drain(pair.now);
            }
            connected.run(SECOND);
            assert_eq!(connected.states(), [State::Connected; 2], "datagram {index}");
            connected.exchange();
        }
    }
}

#[test]
fn a_server_hello_with_a_truncated_supported_versions_is_dropped() {
    // Version, random, empty session id, suite, compression, extensions: one, which claims 2 bytes that are not there.
    let mut body = vec![0xFE, 0xFD];
    body.extend([7; 32]);
    body.extend([0, 0x13, 0x01, 0, 0, 4, 0, 43, 0, 2]);
    let mut pair = Pair::new(Versions::Any, Versions::Any);
    pair.start();
    feed(&mut pair, 0, handshake(2, 0, &body));
    pair.run(SECOND);
    assert_eq!(pair.states(), [State::Connected; 2]);
}

#[test]
fn a_very_long_certificate_is_refused_and_nothing_panics() {
    let mut long = (*CERTIFICATES[0]).clone();
    long.der.resize(20_000, 0);
    for versions in VERSIONS {
        for role in [0, 1] {
            let mut configs = [config(0, versions), config(1, versions)];
            configs[role].certificate = std::sync::Arc::new(long.clone());
            let [client, server] = configs;
            let mut pair = Pair::of(client, server);
            pair.start();
            pair.run(Duration::from_secs(90));
            assert_eq!(pair.states()[1 - role], State::Failed, "{versions:?} {role} {:?}", pair.sides[1 - role].events);
        }
    }
}

#[test]
fn a_plaintext_alert_is_believed_only_if_the_handshake_gets_nowhere() {
    for side in [0, 1] {
        let alert = record(21, 0, 1, &[2, 40]);
        let mut pair = Pair::new(Versions::Any, Versions::Any);
        pair.start();
        feed(&mut pair, side, alert.clone());
        pair.run(Duration::from_secs(10));
        assert_eq!(pair.states(), [State::Connected; 2]);

        let mut pair = Pair::new(Versions::Any, Versions::Any);
        pair.start();
        pair.wire.loss = 1.0;
        feed(&mut pair, side, alert);
        pair.run(Duration::from_millis(2900));
        assert_eq!(pair.states()[side], State::Connecting);
        pair.run(Duration::from_millis(200));
        let failure = pair.sides[side].failure();
        assert_eq!(failure.reason, FailureReason::AlertReceived);
        assert_eq!(failure.alert_received.unwrap().description, AlertDescription::HANDSHAKE_FAILURE);
    }
}

#[test]
fn incompatible_versions_fail() {
    for (client, server) in [(Versions::Only12, Versions::Only13), (Versions::Only13, Versions::Only12)] {
        let mut pair = Pair::new(client, server);
        pair.start();
        pair.run(Duration::from_secs(70));
        // dimpl takes a ClientHello without a suite of its version for a damaged one, so that both sides only see silence.
        assert_eq!(pair.states(), [State::Failed; 2], "{client:?} {server:?}");
        assert_eq!(pair.sides[0].failure().reason, FailureReason::Timeout);
    }
}

#[test]
fn no_common_cipher_suite_fails_with_the_reason() {
    let suites = [CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_AES_256_GCM_SHA384];
    let [client, server] = [0, 1].map(|side| {
        let mut config = config(side, Versions::Only13);
        config.cipher_suites = vec![suites[side]];
        config
    });
    let mut pair = Pair::of(client, server);
    pair.start();
    pair.run(Duration::from_secs(10));
    assert_eq!(pair.sides[1].failure().reason, FailureReason::NoCommonParameters);
}

#[test]
fn a_stray_flood_costs_bounded_answers() {
    // A captured ClientHello, replayed: each answer is a whole flight, so their number must not follow the attacker's.
    for versions in VERSIONS {
        let mut pair = Pair::new(versions, versions);
        pair.start();
        pair.sides[0].drain(pair.now);
        let hello = client_hello(versions, 5);
        for _ in 0..5000 {
            feed(&mut pair, 1, hello.clone());
        }
        pair.sides[1].drain(pair.now);
        let sent = pair.sides[1].sent_datagrams;
        assert!(sent < 60, "{versions:?}: {sent} datagrams");
    }
}

#[test]
fn after_the_end_datagrams_are_counted_and_dropped() {
    let mut pair = Pair::connected(Versions::Any, Versions::Any);
    pair.sides[0].connection.close(pair.now);
    pair.run(SECOND);
    for to in [0, 1] {
        feed(&mut pair, to, client_hello(Versions::Any, 1));
        assert!(pair.sides[to].connection.drops().after_end >= 1);
    }
    pair.drain();
    assert_eq!(pair.states(), [State::Closed; 2]);
    pair.sides[0].connection.set_remote_fingerprints(pair.now, vec![fingerprint(2)]);
    assert_eq!(pair.states(), [State::Closed; 2]);
}
