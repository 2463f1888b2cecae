//! The engine: calls into dimpl, each followed by draining its outputs into queues of ours.

use crate::admit::{Admission, admit};
use crate::failure::failure;
use crate::queue::Queue;
use crate::suites::{Used, take_used};
use crate::{nonce, suites};
use core::cell::Cell;
use core::fmt;
use core::time::Duration;
use dimpl::{Config, Dtls, DtlsCertificate, Output};
use peerline_dtls::{
    Alert, AlertDescription, Certificate, CipherSuite, Engine, EngineEvent, ExportError, Failure, FailureReason,
    NamedGroup, ProtocolVersion, Role, SendFailure, Session, SrtpProfile, Versions,
};
use peerline_edge::Time;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

/// Protected datagrams that may wait to be polled.
pub(crate) const MAX_UNSENT: usize = 256;
/// Records that may wait to be read; more datagrams are dropped before they are deciphered, as a full socket buffer would do.
const MAX_UNREAD: usize = 1024;
/// Datagrams held until the version is known, and their bytes.
const MAX_HELD: usize = 8;
const MAX_HELD_BYTES: usize = 10 * 1024;
/// Room for one output. dimpl panics if the other side's certificate does not fit, so there is plenty of it.
const SCRATCH_LEN: usize = 72 * 1024;
/// How long dimpl waits at least from one timer call to the next.
const GAP_WAIT: Duration = Duration::from_millis(20);
/// A timer that far away is none.
const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

thread_local! {
    /// What dimpl's outputs are copied to; one for all connections of a thread.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// One DTLS association on dimpl.
pub(crate) struct DimplEngine {
    /// None after a panic inside of dimpl.
    dtls: Option<Dtls>,
    role: Role,
    epoch: Instant,
    now: Time,
    timeout: Option<Time>,
    datagrams: Queue,
    plaintexts: Queue,
    events: VecDeque<EngineEvent>,
    held: Queue,
    held_bytes: usize,
    used: Used,
    handshake: Handshake,
    /// True once dimpl has seen a hello of the other side.
    hello_taken: bool,
    /// Records that were sealed and are not drained yet.
    unsent: usize,
    srtp: Option<(SrtpProfile, Vec<u8>)>,
}

/// How far the handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    Running { certificate_seen: bool },
    Complete,
}

/// What draining saw.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "notes of one pass, not a state")]
struct Drained {
    timer: bool,
    panicked: bool,
    connected: bool,
    close_notify: bool,
}

impl DimplEngine {
    pub(crate) fn new(
        config: Arc<Config>,
        certificate: &Certificate,
        versions: Versions,
        role: Role,
        epoch: Instant,
        now: Time,
    ) -> Result<Self, Failure> {
        let at = instant(epoch, now);
        let certificate = DtlsCertificate {
            certificate: certificate.der.clone(),
            private_key: certificate.private_key_pkcs8.clone(),
        };
        // dimpl panics on a private key that it cannot read.
        let dtls = catch_unwind(AssertUnwindSafe(|| {
            let mut dtls = match versions {
                Versions::Any => Dtls::new_auto(config, certificate, at),
                Versions::Only12 => Dtls::new_12(config, certificate, at),
                Versions::Only13 => Dtls::new_13(config, certificate, at),
            };
            dtls.set_active(role == Role::Client);
            dtls
        }))
        .map_err(|_| Failure::new(FailureReason::Configuration))?;
        let mut engine = Self {
            dtls: Some(dtls),
            role,
            epoch,
            now,
            timeout: None,
            datagrams: Queue::default(),
            plaintexts: Queue::default(),
            events: VecDeque::new(),
            held: Queue::default(),
            held_bytes: 0,
            used: Used::default(),
            handshake: Handshake::Running { certificate_seen: false },
            hello_taken: false,
            unsent: 0,
            srtp: None,
        };
        engine.drive(|dtls| dtls.handle_timeout(at))?;
        Ok(engine)
    }

    /// Tells dimpl the time, if it has moved.
    fn advance_clock(&mut self, now: Time) -> Result<(), Failure> {
        if now <= self.now {
            return Ok(());
        }
        self.now = now;
        let at = instant(self.epoch, now);
        self.call(|dtls| dtls.handle_timeout(at))
    }

