//! dimpl's primitives with two changes: AES-GCM seals under the record's own number, and what a connection uses is noted.

use crate::record_number;
use core::cell::Cell;
use dimpl::CryptoError;
use dimpl::crypto::{
    Aad, ActiveKeyExchange, Buf, Cipher, CryptoProvider, Dtls12CipherSuite, Dtls13CipherSuite, HashAlgorithm,
    NamedGroup, Nonce, SupportedDtls12CipherSuite, SupportedDtls13CipherSuite, SupportedKxGroup, TmpBuf, aws_lc_rs,
};
use std::sync::LazyLock;

/// What a call into dimpl used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    /// The cipher suite whose keys were made.
    pub(crate) suite: Option<u16>,
    /// The group of a key exchange that was completed.
    pub(crate) group: Option<u16>,
}

impl Used {
    /// `self`, with what is new in `later`.
    pub(crate) fn with(self, later: Self) -> Self {
        Self { suite: later.suite.or(self.suite), group: later.group.or(self.group) }
    }
}

thread_local! {
    // dimpl's traits are static and know no connection, but a call into dimpl runs on one thread from begin to end.
    static USED: Cell<Used> = const { Cell::new(Used { suite: None, group: None }) };
}

/// What was used on this thread since the last call.
pub(crate) fn take_used() -> Used {
    USED.take()
}

/// The provider for all connections.
pub(crate) static PROVIDER: LazyLock<CryptoProvider> = LazyLock::new(|| {
    let provider = aws_lc_rs::default_provider();
    let suites12: Vec<&'static dyn SupportedDtls12CipherSuite> = provider
        .cipher_suites
        .iter()
        .filter(|suite| !suite.suite().is_psk())
        .map(|suite| &*Box::leak(Box::new(Suite12(*suite))) as &dyn SupportedDtls12CipherSuite)
        .collect();
    let suites13: Vec<&'static dyn SupportedDtls13CipherSuite> = provider
        .dtls13_cipher_suites
        .iter()
        .map(|suite| &*Box::leak(Box::new(Suite13(*suite))) as &dyn SupportedDtls13CipherSuite)
        .collect();
    let groups: Vec<&'static dyn SupportedKxGroup> =
        provider.kx_groups.iter().map(|group| &*Box::leak(Box::new(Group(*group))) as &dyn SupportedKxGroup).collect();
    CryptoProvider {
        cipher_suites: suites12.leak(),
        dtls13_cipher_suites: suites13.leak(),
        kx_groups: groups.leak(),
        ..provider
    }
});

#[derive(Debug)]
struct Suite12(&'static dyn SupportedDtls12CipherSuite);

impl SupportedDtls12CipherSuite for Suite12 {
    fn suite(&self) -> Dtls12CipherSuite {
        self.0.suite()
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        self.0.hash_algorithm()
    }

    fn key_lengths(&self) -> (usize, usize, usize) {
        self.0.key_lengths()
    }

    fn explicit_nonce_len(&self) -> usize {
        self.0.explicit_nonce_len()
    }

    fn tag_len(&self) -> usize {
        self.0.tag_len()
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        note(Used { suite: Some(self.0.suite().as_u16()), group: None });
        let cipher = self.0.create_cipher(key)?;
        Ok(if self.0.explicit_nonce_len() == 0 { cipher } else { Box::new(NumberedNonce(cipher)) })
    }
}

/// An AES-GCM key of DTLS 1.2 whose explicit nonce is the record's epoch and sequence number.
#[derive(Debug)]
struct NumberedNonce(Box<dyn Cipher>);

impl Cipher for NumberedNonce {
    fn encrypt(&mut self, plaintext: &mut Buf, aad: Aad, nonce: Nonce) -> Result<(), CryptoError> {
        // RFC 5246 §6.2.3.3: the additional data begins with epoch and sequence number; the nonce is 4 bytes of salt and 8 explicit ones.
        let (Some((number, _)), &[a, b, c, d, ..]) = (aad.0.split_first_chunk::<8>(), &nonce.0) else {
            return Err(CryptoError::InvalidNonce);
        };
        let [e, f, g, h, i, j, k, l] = *number;
        self.0.encrypt(plaintext, aad, Nonce([a, b, c, d, e, f, g, h, i, j, k, l]))
    }

    fn decrypt(&mut self, ciphertext: &mut TmpBuf, aad: Aad, nonce: Nonce) -> Result<(), CryptoError> {
        self.0.decrypt(ciphertext, aad, nonce)
    }
}

#[derive(Debug)]
struct Suite13(&'static dyn SupportedDtls13CipherSuite);

impl SupportedDtls13CipherSuite for Suite13 {
    fn suite(&self) -> Dtls13CipherSuite {
        self.0.suite()
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        self.0.hash_algorithm()
    }

    fn key_len(&self) -> usize {
        self.0.key_len()
    }

    fn iv_len(&self) -> usize {
        self.0.iv_len()
    }

    fn tag_len(&self) -> usize {
        self.0.tag_len()
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        note(Used { suite: Some(self.0.suite().as_u16()), group: None });
        self.0.create_cipher(key)
    }

    fn encrypt_sn(&self, sn_key: &[u8], sample: &[u8; 16]) -> [u8; 16] {
        let aes = self.0.suite() != Dtls13CipherSuite::CHACHA20_POLY1305_SHA256;
        let mask = if aes { record_number::mask(sn_key, sample) } else { None };
        mask.unwrap_or_else(|| self.0.encrypt_sn(sn_key, sample))
    }
}

#[derive(Debug)]
struct Group(&'static dyn SupportedKxGroup);

impl SupportedKxGroup for Group {
    fn name(&self) -> NamedGroup {
        self.0.name()
    }

    fn start_exchange(&self, buf: Buf) -> Result<Box<dyn ActiveKeyExchange>, CryptoError> {
        Ok(Box::new(Exchange(self.0.start_exchange(buf)?)))
    }
}

#[derive(Debug)]
struct Exchange(Box<dyn ActiveKeyExchange>);

impl ActiveKeyExchange for Exchange {
    fn pub_key(&self) -> &[u8] {
        self.0.pub_key()
    }

    fn complete(self: Box<Self>, peer_pub: &[u8], out: &mut Buf) -> Result<(), CryptoError> {
        let group = self.0.group().as_u16();
        self.0.complete(peer_pub, out)?;
        note(Used { suite: None, group: Some(group) });
        Ok(())
    }

    fn group(&self) -> NamedGroup {
        self.0.group()
    }
}

fn note(used: Used) {
    USED.set(USED.get().with(used));
}
