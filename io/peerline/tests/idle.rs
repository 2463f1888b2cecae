//! What a connection costs that does nothing.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use futures_util::FutureExt;
use support::*;

/// Connects, and reads the events, as every application does.
async fn idle_pair() -> Pair {
    let pair = connected_pair().await;
    for connection in [&pair.offerer, &pair.answerer] {
        while connection.next_event().now_or_never().is_some() {}
    }
    pair
}

#[tokio::test]
async fn an_idle_connection_stays_small() {
    const PAIRS: usize = 100;
    // The aim is 48 KiB; this is what it costs without optimisation, with some room for the allocator's mood.
    const LIMIT: usize = 60 * 1024;
    // The first connections fill what is kept for the whole process.
    let mut pairs = Vec::with_capacity(PAIRS + 4);
    for _ in 0..4 {
        pairs.push(idle_pair().await);
    }
    let before = resident_memory();
    for _ in 0..PAIRS {
        pairs.push(idle_pair().await);
    }
    let each = resident_memory().saturating_sub(before) / (2 * PAIRS);
    assert!(each < LIMIT, "{} KiB a connection", each / 1024);
}
