//! `RTCRtpSender` (W3C webrtc-pc §5.2); the core's side is `peerline_peer::Sender`.

use crate::media_stream::MediaStream;
use crate::media_stream_track::{MediaStreamTrack, RtcMediaKind};
use crate::operation::Operation;
use crate::rtc_dtls_transport::RtcDtlsTransport;
use crate::rtc_dtmf_sender::RtcDtmfSender;
use crate::rtc_error::RtcError;
use crate::rtc_rtp_parameters::{RtcRtpCapabilities, RtcRtpSendParameters};
use crate::rtc_stats::RtcStatsReport;
use crate::shared::Handle;
use peerline_peer::{StatsSelector, TransceiverId};

/// The sending half of a transceiver: a handle, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpSender {
    connection: Handle,
    id: TransceiverId,
}

impl RtcRtpSender {
    pub(crate) const fn new(connection: Handle, id: TransceiverId) -> Self {
        Self { connection, id }
    }

    pub(crate) const fn id(&self) -> TransceiverId {
        self.id
    }

    pub(crate) fn is_of(&self, connection: &Handle) -> bool {
        self.connection == *connection
    }

    /// `track`.
    #[must_use]
    pub fn track(&self) -> Option<MediaStreamTrack> {
        self.connection.lock().sender_track(self.id)
    }

    /// `transport`, once a description was applied.
    #[must_use]
    pub fn transport(&self) -> Option<RtcDtlsTransport> {
        let transport = self.connection.lock().core.transceiver(self.id)?.sender().transport()?;
        Some(RtcDtlsTransport::new(self.connection.clone(), transport))
    }

    /// `dtmf`; `None` for video.
    #[must_use]
    pub fn dtmf(&self) -> Option<RtcDtmfSender> {
        let is_audio = self.connection.lock().core.transceiver(self.id)?.kind() == RtcMediaKind::Audio;
        is_audio.then(|| RtcDtmfSender::new(self.connection.clone(), self.id))
    }

    /// `getStats()`: the streams that it sends, and what they refer to; nothing before RTP flows.
    pub fn get_stats(&self) -> Operation<RtcStatsReport> {
        let selector = StatsSelector::Sender(self.id);
        Operation::start(self.connection.shared(), |core, now| core.get_stats(now, selector))
    }

    /// `replaceTrack(track)`: without negotiation.
    pub fn replace_track(&self, track: Option<&MediaStreamTrack>) -> Operation<()> {
        if let Some(track) = track {
            self.connection.lock().keep_track(track);
        }
        let track = track.map(MediaStreamTrack::to_core);
        Operation::start(self.connection.shared(), |core, now| core.replace_track(now, self.id, track))
    }

    /// `setStreams(...streams)`.
    ///
    /// # Errors
    /// `InvalidStateError` if the connection is closed.
    pub fn set_streams(&self, streams: &[&MediaStream]) -> Result<(), RtcError> {
        let streams = streams.iter().map(|stream| stream.id().to_owned()).collect();
        Ok(self.connection.lock().call(|core, now| core.set_streams(now, self.id, streams))?)
    }

    /// `getParameters()`. What it returns can be given to [`set_parameters`](Self::set_parameters) until the next task runs: W3C gives it
    /// the same turn of the event loop. Change and set it in one go with [`update_parameters`](Self::update_parameters).
    ///
    /// # Errors
    /// `InvalidAccessError` if the transceiver is gone (its offer was rolled back).
    pub fn get_parameters(&self) -> Result<RtcRtpSendParameters, RtcError> {
        Ok(self.connection.lock().core.send_parameters(self.id)?)
    }

    /// `setParameters(parameters)`.
    pub fn set_parameters(&self, parameters: RtcRtpSendParameters) -> Operation<()> {
        Operation::start(self.connection.shared(), |core, now| core.set_parameters(now, self.id, parameters))
    }

    /// `getParameters`, a change, and `setParameters`, with nothing in between.
    ///
    /// # Errors
    /// As [`get_parameters`](Self::get_parameters); what `setParameters` refuses comes with the future.
    pub fn update_parameters(&self, change: impl FnOnce(&mut RtcRtpSendParameters)) -> Result<Operation<()>, RtcError> {
        let mut parameters = self.get_parameters()?;
        change(&mut parameters);
        Ok(Operation::start(self.connection.shared(), |core, now| {
            // The driver may have run a task meanwhile, which ends the transaction: begin it again under this lock.
            if let Ok(current) = core.send_parameters(self.id) {
                parameters.transaction_id = current.transaction_id;
            }
            core.set_parameters(now, self.id, parameters)
        }))
    }

    /// `RTCRtpSender.getCapabilities(kind)`: static.
    #[must_use]
    pub fn get_capabilities(kind: RtcMediaKind) -> RtcRtpCapabilities {
        RtcRtpCapabilities::of(kind)
    }
}
