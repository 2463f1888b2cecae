use super::*;
use peerline_dtls::{Role::Client, Role::Server};

const V12: Option<ProtocolVersion> = Some(ProtocolVersion::Dtls12);
const V13: Option<ProtocolVersion> = Some(ProtocolVersion::Dtls13);

fn record(content_type: u8, epoch: u8, fragment: &[u8]) -> Vec<u8> {
    let mut out = vec![content_type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, 1];
    out.extend(u16::try_from(fragment.len()).unwrap().to_be_bytes());
    out.extend(fragment);
    out
}

/// A fragment of a handshake message: its kind, length and sequence number, its offset and its bytes.
fn fragment(kind: u8, len: u32, sequence: u16, offset: u32, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    out.extend(&len.to_be_bytes()[1..]);
    out.extend(sequence.to_be_bytes());
    out.extend(&offset.to_be_bytes()[1..]);
    out.extend(&u32::try_from(body.len()).unwrap().to_be_bytes()[1..]);
    out.extend(body);
    record(22, 0, &out)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    fragment(kind, u32::try_from(body.len()).unwrap(), 0, 0, body)
}

fn server_hello(extensions: &[u8]) -> Vec<u8> {
    let mut body = vec![0xFE, 0xFD];
    body.extend([7; 32]);
    body.extend([0, 0x13, 1, 0]);
    body.extend(extensions);
    body
}

const UNIFIED: [u8; 7] = [0x2E, 0, 1, 0, 2, 8, 9];

#[test]
fn a_server_takes_client_hellos_first_and_nothing_else() {
    assert_eq!(admit(&message(1, &[0; 50]), Server, None), Admission::Take);
    assert_eq!(admit(&fragment(1, 1500, 0, 1000, &[0; 500]), Server, None), Admission::Take);
    for other in [message(11, &[0; 50]), message(2, &server_hello(&[])), record(20, 0, &[1]), UNIFIED.to_vec(), vec![]]
    {
        assert_eq!(admit(&other, Server, None), Admission::Drop);
    }
}

#[test]
fn a_client_takes_a_server_hello_or_a_hello_verify_request_first_and_holds_protected_records() {
    assert_eq!(admit(&message(3, &[0; 20]), Client, None), Admission::Take);
    assert_eq!(admit(&message(2, &server_hello(&[])), Client, None), Admission::Take);
    assert_eq!(admit(&[message(2, &server_hello(&[])), UNIFIED.to_vec()].concat(), Client, None), Admission::Take);
    assert_eq!(admit(&UNIFIED, Client, None), Admission::Hold);
    assert_eq!(admit(&record(22, 1, &[0; 40]), Client, None), Admission::Hold);
    assert_eq!(admit(&message(11, &[0; 50]), Client, None), Admission::Drop);
    assert_eq!(admit(&message(1, &[0; 50]), Client, None), Admission::Drop);
}

#[test]
fn a_server_hello_must_be_whole_and_well_formed() {
    let good = server_hello(&[0, 10, 0, 43, 0, 2, 0xFE, 0xFC, 0, 14, 0, 0]);
    assert_eq!(admit(&message(2, &good), Client, None), Admission::Take);
    assert_eq!(admit(&fragment(2, 100, 0, 0, &good), Client, None), Admission::Drop);
    for extensions in [
        &[0, 4, 0, 43, 0, 2][..],
        &[0, 5, 0, 43, 0, 1, 0xFE],
        &[0, 4, 0, 43, 0, 0],
        &[0, 3, 0, 14, 0],
        &[0, 9, 0, 14, 0, 0],
        &[0],
    ] {
        assert_eq!(admit(&message(2, &server_hello(extensions)), Client, None), Admission::Drop, "{extensions:?}");
    }
    for len in 0..good.len() {
        // Without extensions it is a ServerHello of 1.2.
        let expected = if len == 38 { Admission::Take } else { Admission::Drop };
        assert_eq!(admit(&message(2, &good[..len]), Client, None), expected, "{len}");
    }
}

#[test]
fn plaintext_messages_must_be_possible_for_their_sender() {
    for kind in 0..=255_u8 {
        let datagram = message(kind, &[0; 40]);
        let from_client = admit(&datagram, Server, V12) == Admission::Take;
        let from_server = admit(&datagram, Client, V12) == Admission::Take;
        assert_eq!(from_client, [1, 11, 15, 16].contains(&kind), "{kind}");
        assert_eq!(from_server, [2, 3, 11, 12, 13, 14].contains(&kind), "{kind}");
        assert_eq!(admit(&datagram, Server, V13) == Admission::Take, kind == 1);
        assert_eq!(admit(&datagram, Client, V13) == Admission::Take, kind == 2);
    }
}

#[test]
fn impossible_fragments_are_dropped() {
    let take = |datagram: Vec<u8>| admit(&datagram, Server, V12) == Admission::Take;
    assert!(take(fragment(11, 100, 9, 50, &[0; 50])));
    assert!(!take(fragment(11, 100, 10, 50, &[0; 50])), "too far in the sequence");
    assert!(!take(fragment(11, 100, 1, 51, &[0; 50])), "past the end");
    assert!(!take(fragment(11, 0x1_0000, 1, 0, &[0; 50])), "too long");
    assert!(!take(record(22, 0, &[11; 11])), "not even a header");
    assert!(!take([fragment(11, 50, 1, 0, &[0; 50]), fragment(0, 0, 1, 0, &[])].concat()), "one bad record");
    assert!(take([fragment(11, 50, 1, 0, &[0; 50]), record(20, 0, &[1]), record(22, 1, &[0; 40])].concat()));
}

#[test]
fn protected_records_pass_once_a_hello_was_taken() {
    for (role, version) in [(Client, V12), (Server, V12), (Client, V13), (Server, V13)] {
        assert_eq!(admit(&UNIFIED, role, version), Admission::Take);
        assert_eq!(admit(&record(23, 1, &[0; 40]), role, version), Admission::Take);
    }
}

/// When this fails, dimpl has learned better and the check may go.
#[test]
fn dimpl_itself_panics_on_a_truncated_supported_versions() {
    use crate::suites::PROVIDER;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let certificate = peerline_crypto_aws_lc::generate_certificate(peerline_dtls::KeyAlgorithm::EcdsaP256).unwrap();
    let certificate =
        dimpl::DtlsCertificate { certificate: certificate.der, private_key: certificate.private_key_pkcs8 };
    let config = dimpl::Config::builder().with_crypto_provider(PROVIDER.clone()).build().unwrap();
    let mut dtls = dimpl::Dtls::new_auto(std::sync::Arc::new(config), certificate, std::time::Instant::now());
    dtls.set_active(true);
    let hello = message(2, &server_hello(&[0, 4, 0, 43, 0, 2]));
    assert!(catch_unwind(AssertUnwindSafe(|| dtls.handle_packet(&hello))).is_err());
}
