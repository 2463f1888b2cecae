//! The queued task as a value (W3C webrtc-pc: "queue a task that runs the following steps").
//!
//! The core keeps the queue that a browser keeps in its event loop. A machine below (ICE, DTLS, SCTP) or an operation queues a
//! [`Task`]; nothing that a getter shows has changed yet. Running the task changes the slots and says which events fire. So a slot
//! changes exactly when its event is delivered, whoever owns the event loop: the driver in Rust, the JavaScript thread in Node.
//!
//! 1. `advance` or an API call pushes a task.
//! 2. [`PeerConnection::poll_event`] or [`PeerConnection::poll_task`] pops it and runs it: slots change, events are collected.
//! 3. The events come out in the order in which W3C fires them; then the next task runs.

use crate::PeerConnection;
use crate::error::Error;
use crate::event::{ChannelId, Event, IceCandidateError, OperationId, TrackEvent, TransportId};
use crate::states::{DtlsTransportState, IceConnectionState, IceGatheringState, SctpTransportState};
use crate::stats::StatsSelector;
use crate::transceiver::SendParameters;
use peerline_edge::Time;
use peerline_jsep::TransceiverId;
use std::collections::VecDeque;

/// One queued task: what it will do when it runs.
#[derive(Debug)]
pub(crate) enum Task {
    /// Run the operation at the head of the operations chain and settle its promise.
    Operation,
    /// Settle a promise whose operation was refused before the method returned.
    Refuse(OperationId, Error),
    /// The rest of `setParameters` (§5.2), which is no operation of the chain.
    SetParameters(OperationId, TransceiverId, Box<SendParameters>),
    /// Gather statistics and settle their promise.
    Stats(OperationId, StatsSelector),
    /// Tell of a promise that will never settle, because the connection was closed meanwhile.
    Abandon(OperationId),
    /// §4.7.3: check whether negotiation is needed, and fire.
    NegotiationNeeded,
    /// A transport began or ended gathering (§5.6.1).
    GatheringState(TransportId, IceGatheringState),
    /// A transport found a candidate (§5.6.1 "surface the candidate"), as a candidate-attribute.
    Candidate {
        /// The transport.
        transport: TransportId,
        /// The candidate-attribute; empty at the end of a generation.
        candidate: String,
        /// The ufrag of the generation it belongs to.
        ufrag: String,
    },
    /// A server did not answer or refused.
    CandidateError(IceCandidateError),
    /// An ICE transport changed its state, its pair, or both (§5.6.1).
    IceState(TransportId, IceConnectionState),
    /// An ICE transport chose another pair.
    SelectedPair(TransportId),
    /// A DTLS transport changed its state (§5.5).
    DtlsState(TransportId, DtlsTransportState),
    /// A transport that no m-section uses any more is closed (§4.4.1.5 step 4.6.11.1).
    TransportClosed(TransportId),
    /// The association went down with the connection (§6.1.2).
    SctpClosed,
    /// The association came up or went down (§6.1.1).
    SctpState(SctpTransportState),
    /// The identity provider's verdict on the peer's assertion has come.
    IdentityValidated,
    /// Something happened to a remote track.
    Track(TrackEvent),
    /// The DTMF playout task (§7.2).
    Dtmf(TransceiverId),
    /// `[[LastReturnedParameters]]` becomes null (§5.2 getParameters).
    ForgetParameters(TransceiverId),
    /// §6.2: announce a data channel that the peer opened.
    AnnounceChannel(ChannelId),
    /// §6.2: announce a data channel as open.
    OpenChannel(ChannelId),
    /// A channel cannot be opened.
    ChannelFailed(ChannelId),
    /// A channel has something to read.
    Readable(ChannelId),
    /// The bytes that left a channel are taken from its bufferedAmount.
    Drained(ChannelId),
    /// The peer started to close a channel.
    PeerClosing(ChannelId),
    /// The closing procedure is done: announce the channel as closed.
    ChannelClosed(ChannelId),
}

/// The tasks that wait, and the events of the task that ran last.
#[derive(Debug, Default)]
pub(crate) struct TaskQueue {
    tasks: VecDeque<Task>,
    events: VecDeque<Event>,
}

impl TaskQueue {
    /// Queues a task.
    pub(crate) fn push(&mut self, task: Task) {
        self.tasks.push_back(task);
    }

