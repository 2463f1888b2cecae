//! The sending half: messages into packets, SACKs into progress, timers into recovery (RFC 9260 §6, §7; RFC 3758 §3.5; RFC 8985).
//!
//! 1. `fill` writes what was lost, then new fragments, as far as the congestion window and the peer's window go.
//! 2. `handle_sack` settles chunks, measures, grows the window, and lets RACK find what was lost.
//! 3. If the tail of a burst is not acknowledged in two round trips, a probe brings a SACK (tail-loss probe).
//! 4. If nothing comes at all, T3-rtx takes everything for lost.

pub(crate) mod congestion;
mod fill;
mod flights;
mod outstanding;
pub(crate) mod queue;
pub(crate) mod rtt;
mod scheduler;

use crate::config::Config;
use crate::event::Event;
use crate::receive::tracker::{LongTsn, short};
use crate::statistics::{Drops, Statistics};
use crate::wire::Tsn;
use crate::wire::sack::Sack;
use congestion::Congestion;
use core::time::Duration;
pub(crate) use fill::Packet;
use flights::Flights;
use outstanding::{Acked, Outstanding, Refused};
use peerline_edge::{Deadline, Time};
use queue::SendQueue;
use rtt::{RtoBounds, RttEstimator};
use std::collections::VecDeque;

/// The most chunks outstanding: gap ack blocks reach 65,535 beyond the cumulative TSN.
const MAX_OUTSTANDING: usize = 60_000;
/// What a peer may hold back an acknowledgement of a single packet (RFC 9260 §6.2).
const MAX_ACK_DELAY: Duration = Duration::from_millis(200);
/// The least time between two requests to be acknowledged at once, and the least probe timeout.
const MIN_IMMEDIATE_INTERVAL: Duration = Duration::from_millis(20);
const MIN_PROBE_TIMEOUT: Duration = Duration::from_millis(10);

/// Where the tail-loss probe stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Probe {
    Idle,
    /// Probe if nothing arrives until then.
    Armed(Time),
    /// Send one at the next poll.
    Due,
    /// Sent; T3-rtx takes over if it brings nothing.
    Sent,
}

/// What is being made good. The window is cut once in a recovery, which lasts until the TSN it names is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    None,
    /// RACK found a loss; the window does not grow (RFC 9260 §7.2.4).
    Fast(LongTsn),
    /// T3-rtx ran out; slow start from one packet (§7.2.3).
    Timeout(LongTsn),
}

/// What both sides agreed on, as far as sending goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Agreement {
    pub(crate) initial_tsn: Tsn,
    pub(crate) peer_a_rwnd: u32,
    pub(crate) interleaved: bool,
    pub(crate) partial_reliability: bool,
}

/// The peer acknowledged nothing for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GivenUp;

/// The sending half of an association.
#[derive(Debug)]
pub(crate) struct Transmitter {
    chunks: Outstanding,
    flights: Flights,
    congestion: Congestion,
    pub(crate) rtt: RttEstimator,
    peer_a_rwnd: usize,
    /// When T3-rtx runs out.
    t3: Option<Time>,
    /// T3-rtx ran out this many times since the peer last made progress.
    timeouts: u32,
    /// Like `timeouts`, but HEARTBEATs count too (RFC 9260 §8.1).
    errors: u32,
    max_errors: u32,
    probe: Probe,
    recovery: Recovery,
    /// The first packet of a recovery goes out whatever the window says (RFC 9260 §7.2.4 step 3).
    retransmit_now: bool,
    /// True if the congestion window was what held the last packet back.
    limited: bool,
    last_sent: Time,
    last_immediate: Option<Time>,
    /// What the last FORWARD TSN told, and when.
    forwarded: Option<(LongTsn, Time)>,
    agreement: Agreement,
    initial_window: usize,
    lost: Vec<LongTsn>,
    totals: Totals,
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    retransmissions: u64,
    loss_events: u64,
    timeouts: u64,
    probes: u64,
    abandoned: u64,
}

impl Transmitter {
    pub(crate) fn new(now: Time, config: &Config, agreement: Agreement) -> Self {
        let bounds = RtoBounds { initial: config.rto_initial, min: config.rto_min, max: config.rto_max };
        let mtu = config.max_packet_len;
        let packets = usize::try_from(config.initial_window.max(2)).unwrap_or(2);
        Self {
            chunks: Outstanding::new(agreement.initial_tsn, agreement.interleaved),
            flights: Flights::default(),
            congestion: Congestion::new(config.congestion_control, mtu, config.initial_window),
            rtt: RttEstimator::new(bounds),
            peer_a_rwnd: usize::try_from(agreement.peer_a_rwnd).unwrap_or(usize::MAX),
            t3: None,
            timeouts: 0,
            errors: 0,
            max_errors: config.max_retransmissions,
            probe: Probe::Idle,
            recovery: Recovery::None,
            retransmit_now: false,
            limited: false,
            last_sent: now,
            last_immediate: None,
            forwarded: None,
            agreement,
            initial_window: mtu.saturating_mul(packets),
            lost: Vec::new(),
            totals: Totals::default(),
        }
    }

