//! The one clock of the process: the core's [`Time`] counts from the first look at it.

use peerline_edge::Time;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

struct Epoch {
    instant: Instant,
    unix_millis: u64,
}

/// How far apart two looks at the monotonic clock may be that a look at the wall clock lies between.
const PROMPT: Duration = Duration::from_micros(20);

static EPOCH: LazyLock<Epoch> = LazyLock::new(|| {
    let (instant, since_1970) = both_clocks();
    // Counted from a whole millisecond of the wall clock, so that statistics can tell the time to the microsecond.
    let part = Duration::from_nanos(u64::from(since_1970.subsec_nanos()) % 1_000_000);
    let (instant, whole) = match instant.checked_sub(part) {
        Some(instant) => (instant, since_1970.saturating_sub(part)),
        None => (instant, since_1970),
    };
    Epoch { instant, unix_millis: u64::try_from(whole.as_millis()).unwrap_or_default() }
});

/// The same moment on both clocks. A thread that is put aside between the two looks tries again.
fn both_clocks() -> (Instant, Duration) {
    let mut best: Option<(Duration, Instant, Duration)> = None;
    for _ in 0..16 {
        let before = Instant::now();
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let taken = before.elapsed();
        if best.is_none_or(|(least, ..)| taken < least) {
            best = Some((taken, before + taken / 2, since_1970));
        }
        if taken <= PROMPT {
            break;
        }
    }
    best.map_or_else(|| (Instant::now(), Duration::ZERO), |(_, instant, since_1970)| (instant, since_1970))
}

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
    let far = Duration::from_secs(86_400 * 365);
    (EPOCH.instant + time.since_epoch().min(far)).into()
}
