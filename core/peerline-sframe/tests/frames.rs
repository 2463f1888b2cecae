//! Frames there and back, with several keys, and everything that must not open.

use peerline_crypto_aws_lc::AwsLc;
use peerline_sframe::{
    CipherSuite, DecryptError, Decrypter, EncryptError, Encrypter, Header, KeySchedule, Secrets, SecretsError,
};
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert_eq, proptest};

fn secrets(suite: CipherSuite, kid: u64, base_key: u8) -> Secrets {
    KeySchedule::new(suite, kid).derive(&AwsLc, &[base_key; 16])
}

fn encrypter(suite: CipherSuite, kid: u64, base_key: u8) -> Encrypter {
    let mut encrypter = Encrypter::new();
    encrypter.set_key(&AwsLc, kid, &secrets(suite, kid, base_key)).expect("a derived key");
    encrypter
}

fn decrypter(suite: CipherSuite, keys: &[(u64, u8)]) -> Decrypter {
    let mut decrypter = Decrypter::new(suite);
    for (kid, base_key) in keys {
        decrypter.set_key(&AwsLc, *kid, &secrets(suite, *kid, *base_key)).expect("a derived key");
    }
    decrypter
}

#[test]
fn frames_name_their_key_and_count_up() {
    for suite in CipherSuite::ALL {
        let mut encrypter = encrypter(suite, 3, 1);
        let mut decrypter = decrypter(suite, &[(3, 1), (u64::MAX, 2)]);
        let first = encrypter.encrypt(&[], b"one").unwrap();
        assert_eq!(Header::parse(&first).unwrap().0, Header { kid: 3, ctr: 0 });
        assert_eq!(first.len(), 1 + 3 + suite.tag_len());
        // A new key does not make the counter start again.
        encrypter.set_key(&AwsLc, u64::MAX, &secrets(suite, u64::MAX, 2)).unwrap();
        let second = encrypter.encrypt(&[], b"").unwrap();
        assert_eq!(Header::parse(&second).unwrap().0, Header { kid: u64::MAX, ctr: 1 });
        assert_eq!(decrypter.decrypt(&[], &second), Ok(vec![]));
        assert_eq!(decrypter.decrypt(&[], &first), Ok(b"one".to_vec()));
        assert!(decrypter.remove_key(3));
        assert!(!decrypter.remove_key(3));
        assert_eq!(decrypter.decrypt(&[], &first), Err(DecryptError::UnknownKey(3)));
    }
}

#[test]
fn nothing_is_encrypted_without_a_key_or_a_counter() {
    let mut encrypter = Encrypter::new();
    assert_eq!(encrypter.encrypt(&[], b"frame"), Err(EncryptError::NoKey));
    let mut encrypter = Encrypter::resume(u64::MAX);
    encrypter.set_key(&AwsLc, 0, &secrets(CipherSuite::Aes128GcmSha256_128, 0, 1)).unwrap();
    assert!(encrypter.encrypt(&[], b"the last").is_ok());
    assert_eq!(encrypter.encrypt(&[], b"one more"), Err(EncryptError::CounterExhausted));
    assert_eq!(encrypter.encrypt(&[], b"one more"), Err(EncryptError::CounterExhausted));
}

#[test]
fn a_ciphertext_that_was_changed_or_cut_does_not_open() {
    for suite in CipherSuite::ALL {
        let ciphertext = encrypter(suite, 300, 1).encrypt(b"meta", b"a frame").unwrap();
        let decrypter = decrypter(suite, &[(300, 1)]);
        assert_eq!(decrypter.decrypt(b"meta", &ciphertext), Ok(b"a frame".to_vec()));
        assert_eq!(decrypter.decrypt(b"", &ciphertext), Err(DecryptError::Authentication));
        assert_eq!(decrypter.decrypt(b"metb", &ciphertext), Err(DecryptError::Authentication));
        for bit in 0..ciphertext.len() * 8 {
            let mut changed = ciphertext.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(decrypter.decrypt(b"meta", &changed).is_err(), "{suite:?}, bit {bit}");
        }
        for len in 0..ciphertext.len() {
            let expected = if len < 3 + suite.tag_len() { DecryptError::Syntax } else { DecryptError::Authentication };
            assert_eq!(decrypter.decrypt(b"meta", &ciphertext[..len]), Err(expected), "{suite:?} cut to {len}");
        }
        let other = self::decrypter(suite, &[(300, 2)]);
        assert_eq!(other.decrypt(b"meta", &ciphertext), Err(DecryptError::Authentication));
    }
}

#[test]
fn a_header_that_is_not_the_shortest_is_refused() {
    // A key number or a counter of 7 in a byte of its own; a leading zero.
    for header in [&[0x80, 7][..], &[0x08, 7], &[0x90, 0, 9], &[0x09, 0, 9], &[0x8F, 8, 0, 0, 0, 0, 0, 0, 0, 9]] {
        assert_eq!(Header::parse(header), None, "{header:02x?}");
    }
}

#[test]
fn secrets_of_a_wrong_length_or_suite_are_refused() {
    for suite in CipherSuite::ALL {
        let key = vec![0; suite.key_len()];
        assert!(Secrets::new(suite, &key, &[0; 12]).is_ok());
        for (key, salt) in [(&key[1..], &[0; 12][..]), (&key, &[0; 11]), (&[], &[])] {
            assert_eq!(Secrets::new(suite, key, salt), Err(SecretsError));
        }
        let shown = format!("{:?}", secrets(suite, 0, 0xAB));
        assert!(!shown.contains("171") && !shown.to_lowercase().contains("ab,"), "{shown}");
    }
    let mut decrypter = Decrypter::new(CipherSuite::Aes128CtrHmacSha256_80);
    let of_another = secrets(CipherSuite::Aes128CtrHmacSha256_32, 0, 1);
    assert_eq!(decrypter.set_key(&AwsLc, 0, &of_another), Err(SecretsError));
}

/// Numbers of every length.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64_u32).prop_map(|(value, shift)| value >> shift)
}

proptest! {
    #[test]
    fn every_header_is_read_as_it_was_written(kid in number(), ctr in number()) {
        let header = Header { kid, ctr };
        let encoded = header.encode();
        prop_assert_eq!(Header::parse(encoded.as_ref()), Some((header, &[][..])));
    }

    #[test]
    fn any_bytes_parse_to_a_header_that_writes_them_again_or_not_at_all(
        data in prop_oneof![any::<[u8; 4]>().prop_map(Vec::from), any::<[u8; 20]>().prop_map(Vec::from)],
    ) {
        if let Some((header, rest)) = Header::parse(&data) {
            prop_assert_eq!([header.encode().as_ref(), rest].concat(), data);
        }
    }
}
