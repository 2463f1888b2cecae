//! Closing: everything is released, everyone who waits is told, nothing that came is lost.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use futures_util::{FutureExt, StreamExt};
use peerline::*;
use std::time::Duration;
use support::*;

/// Tests of this file count tasks and sockets of the whole process: one at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn close_releases_task_and_sockets() {
    let _alone = ALONE.lock().await;
    all_gone().await;
    let before = open_sockets();
    let pair = connected_pair().await;
    assert_eq!(live_connections(), 2);
    assert!(open_sockets() > before);
    pair.offerer.close();
    assert_eq!(pair.offerer.signaling_state(), RtcSignalingState::Closed);
    assert_eq!(pair.offerer.connection_state(), RtcPeerConnectionState::Closed);
    pair.answerer.close();
    soon("release", all_gone()).await;
    // The handles still live; their sockets do not.
    assert_eq!(open_sockets(), before);
}

#[tokio::test]
async fn dropping_the_last_handle_closes() {
    let _alone = ALONE.lock().await;
    all_gone().await;
    let before = open_sockets();
    let Pair { offerer, answerer, outgoing, incoming } = connected_pair().await;
    let again = offerer.clone();
    drop(offerer);
    // A clone and a channel keep it.
    outgoing.send_text("still here").unwrap();
    assert!(soon("a message", incoming.receive()).await.is_some());
    drop(again);
    outgoing.send_text("still here too").unwrap();
    assert!(soon("a message", incoming.receive()).await.is_some());
    drop(outgoing);
    soon("close", incoming.closed()).await;
    drop((incoming, answerer));
    soon("release", all_gone()).await;
    assert_eq!(open_sockets(), before);
}

#[tokio::test]
async fn a_connection_that_never_connected_is_released_too() {
    let _alone = ALONE.lock().await;
    all_gone().await;
    let before = open_sockets();
    for stage in 0..4 {
        let (offerer, answerer) = (peer(), peer());
        let channel = offerer.create_data_channel("x", RtcDataChannelInit::default()).unwrap();
        if stage > 0 {
            soon("offer", offerer.set_local_description(None)).await.unwrap();
        }
        if stage > 1 {
            soon("gathering", offerer.gathering_complete()).await.unwrap();
        }
        if stage > 2 {
            soon("offer", answerer.set_remote_description(offerer.local_description().unwrap())).await.unwrap();
            soon("answer", answerer.set_local_description(None)).await.unwrap();
        }
        drop((offerer, answerer, channel));
        soon("release", all_gone()).await;
        assert_eq!(open_sockets(), before, "stage {stage}");
    }
}

#[tokio::test]
async fn everyone_who_waits_is_told() {
    let _alone = ALONE.lock().await;
    let Pair { offerer, answerer: _answerer, outgoing, incoming: _incoming } = connected_pair().await;
    let connection = peer();
    let pending = connection.create_data_channel("pending", RtcDataChannelInit::default()).unwrap();
    let mut events = offerer.events();
    while events.next().now_or_never().is_some() {}
    let waits = async {
        tokio::join!(
            outgoing.receive(),
            async { while events.next().await.is_some() {} },
            outgoing.closed(),
            pending.opened(),
            pending.writable(),
            pending.closed(),
            connection.gathering_complete(),
            connection.connected(),
        )
    };
    let close = async {
        tokio::task::yield_now().await;
        offerer.close();
        connection.close();
    };
    let (waits, ()) = soon("the end", async { tokio::join!(waits, close) }).await;
    assert_eq!(waits.0, None);
    for outcome in [waits.3, waits.4, waits.6, waits.7] {
        assert_eq!(outcome.unwrap_err().name, RtcErrorName::InvalidStateError);
    }
}

#[tokio::test]
async fn calls_after_close_give_errors() {
    let _alone = ALONE.lock().await;
    let pair = connected_pair().await;
    pair.offerer.close();
    pair.offerer.close();
    let invalid = |error: RtcError| assert_eq!(error.name, RtcErrorName::InvalidStateError);
    invalid(pair.outgoing.send(vec![1]).unwrap_err());
    invalid(pair.outgoing.send_text("x").unwrap_err());
    invalid(soon("refusal", pair.outgoing.send_when_writable(vec![1])).await.unwrap_err());
    invalid(soon("refusal", pair.outgoing.opened()).await.unwrap_err());
    invalid(pair.offerer.create_data_channel("x", RtcDataChannelInit::default()).unwrap_err());
    invalid(soon("refusal", pair.offerer.create_offer(RtcOfferOptions::default())).await.unwrap_err());
    invalid(soon("refusal", pair.offerer.set_local_description(None)).await.unwrap_err());
    invalid(soon("refusal", pair.offerer.add_ice_candidate(None)).await.unwrap_err());
    invalid(pair.offerer.set_configuration(RtcConfiguration::default()).unwrap_err());
    soon("closed", pair.outgoing.closed()).await;
    assert_eq!(pair.outgoing.ready_state(), RtcDataChannelState::Closed);
    assert_eq!(pair.outgoing.receive().await, None);
    pair.outgoing.close();
    pair.offerer.restart_ice();
    while soon("the end", pair.offerer.next_event()).await.is_some() {}
}

#[tokio::test]
async fn messages_sent_before_close_arrive_before_the_end() {
    let _alone = ALONE.lock().await;
    let pair = connected_pair().await;
    for index in 0..200_u8 {
        pair.outgoing.send(vec![index; 1000]).unwrap();
    }
    pair.outgoing.close();
    let messages: Vec<_> = soon("the end", pair.incoming.messages().collect()).await;
    assert_eq!(messages.len(), 200);
    for (index, message) in messages.into_iter().enumerate() {
        assert_eq!(message.into_bytes(), vec![index as u8; 1000]);
    }
    assert_eq!(pair.incoming.receive().await, None);
    soon("close", pair.outgoing.closed()).await;
    soon("close", pair.incoming.closed()).await;
}

#[tokio::test]
async fn the_peer_learns_at_once_that_the_connection_was_closed() {
    let _alone = ALONE.lock().await;
    let pair = connected_pair().await;
    let started = std::time::Instant::now();
    pair.offerer.close();
    soon("close", pair.incoming.closed()).await;
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_runtime_that_shuts_down_leaves_nobody_waiting() {
    let _alone = ALONE.blocking_lock();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let pair = runtime.block_on(connected_pair());
    runtime.shutdown_timeout(Duration::from_secs(5));
    assert_eq!(live_connections(), 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        assert_eq!(soon("the end", pair.outgoing.receive()).await, None);
        soon("the end", pair.outgoing.closed()).await;
        assert!(soon("refusal", pair.offerer.set_local_description(None)).await.is_err());
        assert!(pair.outgoing.send_text("x").is_err());
    });
}
