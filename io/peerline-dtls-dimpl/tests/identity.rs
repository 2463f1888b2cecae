//! The other side is who was signalled, or nothing passes (RFC 8122 §6.2, RFC 8827 §6.5).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that stops here has failed")]

mod pair;

use pair::{CERTIFICATES, Pair, config, fingerprint};
use peerline_crypto::HashAlgorithm;
use peerline_crypto_aws_lc::AwsLc;
use peerline_dtls::{
    Alert, AlertDescription, Event, ExportError, FailureReason, Fingerprint, Mismatch, Role, SendError, State, Versions,
};
use std::time::Duration;

const VERSIONS: [Versions; 3] = [Versions::Any, Versions::Only12, Versions::Only13];
const SECOND: Duration = Duration::from_secs(1);

/// Runs a pair in which `judge` expects `fingerprints`, set at once or after the handshake.
fn run(versions: Versions, judge: usize, fingerprints: Vec<Fingerprint>, late: bool) -> Pair {
    let mut pair = Pair::new(versions, versions);
    let now = pair.now;
    pair.sides[1 - judge].connection.set_remote_fingerprints(now, vec![fingerprint(judge)]);
    if !late {
        pair.sides[judge].connection.set_remote_fingerprints(now, fingerprints.clone());
    }
    pair.sides[0].connection.start(now, Role::Client);
    pair.sides[1].connection.start(now, Role::Server);
    // The other side talks as soon as it can.
    for index in 0..20_u8 {
        pair.run(Duration::from_millis(10));
        let _ = pair.sides[1 - judge].connection.send(pair.now, &[index; 6]);
        assert_eq!(
            pair.sides[judge].connection.send(pair.now, b"secret").is_ok(),
            pair.states()[judge] == State::Connected
        );
        assert!(pair.states()[judge] == State::Connected || pair.sides[judge].read.is_empty());
    }
    if late {
        pair.sides[judge].connection.set_remote_fingerprints(pair.now, fingerprints);
    }
    pair.run(SECOND);
    pair
}

fn assert_refused(pair: &mut Pair, judge: usize, mismatch: Mismatch) {
    let side = &mut pair.sides[judge];
    assert_eq!(side.connection.state(), State::Failed);
    assert_eq!(side.failure().reason, FailureReason::Fingerprint(mismatch));
    assert_eq!(side.events.len(), 1, "{:?}", side.events);
    assert!(side.read.is_empty());
    assert!(side.connection.remote_certificates().is_empty());
    assert_eq!(side.connection.session(), None);
    assert_eq!(side.connection.srtp_keying_material(), None);
    let exported = side.connection.export_keying_material("EXTRACTOR-dtls_srtp", None, &mut [0; 88]);
    assert_eq!(exported, Err(ExportError::NotConnected));
    assert_eq!(side.connection.send(pair.now, b"x"), Err(SendError::NotConnected));
    assert!(pair.sides[1 - judge].read.is_empty(), "the refused side got data");
}

#[test]
fn a_wrong_fingerprint_fails_the_connection_in_both_roles_early_and_late() {
    for versions in VERSIONS {
        for judge in [0, 1] {
            for late in [false, true] {
                let mut pair = run(versions, judge, vec![fingerprint(2)], late);
                assert_refused(&mut pair, judge, Mismatch::Different);
            }
        }
    }
}

#[test]
fn a_mitm_who_presents_its_own_certificate_is_refused_by_both() {
    for versions in VERSIONS {
        let mut pair = Pair::of(config(2, versions), config(1, versions));
        pair.start();
        pair.run(SECOND);
        assert_refused(&mut pair, 1, Mismatch::Different);
        let mut pair = Pair::of(config(0, versions), config(2, versions));
        pair.start();
        pair.run(SECOND);
        assert_refused(&mut pair, 0, Mismatch::Different);
    }
}

#[test]
fn our_own_fingerprint_does_not_vouch_for_the_other_side() {
    for judge in [0, 1] {
        let mut pair = run(Versions::Any, judge, vec![fingerprint(judge)], false);
        assert_refused(&mut pair, judge, Mismatch::Different);
    }
}

#[test]
fn no_fingerprint_and_only_weak_ones_fail_the_connection() {
    for judge in [0, 1] {
        for late in [false, true] {
            let mut pair = run(Versions::Any, judge, vec![], late);
            assert_refused(&mut pair, judge, Mismatch::NoneSignalled);
            let weak = CERTIFICATES[1 - judge].fingerprint(&AwsLc, HashAlgorithm::Sha1);
            let mut pair = run(Versions::Any, judge, vec![weak], late);
            assert_refused(&mut pair, judge, Mismatch::TooWeak);
        }
    }
}

