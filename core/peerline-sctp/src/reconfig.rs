//! Stream resets, ours and the peer's (RFC 6525 §5).
//!
//! Ours: 1. the stream takes no more messages; 2. what it has is sent; 3. and acknowledged; 4. one request names all streams that are
//! so far; 5. it is repeated until the answer is final. The peer's: performed once everything it sent before has come in, "in progress"
//! until then.

use crate::event::Event;
use crate::journal::Journal;
use crate::message::StreamId;
use crate::receive::Receiver;
use crate::receive::tracker::LongTsn;
use crate::send::Transmitter;
use crate::send::queue::SendQueue;
use crate::wire::Tsn;
use crate::wire::reconfig::{self, Item, Outcome, RequestNumber};
use peerline_edge::Time;
use std::collections::{BTreeSet, VecDeque};

/// The most answers that wait to be sent; the peer may have one request out at a time.
const MAX_RESPONSES: usize = 8;

/// Our request, out and not answered for good.
#[derive(Debug)]
struct Request {
    number: RequestNumber,
    last_tsn: Tsn,
    streams: Vec<u16>,
    /// When to send it again; `None`: at the next poll.
    again: Option<Time>,
    /// True if the peer has answered "in progress": then silence is no error.
    in_progress: bool,
}

/// The peer's request that waits for data.
#[derive(Debug)]
struct Deferred {
    number: RequestNumber,
    last_tsn: Tsn,
    /// Empty means all.
    streams: Vec<u16>,
}

/// Both directions of RFC 6525 for an association.
#[derive(Debug)]
pub(crate) struct Resets {
    /// True if the peer understands RE-CONFIG.
    supported: bool,
    /// Streams whose reset was asked for and is not decided.
    pending: BTreeSet<u16>,
    /// Streams to be reset that still have messages queued.
    draining: Vec<u16>,
    /// Streams whose last message is out, and the mark that must be acknowledged.
    settling: VecDeque<(LongTsn, u16)>,
    ready: Vec<u16>,
    request: Option<Request>,
    next_number: RequestNumber,
    expected: RequestNumber,
    last_outcome: Outcome,
    deferred: Option<Deferred>,
    responses: VecDeque<(RequestNumber, Outcome)>,
    max_streams: usize,
}

impl Resets {
    /// RFC 6525 §4.1: request numbers start at the initial TSNs.
    pub(crate) const fn new(supported: bool, ours: Tsn, peers: Tsn, max_packet_len: usize) -> Self {
        Self {
            supported,
            pending: BTreeSet::new(),
            draining: Vec::new(),
            settling: VecDeque::new(),
            ready: Vec::new(),
            request: None,
            next_number: ours,
            expected: peers,
            last_outcome: Outcome::NothingToDo,
            deferred: None,
            responses: VecDeque::new(),
            max_streams: max_packet_len.saturating_sub(64) / 2,
        }
    }

    /// Begins the reset of our side of a stream.
    pub(crate) fn begin(&mut self, id: u16, queue: &mut SendQueue, events: &mut VecDeque<Event>) {
        if self.pending.contains(&id) {
            return;
        }
        if !self.supported {
            events.push_back(Event::OutgoingStreamResetFailed(StreamId(id)));
            return;
        }
        self.pending.insert(id);
        queue.end_stream(id);
        self.draining.push(id);
    }

    /// Moves our resets on; called when something was sent or acknowledged. Costs nothing when none is wanted.
    pub(crate) fn advance(&mut self, tx: &Transmitter, queue: &SendQueue) {
        if !self.draining.is_empty() {
            let mark = tx.mark();
            let settling = &mut self.settling;
            self.draining.retain(|id| {
                let drained = queue.is_drained(*id);
                if drained {
                    settling.push_back((mark, *id));
                }
                !drained
            });
        }
        while let Some((_, id)) = self.settling.front().copied().filter(|(mark, _)| tx.is_settled_up_to(*mark)) {
            self.settling.pop_front();
            self.ready.push(id);
        }
        if self.request.is_none() && !self.ready.is_empty() {
            let rest = self.ready.split_off(self.ready.len().min(self.max_streams));
            let streams = core::mem::replace(&mut self.ready, rest);
            let number = self.next_number;
            self.next_number = number.next();
            let last_tsn = tx.last_assigned();
            self.request = Some(Request { number, last_tsn, streams, again: None, in_progress: false });
        }
    }

    /// Takes in a RE-CONFIG chunk (RFC 6525 §5.2).
    pub(crate) fn handle(
        &mut self,
        now: Time,
        value: &[u8],
        rx: &mut Receiver,
        tx: &Transmitter,
        queue: &mut SendQueue,
        journal: &mut Journal,
    ) {
        for item in reconfig::items(value) {
            match item {
                Some(Item::ResetOutgoing { number, response: _, last_tsn, streams }) => {
                    if let Some(fresh) = self.admit(number, journal) {
                        let deferred = Deferred { number, last_tsn, streams: streams.iter().collect() };
                        self.reset_incoming(deferred, fresh, rx, &mut journal.events);
                    }
                }
                Some(Item::ResetIncoming { number, streams }) => {
                    if self.admit(number, journal) == Some(true) {
                        let outcome = if streams.is_empty() { Outcome::Denied } else { Outcome::Performed };
                        let outgoing = queue.outgoing();
                        for id in streams.iter().filter(|id| *id < outgoing) {
                            self.begin(id, queue, &mut journal.events);
                        }
                        self.answer(number, outcome);
                    }
                }
                Some(Item::Other { number }) => {
                    if self.admit(number, journal) == Some(true) {
                        self.answer(number, Outcome::Denied);
                    }
                }
                Some(Item::Response { number, outcome }) => self.on_response(now, number, outcome, tx, queue, journal),
                None => journal.drops.invalid_reconfig = journal.drops.invalid_reconfig.saturating_add(1),
            }
        }
    }

