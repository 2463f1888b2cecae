//! Handshakes between two connections: versions, loss, and what both sides know afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that stops here has failed")]

mod pair;

use pair::{CERTIFICATES, Pair, Wire, config, fingerprint};
use peerline_crypto::HashAlgorithm;
use peerline_crypto_aws_lc::AwsLc;
use peerline_dtls::{
    CipherSuite, Event, ExportError, FailureReason, NamedGroup, ProtocolVersion, Role, SendError, SrtpProfile, State,
    Versions,
};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::Rng;
use std::sync::Arc;
use std::time::Duration;

const ALL: [(Versions, Versions, ProtocolVersion); 5] = [
    (Versions::Any, Versions::Any, ProtocolVersion::Dtls13),
    (Versions::Any, Versions::Only12, ProtocolVersion::Dtls12),
    (Versions::Only12, Versions::Any, ProtocolVersion::Dtls12),
    (Versions::Only12, Versions::Only12, ProtocolVersion::Dtls12),
    (Versions::Only13, Versions::Only13, ProtocolVersion::Dtls13),
];

#[test]
fn both_sides_connect_and_exchange_data_in_every_version_pair() {
    for (client, server, version) in ALL {
        let mut pair = Pair::connected(client, server);
        for side in &pair.sides {
            assert_eq!(side.session().version, version);
            assert_eq!(side.session().group, Some(NamedGroup::X25519));
            assert_eq!(side.events, [Event::Connected(side.session())]);
        }
        assert_eq!(pair.sides[0].session(), pair.sides[1].session());
        let suite = match version {
            ProtocolVersion::Dtls12 => CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            ProtocolVersion::Dtls13 => CipherSuite::TLS_AES_128_GCM_SHA256,
        };
        assert_eq!(pair.sides[0].session().cipher_suite, Some(suite));
        assert_eq!(pair.sides[0].connection.remote_certificates(), [CERTIFICATES[1].der.clone()]);
        assert_eq!(pair.sides[1].connection.remote_certificates(), [CERTIFICATES[0].der.clone()]);
        pair.exchange();
        pair.exchange();
    }
}

#[test]
fn both_sides_export_the_same_srtp_keying_material() {
    for (client, server, _) in ALL {
        let pair = Pair::connected(client, server);
        let [a, b] = [0, 1].map(|side| pair.sides[side].connection.srtp_keying_material().unwrap());
        assert_eq!(a, b);
        let profile = pair.sides[0].session().srtp_profile.unwrap();
        assert_eq!(profile, SrtpProfile::AEAD_AES_256_GCM);
        assert_eq!(a.len(), 2 * (32 + 12));
        let unsupported = pair.sides[0].connection.export_keying_material("EXPORTER-other", None, &mut [0; 88]);
        assert_eq!(unsupported, Err(ExportError::Unsupported));
    }
}

#[test]
fn a_handshake_takes_two_round_trips_in_1_2_and_one_and_a_half_in_1_3() {
    for (versions, client_at, server_at) in [(Versions::Only12, 4, 3), (Versions::Only13, 2, 3)] {
        let mut pair = Pair::new(versions, versions);
        pair.start();
        let mut connected_at = [None; 2];
        for leg in 0..6 {
            for side in [0, 1] {
                if pair.states()[side] == State::Connected {
                    connected_at[side].get_or_insert(leg);
                }
            }
            pair.run(pair::DELAY);
        }
        assert_eq!(connected_at, [Some(client_at), Some(server_at)], "{versions:?}");
    }
}

#[test]
fn handshakes_survive_loss_reordering_and_duplication() {
    for (client, server, version) in ALL {
        for seed in 0..40 {
            let mut pair = Pair::new(client, server);
            pair.rng = Rng::new([seed; 32]);
            pair.wire = Wire { loss: 0.25, duplication: 0.2, jitter: Duration::from_millis(80) };
            pair.start();
            pair.run(Duration::from_secs(60));
            assert_eq!(
                pair.states(),
                [State::Connected; 2],
                "{version:?} seed {seed}: {:?} {:?}",
                pair.sides[0].events,
                pair.sides[1].events
            );
            pair.wire = Wire::default();
            pair.run(Duration::from_secs(1));
            pair.exchange();
        }
    }
}

