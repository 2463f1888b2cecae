//! `MediaStreamTrack` (mediacapture-main §4.3): its identity and life; pixels and samples come with the media engine.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use peerline_peer::MediaKind as RtcMediaKind;

crate::enumeration::w3c_enum!(
    /// `MediaStreamTrackState` (mediacapture-main §4.3.3).
    MediaStreamTrackState {
        /// The source gives media, or may give some later.
        Live = "live",
        /// The source will never give media again.
        Ended = "ended",
    }
);

/// A track: a handle, cheap to clone; all clones are the same track. `clone()` of W3C, which makes another track, is
/// [`duplicate`](Self::duplicate).
#[derive(Clone)]
pub struct MediaStreamTrack(Arc<Inner>);

struct Inner {
    id: String,
    kind: RtcMediaKind,
    label: String,
    isolated: bool,
    enabled: AtomicBool,
    muted: AtomicBool,
    ended: AtomicBool,
}

impl MediaStreamTrack {
    /// A local track whose media the application brings, with a random id.
    #[must_use]
    pub fn new(kind: RtcMediaKind, label: &str) -> Self {
        Self::with_id(random_id(), kind, label, false)
    }

    fn with_id(id: String, kind: RtcMediaKind, label: &str, isolated: bool) -> Self {
        let (enabled, muted, ended) = (AtomicBool::new(true), AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { id, kind, label: label.to_owned(), isolated, enabled, muted, ended }))
    }

    /// The track of a receiver: muted until media comes.
    pub(crate) fn remote(track: &peerline_peer::RemoteTrack) -> Self {
        let label = format!("remote {}", track.kind.as_str());
        let remote = Self::with_id(track.id.clone(), track.kind, &label, track.isolated);
        remote.set_muted(track.muted);
        if track.ended {
            remote.stop();
        }
        remote
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> RtcMediaKind {
        self.0.kind
    }

    /// `label`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// `isolated` (webrtc-identity §7).
    #[must_use]
    pub fn isolated(&self) -> bool {
        self.0.isolated
    }

    /// `enabled`.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.0.enabled.load(Ordering::Acquire)
    }

    /// `enabled = …`: a disabled track gives silence or black.
    pub fn set_enabled(&self, enabled: bool) {
        self.0.enabled.store(enabled, Ordering::Release);
    }

    /// `muted`.
    #[must_use]
    pub fn muted(&self) -> bool {
        self.0.muted.load(Ordering::Acquire)
    }

    pub(crate) fn set_muted(&self, muted: bool) {
        self.0.muted.store(muted, Ordering::Release);
    }

    /// `readyState`.
    #[must_use]
    pub fn ready_state(&self) -> MediaStreamTrackState {
        if self.0.ended.load(Ordering::Acquire) { MediaStreamTrackState::Ended } else { MediaStreamTrackState::Live }
    }

    /// `stop()`: without an event.
    pub fn stop(&self) {
        self.0.ended.store(true, Ordering::Release);
    }

    /// `clone()`: another track of the same source and settings, with an id of its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let other = Self::with_id(random_id(), self.0.kind, &self.0.label, self.0.isolated);
        other.set_enabled(self.enabled());
        other.set_muted(self.muted());
        if self.ready_state() == MediaStreamTrackState::Ended {
            other.stop();
        }
        other
    }

    pub(crate) fn to_core(&self) -> peerline_peer::Track {
        peerline_peer::Track { id: self.0.id.clone(), kind: self.0.kind }
    }
}

impl PartialEq for MediaStreamTrack {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for MediaStreamTrack {}

impl fmt::Debug for MediaStreamTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaStreamTrack").field("id", &self.0.id).field("kind", &self.0.kind).finish_non_exhaustive()
    }
}

/// A random identifier in the form of a UUID (RFC 9562 §5.4).
pub(crate) fn random_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    // Unique is enough: nothing secret hangs on it, and the hasher's keys come from the operating system.
    let half = || RandomState::new().hash_one(0_u8);
    let (high, low) = (half() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, half() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000);
    let hex = format!("{high:016x}{low:016x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
