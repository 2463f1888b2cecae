use super::*;
use crate::testing::{Hashes, Puppets, SESSION, Step, certificate, next_packet, take_script};
use crate::{Alert, AlertDescription, FailureReason, Mismatch};
use peerline_crypto::HashAlgorithm;
use std::sync::Arc;
use std::time::Duration;

const T: Time = Time::from_millis(5);
const LEAF: &[u8] = b"their leaf";

fn connection() -> Connection {
    take_script();
    Connection::new(Config::new(Arc::new(Puppets), Arc::new(Hashes), Arc::new(certificate(b"ours")), [1; 32]))
}

fn theirs() -> Vec<Fingerprint> {
    vec![Fingerprint::of(LEAF, &Hashes, HashAlgorithm::Sha256)]
}

fn others() -> Vec<Fingerprint> {
    vec![Fingerprint::of(b"someone else", &Hashes, HashAlgorithm::Sha256)]
}

/// A protected record: what is in it is up to the puppet.
fn packet(connection: &mut Connection, now: Time, steps: Vec<Step>) {
    next_packet(steps);
    connection.handle_packet(now, &mut [0x2F, 0, 0, 0, 1, 9]);
}

fn plaintext(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    let mut out = vec![content_type, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, u8::try_from(fragment.len()).unwrap()];
    out.extend(fragment);
    out
}

fn client_hello(random: u8) -> Vec<u8> {
    let mut message = vec![1, 0, 0, 34, 0, 0, 0, 0, 0, 0, 0, 34, 0xFE, 0xFD];
    message.extend([random; 32]);
    plaintext(22, &message)
}

fn read(connection: &mut Connection) -> Option<Vec<u8>> {
    let mut buf = Vec::new();
    connection.poll_application_data(T, &mut buf).then_some(buf)
}

fn sent(connection: &mut Connection) -> Option<String> {
    let mut buf = Vec::new();
    connection.poll_transmit(T, &mut buf).then(|| String::from_utf8(buf).unwrap())
}

fn chain() -> Step {
    Step::Certificates(vec![LEAF.to_vec(), b"issuer".to_vec()])
}

#[test]
fn connects_once_certificate_fingerprint_and_handshake_are_there_in_any_order() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut connection = connection();
        connection.start(T, Role::Client);
        for (index, step) in order.into_iter().enumerate() {
            assert_eq!(connection.state(), State::Connecting);
            assert_eq!(connection.send(T, b"x"), Err(SendError::NotConnected));
            assert_eq!(connection.poll_event(), None);
            match step {
                0 => connection.set_remote_fingerprints(T, theirs()),
                1 => packet(&mut connection, T, vec![chain()]),
                _ if order[index..].contains(&1) => packet(&mut connection, T, vec![]),
                _ => packet(&mut connection, T, vec![Step::Complete]),
            }
        }
        if connection.state() == State::Connecting {
            packet(&mut connection, T, vec![Step::Complete]);
        }
        assert_eq!(connection.state(), State::Connected);
        assert_eq!(connection.poll_event(), Some(Event::Connected(SESSION)));
        assert_eq!(connection.remote_certificates(), [LEAF.to_vec(), b"issuer".to_vec()]);
        assert_eq!(connection.srtp_keying_material(), Some(vec![9; 2 * (16 + 12)]));
    }
}

#[test]
fn an_engine_that_completes_without_a_certificate_is_refused() {
    for fingerprints_first in [true, false] {
        let mut connection = connection();
        connection.start(T, Role::Server);
        if fingerprints_first {
            connection.set_remote_fingerprints(T, theirs());
        }
        packet(&mut connection, T, vec![Step::Complete, Step::Data(b"secret".to_vec())]);
        if !fingerprints_first {
            connection.set_remote_fingerprints(T, theirs());
        }
        let Some(Event::Failed(failure)) = connection.poll_event() else { panic!("not failed") };
        assert_eq!(failure.reason, FailureReason::NoCertificate);
        assert_eq!(read(&mut connection), None);
        assert_eq!(connection.srtp_keying_material(), None);
    }
}

#[test]
fn an_empty_chain_is_no_certificate() {
    let mut connection = connection();
    connection.start(T, Role::Server);
    connection.set_remote_fingerprints(T, theirs());
    packet(&mut connection, T, vec![Step::Certificates(vec![]), Step::Complete]);
    assert_eq!(connection.state(), State::Failed);
}