#[test]
fn a_lost_first_flight_is_sent_again_after_400_ms() {
    let mut pair = Pair::new(Versions::Any, Versions::Any);
    pair.start();
    pair.wire.loss = 1.0;
    pair.run(Duration::from_millis(100));
    assert_eq!(pair.sides[0].sent_datagrams, 1);
    pair.run(Duration::from_millis(450));
    assert_eq!(pair.sides[0].sent_datagrams, 2, "400 ms plus or minus a quarter");
}

#[test]
fn a_client_whom_nobody_answers_fails_by_timeout() {
    let mut pair = Pair::new(Versions::Any, Versions::Any);
    pair.start();
    pair.wire.loss = 1.0;
    pair.run(Duration::from_secs(120));
    assert_eq!(pair.sides[0].failure().reason, FailureReason::Timeout);
    assert_eq!(pair.sides[1].connection.state(), State::Connecting, "a server waits as long as ICE does");
}

#[test]
fn the_simulated_handshake_happens_the_same_way_twice() {
    let log = |_| {
        let mut pair = Pair::of(config(0, Versions::Any), config(1, Versions::Any));
        for (index, side) in [0, 1].into_iter().zip(&mut pair.sides) {
            let mut config = config(index, Versions::Any);
            config.provider = Arc::new(Dimpl::deterministic());
            side.connection = peerline_dtls::Connection::new(config);
        }
        pair.wire = Wire { loss: 0.3, duplication: 0.1, jitter: Duration::from_millis(10) };
        pair.start();
        let mut times = Vec::new();
        for _ in 0..100 {
            pair.run(Duration::from_millis(50));
            times.push((pair.states(), pair.sides[0].sent_datagrams, pair.sides[1].sent_datagrams));
        }
        times
    };
    assert_eq!(log(0), log(1));
}

#[test]
fn close_notify_reaches_the_other_side_and_what_was_sent_before_can_be_read() {
    for (client, server, _) in ALL {
        for closer in [0, 1] {
            let mut pair = Pair::connected(client, server);
            pair.sides[closer].connection.send(pair.now, b"last words").unwrap();
            pair.sides[closer].connection.close(pair.now);
            assert_eq!(pair.sides[closer].connection.state(), State::Closed);
            pair.run(Duration::from_secs(1));
            assert_eq!(pair.sides[1 - closer].connection.state(), State::Closed);
            assert_eq!(pair.sides[1 - closer].events.last(), Some(&Event::Closed));
            assert_eq!(pair.sides[1 - closer].read, [b"last words".to_vec()]);
            let sent = pair.sides[1 - closer].connection.send(pair.now, b"too late");
            assert_eq!(sent, Err(SendError::NotConnected));
            assert_eq!(pair.sides[closer].connection.poll_timeout(), None);
        }
    }
}

#[test]
fn a_handshake_that_is_closed_goes_silent() {
    let mut pair = Pair::new(Versions::Any, Versions::Any);
    pair.start();
    pair.sides[0].connection.close(pair.now);
    pair.run(Duration::from_secs(5));
    assert_eq!(pair.sides[0].sent_datagrams, 0);
    assert_eq!(pair.states(), [State::Closed, State::Connecting]);
}

#[test]
fn the_longest_plaintext_fills_the_datagram_exactly() {
    for (client, server, _) in ALL {
        let mut pair = Pair::connected(client, server);
        for from in [0, 1] {
            let len = pair.sides[from].connection.max_plaintext_len(1200);
            let now = pair.now;
            pair.sides[from].connection.send(now, &vec![7; len]).unwrap();
            assert_eq!(pair.sides[from].drain(now)[0].len(), 1200);
            assert_eq!(pair.sides[from].connection.send(now, &vec![7; len + 1]), Err(SendError::TooLong));
        }
    }
    let fresh = Pair::new(Versions::Any, Versions::Any);
    assert_eq!(fresh.sides[0].connection.max_plaintext_len(1200), 1163);
}

#[test]
fn a_caller_who_never_polls_gets_queue_full_and_can_go_on() {
    for versions in [Versions::Only12, Versions::Only13] {
        let mut pair = Pair::connected(versions, versions);
        let accepted = (0..5000).take_while(|_| pair.sides[0].connection.send(pair.now, &[1; 1100]).is_ok()).count();
        assert!((100..1000).contains(&accepted), "{accepted}");
        assert_eq!(pair.sides[0].connection.send(pair.now, &[1; 1100]), Err(SendError::QueueFull));
        pair.run(Duration::from_secs(1));
        assert_eq!(pair.sides[1].read.len(), accepted);
        pair.exchange();
    }
}