    /// Calls dimpl, and survives it.
    fn call<T>(&mut self, operation: impl FnOnce(&mut Dtls) -> Result<T, dimpl::Error>) -> Result<T, Failure> {
        let Some(dtls) = &mut self.dtls else { return Err(Failure::new(FailureReason::Internal)) };
        suites::take_used();
        let result = catch_unwind(AssertUnwindSafe(|| operation(dtls)));
        self.used = self.used.with(take_used());
        match result {
            Ok(result) => result.map_err(|error| failure(&error)),
            Err(_) => {
                self.dtls = None;
                Err(Failure::new(FailureReason::Internal))
            }
        }
    }

    /// Calls dimpl and drains it.
    fn drive(&mut self, operation: impl FnOnce(&mut Dtls) -> Result<(), dimpl::Error>) -> Result<(), Failure> {
        let result = self.call(operation);
        self.drain()?;
        result
    }

    /// Takes all outputs out of dimpl.
    fn drain(&mut self) -> Result<(), Failure> {
        let mut scratch = SCRATCH.take();
        if scratch.is_empty() {
            scratch.resize(SCRATCH_LEN, 0);
        }
        let mut drained = Drained::default();
        while self.dtls.is_some() && !drained.timer {
            self.drain_one(&mut scratch, &mut drained);
        }
        SCRATCH.set(scratch);
        self.unsent = 0;
        if drained.panicked {
            return Err(Failure::new(FailureReason::Internal));
        }
        if drained.connected {
            self.complete()?;
        }
        if drained.close_notify {
            self.events.push_back(EngineEvent::CloseNotify);
        }
        Ok(())
    }

    /// Takes one output; the last one is dimpl's timer.
    fn drain_one(&mut self, scratch: &mut Vec<u8>, drained: &mut Drained) {
        let Some(dtls) = &mut self.dtls else { return };
        let Ok(output) = catch_unwind(AssertUnwindSafe(|| Found::from(dtls.poll_output(scratch)))) else {
            self.dtls = None;
            drained.panicked = true;
            return;
        };
        match output {
            Found::Datagram(len) => {
                let datagram = scratch.get_mut(..len).unwrap_or_default();
                if self.writes_nonces() {
                    nonce::write(datagram);
                }
                self.datagrams.push(datagram);
            }
            Found::Plaintext(len) => self.plaintexts.push(scratch.get(..len).unwrap_or_default()),
            Found::PeerCertificate(len) => {
                if let Handshake::Running { certificate_seen } = &mut self.handshake {
                    *certificate_seen = true;
                }
                let leaf = scratch.get(..len).unwrap_or_default().to_vec();
                self.events.push_back(EngineEvent::PeerCertificates(vec![leaf]));
            }
            Found::KeyingMaterial(profile, material) => self.srtp = Some((profile, material)),
            Found::Connected => drained.connected = true,
            Found::CloseNotify => drained.close_notify = true,
            Found::BufferTooSmall(needed) => scratch.resize(needed.max(scratch.len() + 1), 0),
            Found::Timeout(at) => {
                let after = at.saturating_duration_since(self.epoch);
                self.timeout = (after < self.now.since_epoch() + NEVER).then(|| Time::from_duration(after));
                drained.timer = true;
            }
            Found::Unknown => {}
        }
    }

    fn complete(&mut self) -> Result<(), Failure> {
        if self.handshake != (Handshake::Running { certificate_seen: true }) {
            return Err(Failure::new(FailureReason::NoCertificate));
        }
        let Some(version) = self.version() else { return Err(Failure::new(FailureReason::Internal)) };
        self.handshake = Handshake::Complete;
        let cipher_suite = self.used.suite.map(CipherSuite);
        let session = Session {
            version,
            cipher_suite,
            group: self.used.group.map(NamedGroup),
            srtp_profile: self.srtp.as_ref().map(|(profile, _)| *profile),
            record_overhead: match version {
                // Header, explicit nonce, tag.
                ProtocolVersion::Dtls12 if self.writes_nonces() => 13 + 8 + 16,
                ProtocolVersion::Dtls12 => 13 + 16,
                // Unified header with 16 bits of sequence number and a length, inner content type, tag.
                ProtocolVersion::Dtls13 => 5 + 1 + 16,
            },
        };
        self.events.push_back(EngineEvent::HandshakeComplete(session));
        Ok(())
    }

