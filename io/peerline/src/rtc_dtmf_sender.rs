//! `RTCDTMFSender` (W3C webrtc-pc §7); the core's side is `peerline_peer::Dtmf`.

use crate::rtc_error::RtcError;
use crate::shared::Handle;
use peerline_peer::TransceiverId;

/// Sends tones (RFC 4733) beside the audio of a sender: a handle, cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcDtmfSender {
    connection: Handle,
    id: TransceiverId,
}

impl RtcDtmfSender {
    pub(crate) const fn new(connection: Handle, id: TransceiverId) -> Self {
        Self { connection, id }
    }

    /// `canInsertDTMF`.
    #[must_use]
    pub fn can_insert_dtmf(&self) -> bool {
        self.connection.lock().core.can_insert_dtmf(self.id)
    }

    /// `toneBuffer`: what is left to play.
    #[must_use]
    pub fn tone_buffer(&self) -> String {
        let state = self.connection.lock();
        state.core.transceiver(self.id).map_or_else(String::new, |t| t.sender().dtmf().tone_buffer().to_owned())
    }

    /// `insertDTMF(tones, duration, interToneGap)`: replaces what is left to play. Both times in milliseconds; W3C's defaults are 100 and 70.
    ///
    /// # Errors
    /// `InvalidStateError` if it cannot send now, `InvalidCharacterError` for anything but 0-9, A-D, #, * and comma.
    pub fn insert_dtmf(&self, tones: &str, duration: u32, inter_tone_gap: u32) -> Result<(), RtcError> {
        Ok(self.connection.lock().call(|core, now| core.insert_dtmf(now, self.id, tones, duration, inter_tone_gap))?)
    }
}
