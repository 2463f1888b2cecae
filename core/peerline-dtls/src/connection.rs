//! The connection: an engine, and a gate that opens when the other side's certificate is the one that was signalled (RFC 8827 §6.5).
//!
//! 1. New: no role yet. Early datagrams are held.
//! 2. Connecting: the engine shakes hands. What nobody authenticates can't end it: a plaintext alert, or an error before the other side's
//!    certificate is here, is only a doubt, which is believed if the handshake does not complete soon. As soon as the other side's certificate and the fingerprints are both here, they are compared;
//!    a difference fails the connection. A handshake that completes before the fingerprints are known waits, with a few records held.
//! 3. Connected: the handshake is complete and the certificate matched. The only phase in which plaintext passes.
//! 4. Ended: closed by either side, or failed. What is left of the engine only drains its last datagrams.

mod doubt;
mod filter;
mod gate;
mod held;
mod hello;

use crate::{Config, Engine, EngineConfig, ExportError, Failure, Fingerprint, Role, SendFailure, Session};
use doubt::Doubt;
use filter::Filtered;
use held::Held;
use peerline_edge::{Deadline, Rng, Time};
use std::collections::VecDeque;

/// Where a connection stands (W3C webrtc-pc §5.5 RTCDtlsTransportState).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Not started.
    New,
    /// Shaking hands, or waiting for the fingerprints.
    Connecting,
    /// The other side is who was signalled; plaintext passes.
    Connected,
    /// Closed by either side.
    Closed,
    /// Failed.
    Failed,
}

/// What happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The handshake is complete and the other side's certificate matches. Plaintext passes from here on.
    Connected(Session),
    /// The other side said `close_notify`.
    Closed,
    /// The connection failed.
    Failed(Failure),
}

/// Why plaintext was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SendError {
    /// Misuse: not connected yet, or no longer.
    #[error("not connected")]
    NotConnected,
    /// Misuse: longer than [`Connection::max_plaintext_len`] of the MTU.
    #[error("the plaintext does not fit one datagram")]
    TooLong,
    /// Too many datagrams wait for `poll_transmit`; poll, then try again.
    #[error("too many datagrams wait to be polled")]
    QueueFull,
}

/// How much was dropped, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops {
    /// Datagrams that came before the start and did not fit the buffer.
    pub early: u64,
    /// Datagrams, or ends of datagrams, that are no DTLS records.
    pub malformed: u64,
    /// Alerts in plaintext: not authentic, so at most a hint.
    pub plaintext_alerts: u64,
    /// Application data in plaintext.
    pub plaintext_application_data: u64,
    /// Datagrams after the end.
    pub after_end: u64,
    /// Application data records that came before the other side was verified and did not fit the buffer.
    pub unverified_application_data: u64,
}

/// One DTLS association of a peer connection. See the crate's first page for the order of calls.
#[derive(Debug)]
pub struct Connection {
    config: Config,
    rng: Rng,
    phase: Phase,
    fingerprints: Option<Vec<Fingerprint>>,
    certificates: Vec<Vec<u8>>,
    events: VecDeque<Event>,
    drops: Drops,
}

#[derive(Debug)]
enum Phase {
    New(Held),
    Connecting(Connecting),
    Connected(Connected),
    Ended(Ended),
}

#[derive(Debug)]
struct Connecting {
    engine: Box<dyn Engine>,
    role: Role,
    /// Set when the handshake is complete and only the verification is missing.
    session: Option<Session>,
    /// Plaintext that came before the verification.
    held: Held,
    doubt: Option<Doubt>,
    /// Server: the random of the ClientHello that the engine answers.
    client_random: Option<[u8; 32]>,
    /// Client: how often it started anew.
    restarts: u8,
}

#[derive(Debug)]
struct Connected {
    engine: Box<dyn Engine>,
    session: Session,
    held: Held,
}

#[derive(Debug)]
struct Ended {
    /// Drains the last datagrams.
    engine: Option<Box<dyn Engine>>,
    /// Set if the connection was once connected: what came before the end may still be read.
    session: Option<Session>,
    failed: bool,
}

impl Connection {
    /// The most bytes that a record of any version and cipher suite we use adds to its plaintext (DTLS 1.2 with AES-GCM: header 13,
    /// explicit nonce 8, tag 16).
    pub const MAX_RECORD_OVERHEAD: usize = 37;