    /// The window the peer granted last.
    pub(crate) const fn peer_window(&self) -> usize {
        self.peer_a_rwnd
    }

    /// True if everything sent was acknowledged or given up.
    pub(crate) fn is_settled(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The TSN assigned last.
    pub(crate) fn last_assigned(&self) -> Tsn {
        short(self.chunks.next_tsn()).previous()
    }

    /// Marks the present end of the sequence: settled once [`is_settled_up_to`](Self::is_settled_up_to) says so.
    pub(crate) fn mark(&self) -> LongTsn {
        self.chunks.next_tsn()
    }

    pub(crate) const fn is_settled_up_to(&self, mark: LongTsn) -> bool {
        self.chunks.base() >= mark
    }

    fn abandon(&mut self, tsn: LongTsn, queue: &mut SendQueue, events: &mut VecDeque<Event>) {
        self.totals.abandoned = self.totals.abandoned.saturating_add(1);
        if let Some(key) = self.chunks.abandon(tsn)
            && queue.discard_rest(key, events)
        {
            self.chunks.push_abandoned(key);
        }
    }

    /// Takes in a SACK, or the cumulative TSN of a SHUTDOWN (`window` false: it grants none).
    pub(crate) fn handle_sack(
        &mut self,
        now: Time,
        sack: &Sack<'_>,
        queue: &mut SendQueue,
        drops: &mut Drops,
        events: &mut VecDeque<Event>,
    ) {
        let acked = match self.chunks.acknowledge(sack) {
            Ok(acked) => acked,
            Err(Refused::Old | Refused::Unsent) => {
                drops.invalid_sack = drops.invalid_sack.saturating_add(1);
                return;
            }
        };
        self.peer_a_rwnd = usize::try_from(sack.a_rwnd).unwrap_or(usize::MAX);
        let progress = acked.advanced || acked.bytes > 0;
        if progress || self.peer_a_rwnd == 0 {
            // RFC 9260 §8.1; §6.1 A: a peer that answers zero window probes is alive.
            self.errors = 0;
        }
        for _ in sack.duplicates().take(1) {
            self.flights.saw_duplicate();
        }
        if !progress {
            self.find_lost(now, queue, events);
            return;
        }
        self.timeouts = 0;
        self.learn(now, &acked);
        if let Recovery::Fast(end) | Recovery::Timeout(end) = self.recovery
            && self.chunks.base() > end
        {
            self.recovery = Recovery::None;
            self.flights.recovered();
        }
        if self.limited && !matches!(self.recovery, Recovery::Fast(_)) {
            self.congestion.on_ack(now, acked.bytes, self.rtt.srtt().unwrap_or_default());
        }
        self.find_lost(now, queue, events);
        // RFC 9260 §6.3.2 R2, R3, and for gap ack blocks too: RACK watches what they leave open.
        self.restart_t3(now);
        self.probe = Probe::Idle;
        self.arm_probe(now);
    }

    /// Round-trip time and order of arrival.
    fn learn(&mut self, now: Time, acked: &Acked) {
        if let Some(at) = acked.measurable.and_then(|flight| self.flights.sent_at(flight)) {
            let rtt = now - at;
            self.rtt.measure(now, rtt);
            self.congestion.on_rtt(rtt, self.chunks.base(), self.chunks.next_tsn());
        }
        if acked.reordered {
            self.flights.saw_reordering();
        }
        if let Some((flight, again)) = acked.newest {
            self.flights.arrived(now, flight, again, self.rtt.min_rtt());
        }
    }

    /// Lets RACK judge; cuts the window if something new was lost.
    fn find_lost(&mut self, now: Time, queue: &mut SendQueue, events: &mut VecDeque<Event>) {
        let srtt = self.rtt.srtt().unwrap_or_default();
        let min_rtt = self.rtt.min_rtt().unwrap_or(srtt);
        let mut lost = core::mem::take(&mut self.lost);
        self.flights.detect(now, &mut self.chunks, min_rtt, srtt, &mut lost);
        if !lost.is_empty() && self.recovery == Recovery::None {
            self.retransmit_now = true;
            let bytes = lost.iter().filter_map(|tsn| Some(self.chunks.wire_len(self.chunks.get(*tsn)?))).sum();
            if self.congestion.on_loss(bytes, min_rtt) {
                self.recovery = Recovery::Fast(self.chunks.next_tsn().saturating_sub(1));
                self.totals.loss_events = self.totals.loss_events.saturating_add(1);
            }
        }
        if self.agreement.partial_reliability {
            for tsn in lost.iter().copied() {
                // RFC 3758 §3.5: given up now rather than when its turn to be sent again would come.
                let Some(record) = self.chunks.get(tsn) else { continue };
                let spent = record.retransmits >= record.limit.retransmits || record.limit.expired(now);
                if spent && record.fate == outstanding::Fate::Lost {
                    self.abandon(tsn, queue, events);
                }
            }
        }
        lost.clear();
        self.lost = lost;
    }

    fn restart_t3(&mut self, now: Time) {
        let waiting = self.chunks.in_flight() > 0 || self.chunks.has_lost() || self.chunks.forward_point().is_some();
        self.t3 = waiting.then(|| now + self.rtt.rto());
    }

    fn arm_probe(&mut self, now: Time) {
        let quiet = self.recovery == Recovery::None && !self.chunks.has_lost() && self.peer_a_rwnd > 0;
        if self.probe == Probe::Sent || self.probe == Probe::Due {
            return;
        }
        if !quiet || self.chunks.in_flight() == 0 {
            self.probe = Probe::Idle;
            return;
        }
        // RFC 8985 §7.2: two round trips, and what the peer may hold back the acknowledgement of a lone packet.
        let mut timeout = self.rtt.srtt().map_or(self.rtt.rto(), |srtt| srtt.saturating_mul(2)).max(MIN_PROBE_TIMEOUT);
        if self.flights.len() <= 1 && self.last_immediate != Some(self.last_sent) {
            timeout = timeout.saturating_add(MAX_ACK_DELAY);
        }
        let at = now + timeout;
        self.probe = if self.t3.is_none_or(|t3| at < t3) { Probe::Armed(at) } else { Probe::Idle };
    }

    /// Runs the timers that are due.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Time,
        queue: &mut SendQueue,
        events: &mut VecDeque<Event>,
    ) -> Result<(), GivenUp> {
        if self.flights.deadline.is_some_and(|at| at <= now) {
            self.find_lost(now, queue, events);
        }
        if let Probe::Armed(at) = self.probe
            && at <= now
        {
            self.probe = Probe::Due;
            // RFC 8985 §7.3: T3-rtx counts from the probe.
            self.restart_t3(now);
        }
        if self.t3.is_some_and(|at| at <= now) {
            self.on_t3(now)?;
        }
        Ok(())
    }

