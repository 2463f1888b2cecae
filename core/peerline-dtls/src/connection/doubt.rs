//! Failures that nobody authenticated: the handshake gets a fresh engine and time to prove them wrong.
//!
//! A spoofed datagram must not end a connection (the ClientHello race): a plaintext alert, or whatever made the engine fail before the
//! other side's certificate was here, may be somebody else's. If it was true, nothing follows, and it is the reason that is reported.

use super::hello::client_random;
use super::{Connecting, Connection, Phase};
use crate::{Engine, Failure, FailureReason, Role};
use core::time::Duration;
use peerline_edge::Time;

/// How long a doubt waits for the handshake to prove it wrong.
///
/// Nobody authenticates what raised it, so it must not end the handshake; but if it is true, the handshake makes no progress, and it says why.
const GRACE: Duration = Duration::from_secs(3);
/// How often a client starts anew. A server waits for the next ClientHello and sends nothing, so it may do so as often as need be.
const MAX_CLIENT_RESTARTS: u8 = 3;

/// A failure that nobody authenticated, and when it is believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    pub(super) failure: Failure,
    pub(super) believed_at: Time,
}

impl Connecting {
    /// True if a fresh engine may succeed where this one failed, because something unauthenticated may have made it fail.
    const fn may_restart(&self, reason: FailureReason) -> bool {
        let by_the_peer = matches!(
            reason,
            FailureReason::Handshake
                | FailureReason::NoCommonParameters
                | FailureReason::UnsupportedCertificate
                | FailureReason::Internal
        );
        let again = matches!(self.role, Role::Server) || self.restarts < MAX_CLIENT_RESTARTS;
        by_the_peer && again && self.session.is_none()
    }
}

impl Connection {
    /// A failure that nobody authenticated; the first one counts.
    pub(super) fn doubt(&mut self, now: Time, failure: Failure) {
        if let Phase::Connecting(Connecting { session: None, doubt, .. }) = &mut self.phase {
            doubt.get_or_insert(Doubt { failure, believed_at: now + GRACE });
        }
    }

    /// The engine gave up.
    pub(super) fn engine_failed(&mut self, now: Time, failure: Failure) {
        let failure = match &self.phase {
            // The doubt explains the silence.
            Phase::Connecting(Connecting { doubt: Some(doubt), .. }) if failure.reason == FailureReason::Timeout => {
                doubt.failure
            }
            Phase::Connecting(connecting) if self.certificates.is_empty() && connecting.may_restart(failure.reason) => {
                self.doubt(now, failure);
                return self.restart(now);
            }
            _ => failure,
        };
        self.fail(now, failure, None);
    }

    /// A server whose ClientHello may have been somebody else's goes over to the newest one, until it has seen a certificate: one spoofed
    /// ClientHello ahead of the real one must not spoil the connection.
    pub(super) fn follow_client_hello(&mut self, now: Time, packet: &[u8]) {
        let Phase::Connecting(connecting) = &mut self.phase else { return };
        if connecting.role == Role::Client || connecting.session.is_some() || !self.certificates.is_empty() {
            return;
        }
        let Some(random) = client_random(packet) else { return };
        let before = connecting.client_random.replace(random);
        if before.is_some_and(|before| before != random) {
            self.restart(now);
        }
    }

    /// Goes on with a fresh engine.
    pub(super) fn restart(&mut self, now: Time) {
        let Phase::Connecting(Connecting { role, .. }) = self.phase else { return };
        let engine = self.new_engine(now, role);
        let Phase::Connecting(connecting) = &mut self.phase else { return };
        match engine {
            Ok(engine) => {
                connecting.engine = engine;
                connecting.restarts = connecting.restarts.saturating_add(1);
            }
            Err(failure) => self.fail(now, failure, None),
        }
    }

    pub(super) fn new_engine(&mut self, now: Time, role: Role) -> Result<Box<dyn Engine>, Failure> {
        let seed = self.rng.seed();
        self.config.provider.create(&self.engine_config(), role, now, seed)
    }
}
