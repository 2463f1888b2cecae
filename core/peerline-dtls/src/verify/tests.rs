use super::*;
use crate::testing::Hashes;

const LEAF: &[u8] = b"leaf";

fn of(der: &[u8], algorithm: HashAlgorithm) -> Fingerprint {
    Fingerprint::of(der, &Hashes, algorithm)
}

#[test]
fn a_certificate_matches_its_own_fingerprint_only() {
    for algorithm in [HashAlgorithm::Sha224, HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        assert_eq!(verify(LEAF, &[of(LEAF, algorithm)], &Hashes), Ok(()));
        assert_eq!(verify(b"other", &[of(LEAF, algorithm)], &Hashes), Err(Mismatch::Different));
    }
}

#[test]
fn without_a_trusted_fingerprint_nothing_matches() {
    assert_eq!(verify(LEAF, &[], &Hashes), Err(Mismatch::NoneSignalled));
    assert_eq!(verify(LEAF, &[of(LEAF, HashAlgorithm::Sha1)], &Hashes), Err(Mismatch::TooWeak));
}

#[test]
fn the_strongest_hash_function_decides() {
    let right = of(LEAF, HashAlgorithm::Sha256);
    let wrong = of(b"other", HashAlgorithm::Sha256);
    let wrong_stronger = of(b"other", HashAlgorithm::Sha384);
    let wrong_weaker = of(b"other", HashAlgorithm::Sha1);
    assert_eq!(verify(LEAF, &[wrong.clone(), right.clone(), wrong_weaker], &Hashes), Ok(()));
    assert_eq!(verify(LEAF, &[right, wrong_stronger], &Hashes), Err(Mismatch::Different));
    assert_eq!(verify(LEAF, &[wrong], &Hashes), Err(Mismatch::Different));
}

#[test]
fn a_fingerprint_of_another_length_never_matches() {
    let mut short = of(LEAF, HashAlgorithm::Sha256);
    short.value.truncate(31);
    assert_eq!(verify(LEAF, &[short.clone()], &Hashes), Err(Mismatch::Different));
    short.value.clear();
    assert_eq!(verify(LEAF, &[short], &Hashes), Err(Mismatch::Different));
}