    fn on_t3(&mut self, now: Time) -> Result<(), GivenUp> {
        self.t3 = None;
        if self.chunks.is_empty() {
            return Ok(());
        }
        // A zero window probe that was not taken says nothing about the network (RFC 9260 §6.1 A).
        let window_probe = self.peer_a_rwnd == 0 && self.chunks.in_flight() <= 1;
        self.count_error()?;
        self.rtt.back_off();
        self.timeouts = self.timeouts.saturating_add(1);
        self.totals.timeouts = self.totals.timeouts.saturating_add(1);
        if !window_probe {
            self.congestion.on_timeout(self.timeouts == 1);
        }
        self.chunks.mark_all_lost(self.timeouts > 1);
        self.flights.clear();
        self.probe = Probe::Idle;
        self.forwarded = None;
        self.recovery = Recovery::Timeout(self.chunks.next_tsn().saturating_sub(1));
        self.retransmit_now = true;
        // RFC 9260 §6.3.3 E3: it starts again with the retransmission; a FORWARD TSN alone needs it as well.
        self.t3 = Some(now + self.rtt.rto());
        Ok(())
    }

    /// A timeout or an unanswered HEARTBEAT (RFC 9260 §8.1).
    pub(crate) const fn count_error(&mut self) -> Result<(), GivenUp> {
        self.errors = self.errors.saturating_add(1);
        if self.errors > self.max_errors { Err(GivenUp) } else { Ok(()) }
    }

    /// The peer answered a HEARTBEAT.
    pub(crate) const fn clear_errors(&mut self) {
        self.errors = 0;
    }

    /// The COOKIE ECHO is repeated: the data that went with it was lost too.
    pub(crate) fn lose_all(&mut self) {
        self.chunks.mark_all_lost(false);
        self.flights.clear();
        self.retransmit_now = true;
        self.t3 = None;
        self.probe = Probe::Idle;
    }

    /// The timers.
    pub(crate) fn deadline(&self) -> Option<Deadline> {
        let probe = match self.probe {
            Probe::Armed(at) => Some(Deadline::new(at, "sctp tail-loss probe")),
            Probe::Idle | Probe::Due | Probe::Sent => None,
        };
        let t3 = self.t3.map(|at| Deadline::new(at, "sctp T3-rtx"));
        let reorder = self.flights.deadline.map(|at| Deadline::new(at, "sctp reordering window"));
        Deadline::earliest(Deadline::earliest(reorder, probe), t3)
    }

    pub(crate) fn report(&self, out: &mut Statistics) {
        out.messages_abandoned = out.messages_abandoned.saturating_add(self.totals.abandoned);
        out.retransmissions = self.totals.retransmissions;
        out.loss_events = self.totals.loss_events;
        out.timeouts = self.totals.timeouts;
        out.tail_loss_probes = self.totals.probes;
        out.cwnd = self.congestion.cwnd();
        out.ssthresh = self.congestion.ssthresh();
        out.rwnd = self.peer_a_rwnd.saturating_sub(self.chunks.in_flight_payload());
        out.srtt = self.rtt.srtt();
        out.min_rtt = self.rtt.min_rtt();
        out.rto = self.rtt.rto();
        out.unacked = self.chunks.len();
        out.bytes_in_flight = self.chunks.in_flight_bytes();
    }
}
