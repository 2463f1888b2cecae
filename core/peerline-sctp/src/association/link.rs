//! What exists once both sides have exchanged their tags: the two halves and the chores between them (RFC 9260 §13.2).

use crate::config::Config;
use crate::cookie::Cookie;
use crate::event::Event;
use crate::heartbeat::Heartbeat;
use crate::journal::Journal;
use crate::message::StreamId;
use crate::receive::{Limits, Receiver};
use crate::reconfig::Resets;
use crate::send::queue::SendQueue;
use crate::send::{Agreement, Transmitter};
use crate::wire::init::{Capabilities, Init};
use peerline_edge::{Deadline, Time};
use std::collections::VecDeque;

/// The most small replies (HEARTBEAT ACK, ERROR) that wait to be sent.
pub(super) const MAX_CONTROL: usize = 16;

/// A peer association's transmission control block, less the state.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) peer_tag: u32,
    /// Streams the peer may send on.
    pub(super) incoming: u16,
    /// What both sides have.
    pub(super) capabilities: Capabilities,
    pub(super) tx: Transmitter,
    pub(super) rx: Receiver,
    pub(super) resets: Resets,
    pub(super) heartbeat: Heartbeat,
    /// Whole chunks to bundle into the next packets.
    pub(super) control: VecDeque<Vec<u8>>,
}

/// What the two INITs come to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) local: Init,
    pub(super) peer: Init,
    pub(super) outgoing: u16,
    pub(super) incoming: u16,
    pub(super) capabilities: Capabilities,
}

impl Terms {
    pub(super) fn new(local: Init, peer: Init) -> Self {
        Self {
            local,
            peer,
            // RFC 9260 §5.1.1: each side sends on no more streams than the other takes.
            outgoing: local.outgoing.min(peer.incoming),
            incoming: local.incoming.min(peer.outgoing),
            capabilities: local.capabilities.common(peer.capabilities),
        }
    }

    pub(super) fn from_cookie(cookie: &Cookie, local: Init) -> Self {
        let peer = Init {
            tag: cookie.peer_tag,
            a_rwnd: cookie.peer_a_rwnd,
            outgoing: cookie.incoming,
            incoming: cookie.outgoing,
            initial_tsn: cookie.peer_initial_tsn,
            capabilities: cookie.capabilities,
        };
        let local = Init { tag: cookie.local_tag, initial_tsn: cookie.local_initial_tsn, ..local };
        Self { local, peer, outgoing: cookie.outgoing, incoming: cookie.incoming, capabilities: cookie.capabilities }
    }
}

impl Link {
    pub(super) fn new(now: Time, config: &Config, terms: &Terms, secret: u64) -> Self {
        let Terms { local, peer, incoming, capabilities, .. } = *terms;
        let agreement = Agreement {
            initial_tsn: local.initial_tsn,
            peer_a_rwnd: peer.a_rwnd,
            interleaved: capabilities.interleaving,
            partial_reliability: capabilities.partial_reliability,
        };
        let limits = Limits {
            max_message_size: config.max_message_size,
            initial_window: config.initial_receive_buffer,
            max_window: config.max_receive_buffer,
            streams: incoming,
        };
        Self {
            peer_tag: peer.tag,
            incoming,
            capabilities,
            tx: Transmitter::new(now, config, agreement),
            rx: Receiver::new(now, peer.initial_tsn, capabilities.interleaving, limits),
            resets: Resets::new(capabilities.reconfig, local.initial_tsn, peer.initial_tsn, config.max_packet_len),
            heartbeat: Heartbeat::new(now, config.heartbeat_interval, secret),
            control: VecDeque::new(),
        }
    }

    /// The peer turned out to use another tag and TSN than its INIT ACK said (RFC 9260 §5.2.4, action B). What we sent stays.
    pub(super) fn change_peer(&mut self, now: Time, config: &Config, terms: &Terms) {
        let fresh = Self::new(now, config, terms, 0);
        self.peer_tag = fresh.peer_tag;
        self.incoming = fresh.incoming;
        self.rx = fresh.rx;
        self.resets = fresh.resets;
    }

    /// Queues a whole chunk for the next packet.
    pub(super) fn push_control(&mut self, chunk: Vec<u8>, journal: &mut Journal) {
        if self.control.len() < MAX_CONTROL {
            self.control.push_back(chunk);
        } else {
            journal.drops.reply_overflow = journal.drops.reply_overflow.saturating_add(1);
        }
    }

    /// Begins the resets that were asked for before the handshake was done.
    pub(super) fn begin_resets(&mut self, wanted: Vec<u16>, queue: &mut SendQueue, journal: &mut Journal) {
        for id in wanted {
            if id < queue.outgoing() {
                self.resets.begin(id, queue, &mut journal.events);
            } else {
                journal.events.push_back(Event::OutgoingStreamResetFailed(StreamId(id)));
            }
        }
        self.resets.advance(&self.tx, queue);
    }

    /// The timers of both halves.
    pub(super) fn deadline(&self) -> Option<Deadline> {
        let ack = self.rx.ack().deadline().map(|at| Deadline::new(at, "sctp delayed SACK"));
        let reset = self.resets.deadline().map(|at| Deadline::new(at, "sctp RE-CONFIG"));
        let heartbeat = self.heartbeat.deadline().map(|at| Deadline::new(at, "sctp HEARTBEAT"));
        [ack, reset, heartbeat].into_iter().fold(self.tx.deadline(), Deadline::earliest)
    }
}
