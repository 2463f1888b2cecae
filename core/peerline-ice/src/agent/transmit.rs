//! Building datagrams when they are polled (RFC 8445 §7.1, §7.3; RFC 8489 §6.1).

use super::Agent;
use crate::check::CheckKind;
use crate::outbox::{Answer, Generation, Packet, Response};
use crate::{PairId, Role, State};
use peerline_edge::{Ecn, FiveTuple, Time, Transmit};
use peerline_stun::{Class, MessageBuilder, Method, TransactionId};

impl Agent {
    /// Writes the next datagram into `buf`, which must be empty.
    pub fn poll_transmit(&mut self, _now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        if self.state == State::Closed {
            return None;
        }
        loop {
            let path = match self.out.next_packet()? {
                Packet::Query { socket, target, id } => {
                    let Some(local) = self.gatherer.bound(socket) else { continue };
                    // RFC 8445 §5.1.1.2: without authentication.
                    MessageBuilder::new(buf, Class::Request, Method::BINDING, id);
                    Some(FiveTuple::udp(local, target))
                }
                Packet::Check { generation, pair, id, kind } => self.build_check(generation, pair, id, kind, buf),
                Packet::Response(response) => self.build_response(&response, buf),
            };
            if let Some(path) = path {
                return Some(Transmit { path, ecn: Ecn::NotEct, segment: None });
            }
        }
    }

    /// A check, unless it was answered or replaced while it waited.
    fn build_check(
        &self,
        generation: Generation,
        pair: PairId,
        id: TransactionId,
        kind: CheckKind,
        buf: &mut Vec<u8>,
    ) -> Option<FiveTuple> {
        let session = self.session(generation)?;
        let remote = session.remote.as_ref()?;
        let pair = session.checklist.pairs.get(&pair)?;
        let request = pair.requests.iter().find(|request| request.id() == id && !request.cancelled)?;
        let mut message = MessageBuilder::new(buf, Class::Request, Method::BINDING, id);
        // RFC 8445 §7.2.2: MUST have USERNAME, PRIORITY, a role with its tie-breaker, MESSAGE-INTEGRITY and FINGERPRINT.
        message.username(&remote.username).priority(request.priority);
        match request.role {
            Role::Controlling => message.ice_controlling(session.tie_breaker),
            Role::Controlled => message.ice_controlled(session.tie_breaker),
        };
        // RFC 8445 §8.1.1: nominates. A pair that is nominated stays so: repeating it tells an agent that lost its memory of it.
        if kind == CheckKind::Nomination || (pair.nominated && request.role == Role::Controlling) {
            message.use_candidate();
        }
        message.integrity(&*remote.key).fingerprint();
        Some(pair.path)
    }

    fn build_response(&self, response: &Response, buf: &mut Vec<u8>) -> Option<FiveTuple> {
        let Response { path, id, answer } = response;
        match answer {
            Answer::Success(generation) => {
                let session = self.session(*generation)?;
                let mut message = MessageBuilder::new(buf, Class::Success, Method::BINDING, *id);
                message.xor_mapped_address(path.remote).integrity(&*session.local_key).fingerprint();
            }
            Answer::Error { generation, code, unknown } => {
                let session = self.session(*generation)?;
                let mut message = MessageBuilder::new(buf, Class::Error, Method::BINDING, *id);
                message.error_code(*code, "");
                if !unknown.is_empty() {
                    message.unknown_attributes(unknown.iter().copied());
                }
                message.integrity(&*session.local_key).fingerprint();
            }
            Answer::Refusal { code, fingerprint } => {
                let mut message = MessageBuilder::new(buf, Class::Error, Method::BINDING, *id);
                message.error_code(*code, "");
                if *fingerprint {
                    message.fingerprint();
                }
            }
        }
        Some(*path)
    }
}
