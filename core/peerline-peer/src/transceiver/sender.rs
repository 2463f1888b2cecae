//! `RTCRtpSender` (W3C webrtc-pc §5.2): addTrack, removeTrack, replaceTrack, setStreams.

use super::{Dtmf, EncodingParameters, OutboundStream, Transceiver, deduplicated};
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::states::DegradationPreference;
use peerline_edge::Time;
use peerline_jsep::{CreatedBy, MediaKind, RtpParameters, TransceiverId, TransportId};
use peerline_sdp::Direction;

/// A track to send: `MediaStreamTrack` as the connection needs to know it. Two tracks are the same if their ids are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// `id`.
    pub id: String,
    /// `kind`.
    pub kind: MediaKind,
}

/// The sending half of a transceiver.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// `[[SenderTrack]]`.
    pub(crate) track: Option<Track>,
    /// `[[SenderTransport]]`.
    pub(crate) transport: Option<TransportId>,
    /// `[[SendEncodings]]`.
    pub(crate) encodings: Vec<EncodingParameters>,
    /// `[[LastStableRidlessSendEncodings]]`.
    pub(crate) last_stable_encodings: Option<Vec<EncodingParameters>>,
    /// The RTP streams, one an encoding; none before an answer.
    pub(crate) streams: Vec<OutboundStream>,
    /// `[[SendCodecs]]` and the header extensions to send.
    pub(crate) negotiated: RtpParameters,
    /// `[[LastReturnedParameters]]`, by their transactionId.
    pub(crate) last_returned: Option<u64>,
    pub(crate) degradation_preference: Option<DegradationPreference>,
    pub(crate) dtmf: Dtmf,
    /// A send direction was negotiated once: addTrack must not take it for another track.
    pub(crate) was_sending: bool,
}

impl Sender {
    /// `track`.
    #[must_use]
    pub const fn track(&self) -> Option<&Track> {
        self.track.as_ref()
    }

    /// `transport`, once a description was applied.
    #[must_use]
    pub const fn transport(&self) -> Option<TransportId> {
        self.transport
    }
}

impl PeerConnection {
    /// `addTrack(track, ...streams)` (§5.1): gives the transceiver whose sender sends it.
    ///
    /// # Errors
    /// [`Misuse::Closed`], [`Misuse::TrackAlreadySent`].
    pub fn add_track(&mut self, now: Time, track: Track, streams: Vec<String>) -> Result<TransceiverId, Error> {
        // 5. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        // 6., 7. A sender for this track exists already: InvalidAccessError.
        let sends = |known: &Transceiver| !known.is_stopped() && known.sender.track.as_ref() == Some(&track);
        if self.transceivers().any(sends) {
            return Err(Misuse::TrackAlreadySent.into());
        }
        let kind = track.kind;
        let reusable = self.transceivers.iter().find(|transceiver| transceiver.can_take(kind)).map(Transceiver::id);
        let id = match reusable {
            Some(id) => id,
            None => {
                let id = self.insert_transceiver(kind, Direction::SendRecv, CreatedBy::AddTrack);
                self.transceiver_mut(id)?.set_encodings(vec![EncodingParameters::default_for(kind)]);
                id
            }
        };
        let transceiver = self.transceiver_mut(id)?;
        transceiver.sender.track = Some(track);
        transceiver.jsep.send_streams = deduplicated(streams);
        transceiver.jsep.add_track_used = true;
        // 9.4, 9.5: a direction that did not send now does.
        transceiver.jsep.direction = match transceiver.jsep.direction {
            Direction::RecvOnly => Direction::SendRecv,
            Direction::Inactive => Direction::SendOnly,
            sending => sending,
        };
        self.negotiation_changed(now);
        Ok(id)
    }

    /// `removeTrack(sender)` (§5.1).
    ///
    /// # Errors
    /// [`Misuse::Closed`], [`Misuse::UnknownTransceiver`].
    pub fn remove_track(&mut self, now: Time, id: TransceiverId) -> Result<(), Error> {
        // 3. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        // 6.–9. A sender that left the set, stops, or has no track: nothing to do.
        let Some(transceiver) = self.transceivers.iter_mut().find(|transceiver| transceiver.jsep.id == id) else {
            return Ok(());
        };
        if transceiver.jsep.stopping || transceiver.sender.track.is_none() {
            return Ok(());
        }
        // 10.–12.
        transceiver.sender.track = None;
        transceiver.jsep.direction = match transceiver.jsep.direction {
            Direction::SendRecv => Direction::RecvOnly,
            Direction::SendOnly => Direction::Inactive,
            silent => silent,
        };
        self.negotiation_changed(now);
        Ok(())
    }

    /// The steps of `replaceTrack` (§5.2), which run in the operations chain.
    pub(crate) fn run_replace_track(&mut self, id: TransceiverId, track: Option<Track>) -> Result<(), Error> {
        let transceiver = self.transceiver_mut(id)?;
        // 7.1: a transceiver that stops is an InvalidStateError.
        if transceiver.jsep.stopping {
            return Err(Misuse::TransceiverStopped.into());
        }
        // 7.4: the new track goes out in place of the old one, without negotiation: encoders adapt.
        transceiver.sender.track = track;
        Ok(())
    }

    /// `setStreams(...streams)` (§5.2).
    ///
    /// # Errors
    /// [`Misuse::Closed`].
    pub fn set_streams(&mut self, now: Time, id: TransceiverId, streams: Vec<String>) -> Result<(), Error> {
        // 3. If connection.[[IsClosed]] is true, throw an InvalidStateError.
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        if self.has_left(id) {
            return Ok(());
        }
        // 4.–6. Replace the ids, each once; update the negotiation-needed flag.
        self.transceiver_mut(id)?.jsep.send_streams = deduplicated(streams);
        self.negotiation_changed(now);
        Ok(())
    }
}

impl Transceiver {
    /// addTrack, "an existing sender can be reused": no track, the kind, not stopping, never sent.
    fn can_take(&self, kind: MediaKind) -> bool {
        self.sender.track.is_none() && self.jsep.kind == kind && !self.jsep.stopping && !self.sender.was_sending
    }
}
