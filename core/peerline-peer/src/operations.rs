//! The operations chain (W3C webrtc-pc §4.4.1.2 "chain an operation"): one operation at a time, in the order of the calls.

mod at_once;

use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::{Description, Event, IceCandidateInit, OperationId, Settled};
use crate::states::SdpType;
use crate::task::Task;
use crate::transceiver::{SendParameters, Track};
use peerline_edge::Time;
use peerline_jsep::{self as jsep, TransceiverId};
use std::collections::VecDeque;
use std::task::Poll;

/// The argument of `setLocalDescription` (`RTCLocalSessionDescriptionInit`, §4.7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalDescriptionInit {
    /// Offer or answer by the signaling state if `None`.
    pub sdp_type: Option<SdpType>,
    /// Made anew, or taken from the last `createOffer` or `createAnswer`, if empty.
    pub sdp: String,
}

impl From<Option<Description>> for LocalDescriptionInit {
    fn from(description: Option<Description>) -> Self {
        description.map_or_else(Self::default, |description| Self {
            sdp_type: Some(description.sdp_type),
            sdp: description.sdp,
        })
    }
}

impl From<Description> for LocalDescriptionInit {
    fn from(description: Description) -> Self {
        Some(description).into()
    }
}

/// `RTCOfferOptions` (§4.3.7), with the legacy members (§4.4.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferOptions {
    /// `iceRestart`.
    pub ice_restart: bool,
    /// `offerToReceiveAudio`, if present.
    pub offer_to_receive_audio: Option<bool>,
    /// `offerToReceiveVideo`, if present.
    pub offer_to_receive_video: Option<bool>,
    /// `voiceActivityDetection`, removed from the specification: false leaves comfort noise out.
    pub voice_activity_detection: bool,
}

impl Default for OfferOptions {
    fn default() -> Self {
        Self {
            ice_restart: false,
            offer_to_receive_audio: None,
            offer_to_receive_video: None,
            voice_activity_detection: true,
        }
    }
}

impl From<OfferOptions> for jsep::OfferOptions {
    fn from(options: OfferOptions) -> Self {
        Self { ice_restart: options.ice_restart, voice_activity_detection: options.voice_activity_detection }
    }
}

/// `RTCAnswerOptions` (§4.3.8): `voiceActivityDetection`, removed from the specification, is all it has.
pub use peerline_jsep::AnswerOptions;

/// What an operation does when its turn comes.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    CreateOffer(OfferOptions),
    CreateAnswer(AnswerOptions),
    SetLocalDescription(LocalDescriptionInit),
    SetRemoteDescription(Description),
    AddIceCandidate(Option<IceCandidateInit>),
    GetIdentityAssertion,
    ReplaceTrack(TransceiverId, Option<Track>),
}

impl Operation {
    const fn is_description(&self) -> bool {
        matches!(self, Self::SetLocalDescription(_) | Self::SetRemoteDescription(_))
    }
}

/// `[[Operations]]` and its companion flag.
#[derive(Debug, Default)]
pub(crate) struct OperationsChain {
    next_id: u64,
    waiting: VecDeque<(OperationId, Operation)>,
    /// The operation at the head waits for an identity provider.
    is_waiting: bool,
    /// The operation at the head has changed into its second half, whose task is queued.
    is_continued: bool,
    /// `[[UpdateNegotiationNeededFlagOnEmptyChain]]`.
    pub(crate) update_negotiation_needed_when_empty: bool,
}

impl OperationsChain {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    pub(crate) fn issue(&mut self) -> OperationId {
        self.next_id += 1;
        OperationId(self.next_id)
    }
}

impl PeerConnection {
    /// `createOffer` (§4.4.2): settles with a description.
    pub fn create_offer(&mut self, now: Time, options: OfferOptions) -> OperationId {
        self.chain(now, Operation::CreateOffer(options))
    }

    /// `createAnswer` (§4.4.2): settles with a description.
    pub fn create_answer(&mut self, now: Time, options: AnswerOptions) -> OperationId {
        self.chain(now, Operation::CreateAnswer(options))
    }

    /// `setLocalDescription` (§4.4.2).
    pub fn set_local_description(&mut self, now: Time, description: impl Into<LocalDescriptionInit>) -> OperationId {
        self.chain(now, Operation::SetLocalDescription(description.into()))
    }

    /// `setRemoteDescription` (§4.4.2).
    pub fn set_remote_description(&mut self, now: Time, description: Description) -> OperationId {
        self.chain(now, Operation::SetRemoteDescription(description))
    }

    /// `addIceCandidate` (§4.4.2); `None` and an empty candidate mean the end of a generation's candidates.
    pub fn add_ice_candidate(&mut self, now: Time, candidate: Option<IceCandidateInit>) -> OperationId {
        self.chain(now, Operation::AddIceCandidate(candidate))
    }

    /// `getIdentityAssertion()` (webrtc-identity §4): settles with the value of `a=identity`.
    pub fn get_identity_assertion(&mut self, now: Time) -> OperationId {
        self.chain(now, Operation::GetIdentityAssertion)
    }

    /// `sender.replaceTrack(track)` (§5.2).
    pub fn replace_track(&mut self, now: Time, transceiver: TransceiverId, track: Option<Track>) -> OperationId {
        self.chain(now, Operation::ReplaceTrack(transceiver, track))
    }

