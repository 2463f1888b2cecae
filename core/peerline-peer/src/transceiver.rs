//! `RTCRtpTransceiver` (W3C webrtc-pc §5.4) with its sender (§5.2) and receiver (§5.3), as far as calls and descriptions change them.

mod apply;
mod codec_preferences;
mod dtmf;
mod encodings;
mod header_extensions;
mod parameters;
mod receiver;
mod sender;
mod streams;

pub use dtmf::Dtmf;
pub use encodings::{EncodingParameters, Resolution};
pub use parameters::{ReceiveParameters, SendParameters};
pub use receiver::{Receiver, RemoteTrack};
pub use sender::{Sender, Track};
pub(crate) use streams::OutboundStream;

use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::{Event, TrackEvent};
use peerline_edge::Time;
use peerline_jsep as jsep;
use peerline_jsep::{CreatedBy, HeaderExtensionPreference, MediaKind, TransceiverId};
use peerline_sdp::Direction;

/// `RTCRtpTransceiverInit` (§5.1).
#[derive(Clone, Debug, PartialEq)]
pub struct TransceiverInit {
    /// `direction`.
    pub direction: Direction,
    /// Ids of the `streams`.
    pub streams: Vec<String>,
    /// `sendEncodings`; empty for one default encoding.
    pub send_encodings: Vec<EncodingParameters>,
}

impl Default for TransceiverInit {
    fn default() -> Self {
        Self { direction: Direction::SendRecv, streams: Vec::new(), send_encodings: Vec::new() }
    }
}

/// A transceiver: what descriptions know of it, its sender and its receiver.
#[derive(Clone, Debug)]
pub struct Transceiver {
    /// The slots that `peerline-jsep` reads.
    pub(crate) jsep: jsep::Transceiver,
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    /// `[[NegotiatedHeaderExtensions]]`; empty before an answer.
    negotiated_header_extensions: Vec<HeaderExtensionPreference>,
}

impl Transceiver {
    /// Its number; sender and receiver share it.
    #[must_use]
    pub const fn id(&self) -> TransceiverId {
        self.jsep.id
    }

    /// Audio or video.
    #[must_use]
    pub const fn kind(&self) -> MediaKind {
        self.jsep.kind
    }

    /// `mid`; null before a description, and after a rollback or a stop.
    #[must_use]
    pub fn mid(&self) -> Option<&str> {
        self.jsep.mid.as_ref().map(|mid| mid.as_str())
    }

    /// `direction`: `None` stands for "stopped".
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        if self.jsep.stopping { None } else { Some(self.jsep.direction) }
    }

    /// `currentDirection`; `Some(None)` stands for "stopped", `None` for null.
    #[must_use]
    pub fn current_direction(&self) -> Option<Option<Direction>> {
        if self.jsep.stopped { Some(None) } else { self.jsep.current_direction.map(Some) }
    }

    /// `[[Stopping]]`.
    #[must_use]
    pub const fn is_stopping(&self) -> bool {
        self.jsep.stopping
    }

    /// `[[Stopped]]`.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.jsep.stopped
    }

    /// Its sender.
    #[must_use]
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Its receiver.
    #[must_use]
    pub const fn receiver(&self) -> &Receiver {
        &self.receiver
    }
}

impl PeerConnection {
    /// `getTransceivers()`: the set of transceivers in the order they were added. A stopped one leaves the set with an answer, or with the rollback
    /// of the offer that made it.
    pub fn transceivers(&self) -> impl Iterator<Item = &Transceiver> {
        self.transceivers.iter()
    }

    /// A transceiver, stopped or not, as long as the connection keeps it.
    #[must_use]
    pub fn transceiver(&self, id: TransceiverId) -> Option<&Transceiver> {
        self.transceivers.iter().find(|transceiver| transceiver.jsep.id == id)
    }

    pub(crate) fn transceiver_mut(&mut self, id: TransceiverId) -> Result<&mut Transceiver, Error> {
        let missing = self.missing(id);
        let found = self.transceivers.iter_mut().find(|transceiver| transceiver.jsep.id == id);
        found.ok_or_else(|| missing.into())
    }

    /// A transceiver that something is to be done with.
    pub(crate) fn known_transceiver(&self, id: TransceiverId) -> Result<&Transceiver, Error> {
        self.transceiver(id).ok_or_else(|| self.missing(id).into())
    }

    /// What is wrong with a transceiver that is not there.
    fn missing(&self, id: TransceiverId) -> Misuse {
        if self.descriptions.has_issued(id) { Misuse::TransceiverStopped } else { Misuse::UnknownTransceiver }
    }

    /// It was in the set once, and left it stopped. Whoever still has its objects has those of a stopped transceiver.
    pub(super) fn has_left(&self, id: TransceiverId) -> bool {
        self.descriptions.has_issued(id) && self.transceiver(id).is_none()
    }

    /// `addTransceiver(trackOrKind, init)` (§5.1): a transceiver of this kind, sending `track` if there is one.
    ///
    /// # Errors
    /// [`Misuse::Closed`] and what "addTransceiver sendEncodings validation steps" name.
    pub fn add_transceiver(
        &mut self,
        now: Time,
        kind: MediaKind,
        track: Option<Track>,
        init: TransceiverInit,
    ) -> Result<TransceiverId, Error> {
        // 5. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        // 6., 7. Validate sendEncodings and fill in what they leave out.
        let encodings = encodings::validated(init.send_encodings, kind, self.settings.capabilities.of(kind))?;
        // 9.–13. Sender, receiver, transceiver, the set.
        let id = self.insert_transceiver(kind, init.direction, CreatedBy::AddTransceiver);
        let transceiver = self.transceiver_mut(id)?;
        transceiver.sender.track = track;
        transceiver.jsep.send_streams = deduplicated(init.streams);
        transceiver.set_encodings(encodings);
        // 14. Update the negotiation-needed flag.
        self.negotiation_changed(now);
        Ok(id)
    }

