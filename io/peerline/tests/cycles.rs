//! A thousand connections, made, used and let go: no task, socket or memory stays behind.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use peerline::*;
use support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_leave_nothing_behind() {
    const ROUNDS: usize = 900;
    let before = open_sockets();
    // The first rounds fill the allocator's and the runtime's pools.
    for round in 0..100 {
        cycle(round).await;
    }
    all_gone().await;
    let memory = resident_memory();
    for round in 0..ROUNDS {
        cycle(round).await;
    }
    soon("release", all_gone()).await;
    assert_eq!(open_sockets(), before);
    let growth = resident_memory().saturating_sub(memory);
    assert!(growth < 4 << 20, "{ROUNDS} rounds of two connections left {} KiB behind", growth >> 10);
}

/// Two connections: a third of them closed in the middle of it, a third closed, a third dropped.
async fn cycle(round: usize) {
    if round.is_multiple_of(3) {
        let (offerer, answerer) = (peer(), peer());
        let _channel = offerer.create_data_channel("x", RtcDataChannelInit::default()).unwrap();
        negotiate(&offerer, &answerer).await;
        return;
    }
    let pair = connected_pair().await;
    pair.outgoing.send(vec![1_u8; 20_000]).unwrap();
    pair.incoming.send_text("pong").unwrap();
    assert_eq!(soon("a message", pair.incoming.receive()).await.unwrap().len(), 20_000);
    assert_eq!(soon("a message", pair.outgoing.receive()).await.unwrap().len(), 4);
    if round % 3 == 1 {
        pair.offerer.close();
        pair.answerer.close();
    }
}
