//! For this crate's tests: an engine whose every step the test dictates, and hashes that need no cryptography.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::{
    Alert, AlertDescription, Certificate, Engine, EngineConfig, EngineEvent, EngineProvider, ExportError, Failure,
    KeyAlgorithm, ProtocolVersion, Role, SendFailure, Session,
};
use peerline_crypto::{AeadKey, CounterKey, CryptoProvider, HashAlgorithm, MacKey};
use peerline_edge::{Seed, Time};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Digests that tell their input and their algorithm apart, and no more.
#[derive(Debug)]
pub(crate) struct Hashes;

impl CryptoProvider for Hashes {
    fn hmac_sha1(&self, _: &[u8]) -> Box<dyn MacKey> {
        unreachable!("DTLS needs no MAC here")
    }

    fn hmac_sha256(&self, _: &[u8]) -> Box<dyn MacKey> {
        unreachable!("DTLS needs no MAC here")
    }

    fn hmac_sha512(&self, _: &[u8]) -> Box<dyn MacKey> {
        unreachable!("DTLS needs no MAC here")
    }

    fn aes_gcm(&self, _: &[u8]) -> Option<Box<dyn AeadKey>> {
        unreachable!("the engine encrypts")
    }

    fn aes_ctr(&self, _: &[u8]) -> Option<Box<dyn CounterKey>> {
        unreachable!("the engine encrypts")
    }

    fn digest(&self, algorithm: HashAlgorithm, data: &[u8]) -> Vec<u8> {
        let sum = data.iter().fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
        vec![sum; algorithm.digest_len()]
    }

    fn md5(&self, _: &[u8]) -> [u8; 16] {
        [0; 16]
    }
}

/// What the engine does next; a packet whose first payload byte names a step runs it.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Engines made, with their seeds.
    pub(crate) created: Vec<Seed>,
    /// What the engines saw.
    pub(crate) calls: Vec<String>,
}

thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

/// What happened since the last call.
pub(crate) fn take_script() -> Script {
    SCRIPT.take()
}

/// Makes [`Puppet`]s.
#[derive(Debug)]
pub(crate) struct Puppets;

impl EngineProvider for Puppets {
    fn supports(&self, _: KeyAlgorithm) -> bool {
        true
    }

    fn create(&self, _: &EngineConfig, role: Role, _: Time, seed: Seed) -> Result<Box<dyn Engine>, Failure> {
        SCRIPT.with_borrow_mut(|script| script.created.push(seed));
        let datagrams = if role == Role::Client { VecDeque::from([b"hello".to_vec()]) } else { VecDeque::new() };
        Ok(Box::new(Puppet { datagrams, ..Puppet::default() }))
    }
}

/// An engine that does what the packets say: each record's fragment is one [`Step`].
#[derive(Debug, Default)]
pub(crate) struct Puppet {
    events: VecDeque<EngineEvent>,
    datagrams: VecDeque<Vec<u8>>,
    plaintexts: VecDeque<Vec<u8>>,
    timeout: Option<Time>,
}

/// What a packet makes the engine do.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Certificates(Vec<Vec<u8>>),
    Complete,
    Close,
    Data(Vec<u8>),
    Fail(Failure),
}

thread_local! {
    static STEPS: RefCell<VecDeque<Vec<Step>>> = RefCell::default();
}

/// The steps of the next packet that an engine sees.
pub(crate) fn next_packet(steps: Vec<Step>) {
    STEPS.with_borrow_mut(|queue| queue.push_back(steps));
}

pub(crate) const SESSION: Session = Session {
    version: ProtocolVersion::Dtls13,
    cipher_suite: None,
    group: None,
    srtp_profile: Some(crate::SrtpProfile::AEAD_AES_128_GCM),
    record_overhead: 22,
};

pub(crate) fn certificate(der: &[u8]) -> Certificate {
    Certificate { der: der.to_vec(), private_key_pkcs8: vec![1], algorithm: KeyAlgorithm::EcdsaP256, expires: 0 }
}

impl Engine for Puppet {
    fn handle_packet(&mut self, _: Time, packet: &mut [u8]) -> Result<(), Failure> {
        SCRIPT.with_borrow_mut(|script| script.calls.push(format!("packet {}", packet.len())));
        for step in STEPS.with_borrow_mut(VecDeque::pop_front).unwrap_or_default() {
            match step {
                Step::Certificates(chain) => self.events.push_back(EngineEvent::PeerCertificates(chain)),
                Step::Complete => self.events.push_back(EngineEvent::HandshakeComplete(SESSION)),
                Step::Close => self.events.push_back(EngineEvent::CloseNotify),
                Step::Data(data) => self.plaintexts.push_back(data),
                Step::Fail(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn handle_timeout(&mut self, _: Time) -> Result<(), Failure> {
        self.timeout = None;
        Ok(())
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.timeout
    }

    fn poll_event(&mut self, _: Time) -> Option<EngineEvent> {
        self.events.pop_front()
    }

    fn poll_transmit(&mut self, _: Time, buf: &mut Vec<u8>) -> bool {
        self.datagrams.pop_front().map(|datagram| buf.extend(datagram)).is_some()
    }

    fn poll_application_data(&mut self, _: Time, buf: &mut Vec<u8>) -> bool {
        self.plaintexts.pop_front().map(|plaintext| buf.extend(plaintext)).is_some()
    }

    fn send(&mut self, _: Time, plaintext: &[u8]) -> Result<(), SendFailure> {
        self.datagrams.push_back(plaintext.to_vec());
        Ok(())
    }

    fn close_notify(&mut self, _: Time) -> Option<Alert> {
        self.datagrams.push_back(b"close_notify".to_vec());
        Some(Alert::CLOSE_NOTIFY)
    }

    fn abort(&mut self, _: Time, description: AlertDescription) -> Option<Alert> {
        self.datagrams.clear();
        self.datagrams.push_back(format!("alert {}", description.0).into_bytes());
        Some(Alert::fatal(description))
    }

    fn export_keying_material(&self, _: &str, _: Option<&[u8]>, out: &mut [u8]) -> Result<(), ExportError> {
        out.fill(9);
        Ok(())
    }
}
