//! `setCodecPreferences` (W3C webrtc-pc §5.4).

use super::encodings::matches;
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use peerline_edge::Time;
use peerline_jsep::{CodecPreference, TransceiverId};

impl PeerConnection {
    /// `transceiver.setCodecPreferences(codecs)`: empty restores the defaults.
    ///
    /// # Errors
    /// [`Misuse::UnsupportedCodecPreference`].
    pub fn set_codec_preferences(
        &mut self,
        now: Time,
        id: TransceiverId,
        codecs: Vec<CodecPreference>,
    ) -> Result<(), Error> {
        let transceiver = self.known_transceiver(id)?;
        let capabilities = self.settings.capabilities.of(transceiver.jsep.kind);
        // 4. Remove duplicates, keeping the first.
        let mut unique: Vec<CodecPreference> = Vec::with_capacity(codecs.len());
        for codec in codecs {
            if !unique.contains(&codec) {
                unique.push(codec);
            }
        }
        // 6. Each must be one of ours, and one at least must carry media.
        let known = |wanted: &CodecPreference| {
            is_resiliency(wanted) || capabilities.codecs.iter().any(|capability| matches(wanted, &capability.codec))
        };
        let only_resiliency = !unique.is_empty() && unique.iter().all(is_resiliency);
        if only_resiliency || !unique.iter().all(known) {
            return Err(Misuse::UnsupportedCodecPreference.into());
        }
        // 7. Set [[PreferredCodecs]]. That alone needs no negotiation.
        self.transceiver_mut(id)?.jsep.codec_preferences = unique;
        self.descriptions.note_change();
        self.advance(now);
        Ok(())
    }
}

/// RTX, RED, FEC: they help another codec.
fn is_resiliency(codec: &CodecPreference) -> bool {
    ["rtx", "red", "ulpfec", "flexfec-03"].iter().any(|name| codec.name.eq_ignore_ascii_case(name))
}
