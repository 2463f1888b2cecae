//! `RTCDTMFSender` (W3C webrtc-pc §7, RFC 4733): the tone buffer and its playout task.
//!
//! 1. `insert_dtmf` fills the buffer and schedules the playout task.
//! 2. The task takes one tone off, fires `tonechange`, and is scheduled again after tone and gap; a comma waits two seconds.
//! 3. With the buffer empty it fires `tonechange` with an empty tone and is done.

use super::{Sender, Transceiver};
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::Event;
use crate::states::ConnectionState;
use crate::task::Task;
use peerline_edge::{Deadline, Time};
use peerline_jsep::TransceiverId;
use peerline_sdp::Direction;
use std::time::Duration;

/// How long a comma waits.
const COMMA: Duration = Duration::from_secs(2);

/// The slots of `RTCDTMFSender`.
#[derive(Clone, Debug, Default)]
pub struct Dtmf {
    /// `[[ToneBuffer]]`: what is left to play.
    tones: String,
    /// `[[Duration]]`, milliseconds.
    duration: u16,
    /// `[[InterToneGap]]`, milliseconds.
    gap: u16,
    playout: Playout,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Playout {
    #[default]
    Idle,
    /// The playout task is queued.
    Queued,
    /// It will be queued then.
    At(Time),
}

impl Dtmf {
    /// `toneBuffer`.
    #[must_use]
    pub fn tone_buffer(&self) -> &str {
        &self.tones
    }

    pub(crate) const fn deadline(&self) -> Option<Deadline> {
        match self.playout {
            Playout::At(at) => Some(Deadline::new(at, "dtmf tone")),
            Playout::Idle | Playout::Queued => None,
        }
    }
}

impl Sender {
    /// `dtmf`; senders of video have none.
    #[must_use]
    pub const fn dtmf(&self) -> &Dtmf {
        &self.dtmf
    }
}

impl Transceiver {
    /// "Determine if DTMF can be sent" (§7.2), as far as the transceiver decides it.
    fn can_send_dtmf(&self) -> bool {
        let sends = matches!(self.jsep.current_direction, Some(Direction::SendRecv | Direction::SendOnly));
        let active = self.sender.encodings.first().is_some_and(|encoding| encoding.active);
        let codecs = &self.sender.negotiated.codecs;
        sends
            && !self.jsep.stopping
            && active
            && codecs.iter().any(|codec| codec.name.eq_ignore_ascii_case("telephone-event"))
    }
}

impl PeerConnection {
    /// `canInsertDTMF` (§7.2).
    #[must_use]
    pub fn can_insert_dtmf(&self, id: TransceiverId) -> bool {
        self.connection_state() == ConnectionState::Connected
            && self.transceiver(id).is_some_and(Transceiver::can_send_dtmf)
    }

    /// `insertDTMF(tones, duration, interToneGap)` (§7.2); both times in milliseconds.
    ///
    /// # Errors
    /// [`Misuse::CannotInsertDtmf`], [`Misuse::UnknownTone`].
    pub fn insert_dtmf(
        &mut self,
        now: Time,
        id: TransceiverId,
        tones: &str,
        duration: u32,
        gap: u32,
    ) -> Result<(), Error> {
        // 3.–6. InvalidStateError if DTMF cannot be sent.
        if !self.can_insert_dtmf(id) {
            return Err(Misuse::CannotInsertDtmf.into());
        }
        // 7. InvalidCharacterError for anything but 0-9, A-D, #, * and comma.
        if !tones.bytes().all(|tone| matches!(tone, b'0'..=b'9' | b'A'..=b'D' | b'a'..=b'd' | b'#' | b'*' | b',')) {
            return Err(Misuse::UnknownTone.into());
        }
        let dtmf = &mut self.transceiver_mut(id)?.sender.dtmf;
        // 8.–10.: 40 ms to 6 s for a tone, 30 ms to 6 s between two.
        dtmf.tones = tones.to_ascii_uppercase();
        dtmf.duration = u16::try_from(duration.clamp(40, 6000)).unwrap_or(6000);
        dtmf.gap = u16::try_from(gap.clamp(30, 6000)).unwrap_or(6000);
        // 11., 12.: unless there is nothing to play, or the task is scheduled already.
        if !dtmf.tones.is_empty() && dtmf.playout == Playout::Idle {
            dtmf.playout = Playout::Queued;
            self.tasks.push(Task::Dtmf(id));
        }
        self.advance(now);
        Ok(())
    }

    /// "The DTMF playout task".
    pub(crate) fn run_dtmf(&mut self, now: Time, id: TransceiverId) {
        if self.is_closed {
            return;
        }
        let Ok(transceiver) = self.transceiver_mut(id) else { return };
        let can_send = !transceiver.jsep.stopping
            && matches!(transceiver.jsep.current_direction, Some(Direction::SendRecv | Direction::SendOnly));
        let dtmf = &mut transceiver.sender.dtmf;
        dtmf.playout = Playout::Idle;
        if !can_send {
            return;
        }
        let tone = if dtmf.tones.is_empty() { String::new() } else { dtmf.tones.remove(0).to_string() };
        if !tone.is_empty() {
            let tone_and_gap = Duration::from_millis(u64::from(dtmf.duration) + u64::from(dtmf.gap));
            dtmf.playout = Playout::At(now + if tone == "," { COMMA } else { tone_and_gap });
        }
        self.tasks.fire(Event::ToneChange { transceiver: id, tone });
    }

    /// Queues the playout tasks that are due.
    pub(crate) fn advance_dtmf(&mut self, now: Time) {
        for transceiver in &mut self.transceivers {
            let dtmf = &mut transceiver.sender.dtmf;
            if dtmf.deadline().is_some_and(|deadline| deadline.at <= now) {
                dtmf.playout = Playout::Queued;
                self.tasks.push(Task::Dtmf(transceiver.jsep.id));
            }
        }
    }
}