    /// Fires an event within the task that runs.
    pub(crate) fn fire(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Forgets every task that would still change something: the connection was closed; statistics are given all the same. Gives the promises
    /// that settle with none.
    pub(crate) fn clear(&mut self) -> Vec<OperationId> {
        self.events.clear();
        let mut unsettled = Vec::new();
        self.tasks.retain(|task| {
            if let Task::Refuse(operation, _) | Task::Abandon(operation) | Task::SetParameters(operation, ..) = task {
                unsettled.push(*operation);
            }
            matches!(task, Task::Stats(..))
        });
        unsettled
    }

    /// Takes the task that would refuse this operation.
    pub(crate) fn take_refusal(&mut self, operation: OperationId) -> Option<Error> {
        let refuses = |task: &Task| matches!(task, Task::Refuse(id, _) if *id == operation);
        match self.tasks.remove(self.tasks.iter().rposition(refuses)?)? {
            Task::Refuse(_, error) => Some(error),
            _ => None,
        }
    }

    /// Whether a `setParameters` has not settled yet.
    pub(crate) fn has_parameters(&self) -> bool {
        self.tasks.iter().any(|task| matches!(task, Task::SetParameters(..)))
    }
}

impl PeerConnection {
    /// The next event. Runs queued tasks one by one: when an event comes out, the slots of its task have changed and those of
    /// later tasks have not.
    pub fn poll_event(&mut self, now: Time) -> Option<Event> {
        loop {
            if let Some(event) = self.tasks.events.pop_front() {
                return Some(event);
            }
            let task = self.tasks.tasks.pop_front()?;
            self.run(now, task);
        }
    }

    /// Runs exactly one queued task and returns its events, possibly none; `None` if no task waits. For owners of an event loop
    /// that must put each task into a turn of its own.
    pub fn poll_task(&mut self, now: Time) -> Option<Vec<Event>> {
        if self.tasks.events.is_empty() {
            let task = self.tasks.tasks.pop_front()?;
            self.run(now, task);
        }
        Some(self.tasks.events.drain(..).collect())
    }

    /// How many tasks wait, each of which takes one [`poll_task`](Self::poll_task).
    #[must_use]
    pub fn waiting_tasks(&self) -> usize {
        self.tasks.tasks.len() + usize::from(!self.tasks.events.is_empty())
    }

    /// True if a task or an event waits.
    #[must_use]
    pub fn has_events(&self) -> bool {
        !(self.tasks.tasks.is_empty() && self.tasks.events.is_empty())
    }

    fn run(&mut self, now: Time, task: Task) {
        match task {
            Task::Operation => self.run_operation(now),
            Task::Refuse(operation, error) => self.refuse(operation, error),
            Task::SetParameters(operation, transceiver, parameters) => {
                self.run_set_parameters(operation, transceiver, *parameters);
            }
            Task::Stats(operation, selector) => self.run_stats(now, operation, selector),
            Task::Abandon(operation) => self.tasks.fire(Event::OperationAbandoned(operation)),
            Task::NegotiationNeeded => self.run_negotiation_needed(),
            Task::GatheringState(transport, state) => self.run_gathering_state(transport, state),
            Task::Candidate { transport, candidate, ufrag } => self.run_candidate(transport, candidate, ufrag),
            Task::CandidateError(error) => self.tasks.fire(Event::IceCandidateError(error)),
            Task::IceState(transport, state) => self.run_ice_state(transport, state),
            Task::SelectedPair(transport) => self.run_selected_pair(transport),
            Task::DtlsState(transport, state) => self.run_dtls_state(transport, state),
            Task::TransportClosed(transport) => self.run_transport_closed(transport),
            Task::SctpClosed => self.tasks.fire(Event::SctpTransport(SctpTransportState::Closed)),
            Task::SctpState(state) => self.run_sctp_state(now, state),
            Task::IdentityValidated => self.run_identity_validated(now),
            Task::Track(event) => self.run_track(event),
            Task::Dtmf(transceiver) => self.run_dtmf(now, transceiver),
            Task::ForgetParameters(transceiver) => self.run_forget_parameters(transceiver),
            Task::AnnounceChannel(channel) => self.run_announce_channel(channel),
            Task::OpenChannel(channel) => self.run_open_channel(channel),
            Task::ChannelFailed(channel) => self.fail_channels(&[channel]),
            Task::Readable(channel) => self.run_readable(channel),
            Task::Drained(channel) => self.run_drained(channel),
            Task::PeerClosing(channel) => self.run_peer_closing(now, channel),
            Task::ChannelClosed(channel) => self.run_channel_closed(channel),
        }
        self.advance(now);
    }
}
