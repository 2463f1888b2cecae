//! The tracks and streams of a connection: one object each, so that handles compare equal.

use super::State;
use crate::media_stream::MediaStream;
use crate::media_stream_track::MediaStreamTrack;
use peerline_peer::{TrackEvent, TransceiverId};
use std::collections::BTreeMap;

/// The media objects that handles share.
#[derive(Debug, Default)]
pub(crate) struct MediaObjects {
    /// Tracks that senders have, by id.
    local: BTreeMap<String, MediaStreamTrack>,
    /// Tracks of receivers.
    remote: BTreeMap<TransceiverId, MediaStreamTrack>,
    /// Streams that the peer named, by id.
    streams: BTreeMap<String, MediaStream>,
}

impl State {
    /// Remembers a track that a sender gets; those that no sender has any more are forgotten.
    pub(crate) fn keep_track(&mut self, track: &MediaStreamTrack) {
        let core = &self.core;
        let is_sent = |id: &str| core.transceivers().any(|t| t.sender().track().is_some_and(|track| track.id == id));
        self.media.local.retain(|id, _| is_sent(id));
        self.media.local.insert(track.id().to_owned(), track.clone());
    }

    /// The track of a sender.
    pub(crate) fn sender_track(&self, id: TransceiverId) -> Option<MediaStreamTrack> {
        let track = self.core.transceiver(id)?.sender().track()?;
        self.media.local.get(&track.id).cloned()
    }

    /// The track of a receiver.
    pub(crate) fn receiver_track(&mut self, id: TransceiverId) -> Option<MediaStreamTrack> {
        let Some(transceiver) = self.core.transceiver(id) else { return self.media.remote.get(&id).cloned() };
        let track = transceiver.receiver().track();
        Some(self.media.remote.entry(id).or_insert_with(|| MediaStreamTrack::remote(track)).clone())
    }

    /// A stream that the peer named.
    pub(crate) fn remote_stream(&mut self, id: &str) -> MediaStream {
        self.media.streams.entry(id.to_owned()).or_insert_with(|| MediaStream::with_id(id.to_owned())).clone()
    }

    /// What an event changes at the objects, before anybody is told.
    pub(super) fn apply_track_event(&mut self, event: &TrackEvent) {
        match event {
            TrackEvent::AddedToStream { stream, transceiver } => {
                if let Some(track) = self.receiver_track(*transceiver) {
                    self.remote_stream(stream).add_track(&track);
                }
            }
            TrackEvent::RemovedFromStream { stream, transceiver } => {
                if let Some(track) = self.receiver_track(*transceiver) {
                    self.remote_stream(stream).remove_track(&track);
                }
            }
            TrackEvent::Muted(id) | TrackEvent::Unmuted(id) => {
                if let Some(track) = self.receiver_track(*id) {
                    track.set_muted(matches!(event, TrackEvent::Muted(_)));
                }
            }
            TrackEvent::Ended(id) => {
                if let Some(track) = self.receiver_track(*id) {
                    track.stop();
                }
            }
            TrackEvent::Track { .. } => {}
        }
    }
}
