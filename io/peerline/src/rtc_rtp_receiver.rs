//! `RTCRtpReceiver` (W3C webrtc-pc §5.3); the core's side is `peerline_peer::Receiver`.

use crate::media_stream_track::{MediaStreamTrack, RtcMediaKind};
use crate::operation::Operation;
use crate::rtc_dtls_transport::RtcDtlsTransport;
use crate::rtc_error::RtcError;
use crate::rtc_rtp_parameters::{RtcRtpCapabilities, RtcRtpContributingSource, RtcRtpReceiveParameters};
use crate::rtc_stats::RtcStatsReport;
use crate::shared::Handle;
use peerline_peer::{StatsSelector, TransceiverId};

/// The receiving half of a transceiver: a handle, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcRtpReceiver {
    connection: Handle,
    id: TransceiverId,
}

impl RtcRtpReceiver {
    pub(crate) const fn new(connection: Handle, id: TransceiverId) -> Self {
        Self { connection, id }
    }

    /// `track`. `None` only if the transceiver is gone because the offer that made it was rolled back, and nobody asked before.
    #[must_use]
    pub fn track(&self) -> Option<MediaStreamTrack> {
        self.connection.lock().receiver_track(self.id)
    }

    /// `transport`, once a description was applied.
    #[must_use]
    pub fn transport(&self) -> Option<RtcDtlsTransport> {
        let transport = self.connection.lock().core.transceiver(self.id)?.receiver().transport()?;
        Some(RtcDtlsTransport::new(self.connection.clone(), transport))
    }

    /// `getParameters()`.
    ///
    /// # Errors
    /// `InvalidAccessError` if the transceiver is gone.
    pub fn get_parameters(&self) -> Result<RtcRtpReceiveParameters, RtcError> {
        Ok(self.connection.lock().core.receive_parameters(self.id)?)
    }

    /// `getStats()`: the streams that it receives, and what they refer to; nothing before RTP flows.
    pub fn get_stats(&self) -> Operation<RtcStatsReport> {
        let selector = StatsSelector::Receiver(self.id);
        Operation::start(self.connection.shared(), |core, now| core.get_stats(now, selector))
    }

    /// `getContributingSources()`: those heard in the last ten seconds; none as long as no media flows.
    #[must_use]
    pub fn get_contributing_sources(&self) -> Vec<RtcRtpContributingSource> {
        Vec::new()
    }

    /// `getSynchronizationSources()`: as [`get_contributing_sources`](Self::get_contributing_sources).
    #[must_use]
    pub fn get_synchronization_sources(&self) -> Vec<RtcRtpContributingSource> {
        Vec::new()
    }

    /// `RTCRtpReceiver.getCapabilities(kind)`: static.
    #[must_use]
    pub fn get_capabilities(kind: RtcMediaKind) -> RtcRtpCapabilities {
        RtcRtpCapabilities::of(kind)
    }
}
