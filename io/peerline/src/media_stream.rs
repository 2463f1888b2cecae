//! `MediaStream` (mediacapture-main §4.2): a set of tracks with an id.

use crate::media_stream_track::{MediaStreamTrack, MediaStreamTrackState, RtcMediaKind, random_id};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A stream: a handle, cheap to clone; all clones are the same stream.
#[derive(Clone)]
pub struct MediaStream(Arc<Inner>);

struct Inner {
    id: String,
    tracks: Mutex<Vec<MediaStreamTrack>>,
}

impl MediaStream {
    /// An empty stream with a random id.
    #[must_use]
    pub fn new() -> Self {
        Self::with_id(random_id())
    }

    /// A stream of these tracks with a random id.
    #[must_use]
    pub fn of_tracks(tracks: &[MediaStreamTrack]) -> Self {
        let stream = Self::new();
        tracks.iter().for_each(|track| stream.add_track(track));
        stream
    }

    pub(crate) fn with_id(id: String) -> Self {
        Self(Arc::new(Inner { id, tracks: Mutex::default() }))
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// `active`: a track is live.
    #[must_use]
    pub fn active(&self) -> bool {
        self.tracks().iter().any(|track| track.ready_state() == MediaStreamTrackState::Live)
    }

    /// `getTracks()`, in the order they were added.
    #[must_use]
    pub fn get_tracks(&self) -> Vec<MediaStreamTrack> {
        self.tracks().clone()
    }

    /// `getAudioTracks()`.
    #[must_use]
    pub fn get_audio_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of_kind(RtcMediaKind::Audio)
    }

    /// `getVideoTracks()`.
    #[must_use]
    pub fn get_video_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of_kind(RtcMediaKind::Video)
    }

    /// `getTrackById(id)`.
    #[must_use]
    pub fn get_track_by_id(&self, id: &str) -> Option<MediaStreamTrack> {
        self.tracks().iter().find(|track| track.id() == id).cloned()
    }

    /// `addTrack(track)`: once is enough.
    pub fn add_track(&self, track: &MediaStreamTrack) {
        let mut tracks = self.tracks();
        if !tracks.contains(track) {
            tracks.push(track.clone());
        }
    }

    /// `removeTrack(track)`.
    pub fn remove_track(&self, track: &MediaStreamTrack) {
        self.tracks().retain(|other| other != track);
    }

    fn of_kind(&self, kind: RtcMediaKind) -> Vec<MediaStreamTrack> {
        self.tracks().iter().filter(|track| track.kind() == kind).cloned().collect()
    }

    fn tracks(&self) -> MutexGuard<'_, Vec<MediaStreamTrack>> {
        self.0.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MediaStream {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for MediaStream {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for MediaStream {}

impl fmt::Debug for MediaStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaStream").field("id", &self.0.id).field("tracks", &self.tracks()).finish()
    }
}
