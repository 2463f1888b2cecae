//! The RTP streams that senders are configured for (webrtc-stats, "The RTP statistics hierarchy": their lifetime).
//!
//! A stream begins when an answer lets its sender send, with an SSRC that stays; it ends when its encoding is dropped or its transceiver
//! stops. Being inactive does not end it.

use super::Transceiver;
use crate::PeerConnection;
use peerline_sdp::Direction;

/// The stream of one encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutboundStream {
    /// Random (RFC 3550 §8.1), and of no other stream that this connection sends.
    pub(crate) ssrc: u32,
    /// The encoding's rid.
    pub(crate) rid: Option<String>,
}

impl PeerConnection {
    /// Negotiation is done: every encoding that may be sent has its stream.
    pub(crate) fn configure_streams(&mut self) {
        let mut taken: Vec<u32> = self.transceivers.iter().flat_map(Transceiver::ssrcs).collect();
        for transceiver in &mut self.transceivers {
            if transceiver.jsep.stopped {
                transceiver.sender.streams.clear();
                continue;
            }
            let encodings = &transceiver.sender.encodings;
            let known = core::mem::take(&mut transceiver.sender.streams);
            let sends = matches!(transceiver.jsep.current_direction, Some(Direction::SendRecv | Direction::SendOnly));
            for encoding in encodings {
                let stream = known.iter().find(|stream| stream.rid == encoding.rid).cloned();
                let stream = stream.or_else(|| {
                    sends.then(|| {
                        let ssrc =
                            core::iter::repeat_with(|| self.rng.u32()).find(|ssrc| *ssrc != 0 && !taken.contains(ssrc));
                        let ssrc = ssrc.unwrap_or_default();
                        taken.push(ssrc);
                        OutboundStream { ssrc, rid: encoding.rid.clone() }
                    })
                });
                transceiver.sender.streams.extend(stream);
            }
        }
    }
}

impl Transceiver {
    fn ssrcs(&self) -> impl Iterator<Item = u32> + '_ {
        self.sender.streams.iter().map(|stream| stream.ssrc)
    }
}