    fn version(&self) -> Option<ProtocolVersion> {
        match self.dtls.as_ref()?.protocol_version()? {
            dimpl::ProtocolVersion::DTLS1_3 => Some(ProtocolVersion::Dtls13),
            _ => Some(ProtocolVersion::Dtls12),
        }
    }

    /// The version, once a hello of the other side was taken.
    fn negotiated_version(&self) -> Option<ProtocolVersion> {
        self.version().filter(|_| self.hello_taken)
    }

    /// True if the records of this connection carry an explicit nonce: AES-GCM in DTLS 1.2.
    fn writes_nonces(&self) -> bool {
        let suite = self.used.suite.map(CipherSuite);
        suite == Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
            || suite == Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)
    }

    fn hold(&mut self, packet: &[u8]) {
        if self.held.len() < MAX_HELD && self.held_bytes + packet.len() <= MAX_HELD_BYTES {
            self.held_bytes += packet.len();
            self.held.push(packet);
        }
    }

    /// Gives dimpl what came before the version was known.
    fn release_held(&mut self) -> Result<(), Failure> {
        let mut packet = Vec::new();
        while self.negotiated_version().is_some() && self.held.pop(&mut packet) {
            if admit(&packet, self.role, self.negotiated_version()) == Admission::Take {
                self.drive(|dtls| dtls.handle_packet(&packet))?;
            }
            packet.clear();
        }
        Ok(())
    }
}

impl Engine for DimplEngine {
    fn handle_packet(&mut self, now: Time, packet: &mut [u8]) -> Result<(), Failure> {
        self.advance_clock(now)?;
        if self.plaintexts.len() >= MAX_UNREAD {
            return Ok(());
        }
        match admit(packet, self.role, self.negotiated_version()) {
            Admission::Take => self.hello_taken = true,
            Admission::Hold => {
                self.hold(packet);
                return Ok(());
            }
            Admission::Drop => return Ok(()),
        }
        self.drive(|dtls| dtls.handle_packet(packet))?;
        if self.held.is_empty() { Ok(()) } else { self.release_held() }
    }

    fn handle_timeout(&mut self, now: Time) -> Result<(), Failure> {
        self.now = self.now.max(now);
        let at = instant(self.epoch, self.now);
        let result = self.drive(|dtls| dtls.handle_timeout(at));
        // As long as a handshake message is missing, dimpl wants to be called at once, again and again, and answers each call with an
        // ACK: after one lost or altered datagram we would spin. The gap gets time to close.
        self.timeout = self.timeout.map(|at| if at <= self.now { self.now + GAP_WAIT } else { at });
        result
    }

    fn poll_timeout(&self) -> Option<Time> {
        self.timeout
    }

    fn poll_event(&mut self, _: Time) -> Option<EngineEvent> {
        self.events.pop_front()
    }

    fn poll_transmit(&mut self, _: Time, buf: &mut Vec<u8>) -> bool {
        if self.datagrams.is_empty() && self.unsent > 0 && self.drain().is_err() {
            // There is nobody to tell here: the timer does it.
            self.dtls = None;
            self.unsent = 0;
            self.timeout = Some(self.now);
        }
        self.datagrams.pop(buf)
    }

    fn poll_application_data(&mut self, _: Time, buf: &mut Vec<u8>) -> bool {
        self.plaintexts.pop(buf)
    }

    fn send(&mut self, now: Time, plaintext: &[u8]) -> Result<(), SendFailure> {
        if self.datagrams.len() + self.unsent >= MAX_UNSENT {
            return Err(SendFailure::QueueFull);
        }
        self.advance_clock(now).map_err(SendFailure::Failed)?;
        // Drained when polled: a burst of records costs one look at dimpl's timers.
        self.unsent += 1;
        match self.call(|dtls| dtls.send_application_data(plaintext)) {
            Ok(taken) if taken == plaintext.len() => Ok(()),
            Ok(_) => Err(SendFailure::QueueFull),
            Err(failure) => Err(SendFailure::Failed(failure)),
        }
    }