#[test]
fn a_reader_who_never_reads_costs_bounded_memory_and_can_go_on() {
    for versions in [Versions::Only12, Versions::Only13] {
        let mut pair = Pair::connected(versions, versions);
        let now = pair.now;
        for _ in 0..3000 {
            pair.sides[0].connection.send(now, &[1; 1100]).unwrap();
            for mut datagram in pair.sides[0].drain(now) {
                pair.sides[1].connection.handle_packet(now, &mut datagram);
            }
        }
        pair.drain();
        assert_eq!(pair.sides[1].read.len(), 1024);
        pair.exchange();
    }
}

#[test]
fn explicit_nonces_of_1_2_count_up_and_never_repeat() {
    let mut pair = Pair::connected(Versions::Only12, Versions::Only12);
    let now = pair.now;
    let mut nonces = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        pair.sides[0].connection.send(now, &[1; 100]).unwrap();
        for datagram in pair.sides[0].drain(now) {
            assert_eq!(datagram[3..11], datagram[13..21], "epoch and sequence number");
            assert!(nonces.insert(datagram[13..21].to_vec()));
        }
    }
}

#[test]
fn an_rsa_certificate_is_refused_as_configuration() {
    let mut config = config(0, Versions::Any);
    let mut certificate = (*config.certificate).clone();
    certificate.algorithm = peerline_dtls::KeyAlgorithm::Rsa2048;
    config.certificate = Arc::new(certificate);
    let mut pair = Pair::of(config, pair::config(1, Versions::Any));
    pair.start();
    pair.drain();
    assert_eq!(pair.sides[0].failure().reason, FailureReason::Configuration);
}

#[test]
fn a_role_may_be_started_once() {
    let mut pair = Pair::connected(Versions::Any, Versions::Any);
    pair.sides[0].connection.start(pair.now, Role::Server);
    pair.exchange();
}

#[test]
fn early_datagrams_are_held_until_the_start() {
    let mut pair = Pair::new(Versions::Any, Versions::Any);
    let now = pair.now;
    pair.sides[0].connection.set_remote_fingerprints(now, vec![fingerprint(1)]);
    pair.sides[0].connection.start(now, Role::Client);
    pair.run(Duration::from_millis(100));
    pair.sides[1].connection.set_remote_fingerprints(pair.now, vec![fingerprint(0)]);
    pair.sides[1].connection.start(pair.now, Role::Server);
    pair.run(Duration::from_millis(100));
    assert_eq!(pair.states(), [State::Connected; 2]);
    assert_eq!(pair.sides[0].sent_datagrams, 2, "no retransmission was needed");
}

#[test]
fn early_datagrams_are_bounded() {
    let mut side = pair::Side::new(config(1, Versions::Any));
    for index in 0..10_000_u32 {
        let mut datagram = vec![22; 1400];
        datagram[..4].copy_from_slice(&index.to_be_bytes());
        side.connection.handle_packet(peerline_edge::Time::ZERO, &mut datagram);
    }
    assert_eq!(side.connection.drops().early, 10_000 - 4);
    side.connection.handle_packet(peerline_edge::Time::ZERO, &mut [22; 9000]);
    assert_eq!(side.connection.drops().early, 10_000 - 3);
}

#[test]
fn all_hash_functions_from_sha_224_up_verify() {
    for algorithm in [HashAlgorithm::Sha224, HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        let mut pair = Pair::new(Versions::Any, Versions::Any);
        pair.start();
        for side in [0, 1] {
            let signalled = CERTIFICATES[1 - side].fingerprint(&AwsLc, algorithm);
            pair.sides[side].connection.set_remote_fingerprints(pair.now, vec![signalled]);
        }
        pair.run(Duration::from_secs(1));
        assert_eq!(pair.states(), [State::Connected; 2]);
    }
}

#[test]
fn connections_and_providers_can_cross_threads() {
    fn send<T: Send>() {}
    fn send_and_sync<T: Send + Sync>() {}
    send::<peerline_dtls::Connection>();
    send_and_sync::<peerline_dtls::Config>();
    send_and_sync::<Dimpl>();
}
