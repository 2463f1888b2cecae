//! The test vectors of RFC 9605, appendix C.

use peerline_crypto_aws_lc::AwsLc;
use peerline_sframe::{CipherSuite, Decrypter, Encrypter, Header, KeySchedule, Secrets};

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

/// The records of one kind.
fn vectors(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = include_str!("vectors/rfc9605.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').collect::<Vec<_>>()).filter(|fields| fields[0] == kind).collect()
}

#[test]
fn headers_are_written_and_read_as_published() {
    let vectors = vectors("header");
    assert_eq!(vectors.len(), 289);
    for fields in vectors {
        let header = Header { kid: fields[1].parse().unwrap(), ctr: fields[2].parse().unwrap() };
        let encoded = unhex(fields[3]);
        assert_eq!(header.encode().as_ref(), encoded, "{header:?}");
        assert_eq!(Header::parse(&encoded), Some((header, &[][..])));
        let longer = [&encoded[..], b"frame"].concat();
        assert_eq!(Header::parse(&longer), Some((header, &b"frame"[..])));
        for len in 0..encoded.len() {
            assert_eq!(Header::parse(&encoded[..len]), None, "{header:?} cut to {len}");
        }
    }
}

#[test]
fn every_suite_encrypts_and_decrypts_as_published() {
    let vectors = vectors("sframe");
    assert_eq!(vectors.len(), 5);
    for fields in vectors {
        let suite = CipherSuite::ALL.into_iter().find(|suite| suite.id().to_string() == fields[1]).unwrap();
        let (kid, ctr): (u64, u64) = (fields[2].parse().unwrap(), fields[3].parse().unwrap());
        let schedule = KeySchedule::new(suite, kid);
        assert_eq!(schedule.key_label(), unhex(fields[5]), "{suite:?}");
        assert_eq!(schedule.salt_label(), unhex(fields[6]), "{suite:?}");
        let secrets = schedule.derive(&AwsLc, &unhex(fields[4]));
        assert_eq!(secrets.key(), unhex(fields[7]), "{suite:?}");
        assert_eq!(secrets.salt(), &*unhex(fields[8]), "{suite:?}");
        assert_eq!(Secrets::new(suite, &unhex(fields[7]), &unhex(fields[8])), Ok(secrets.clone()));

        let (metadata, plaintext, ciphertext) = (unhex(fields[9]), unhex(fields[11]), unhex(fields[12]));
        let mut encrypter = Encrypter::resume(ctr);
        encrypter.set_key(&AwsLc, kid, &secrets).unwrap();
        assert_eq!(encrypter.encrypt(&metadata, &plaintext), Ok(ciphertext.clone()), "{suite:?}");
        let mut decrypter = Decrypter::new(suite);
        decrypter.set_key(&AwsLc, kid, &secrets).unwrap();
        assert_eq!(decrypter.decrypt(&metadata, &ciphertext), Ok(plaintext), "{suite:?}");
    }
}

#[test]
fn suites_are_found_by_their_registered_names() {
    for suite in CipherSuite::ALL {
        assert_eq!(CipherSuite::from_name(suite.as_str()), Some(suite));
        assert!(suite.as_str().ends_with(&format!("_{}", suite.tag_len() * 8)));
    }
    assert_eq!(CipherSuite::from_name("aes_128_gcm_sha256_128"), None);
}
