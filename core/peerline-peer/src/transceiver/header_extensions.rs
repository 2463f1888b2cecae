//! RTP header extension control (W3C webrtc-extensions §5).

use super::Transceiver;
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use peerline_edge::Time;
use peerline_jsep::{HeaderExtensionPreference, MediaKind, TransceiverId};
use peerline_sdp::Direction;

/// RFC 9143 §9.1: with BUNDLE, the mid extension must be used both ways.
const MANDATORY: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";

impl Transceiver {
    /// `getHeaderExtensionsToNegotiate()`.
    #[must_use]
    pub fn header_extensions_to_negotiate(&self) -> &[HeaderExtensionPreference] {
        &self.jsep.header_extensions
    }

    /// `getNegotiatedHeaderExtensions()`: before a negotiation, all are stopped.
    #[must_use]
    pub fn negotiated_header_extensions(&self) -> Vec<HeaderExtensionPreference> {
        if !self.negotiated_header_extensions.is_empty() {
            return self.negotiated_header_extensions.clone();
        }
        let stopped = |extension: &HeaderExtensionPreference| HeaderExtensionPreference {
            direction: None,
            accepted: None,
            ..extension.clone()
        };
        self.jsep.header_extensions.iter().map(stopped).collect()
    }

    /// An answer says which extensions are in use; later offers go on with them unless the application asks for others.
    pub(super) fn change_header_extensions(&mut self, negotiated: &[HeaderExtensionPreference]) {
        self.negotiated_header_extensions = negotiated.to_vec();
        self.jsep.header_extensions = negotiated.to_vec();
    }
}

impl PeerConnection {
    /// `setHeaderExtensionsToNegotiate(extensions)`: pairs of URI and direction; no direction stands for "stopped".
    ///
    /// # Errors
    /// [`Misuse::HeaderExtensionWithoutUri`], [`Misuse::HeaderExtensionsChanged`].
    pub fn set_header_extensions_to_negotiate(
        &mut self,
        now: Time,
        id: TransceiverId,
        extensions: Vec<(String, Option<Direction>)>,
    ) -> Result<(), Error> {
        if extensions.iter().any(|(uri, _)| uri.is_empty()) {
            return Err(Misuse::HeaderExtensionWithoutUri.into());
        }
        let known = &mut self.transceiver_mut(id)?.jsep.header_extensions;
        // 3., 4.2: the same ones in the same order.
        let same = extensions.iter().map(|(uri, _)| uri).eq(known.iter().map(|extension| &extension.uri));
        // 4.3: what is mandatory stays in use both ways.
        let is_lost = |(uri, direction): &(String, _)| uri == MANDATORY && *direction != Some(Direction::SendRecv);
        if !same || extensions.iter().any(is_lost) {
            return Err(Misuse::HeaderExtensionsChanged.into());
        }
        *known = extensions
            .into_iter()
            .map(|(uri, direction)| HeaderExtensionPreference { uri, direction, accepted: direction })
            .collect();
        self.descriptions.note_change();
        self.advance(now);
        Ok(())
    }

    /// What a new transceiver of this kind begins with: what the others of its kind have, else all that we have.
    pub(super) fn initial_header_extensions(&self, kind: MediaKind) -> Vec<HeaderExtensionPreference> {
        let other = self.transceivers.iter().find(|other| other.kind() == kind && !other.is_stopping());
        match other {
            Some(other) => other.jsep.header_extensions.clone(),
            None => self.settings.capabilities.of(kind).header_extensions_to_negotiate().collect(),
        }
    }
}
