//! The one clock of the process: the core's [`Time`] counts from the first look at it.

use peerline_edge::Time;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

struct Epoch {
    instant: Instant,
    unix_millis: u64,
}

static EPOCH: LazyLock<Epoch> = LazyLock::new(|| Epoch {
    instant: Instant::now(),
    unix_millis: SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default(),
});

/// The time now.
#[inline]
pub(crate) fn now() -> Time {
    // The epoch is taken before the second look, so the difference is never negative.
    let epoch = EPOCH.instant;
    Time::from_duration(Instant::now().saturating_duration_since(epoch))
}

/// The wall clock at [`Time::ZERO`], in milliseconds since 1970.
pub(crate) fn unix_millis_at_epoch() -> u64 {
    EPOCH.unix_millis
}

/// The wall clock now, in milliseconds since 1970.
pub(crate) fn unix_millis_now() -> u64 {
    unix_millis_at_epoch().saturating_add(u64::try_from(now().since_epoch().as_millis()).unwrap_or(u64::MAX))
}

/// The instant that the runtime's timer takes for a time of the core's.
pub(crate) fn instant_of(time: Time) -> tokio::time::Instant {
    let far = std::time::Duration::from_secs(86_400 * 365);
    (EPOCH.instant + time.since_epoch().min(far)).into()
}