    /// `transceiver.direction = …` (§5.4).
    ///
    /// # Errors
    /// [`Misuse::TransceiverStopped`].
    pub fn set_direction(&mut self, now: Time, id: TransceiverId, direction: Direction) -> Result<(), Error> {
        let transceiver = self.transceiver_mut(id)?;
        // 2. If transceiver.[[Stopping]] is true, throw an InvalidStateError.
        if transceiver.jsep.stopping {
            return Err(Misuse::TransceiverStopped.into());
        }
        // 4. If the direction is the present one, abort.
        if transceiver.jsep.direction == direction {
            return Ok(());
        }
        // 6., 7.
        transceiver.jsep.direction = direction;
        self.negotiation_changed(now);
        Ok(())
    }

    /// `transceiver.stop()` (§5.4).
    ///
    /// # Errors
    /// [`Misuse::Closed`].
    pub fn stop_transceiver(&mut self, now: Time, id: TransceiverId) -> Result<(), Error> {
        // 3. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        // 4. If transceiver.[[Stopping]] is true, abort.
        if self.has_left(id) {
            return Ok(());
        }
        let transceiver = self.transceiver_mut(id)?;
        if transceiver.jsep.stopping {
            return Ok(());
        }
        // 5. Stop sending and receiving.
        if let Some(event) = transceiver.stop_sending_and_receiving() {
            self.tasks.push(crate::task::Task::Track(event));
        }
        // 6. Update the negotiation-needed flag.
        self.negotiation_changed(now);
        Ok(())
    }

    /// "Create an RTCRtpTransceiver" and add it to the set.
    pub(crate) fn insert_transceiver(
        &mut self,
        kind: MediaKind,
        direction: Direction,
        created_by: CreatedBy,
    ) -> TransceiverId {
        let id = self.descriptions.next_transceiver_id();
        self.insert_transceiver_as(id, kind, direction, created_by);
        id
    }

    pub(crate) fn insert_transceiver_as(
        &mut self,
        id: TransceiverId,
        kind: MediaKind,
        direction: Direction,
        created_by: CreatedBy,
    ) {
        let track_id = self.fresh_track_id();
        let mut jsep = jsep::Transceiver::new(id, kind, direction, created_by);
        jsep.header_extensions = self.initial_header_extensions(kind);
        // As browsers do: it tells a section that was copied (RFC 8830 §2) from two that send without a stream.
        jsep.msid_appdata = Some(self.fresh_track_id());
        let isolated = self.configuration.peer_identity.is_some();
        self.transceivers.push(Transceiver {
            jsep,
            negotiated_header_extensions: Vec::new(),
            sender: Sender::default(),
            receiver: Receiver::new(kind, track_id, isolated),
        });
    }

    /// A random identifier in the form of a UUID (RFC 9562 §5.4), as tracks have it.
    fn fresh_track_id(&mut self) -> String {
        let mut bytes: [u8; 16] = self.rng.bytes();
        bytes[6] = bytes[6] & 0x0F | 0x40;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let hex = |range: core::ops::Range<usize>| -> String {
            bytes.iter().skip(range.start).take(range.len()).map(|byte| format!("{byte:02x}")).collect()
        };
        [hex(0..4), hex(4..6), hex(6..8), hex(8..10), hex(10..16)].join("-")
    }

    /// A call changed what an offer would say.
    pub(crate) fn negotiation_changed(&mut self, now: Time) {
        self.descriptions.note_change();
        self.update_negotiation_needed();
        self.advance(now);
    }

    pub(crate) fn run_track(&mut self, event: TrackEvent) {
        if self.is_closed {
            return;
        }
        // The track's readyState changes with its event, not before.
        if let TrackEvent::Ended(id) = event
            && let Ok(transceiver) = self.transceiver_mut(id)
        {
            transceiver.receiver.track.ended = true;
        }
        self.tasks.fire(Event::Track(event));
    }
}

impl Transceiver {
    /// "Stop sending and receiving": the remote track ends, in a task of its own that is due if an event is given.
    pub(crate) fn stop_sending_and_receiving(&mut self) -> Option<TrackEvent> {
        // 1.–7. The sender stops (BYE), the receiver stops; [[Receptive]] and [[Stopping]] change.
        self.jsep.direction = Direction::Inactive;
        self.jsep.stopping = true;
        self.receiver.receptive = false;
        // 8. receiver.[[ReceiverTrack]] is ended.
        let ends_already = core::mem::replace(&mut self.receiver.ends, true);
        (!ends_already).then_some(TrackEvent::Ended(self.jsep.id))
    }
}

/// Stream ids in order, each once.
pub(super) fn deduplicated(streams: Vec<String>) -> Vec<String> {
    let mut unique = Vec::with_capacity(streams.len());
    for stream in streams {
        if !unique.contains(&stream) {
            unique.push(stream);
        }
    }
    unique
}
