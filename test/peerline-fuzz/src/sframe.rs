//! SFrame (RFC 9605): any bytes are a ciphertext or are refused; what was encrypted opens, and nothing else does.

use peerline_crypto_aws_lc::AwsLc;
use peerline_sframe::{CipherSuite, Decrypter, Encrypter, Header, KeySchedule};

/// A byte that picks the suite, a byte that is the key's number, then a ciphertext, which is also a frame to encrypt.
pub fn sframe(data: &[u8]) {
    let Some(([suite, kid], data)) = data.split_first_chunk::<2>() else { return };
    let suite = CipherSuite::ALL[usize::from(*suite) % CipherSuite::ALL.len()];
    let kid = u64::from(*kid);
    let secrets = KeySchedule::new(suite, kid).derive(&AwsLc, b"base key");
    let mut encrypter = Encrypter::resume(data.len() as u64);
    let mut decrypter = Decrypter::new(suite);
    encrypter.set_key(&AwsLc, kid, &secrets).unwrap_or_else(|error| panic!("a derived key is refused: {error}"));
    decrypter.set_key(&AwsLc, kid, &secrets).unwrap_or_else(|error| panic!("a derived key is refused: {error}"));

    if let Some((header, rest)) = Header::parse(data) {
        assert_eq!([header.encode().as_ref(), rest].concat(), data, "two ways to write one header");
    }
    if let Ok(frame) = decrypter.decrypt(&[], data) {
        let again = encrypt_as(data, kid, &frame, &secrets);
        assert_eq!(again.as_deref(), Some(data), "opened what its key never made");
    }
    let ciphertext = encrypter.encrypt(b"metadata", data).unwrap_or_else(|error| panic!("not encrypted: {error}"));
    assert_eq!(decrypter.decrypt(b"metadata", &ciphertext).as_deref(), Ok(data), "the way back");
    assert!(decrypter.decrypt(b"", &ciphertext).is_err(), "other metadata");
}

/// The frame under the counter that the ciphertext has.
fn encrypt_as(ciphertext: &[u8], kid: u64, frame: &[u8], secrets: &peerline_sframe::Secrets) -> Option<Vec<u8>> {
    let (header, _) = Header::parse(ciphertext)?;
    let mut encrypter = Encrypter::resume(header.ctr);
    encrypter.set_key(&AwsLc, kid, secrets).ok()?;
    encrypter.encrypt(&[], frame).ok()
}