#[test]
fn a_right_weaker_hash_does_not_outweigh_a_wrong_stronger_one() {
    let right = |judge: usize| CERTIFICATES[1 - judge].fingerprint(&AwsLc, HashAlgorithm::Sha256);
    let wrong = CERTIFICATES[2].fingerprint(&AwsLc, HashAlgorithm::Sha512);
    for judge in [0, 1] {
        let mut pair = run(Versions::Any, judge, vec![right(judge), wrong.clone()], false);
        assert_refused(&mut pair, judge, Mismatch::Different);
    }
}

#[test]
fn one_of_several_fingerprints_of_the_strongest_hash_is_enough() {
    for versions in VERSIONS {
        for judge in [0, 1] {
            for late in [false, true] {
                let other = CERTIFICATES[2].fingerprint(&AwsLc, HashAlgorithm::Sha1);
                let pair = run(versions, judge, vec![fingerprint(2), other, fingerprint(1 - judge)], late);
                assert_eq!(pair.states(), [State::Connected; 2]);
            }
        }
    }
}

#[test]
fn until_the_fingerprint_comes_nothing_passes_and_then_everything_does() {
    for versions in VERSIONS {
        for judge in [0, 1] {
            let mut pair = run(versions, judge, vec![fingerprint(1 - judge)], true);
            assert_eq!(pair.states(), [State::Connected; 2]);
            // Four early records were held, later ones were dropped and counted, the last ones came after the fingerprint.
            let read: Vec<u8> = pair.sides[judge].read.iter().map(|record| record[0]).collect();
            let first = read[0];
            assert_eq!(read[..4], [first, first + 1, first + 2, first + 3]);
            assert!(read.len() < usize::from(19 - first) && read.last() == Some(&19), "{read:?}");
            assert!(pair.sides[judge].connection.drops().unverified_application_data > 0);
            pair.exchange();
        }
    }
}

#[test]
fn while_the_fingerprint_is_missing_the_connection_is_connecting_and_shows_nothing() {
    for judge in [0, 1] {
        let mut pair = Pair::new(Versions::Any, Versions::Any);
        let now = pair.now;
        pair.sides[1 - judge].connection.set_remote_fingerprints(now, vec![fingerprint(judge)]);
        pair.sides[0].connection.start(now, Role::Client);
        pair.sides[1].connection.start(now, Role::Server);
        pair.run(Duration::from_secs(100));
        let side = &pair.sides[judge];
        assert_eq!(side.connection.state(), State::Connecting);
        assert!(side.events.is_empty());
        assert_eq!(side.connection.session(), None);
        assert!(side.connection.remote_certificates().is_empty());
        assert_eq!(side.connection.srtp_keying_material(), None);
    }
}

#[test]
fn a_new_set_without_the_running_certificate_fails_the_connection() {
    let mut pair = Pair::connected(Versions::Any, Versions::Any);
    pair.sides[0].connection.set_remote_fingerprints(pair.now, vec![fingerprint(1), fingerprint(2)]);
    pair.exchange();
    pair.sides[0].connection.set_remote_fingerprints(pair.now, vec![fingerprint(2)]);
    pair.run(SECOND);
    assert_eq!(pair.states(), [State::Failed, State::Closed]);
    assert_eq!(pair.sides[0].failure().alert_sent, Some(Alert::CLOSE_NOTIFY));
}

#[test]
fn a_refused_1_2_handshake_says_bad_certificate_to_the_other_side() {
    for judge in [0, 1] {
        let mut pair = run(Versions::Only12, judge, vec![fingerprint(2)], false);
        let alert = Alert::fatal(AlertDescription::BAD_CERTIFICATE);
        assert_eq!(pair.sides[judge].failure().alert_sent, Some(alert));
        // In plaintext, so the other side believes it only when nothing else comes.
        assert_eq!(pair.states()[1 - judge], State::Connecting);
        pair.run(Duration::from_secs(3));
        assert_eq!(pair.sides[1 - judge].failure().alert_received, Some(alert));
        assert_eq!(pair.sides[1 - judge].failure().reason, FailureReason::AlertReceived);
    }
}

#[test]
fn a_client_that_refuses_the_server_sends_neither_certificate_nor_finished() {
    for versions in VERSIONS {
        let pair = run(versions, 0, vec![fingerprint(2)], false);
        let sent = pair.sides[0].sent_datagrams;
        assert!(sent <= 2, "ClientHello and at most an alert, not {sent} datagrams");
        assert!(!pair.sides[1].events.iter().any(|event| matches!(event, Event::Connected(_))));
    }
}
