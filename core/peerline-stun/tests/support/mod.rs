//! A crypto backend for tests, of the RustCrypto crates.

use hmac::{Hmac, KeyInit, Mac};
use peerline_crypto::{AeadKey, CounterKey, CryptoProvider, HashAlgorithm, MacKey, MacTag};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// SHA-1, SHA-256 and MD5, which is all that STUN needs.
#[derive(Debug)]
pub(crate) struct TestCrypto;

impl CryptoProvider for TestCrypto {
    fn hmac_sha1(&self, key: &[u8]) -> Box<dyn MacKey> {
        Box::new(Sha1Key(Hmac::new_from_slice(key).expect("HMAC takes keys of any length")))
    }

    fn hmac_sha256(&self, key: &[u8]) -> Box<dyn MacKey> {
        Box::new(Sha256Key(Hmac::new_from_slice(key).expect("HMAC takes keys of any length")))
    }

    fn hmac_sha512(&self, _: &[u8]) -> Box<dyn MacKey> {
        unreachable!("STUN needs no SHA-512")
    }

    fn aes_gcm(&self, _: &[u8]) -> Option<Box<dyn AeadKey>> {
        unreachable!("STUN encrypts nothing")
    }

    fn aes_ctr(&self, _: &[u8]) -> Option<Box<dyn CounterKey>> {
        unreachable!("STUN encrypts nothing")
    }

    fn digest(&self, algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8> {
        assert_eq!(algorithm, HashAlgorithm::Sha256, "STUN needs no other");
        Sha256::digest(data).to_vec()
    }

    fn md5(&self, data: &[u8]) -> [u8; 16] {
        md5::Md5::digest(data).into()
    }
}

struct Sha1Key(Hmac<Sha1>);
struct Sha256Key(Hmac<Sha256>);

macro_rules! mac_key {
    ($name:ident) => {
        impl MacKey for $name {
            fn sign(&self, parts: &[&[u8]]) -> MacTag {
                let mut mac = self.0.clone();
                parts.iter().for_each(|part| mac.update(part));
                MacTag::new(&mac.finalize().into_bytes())
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

mac_key!(Sha1Key);
mac_key!(Sha256Key);