#[test]
fn a_wrong_certificate_fails_before_the_handshake_goes_on_and_only_an_alert_goes_out() {
    let mut connection = connection();
    connection.start(T, Role::Client);
    connection.set_remote_fingerprints(T, others());
    packet(&mut connection, T, vec![chain(), Step::Complete, Step::Data(b"secret".to_vec())]);
    let Some(Event::Failed(failure)) = connection.poll_event() else { panic!("not failed") };
    assert_eq!(failure.reason, FailureReason::Fingerprint(Mismatch::Different));
    assert_eq!(failure.alert_sent, Some(Alert::fatal(AlertDescription::BAD_CERTIFICATE)));
    assert_eq!(connection.poll_event(), None);
    assert_eq!(sent(&mut connection).as_deref(), Some("alert 42"));
    assert_eq!(sent(&mut connection), None);
    assert_eq!(read(&mut connection), None);
    // Nothing brings it back.
    connection.set_remote_fingerprints(T, theirs());
    packet(&mut connection, T, vec![chain(), Step::Complete]);
    connection.start(T, Role::Client);
    assert_eq!(connection.state(), State::Failed);
    assert_eq!(connection.poll_timeout(), None);
}

#[test]
fn a_certificate_that_changes_after_the_first_is_checked_again() {
    let mut connection = connection();
    connection.start(T, Role::Client);
    connection.set_remote_fingerprints(T, theirs());
    packet(&mut connection, T, vec![chain()]);
    packet(&mut connection, T, vec![Step::Certificates(vec![b"someone else's".to_vec()]), Step::Complete]);
    assert_eq!(connection.state(), State::Failed);
}

#[test]
fn early_plaintext_is_held_and_delivered_in_order_after_the_verification() {
    let mut connection = connection();
    connection.start(T, Role::Server);
    let data = (0..6_u8).map(|index| Step::Data(vec![index]));
    packet(&mut connection, T, [chain(), Step::Complete].into_iter().chain(data).collect());
    assert_eq!(read(&mut connection), None);
    assert_eq!(connection.drops().unverified_application_data, 2);
    connection.set_remote_fingerprints(T, theirs());
    packet(&mut connection, T, vec![Step::Data(vec![9])]);
    let all: Vec<_> = core::iter::from_fn(|| read(&mut connection)).flatten().collect();
    assert_eq!(all, [0, 1, 2, 3, 9]);
}

#[test]
fn early_plaintext_of_a_stranger_is_never_delivered() {
    let mut connection = connection();
    connection.start(T, Role::Server);
    packet(&mut connection, T, vec![chain(), Step::Complete, Step::Data(b"secret".to_vec())]);
    connection.set_remote_fingerprints(T, others());
    assert_eq!(connection.state(), State::Failed);
    assert_eq!(read(&mut connection), None);
}

#[test]
fn a_spoofed_failure_before_the_certificate_starts_a_fresh_engine_and_is_forgotten() {
    for role in [Role::Client, Role::Server] {
        let mut connection = connection();
        connection.set_remote_fingerprints(T, theirs());
        connection.start(T, role);
        packet(&mut connection, T, vec![Step::Fail(Failure::new(FailureReason::Handshake))]);
        assert_eq!(connection.state(), State::Connecting);
        packet(&mut connection, T, vec![chain(), Step::Complete]);
        assert_eq!(connection.state(), State::Connected);
        let script = take_script();
        assert_eq!(script.created.len(), 2);
        assert_ne!(script.created[0], script.created[1], "each engine has a seed of its own");
    }
}

#[test]
fn a_failure_that_nothing_proves_wrong_is_reported_after_the_grace() {
    let mut connection = connection();
    connection.start(T, Role::Server);
    packet(&mut connection, T, vec![Step::Fail(Failure::new(FailureReason::NoCommonParameters))]);
    packet(&mut connection, T, vec![Step::Fail(Failure::new(FailureReason::Handshake))]);
    let deadline = connection.poll_timeout().unwrap();
    assert_eq!(deadline, Deadline::new(T + Duration::from_secs(3), "dtls doubt"));
    connection.handle_timeout(deadline.at - Duration::from_millis(1));
    assert_eq!(connection.state(), State::Connecting);
    connection.handle_timeout(deadline.at);
    assert_eq!(connection.poll_event(), Some(Event::Failed(Failure::new(FailureReason::NoCommonParameters))));
}

