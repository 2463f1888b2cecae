use super::*;
use peerline_crypto::CipherError;
use peerline_dtls::{Certificate, KeyAlgorithm};
use std::time::Duration;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn hmac_agrees_with_rfc_2202_and_rfc_4231() {
    let data = b"what do ya want for nothing?";
    let (sha1, sha256) = (AwsLc.hmac_sha1(b"Jefe"), AwsLc.hmac_sha256(b"Jefe"));
    assert_eq!(hex(sha1.sign(&[data])), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    assert_eq!(hex(sha256.sign(&[data])), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    let sha512 = AwsLc.hmac_sha512(b"Jefe").sign(&[data]);
    let expected = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    assert_eq!(hex(sha512), expected);
    let long_key = [0xAA; 80];
    let sha1 = AwsLc.hmac_sha1(&long_key);
    let data = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(hex(sha1.sign(&[data])), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    assert_eq!(AwsLc.hmac_sha1(b"").sign(&[]).as_ref().len(), 20);
}

#[test]
fn hmac_of_parts_is_hmac_of_their_concatenation_and_a_key_serves_many_times() {
    for key in [AwsLc.hmac_sha1(b"key"), AwsLc.hmac_sha256(b"key"), AwsLc.hmac_sha512(b"key")] {
        let whole = key.sign(&[b"abcdef"]);
        for _ in 0..3 {
            assert_eq!(hex(key.sign(&[b"ab", b"", b"cdef"])), hex(whole));
        }
        let tag = whole.as_ref();
        assert!(key.verify(&[b"abc", b"def"], tag, tag.len()));
        assert!(key.verify(&[b"abcdef"], &tag[..10], 10));
        assert!(!key.verify(&[b"abcdef"], &tag[..9], 10));
        assert!(!key.verify(&[b"abcdeg"], tag, 10));
        assert!(!key.verify(&[b"abcdef"], &[tag, &[0]].concat(), 10));
    }
}

#[test]
fn digests_agree_with_the_published_ones() {
    let of = |algorithm| hex(AwsLc.digest(algorithm, b"abc"));
    assert_eq!(of(HashAlgorithm::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(of(HashAlgorithm::Sha224), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    assert_eq!(of(HashAlgorithm::Sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for algorithm in HashAlgorithm::ALL {
        assert_eq!(AwsLc.digest(algorithm, b"").len(), algorithm.digest_len());
    }
    assert_eq!(hex(AwsLc.md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

#[test]
fn aes_ctr_agrees_with_nist_sp_800_38a() {
    let counter: [u8; 16] = unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").try_into().unwrap();
    let plaintext = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let cases = [
        ("2b7e151628aed2a6abf7158809cf4f3c", "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5",
        ),
    ];
    for (key, expected) in cases {
        let key = AwsLc.aes_ctr(&unhex(key)).unwrap();
        let mut data = plaintext.clone();
        key.apply(&counter, &mut data).unwrap();
        assert_eq!(hex(&data), expected);
        key.apply(&counter, &mut data).unwrap();
        assert_eq!(data, plaintext);
        key.apply(&counter, &mut []).unwrap();
    }
}

#[test]
fn aes_gcm_agrees_with_its_specification_and_refuses_what_was_changed() {
    let (nonce, aad) = ([0xCA; 12], b"header");
    for length in [16, 32] {
        let key = AwsLc.aes_gcm(&vec![7; length]).unwrap();
        let mut data = b"plaintext".to_vec();
        let tag = key.seal(&nonce, aad, &mut data).unwrap();
        data.extend(tag);
        for at in 0..data.len() {
            let mut changed = data.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&nonce, aad, &mut changed), Err(CipherError));
        }
        assert_eq!(key.open(&nonce, b"", &mut data.clone()), Err(CipherError));
        assert_eq!(key.open(&nonce, aad, &mut data[..8].to_vec()), Err(CipherError));
        assert_eq!(key.open(&nonce, aad, &mut []), Err(CipherError));
        key.open(&nonce, aad, &mut data).unwrap();
        assert!(data.starts_with(b"plaintext"));
    }
    // Test cases 1 and 2 of "The Galois/Counter Mode of Operation" (McGrew, Viega).
    let key = AwsLc.aes_gcm(&[0; 16]).unwrap();
    assert_eq!(hex(key.seal(&[0; 12], &[], &mut []).unwrap()), "58e2fccefa7e3061367f1d57a4e7455a");
    let mut block = [0; 16];
    assert_eq!(hex(key.seal(&[0; 12], &[], &mut block).unwrap()), "ab6e47d42cec13bdf53a67b21257bddf");
    assert_eq!(hex(block), "0388dace60b6a392f328c2b971b2fe78");
}

#[test]
fn cipher_keys_of_other_lengths_are_refused() {
    for length in (0..40).filter(|length| ![16, 32].contains(length)) {
        assert!(AwsLc.aes_gcm(&vec![0; length]).is_none());
        assert!(AwsLc.aes_ctr(&vec![0; length]).is_none());
    }
}

fn parse(certificate: &Certificate) -> x509_cert::Certificate {
    use x509_cert::der::Decode;
    x509_cert::Certificate::from_der(&certificate.der).unwrap()
}

#[test]
fn a_new_certificate_is_valid_now_and_for_30_days() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let certificate = generate_certificate(KeyAlgorithm::EcdsaP256).unwrap();
    let expected = now + Duration::from_secs(30 * 24 * 60 * 60);
    assert!(u128::from(certificate.expires).abs_diff(expected.as_millis()) < 60_000);
    let parsed = parse(&certificate);
    let validity = parsed.tbs_certificate().validity();
    assert_eq!(validity.not_after.to_unix_duration().as_secs(), certificate.expires / 1000);
    assert!(validity.not_before.to_unix_duration() < now);
    assert_eq!(parsed.tbs_certificate().subject().to_string(), "CN=WebRTC");
    assert_eq!(parsed.tbs_certificate().subject(), parsed.tbs_certificate().issuer());
}

#[test]
fn no_two_certificates_are_alike() {
    let [a, b] = [0, 1].map(|_| generate_certificate(KeyAlgorithm::EcdsaP256).unwrap());
    assert_ne!(a.private_key_pkcs8, b.private_key_pkcs8);
    assert_ne!(parse(&a).tbs_certificate().serial_number(), parse(&b).tbs_certificate().serial_number());
    let [a, b] = [a, b].map(|certificate| certificate.fingerprint(&AwsLc, HashAlgorithm::Sha256));
    assert_ne!(a, b);
}

#[test]
fn the_parameters_are_what_the_certificate_says() {
    let mut parameters = CertificateParameters::new(KeyAlgorithm::EcdsaP384, 1_700_000_000_123);
    parameters.valid_for = Duration::from_millis(5_500);
    parameters.common_name = "x".to_owned();
    let certificate = generate_certificate_with(&parameters).unwrap();
    assert_eq!(certificate.expires, 1_700_000_005_623);
    let parsed = parse(&certificate);
    assert_eq!(parsed.tbs_certificate().validity().not_after.to_unix_duration().as_secs(), 1_700_000_005);
    assert_eq!(parsed.tbs_certificate().subject().to_string(), "CN=x");
    for (now, valid_for) in [(u64::MAX, Duration::ZERO), (0, Duration::MAX), (0, Duration::from_secs(u64::MAX / 2000))]
    {
        let parameters = CertificateParameters { now, valid_for, ..parameters.clone() };
        assert_eq!(generate_certificate_with(&parameters), Err(CertificateError::Validity));
    }
    let last = CertificateParameters { now: 253_402_300_799_000, valid_for: Duration::ZERO, ..parameters };
    assert!(generate_certificate_with(&last).is_ok());
}

#[test]
fn certificates_survive_pem_out_and_in() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let mut certificate = generate_certificate(algorithm).unwrap();
        let pem = certificate_to_pem(&certificate);
        // X.509 counts seconds.
        certificate.expires -= certificate.expires % 1000;
        assert_eq!(certificate_from_pem(&pem), Ok(certificate.clone()), "{algorithm:?}");
        let (first, second) = pem.split_at(pem.find("-----BEGIN PRIVATE").unwrap());
        let swapped = format!("a comment\n{second}\nanother\n{first}").replace('\n', "\r\n");
        assert_eq!(certificate_from_pem(&swapped), Ok(certificate), "{algorithm:?}");
    }
}

#[test]
fn pem_that_is_not_a_certificate_with_its_key_is_refused() {
    let [a, b] = [0, 1].map(|_| certificate_to_pem(&generate_certificate(KeyAlgorithm::EcdsaP256).unwrap()));
    let split = |pem: &str| {
        let (certificate, key) = pem.split_at(pem.find("-----BEGIN PRIVATE").unwrap());
        (certificate.to_owned(), key.to_owned())
    };
    let ((certificate, _), (_, other_key)) = (split(&a), split(&b));
    assert_eq!(certificate_from_pem(&format!("{certificate}{other_key}")), Err(PemError::Mismatch));
    assert_eq!(certificate_from_pem(&certificate), Err(PemError::PrivateKey));
    assert_eq!(certificate_from_pem(&other_key), Err(PemError::Certificate));
    assert_eq!(certificate_from_pem(""), Err(PemError::Certificate));
    for len in 0..a.len() {
        if a.is_char_boundary(len) && len < a.trim_end().len() {
            assert!(certificate_from_pem(&a[..len]).is_err(), "{len}");
        }
    }
    for at in 0..a.len() {
        let mut damaged = a.clone().into_bytes();
        damaged[at] ^= 1;
        let _ = certificate_from_pem(&String::from_utf8(damaged).unwrap());
    }
}
