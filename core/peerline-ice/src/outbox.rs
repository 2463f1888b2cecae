//! What waits to be polled: requests for I/O, events, packets still to be built, and the counters.

use crate::check::CheckKind;
use crate::{Drops, Event, PairId};
use core::net::SocketAddr;
use peerline_edge::{FiveTuple, IoRequest, SocketId};
use peerline_stun::{AttributeType, TransactionId};
use std::collections::VecDeque;

/// Names an ICE session: one pair of local and remote credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(pub(crate) u32);

/// A datagram that is to be built when it is polled.
#[derive(Clone, Debug)]
pub(crate) enum Packet {
    /// A query to a STUN server.
    Query { socket: SocketId, target: SocketAddr, id: TransactionId },
    /// A check, a consent check or a probe; looked up when polled, so that one that is answered meanwhile is not sent.
    Check { generation: Generation, pair: PairId, id: TransactionId, kind: CheckKind },
    /// The answer to a check.
    Response(Response),
}

/// The answer to a check.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) path: FiveTuple,
    pub(crate) id: TransactionId,
    pub(crate) answer: Answer,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Sealed with the session's local password.
    Success(Generation),
    /// The same, for an authenticated request that can't be granted.
    Error { generation: Generation, code: u16, unknown: Vec<AttributeType> },
    /// To a request that was not authenticated: no integrity.
    Refusal { code: u16, fingerprint: bool },
}

/// What waits to be polled.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) io: VecDeque<IoRequest>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) packets: VecDeque<Packet>,
    /// How many of `packets` are responses.
    responses: usize,
    pub(crate) drops: Drops,
}

impl Outbox {
    pub(crate) fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Queues a response, unless `limit` of them wait already. Refusals get a quarter of the room, so that who can't authenticate
    /// can't crowd out who can.
    pub(crate) fn respond(&mut self, response: Response, limit: usize) {
        let limit = if matches!(response.answer, Answer::Refusal { .. }) { limit / 4 } else { limit };
        if self.responses >= limit {
            self.drops.response_overflow += 1;
            return;
        }
        self.responses += 1;
        self.packets.push_back(Packet::Response(response));
    }

    pub(crate) fn next_packet(&mut self) -> Option<Packet> {
        let packet = self.packets.pop_front()?;
        if matches!(packet, Packet::Response(_)) {
            self.responses = self.responses.saturating_sub(1);
        }
        Some(packet)
    }
}