#[test]
fn a_client_starts_anew_three_times_and_no_more() {
    let mut connection = connection();
    connection.start(T, Role::Client);
    let fail = || vec![Step::Fail(Failure::new(FailureReason::Handshake))];
    for _ in 0..3 {
        assert_eq!(sent(&mut connection).as_deref(), Some("hello"));
        packet(&mut connection, T, fail());
        assert_eq!(connection.state(), State::Connecting);
    }
    packet(&mut connection, T, fail());
    assert_eq!(connection.state(), State::Failed);
}

#[test]
fn an_authenticated_failure_is_final_at_once() {
    let alert = Failure::alert_received(Alert::fatal(AlertDescription::BAD_CERTIFICATE));
    for (before, failure) in [
        (vec![], alert),
        (vec![chain()], Failure::new(FailureReason::Handshake)),
        (vec![], Failure::new(FailureReason::NoCertificate)),
        (vec![], Failure::new(FailureReason::Configuration)),
        (vec![chain(), Step::Complete], Failure::new(FailureReason::Handshake)),
    ] {
        let mut connection = connection();
        connection.set_remote_fingerprints(T, theirs());
        connection.start(T, Role::Server);
        packet(&mut connection, T, before);
        packet(&mut connection, T, vec![Step::Fail(failure)]);
        while let Some(event) = connection.poll_event() {
            assert!(matches!(event, Event::Connected(_)) || event == Event::Failed(failure));
        }
        assert_eq!(connection.state(), State::Failed);
        assert_eq!(sent(&mut connection), None);
    }
}

#[test]
fn a_server_follows_the_newest_client_hello_until_it_has_seen_a_certificate() {
    let mut connection = connection();
    connection.set_remote_fingerprints(T, theirs());
    connection.start(T, Role::Server);
    for random in [1, 1, 2, 2, 3] {
        connection.handle_packet(T, &mut client_hello(random));
    }
    assert_eq!(take_script().created.len(), 3);
    packet(&mut connection, T, vec![chain()]);
    connection.handle_packet(T, &mut client_hello(4));
    assert!(take_script().created.is_empty());
}

#[test]
fn plaintext_alerts_and_data_never_reach_the_engine() {
    let mut connection = connection();
    connection.set_remote_fingerprints(T, theirs());
    connection.start(T, Role::Client);
    connection.handle_packet(T, &mut plaintext(21, &[2, 40]));
    connection.handle_packet(T, &mut plaintext(23, b"data"));
    connection.handle_packet(T, &mut [plaintext(21, &[1, 0]), plaintext(22, b"kept"), plaintext(23, b"")].concat());
    connection.handle_packet(T, &mut [0; 40]);
    assert_eq!(take_script().calls, ["packet 17"]);
    let drops = connection.drops();
    assert_eq!((drops.plaintext_alerts, drops.plaintext_application_data, drops.malformed), (2, 2, 1));
    assert_eq!(connection.poll_timeout().map(|deadline| deadline.at), Some(T + Duration::from_secs(3)));
    packet(&mut connection, T, vec![chain(), Step::Complete]);
    assert_eq!(connection.poll_timeout(), None);
    connection.handle_packet(T, &mut plaintext(21, &[2, 40]));
    assert_eq!((connection.state(), connection.poll_timeout()), (State::Connected, None));
}

#[test]
fn close_notify_of_the_peer_leaves_what_was_read_before_it() {
    let mut connection = connection();
    connection.set_remote_fingerprints(T, theirs());
    connection.start(T, Role::Client);
    packet(&mut connection, T, vec![chain(), Step::Complete, Step::Data(b"last".to_vec()), Step::Close]);
    // Connected is never skipped, even if all comes at once.
    assert_eq!(connection.poll_event(), Some(Event::Connected(SESSION)));
    assert_eq!(connection.poll_event(), Some(Event::Closed));
    assert_eq!(read(&mut connection).as_deref(), Some(&b"last"[..]));
    assert_eq!(connection.state(), State::Closed);
}

#[test]
fn debug_output_shows_no_secret() {
    let mut connection = connection();
    connection.start(T, Role::Server);
    packet(&mut connection, T, vec![chain(), Step::Complete, Step::Data(b"secret".to_vec())]);
    let text = format!("{connection:?} {:?}", certificate(b"x"));
    assert!(text.contains("redacted") && !text.contains("115, 101, 99, 114, 101, 116"), "{text}");
}