    /// RFC 6525 §5.2.1: true for the next request, false for the last one again, which is answered here unless it is in progress.
    fn admit(&mut self, number: RequestNumber, journal: &mut Journal) -> Option<bool> {
        if number == self.expected {
            return Some(true);
        }
        if number == self.expected.previous() {
            if self.last_outcome == Outcome::InProgress {
                return Some(false);
            }
            self.respond(number, self.last_outcome);
            return None;
        }
        journal.drops.invalid_reconfig = journal.drops.invalid_reconfig.saturating_add(1);
        self.respond(number, Outcome::BadSequenceNumber);
        None
    }

    /// A request was handled: remembers the outcome in case it comes again.
    fn answer(&mut self, number: RequestNumber, outcome: Outcome) {
        self.expected = number.next();
        self.last_outcome = outcome;
        self.respond(number, outcome);
    }

    fn respond(&mut self, number: RequestNumber, outcome: Outcome) {
        self.responses.retain(|(waiting, _)| *waiting != number);
        if self.responses.len() < MAX_RESPONSES {
            self.responses.push_back((number, outcome));
        }
    }

    fn reset_incoming(&mut self, request: Deferred, fresh: bool, rx: &mut Receiver, events: &mut VecDeque<Event>) {
        if request.streams.iter().any(|id| !rx.accepts(*id)) {
            self.answer(request.number, Outcome::WrongSsn);
            return;
        }
        if !rx.has_all_up_to(request.last_tsn) {
            if fresh && self.deferred.is_some() {
                self.respond(request.number, Outcome::RequestInProgress);
                return;
            }
            // RFC 6525 §5.2.2 E3: the data before the reset is still on its way.
            self.answer(request.number, Outcome::InProgress);
            self.deferred = Some(request);
            return;
        }
        self.deferred = None;
        perform(&request.streams, rx, events);
        self.answer(request.number, Outcome::Performed);
    }

    /// Data came in: a deferred reset may be due.
    pub(crate) fn on_data(&mut self, rx: &mut Receiver, events: &mut VecDeque<Event>) {
        if let Some(request) = self.deferred.take_if(|request| rx.has_all_up_to(request.last_tsn)) {
            perform(&request.streams, rx, events);
            self.last_outcome = Outcome::Performed;
            self.respond(request.number, Outcome::Performed);
        }
    }

    fn on_response(
        &mut self,
        now: Time,
        number: RequestNumber,
        outcome: Outcome,
        tx: &Transmitter,
        queue: &mut SendQueue,
        journal: &mut Journal,
    ) {
        let Some(request) = self.request.as_mut().filter(|request| request.number == number) else {
            journal.drops.invalid_reconfig = journal.drops.invalid_reconfig.saturating_add(1);
            return;
        };
        if matches!(outcome, Outcome::InProgress | Outcome::RequestInProgress) {
            request.in_progress = true;
            request.again = Some(now + tx.rtt.rto());
            return;
        }
        let performed = matches!(outcome, Outcome::Performed | Outcome::NothingToDo);
        for id in self.request.take().into_iter().flat_map(|request| request.streams) {
            self.pending.remove(&id);
            if performed {
                queue.restart_stream(id);
                journal.events.push_back(Event::OutgoingStreamReset(StreamId(id)));
            } else {
                queue.resume_stream(id);
                journal.events.push_back(Event::OutgoingStreamResetFailed(StreamId(id)));
            }
        }
        self.advance(tx, queue);
    }

    /// When to send our request again.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.request.as_ref().and_then(|request| request.again)
    }

    /// The timer ran out: true if the peer left the request without any answer.
    pub(crate) fn handle_timeout(&mut self, now: Time) -> bool {
        let Some(request) = self.request.as_mut() else { return false };
        if request.again.is_none_or(|at| at > now) {
            return false;
        }
        request.again = None;
        !request.in_progress
    }

    /// Appends one RE-CONFIG chunk if one is due and fits into `space`.
    pub(crate) fn write(&mut self, now: Time, space: usize, tx: &Transmitter, buf: &mut Vec<u8>) -> bool {
        if space >= 16
            && let Some((number, outcome)) = self.responses.pop_front()
        {
            reconfig::write_response(number, outcome, buf);
            return true;
        }
        let Some(request) = self.request.as_mut().filter(|request| request.again.is_none()) else { return false };
        if request.streams.len().saturating_mul(2).saturating_add(24) > space {
            return false;
        }
        let response = self.expected.previous();
        reconfig::write_reset_outgoing(request.number, response, request.last_tsn, &request.streams, buf);
        request.again = Some(now + tx.rtt.rto());
        true
    }
}

fn perform(streams: &[u16], rx: &mut Receiver, events: &mut VecDeque<Event>) {
    rx.reset_streams((!streams.is_empty()).then_some(streams), events);
}