    /// `sender.setParameters(parameters)` (§5.2): checked at once, in effect when the promise settles; it does not use the chain.
    pub fn set_parameters(&mut self, now: Time, transceiver: TransceiverId, parameters: SendParameters) -> OperationId {
        let id = self.operations.issue();
        self.tasks.push(match self.check_parameters(transceiver, &parameters) {
            Ok(()) => Task::SetParameters(id, transceiver, Box::new(parameters)),
            Err(error) => Task::Refuse(id, error),
        });
        self.advance(now);
        id
    }

    /// Right after the call that gave `operation`: what the operation was refused with at once. W3C rejects such a promise before the method
    /// returns. Whoever takes the refusal settles the promise; else an event tells of it like of any other.
    pub fn take_refusal(&mut self, operation: OperationId) -> Option<Error> {
        self.tasks.take_refusal(operation)
    }

    /// "Chain an operation".
    fn chain(&mut self, now: Time, operation: Operation) -> OperationId {
        let id = self.operations.issue();
        // What a method checks before it chains anything goes before step 2, "if connection.[[IsClosed]] is true".
        let mut refused = self.check_arguments(&operation);
        if refused.is_ok() && self.is_closed {
            refused = Err(Misuse::Closed.into());
        }
        // 5. If the length of [[Operations]] is exactly 1, execute operation: what it checks before it goes on in parallel is checked now.
        if refused.is_ok() && self.operations.is_empty() {
            refused = self.check_at_once(&operation);
        }
        match refused {
            Err(error) => self.tasks.push(Task::Refuse(id, error)),
            Ok(()) => {
                // 4. Append operation to [[Operations]].
                self.operations.waiting.push_back((id, operation));
                if self.operations.waiting.len() == 1 {
                    self.tasks.push(Task::Operation);
                }
            }
        }
        self.advance(now);
        id
    }

    /// Executes the operation at the head of the chain, settles its promise, and does what step 7 wants after that.
    pub(crate) fn run_operation(&mut self, now: Time) {
        let Some((operation, work)) = self.operations.waiting.front().cloned() else { return };
        // §4.4.1.5: a description whose application meets an unsettled setParameters is applied once that has settled.
        if work.is_description() && self.tasks.has_parameters() {
            self.tasks.push(Task::Operation);
            return;
        }
        // An operation that waits for an identity provider stays at the head and runs again, from its start, when the answer is there.
        self.operations.is_waiting = false;
        let Poll::Ready(result) = self.execute(now, work) else {
            self.operations.is_waiting = !core::mem::take(&mut self.operations.is_continued);
            return;
        };
        self.tasks.fire(Event::OperationSettled { operation, result });
        // 7.4.1–7.4.3: remove the first element; if the chain is not empty, execute the next. One that is refused at once settles in this task too.
        self.operations.waiting.pop_front();
        while let Some((next, work)) = self.operations.waiting.front() {
            let next = *next;
            let Err(error) = self.check_at_once(work) else {
                self.tasks.push(Task::Operation);
                return;
            };
            self.refuse(next, error);
            self.operations.waiting.pop_front();
        }
        // 7.4.4–7.4.6: if the flag was left, update the negotiation-needed flag.
        if core::mem::take(&mut self.operations.update_negotiation_needed_when_empty) {
            self.update_negotiation_needed();
        }
    }

    /// Puts the rest of the operation at the head in its place, for a task of its own.
    pub(crate) fn continue_operation(&mut self, rest: Operation) {
        if let Some((_, operation)) = self.operations.waiting.front_mut() {
            *operation = rest;
            self.operations.is_continued = true;
            self.tasks.push(Task::Operation);
        }
    }

    fn execute(&mut self, now: Time, operation: Operation) -> Poll<Result<Settled, Error>> {
        let done = |result: Result<(), Error>| Poll::Ready(result.map(|()| Settled::Done));
        match operation {
            Operation::CreateOffer(options) => self.run_create_offer(now, &options).map_ok(Settled::Description),
            Operation::CreateAnswer(options) => self.run_create_answer(&options).map_ok(Settled::Description),
            Operation::SetLocalDescription(init) => self.run_set_local(now, &init).map_ok(|()| Settled::Done),
            Operation::SetRemoteDescription(description) => {
                self.run_set_remote(now, &description).map_ok(|()| Settled::Done)
            }
            Operation::GetIdentityAssertion => self.run_get_identity_assertion(),
            Operation::ReplaceTrack(id, track) => done(self.run_replace_track(id, track)),
            Operation::AddIceCandidate(candidate) => done(self.run_add_ice_candidate(now, candidate)),
        }
    }

    pub(crate) fn refuse(&mut self, operation: OperationId, error: Error) {
        self.tasks.fire(Event::OperationSettled { operation, result: Err(error) });
    }

    /// `close` leaves promises unsettled; the owner is told, so that nobody waits for ever.
    pub(crate) fn abandon_operations(&mut self) {
        let unsettled = self.tasks.clear();
        let waiting = core::mem::take(&mut self.operations.waiting).into_iter().map(|(operation, _)| operation);
        for operation in unsettled.into_iter().chain(waiting) {
            self.tasks.push(Task::Abandon(operation));
        }
    }
}
