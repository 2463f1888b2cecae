use super::*;

const SHA256: &str =
    "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:4B:65:2E:7D:46:3F:54:42:CD:54:F1";

#[test]
fn reads_any_case_and_prints_upper_case() {
    let fingerprint: Fingerprint = SHA256.parse().unwrap();
    assert_eq!(fingerprint.algorithm, HashAlgorithm::Sha256);
    assert_eq!(fingerprint.value[..3], [0x4A, 0xAD, 0xB9]);
    assert_eq!(fingerprint.to_string(), SHA256);
    assert_eq!(SHA256.to_lowercase().parse(), Ok(fingerprint.clone()));
    assert_eq!(SHA256.to_uppercase().parse(), Ok(fingerprint));
}

#[test]
fn refuses_forbidden_and_unknown_hash_functions() {
    for name in ["md5", "md2", "MD5", "sha-3", "", "sha256"] {
        assert_eq!(Fingerprint::from_parts(name, "00:11"), Err(FingerprintError::Algorithm), "{name}");
    }
}

#[test]
fn refuses_what_is_not_the_digest_of_its_hash_function() {
    let value = SHA256.split_once(' ').unwrap().1;
    let sha256 = |value: &str| Fingerprint::from_parts("sha-256", value).unwrap_err();
    assert_eq!(sha256(&value[3..]), FingerprintError::Length);
    assert_eq!(sha256(&format!("{value}:00")), FingerprintError::Length);
    assert_eq!(sha256(&value.replace(':', "")), FingerprintError::Syntax);
    assert_eq!(sha256(&value.replace("4A", "+A")), FingerprintError::Syntax);
    assert_eq!(sha256(&value.replace("4A", "GA")), FingerprintError::Syntax);
    assert_eq!(sha256(&value.replacen(':', "-", 1)), FingerprintError::Syntax);
    assert_eq!(sha256(&value.replacen("4A", "é", 1)), FingerprintError::Syntax);
    assert_eq!(sha256(""), FingerprintError::Syntax);
    assert_eq!(sha256(&"A:".repeat(1 << 20)), FingerprintError::Length);
    assert_eq!("sha-256".parse::<Fingerprint>(), Err(FingerprintError::Syntax));
    assert_eq!(Fingerprint::from_parts("sha-1", value), Err(FingerprintError::Length));
}

#[test]
fn every_value_survives_print_and_parse() {
    for algorithm in HashAlgorithm::ALL {
        for byte in 0..=255 {
            let fingerprint = Fingerprint { algorithm, value: vec![byte; algorithm.digest_len()] };
            assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        }
    }
}

proptest::proptest! {
    #[test]
    fn print_and_parse_are_inverse(index in 0..5_usize, bytes in proptest::collection::vec(0..=255_u8, 64), upper in proptest::bool::ANY) {
        let algorithm = HashAlgorithm::ALL[index];
        let fingerprint = Fingerprint { algorithm, value: bytes[..algorithm.digest_len()].to_vec() };
        let text = fingerprint.to_string();
        let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
        proptest::prop_assert_eq!(text.parse(), Ok(fingerprint));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}", value in "[0-9a-fA-F:+ ]{0,120}") {
        let _ = text.parse::<Fingerprint>();
        if let Ok(fingerprint) = Fingerprint::from_parts("sha-256", &value) {
            proptest::prop_assert_eq!(fingerprint.value_hex(), value.to_uppercase());
        }
    }
}