    /// A connection that waits for [`Self::start`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            rng: Rng::new(config.seed),
            config,
            phase: Phase::New(Held::default()),
            fingerprints: None,
            certificates: Vec::new(),
            events: VecDeque::new(),
            drops: Drops::default(),
        }
    }

    /// Starts the handshake in this role; a client's ClientHello can be polled at once. Does nothing if already started.
    pub fn start(&mut self, now: Time, role: Role) {
        let Phase::New(early) = &mut self.phase else { return };
        let early = core::mem::take(early);
        let engine = match self.new_engine(now, role) {
            Ok(engine) => engine,
            Err(failure) => return self.fail(now, failure, None),
        };
        self.phase = Phase::Connecting(Connecting {
            engine,
            role,
            session: None,
            held: Held::default(),
            doubt: None,
            client_random: None,
            restarts: 0,
        });
        self.advance(now);
        for mut datagram in early.into_iter() {
            self.handle_packet(now, &mut datagram);
        }
    }

    /// The fingerprints that were signalled for the other side's certificate. May come before or after [`Self::start`], and again: a set
    /// that no longer contains the certificate of a running connection fails it. An empty set fails it too.
    pub fn set_remote_fingerprints(&mut self, now: Time, fingerprints: Vec<Fingerprint>) {
        self.fingerprints = Some(fingerprints);
        match self.phase {
            Phase::New(_) | Phase::Ended(_) => {}
            Phase::Connecting(_) | Phase::Connected(_) => {
                if self.check_certificate(now) {
                    self.advance(now);
                }
            }
        }
    }

    /// Takes one datagram in; its contents may be changed (decryption in place). Hostile input is counted and dropped.
    pub fn handle_packet(&mut self, now: Time, packet: &mut [u8]) {
        match &mut self.phase {
            Phase::New(early) => {
                self.drops.early += u64::from(!early.push(packet));
                return;
            }
            Phase::Ended(_) => {
                self.drops.after_end += 1;
                return;
            }
            Phase::Connecting(_) | Phase::Connected(_) => {}
        }
        let Filtered { len, alert } = filter::filter(packet, &mut self.drops);
        if let Some(alert) = alert {
            self.doubt(now, Failure::alert_received(alert));
        }
        let Some(packet) = packet.get_mut(..len).filter(|packet| !packet.is_empty()) else { return };
        self.follow_client_hello(now, packet);
        let Some(engine) = self.engine() else { return };
        match engine.handle_packet(now, packet) {
            Ok(()) => self.advance(now),
            Err(failure) => self.engine_failed(now, failure),
        }
    }

    /// Runs the timers that are due.
    pub fn handle_timeout(&mut self, now: Time) {
        if let Phase::Connecting(Connecting { doubt: Some(doubt), .. }) = &self.phase
            && now >= doubt.believed_at
        {
            let failure = doubt.failure;
            return self.fail(now, failure, None);
        }
        let Some(engine) = self.engine() else { return };
        match engine.handle_timeout(now) {
            Ok(()) => self.advance(now),
            Err(failure) => self.engine_failed(now, failure),
        }
    }

    /// When [`Self::handle_timeout`] is wanted.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let (engine, doubt) = match &self.phase {
            Phase::Connecting(connecting) => (&connecting.engine, connecting.doubt),
            Phase::Connected(connected) => (&connected.engine, None),
            Phase::New(_) | Phase::Ended(_) => return None,
        };
        let engine = engine.poll_timeout().map(|at| Deadline::new(at, "dtls retransmission"));
        let doubt = doubt.map(|doubt| Deadline::new(doubt.believed_at, "dtls doubt"));
        Deadline::earliest(engine, doubt)
    }

    /// Appends exactly one datagram to `buf`; false if there is none.
    pub fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> bool {
        match &mut self.phase {
            Phase::New(_) => false,
            Phase::Connecting(Connecting { engine, .. }) | Phase::Connected(Connected { engine, .. }) => {
                engine.poll_transmit(now, buf)
            }
            Phase::Ended(ended) => ended.engine.as_mut().is_some_and(|engine| engine.poll_transmit(now, buf)),
        }
    }

    /// Protects `plaintext` as one application data record, which [`Self::poll_transmit`] then yields as a datagram. Small records that
    /// were not polled one by one may share a datagram.
    ///
    /// # Errors
    /// If not connected, if it is too long, or if too much waits to be polled.
    pub fn send(&mut self, now: Time, plaintext: &[u8]) -> Result<(), SendError> {
        let Phase::Connected(Connected { engine, session, .. }) = &mut self.phase else {
            return Err(SendError::NotConnected);
        };
        if plaintext.len() > self.config.mtu.saturating_sub(session.record_overhead) {
            return Err(SendError::TooLong);
        }
        match engine.send(now, plaintext) {
            Ok(()) => Ok(()),
            Err(SendFailure::QueueFull) => Err(SendError::QueueFull),
            Err(SendFailure::TooLong) => Err(SendError::TooLong),
            Err(SendFailure::Failed(failure)) => {
                self.engine_failed(now, failure);
                Err(SendError::NotConnected)
            }
        }
    }

    /// Appends the plaintext of the next application data record to `buf`; false if there is none. What came before a
    /// [`Event::Closed`] can still be read after it.
    pub fn poll_application_data(&mut self, now: Time, buf: &mut Vec<u8>) -> bool {
        match &mut self.phase {
            Phase::Connected(Connected { engine, held, .. }) => held.pop(buf) || engine.poll_application_data(now, buf),
            Phase::Ended(Ended { engine: Some(engine), session: Some(_), failed: false }) => {
                engine.poll_application_data(now, buf)
            }
            Phase::New(_) | Phase::Connecting(_) | Phase::Ended(_) => false,
        }
    }

    /// What happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Ends the connection: a `close_notify` can be polled if there are keys for it. No event follows.
    pub fn close(&mut self, now: Time) {
        self.events.clear();
        let (mut engine, session) = match core::mem::replace(&mut self.phase, Phase::New(Held::default())) {
            Phase::New(_) => (None, None),
            Phase::Connecting(connecting) => (Some(connecting.engine), None),
            Phase::Connected(connected) => (Some(connected.engine), Some(connected.session)),
            ended @ Phase::Ended(_) => {
                self.phase = ended;
                return;
            }
        };
        if let Some(engine) = &mut engine {
            engine.close_notify(now);
        }
        self.phase = Phase::Ended(Ended { engine, session, failed: false });
    }

    /// Where the connection stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match &self.phase {
            Phase::New(_) => State::New,
            Phase::Connecting(_) => State::Connecting,
            Phase::Connected(_) => State::Connected,
            Phase::Ended(Ended { failed: false, .. }) => State::Closed,
            Phase::Ended(Ended { failed: true, .. }) => State::Failed,
        }
    }

    /// What the handshake agreed on; `None` before the other side is verified.
    #[must_use]
    pub const fn session(&self) -> Option<&Session> {
        match &self.phase {
            Phase::Connected(connected) => Some(&connected.session),
            Phase::Ended(ended) => ended.session.as_ref(),
            Phase::New(_) | Phase::Connecting(_) => None,
        }
    }

    /// The other side's certificates (DER, leaf first; perhaps the leaf alone); empty before the other side is verified.
    #[must_use]
    pub fn remote_certificates(&self) -> &[Vec<u8>] {
        if self.session().is_some() { &self.certificates } else { &[] }
    }

    /// The longest plaintext whose record fits a datagram of this many bytes. Before the handshake the worst case.
    #[must_use]
    pub fn max_plaintext_len(&self, datagram_len: usize) -> usize {
        let overhead = self.session().map_or(Self::MAX_RECORD_OVERHEAD, |session| session.record_overhead);
        datagram_len.saturating_sub(overhead)
    }

    /// Fills `out` with exported keying material (RFC 5705, RFC 8446 §7.5; RFC 5764 §4.2 for SRTP: label `EXTRACTOR-dtls_srtp`, no context).
    ///
    /// # Errors
    /// If the other side is not verified, or the engine cannot export this.
    pub fn export_keying_material(
        &self,
        label: &str,
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), ExportError> {
        match &self.phase {
            Phase::Connected(connected) => connected.engine.export_keying_material(label, context, out),
            Phase::New(_) | Phase::Connecting(_) | Phase::Ended(_) => Err(ExportError::NotConnected),
        }
    }

    /// The keying material for SRTP (RFC 5764 §4.2): client key, server key, client salt, server salt; `None` if no profile was
    /// agreed on or the other side is not verified.
    #[must_use]
    pub fn srtp_keying_material(&self) -> Option<Vec<u8>> {
        let (key, salt) = self.session()?.srtp_profile?.key_and_salt_len()?;
        let mut out = vec![0; 2 * (key + salt)];
        self.export_keying_material("EXTRACTOR-dtls_srtp", None, &mut out).ok()?;
        Some(out)
    }

    /// How much was dropped.
    #[must_use]
    pub const fn drops(&self) -> &Drops {
        &self.drops
    }

    fn engine_config(&self) -> EngineConfig {
        EngineConfig {
            certificate: self.config.certificate.clone(),
            mtu: self.config.mtu,
            versions: self.config.versions,
            cipher_suites: self.config.cipher_suites.clone(),
            groups: self.config.groups.clone(),
            srtp_profiles: self.config.srtp_profiles.clone(),
            initial_rto: self.config.initial_rto,
            handshake_timeout: self.config.handshake_timeout,
        }
    }

    /// The engine of a connection that has not ended.
    fn engine(&mut self) -> Option<&mut dyn Engine> {
        match &mut self.phase {
            Phase::Connecting(Connecting { engine, .. }) | Phase::Connected(Connected { engine, .. }) => {
                Some(&mut **engine)
            }
            Phase::New(_) | Phase::Ended(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
