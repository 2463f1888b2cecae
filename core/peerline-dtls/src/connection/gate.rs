//! The gate: the other side's certificate is compared with the fingerprints before anything passes (RFC 8122 §6.2, RFC 8827 §6.5).

use super::{Connected, Connecting, Connection, Ended, Event, Held, Phase};
use crate::{AlertDescription, EngineEvent, Failure, FailureReason, verify};
use peerline_edge::Time;

impl Connection {
    /// Takes in what the engine reports; the one place where the gate opens.
    pub(super) fn advance(&mut self, now: Time) {
        while let Some(event) = self.engine().and_then(|engine| engine.poll_event(now)) {
            match event {
                EngineEvent::PeerCertificates(certificates) => {
                    self.certificates = certificates;
                    if !self.check_certificate(now) {
                        return;
                    }
                }
                EngineEvent::HandshakeComplete(session) => {
                    if let Phase::Connecting(connecting) = &mut self.phase {
                        connecting.session = Some(session);
                        connecting.doubt = None;
                    }
                }
                EngineEvent::CloseNotify => {
                    // All may have come in one datagram: connected comes first.
                    self.open_gate(now);
                    return self.closed_by_peer();
                }
            }
        }
        self.open_gate(now);
    }

    /// Connecting becomes connected if the handshake is complete and the certificate matches.
    pub(super) fn open_gate(&mut self, now: Time) {
        let Phase::Connecting(connecting) = &mut self.phase else { return };
        let Some(session) = connecting.session else { return };
        if self.fingerprints.is_none() {
            // The certificate cannot be judged yet: plaintext is held, a little of it.
            connecting.held.fill_from(&mut *connecting.engine, now, &mut self.drops);
            return;
        }
        // RFC 8827 §6.5: MUST NOT go on without a certificate to compare; an engine that reports none is not trusted with one.
        if self.certificates.is_empty() {
            return self.reject(now, Failure::new(FailureReason::NoCertificate), AlertDescription::BAD_CERTIFICATE);
        }
        // Checked again here, whatever was checked before: this is the only way to `Connected`.
        if !self.check_certificate(now) {
            return;
        }
        if let Phase::Connecting(connecting) = core::mem::replace(&mut self.phase, Phase::New(Held::default())) {
            let Connecting { engine, held, .. } = connecting;
            self.phase = Phase::Connected(Connected { engine, session, held });
            self.events.push_back(Event::Connected(session));
        }
    }

    /// Compares certificate and fingerprints if both are known; false if the connection failed for it.
    pub(super) fn check_certificate(&mut self, now: Time) -> bool {
        let (Some(fingerprints), Some(leaf)) = (&self.fingerprints, self.certificates.first()) else { return true };
        match verify(leaf, fingerprints, &*self.config.crypto) {
            Ok(()) => true,
            Err(mismatch) => {
                // RFC 8122 §6.2: MUST NOT establish the connection; a bad_certificate alert tells the other side.
                self.reject(now, Failure::new(FailureReason::Fingerprint(mismatch)), AlertDescription::BAD_CERTIFICATE);
                false
            }
        }
    }

    /// The connection fails by our decision; the other side is told if it can be.
    pub(super) fn reject(&mut self, now: Time, failure: Failure, description: AlertDescription) {
        self.fail(now, failure, Some(description));
    }

    pub(super) fn fail(&mut self, now: Time, mut failure: Failure, alert: Option<AlertDescription>) {
        let engine = match core::mem::replace(&mut self.phase, Phase::New(Held::default())) {
            Phase::Connecting(Connecting { engine, .. }) | Phase::Connected(Connected { engine, .. }) => Some(engine),
            Phase::New(_) | Phase::Ended(_) => None,
        };
        // Without an alert to send the engine is dropped: nothing of it may go out any more.
        let engine = engine.and_then(|mut engine| {
            if let Some(description) = alert {
                failure.alert_sent = engine.abort(now, description);
            }
            failure.alert_sent.map(|_| engine)
        });
        tracing::debug!(reason = %failure.reason, "DTLS failed");
        self.phase = Phase::Ended(Ended { engine, session: None, failed: true });
        self.events.push_back(Event::Failed(failure));
    }

    pub(super) fn closed_by_peer(&mut self) {
        let (engine, session) = match core::mem::replace(&mut self.phase, Phase::New(Held::default())) {
            Phase::Connecting(connecting) => (connecting.engine, None),
            Phase::Connected(connected) => (connected.engine, Some(connected.session)),
            other @ (Phase::New(_) | Phase::Ended(_)) => {
                self.phase = other;
                return;
            }
        };
        self.phase = Phase::Ended(Ended { engine: Some(engine), session, failed: false });
        self.events.push_back(Event::Closed);
    }
}
