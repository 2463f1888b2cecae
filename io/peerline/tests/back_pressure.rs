//! A fast producer and a slow consumer: memory stays bounded, nothing is lost, other channels go on.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use peerline::*;
use support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fast_producer_is_held_back() {
    let pair = connected_pair().await;
    let before = resident_memory();
    let producer = tokio::spawn({
        let channel = pair.outgoing.clone();
        async move {
            let message = vec![7_u8; 16_384];
            for _ in 0..16_384 {
                channel.send_when_writable(message.clone()).await.unwrap();
            }
        }
    });
    let (mut received, mut peak) = (0_usize, 0);
    while received < 16_384 * 16_384 {
        received += soon("a message", pair.incoming.receive()).await.unwrap().len();
        if received.is_multiple_of(16 << 20) {
            peak = peak.max(resident_memory());
            assert!(pair.outgoing.buffered_amount() <= 4 << 20);
        }
    }
    producer.await.unwrap();
    let growth = peak.saturating_sub(before);
    assert!(growth < 96 << 20, "256 MiB went over with {} MiB of memory", growth >> 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_does_not_read_stops_the_producer() {
    let pair = connected_pair().await;
    let mut sent = 0_usize;
    let mut stopped = false;
    while sent < 64 << 20 {
        let send = pair.outgoing.send_when_writable(vec![1_u8; 65_536]);
        if tokio::time::timeout(std::time::Duration::from_secs(1), send).await.is_err() {
            stopped = true;
            break;
        }
        sent += 65_536;
    }
    assert!(stopped, "64 MiB went to a reader that never read");
    let mut received = 0_usize;
    while received < sent {
        received += soon("a message", pair.incoming.receive()).await.unwrap().len();
    }
    assert_eq!(received, sent);
}

#[tokio::test]
async fn send_without_waiting_fails_once_the_buffer_is_full() {
    let pair = connected_pair().await;
    let mut error = None;
    for _ in 0..4096 {
        if let Err(failure) = pair.outgoing.send(vec![1_u8; 65_536]) {
            error = Some(failure);
            break;
        }
    }
    assert_eq!(error.expect("the buffer has an end").name, RtcErrorName::OperationError);
    assert_eq!(pair.outgoing.ready_state(), RtcDataChannelState::Open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_whose_handles_are_gone_does_not_stop_the_others() {
    let Pair { offerer, answerer, outgoing, incoming } = connected_pair().await;
    let ignored = offerer.create_data_channel("ignored", RtcDataChannelInit::default()).unwrap();
    soon("open", ignored.opened()).await.unwrap();
    drop(next_channel(&answerer).await);
    // The events of the ignored channel would make handles of it.
    for _ in 0..400 {
        soon("room", ignored.send_when_writable(vec![1_u8; 65_536])).await.unwrap();
    }
    outgoing.send_text("through").unwrap();
    assert_eq!(soon("a message", incoming.receive()).await, Some(RtcDataChannelMessage::Text("through".to_owned())));
}

#[tokio::test]
async fn a_stream_can_be_sent() {
    let pair = connected_pair().await;
    let messages = futures_util::stream::iter((0..100_u8).map(|index| vec![index; 10]));
    let (sent, ()) = tokio::join!(pair.outgoing.send_all(messages), async {
        for index in 0..100_u8 {
            assert_eq!(soon("a message", pair.incoming.receive()).await.unwrap().into_bytes(), vec![index; 10]);
        }
    });
    sent.unwrap();
}