    fn close_notify(&mut self, now: Time) -> Option<Alert> {
        if self.handshake != Handshake::Complete {
            self.datagrams.clear();
            self.dtls = None;
            self.timeout = None;
            return None;
        }
        self.advance_clock(now).ok()?;
        self.drive(Dtls::close).ok()?;
        self.timeout = None;
        Some(Alert::CLOSE_NOTIFY)
    }

    fn abort(&mut self, now: Time, description: AlertDescription) -> Option<Alert> {
        // Unless our last flight is on its way, the other side has no keys to read a protected alert with.
        let finished = self.handshake == Handshake::Complete && self.datagrams.is_empty();
        let version = self.version();
        self.plaintexts.clear();
        self.datagrams.clear();
        if finished {
            return self.close_notify(now);
        }
        self.dtls = None;
        self.timeout = None;
        if version != Some(ProtocolVersion::Dtls12) {
            return None;
        }
        // RFC 6347 §4.1: epoch 0 until our ChangeCipherSpec, which was never sent. The sequence number lies beyond any that dimpl used.
        let [description_byte, level] = [description.0, 2];
        self.datagrams.push(&[21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, level, description_byte]);
        Some(Alert::fatal(description))
    }

    fn export_keying_material(&self, label: &str, context: Option<&[u8]>, out: &mut [u8]) -> Result<(), ExportError> {
        if self.handshake != Handshake::Complete {
            return Err(ExportError::NotConnected);
        }
        let (_, material) = self.srtp.as_ref().ok_or(ExportError::Unsupported)?;
        // A DTLS 1.3 export depends on its length (RFC 8446 §7.5): only the one that dimpl made can be given.
        if label != "EXTRACTOR-dtls_srtp" || context.is_some() || material.len() != out.len() {
            return Err(ExportError::Unsupported);
        }
        out.copy_from_slice(material);
        Ok(())
    }
}

impl fmt::Debug for DimplEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DimplEngine")
            .field("dtls", &self.dtls)
            .field("handshake", &self.handshake)
            .field("unread", &self.plaintexts.len())
            .finish_non_exhaustive()
    }
}

/// A time as dimpl wants it; one beyond what the system can express is the epoch, where no timer is due.
fn instant(epoch: Instant, at: Time) -> Instant {
    epoch.checked_add(at.since_epoch()).unwrap_or(epoch)
}

/// dimpl's output without the borrow.
enum Found {
    Datagram(usize),
    Plaintext(usize),
    PeerCertificate(usize),
    KeyingMaterial(SrtpProfile, Vec<u8>),
    Connected,
    CloseNotify,
    BufferTooSmall(usize),
    Timeout(Instant),
    Unknown,
}

impl From<Output<'_>> for Found {
    fn from(output: Output<'_>) -> Self {
        match output {
            Output::Packet(bytes) => Self::Datagram(bytes.len()),
            Output::ApplicationData(bytes) => Self::Plaintext(bytes.len()),
            Output::PeerCert(bytes) => Self::PeerCertificate(bytes.len()),
            Output::KeyingMaterial(material, profile) => match srtp_profile(profile) {
                Some(profile) => Self::KeyingMaterial(profile, material.to_vec()),
                None => Self::Unknown,
            },
            Output::Connected => Self::Connected,
            Output::CloseNotify => Self::CloseNotify,
            Output::BufferTooSmall { needed } => Self::BufferTooSmall(needed),
            Output::Timeout(at) => Self::Timeout(at),
            _ => Self::Unknown,
        }
    }
}

fn srtp_profile(profile: dimpl::SrtpProfile) -> Option<SrtpProfile> {
    match profile {
        dimpl::SrtpProfile::AES128_CM_SHA1_80 => Some(SrtpProfile::AES128_CM_HMAC_SHA1_80),
        dimpl::SrtpProfile::AEAD_AES_128_GCM => Some(SrtpProfile::AEAD_AES_128_GCM),
        dimpl::SrtpProfile::AEAD_AES_256_GCM => Some(SrtpProfile::AEAD_AES_256_GCM),
        _ => None,
    }
}
