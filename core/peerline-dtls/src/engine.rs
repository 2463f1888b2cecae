//! The engine interface: a DTLS handshake and record layer as a machine, behind which any implementation fits.

use crate::{
    Alert, AlertDescription, Certificate, CipherSuite, Failure, KeyAlgorithm, NamedGroup, Role, Session, SrtpProfile,
    Versions,
};
use core::fmt::Debug;
use core::time::Duration;
use peerline_edge::{Seed, Time};
use std::sync::Arc;

/// What an engine is made of.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Our certificate. It is sent in both roles, and the other side's is required in both.
    pub certificate: Arc<Certificate>,
    /// The longest datagram to make, in bytes of UDP payload.
    pub mtu: usize,
    /// The versions to offer and to accept.
    pub versions: Versions,
    /// The cipher suites to offer and to accept, best first; empty leaves it to the engine.
    pub cipher_suites: Vec<CipherSuite>,
    /// The groups to offer and to accept, best first; empty leaves it to the engine.
    pub groups: Vec<NamedGroup>,
    /// The SRTP profiles to offer and to accept, best first; empty leaves it to the engine.
    pub srtp_profiles: Vec<SrtpProfile>,
    /// How long to wait for the answer to a flight before it is sent again the first time.
    pub initial_rto: Duration,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
}

/// Makes engines. One provider serves many connections.
pub trait EngineProvider: Send + Sync + Debug + 'static {
    /// True if engines of this provider can use a certificate of ours with such a key.
    fn supports(&self, algorithm: KeyAlgorithm) -> bool;

    /// An engine in this role. A client has its ClientHello ready to be polled.
    ///
    /// # Errors
    /// If the configuration or our certificate cannot be used.
    fn create(&self, config: &EngineConfig, role: Role, now: Time, seed: Seed) -> Result<Box<dyn Engine>, Failure>;
}

/// One side of one DTLS association.
///
/// The engine does not judge the other side's certificate beyond its proof of possession; [`crate::Connection`] does, and passes no
/// plaintext in or out before.
pub trait Engine: Send + Debug {
    /// Takes one datagram in, which may be changed in place. What is malformed, replayed or not authentic is dropped without a trace.
    ///
    /// # Errors
    /// If the handshake or the association failed for good.
    fn handle_packet(&mut self, now: Time, packet: &mut [u8]) -> Result<(), Failure>;

    /// Runs the timers that are due.
    ///
    /// # Errors
    /// If the handshake failed because nobody answered.
    fn handle_timeout(&mut self, now: Time) -> Result<(), Failure>;

    /// When [`Self::handle_timeout`] is wanted.
    fn poll_timeout(&self) -> Option<Time>;

    /// What happened. Polled before anything else after each call that takes `now`.
    fn poll_event(&mut self, now: Time) -> Option<EngineEvent>;

    /// Appends the next datagram to send; false if there is none.
    fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> bool;

    /// Appends the plaintext of the next application data record; false if there is none. Order is order of arrival.
    fn poll_application_data(&mut self, now: Time, buf: &mut Vec<u8>) -> bool;

    /// Protects `plaintext` as one record, to be polled as a datagram, alone or behind other records that were not polled yet.
    ///
    /// # Errors
    /// If it cannot be sent now; the association lives on unless the failure says otherwise.
    fn send(&mut self, now: Time, plaintext: &[u8]) -> Result<(), SendFailure>;

    /// Ends the association in good order: queues a `close_notify` if there are keys to send it with. Returns what was queued.
    fn close_notify(&mut self, now: Time) -> Option<Alert>;

    /// Ends the association at once: drops all that is queued and queues a fatal alert, if the engine can send one in its state. Returns
    /// what was queued, which may be a lesser alert.
    fn abort(&mut self, now: Time, description: AlertDescription) -> Option<Alert>;

    /// Fills `out` with exported keying material (RFC 5705, RFC 8446 §7.5).
    ///
    /// # Errors
    /// If the handshake is not complete, or the engine cannot export this.
    fn export_keying_material(&self, label: &str, context: Option<&[u8]>, out: &mut [u8]) -> Result<(), ExportError>;
}

/// What an engine reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineEvent {
    /// The other side's certificates arrived (DER, leaf first; the engine may know the leaf alone). At the latest right before
    /// [`Self::HandshakeComplete`], which never comes without.
    PeerCertificates(Vec<Vec<u8>>),
    /// The handshake is complete, the other side has proved that it holds the leaf's private key.
    HandshakeComplete(Session),
    /// The other side said `close_notify`.
    CloseNotify,
}

/// Why a record could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// Too many datagrams wait to be polled.
    QueueFull,
    /// The plaintext does not fit one datagram.
    TooLong,
    /// The association failed for good.
    Failed(Failure),
}

/// Why keying material cannot be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ExportError {
    /// The handshake is not complete, or the other side's certificate not verified.
    #[error("not connected")]
    NotConnected,
    /// The engine cannot export under this label, with this context, or this much.
    #[error("the DTLS engine cannot export this")]
    Unsupported,
}
