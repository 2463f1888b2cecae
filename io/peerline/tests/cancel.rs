//! Every future may be dropped at any time: polled any number of times, then dropped, the connection works as if it had never been.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use futures_util::StreamExt;
use peerline::*;
use std::future::Future;
use std::pin::pin;
use support::*;

/// Polls `future` so many times, letting the others run in between, then drops it. Gives its value if it came to that.
async fn poll_then_drop<T>(times: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..times {
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx))).await;
        if let std::task::Poll::Ready(value) = polled {
            return Some(value);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn dropping_an_operation_lets_it_run() {
    for times in 0..4 {
        let (offerer, answerer) = (peer(), peer());
        let channel = offerer.create_data_channel("x", RtcDataChannelInit::default()).unwrap();
        // Each step is started, polled a few times and let go; waiting for what it brings shows that it ran.
        poll_then_drop(times, offerer.create_offer(RtcOfferOptions::default())).await;
        poll_then_drop(times, offerer.set_local_description(None)).await;
        soon("gathering", offerer.gathering_complete()).await.unwrap();
        poll_then_drop(times, answerer.set_remote_description(offerer.local_description().unwrap())).await;
        poll_then_drop(times, answerer.create_answer(RtcAnswerOptions::default())).await;
        poll_then_drop(times, answerer.set_local_description(None)).await;
        soon("gathering", answerer.gathering_complete()).await.unwrap();
        poll_then_drop(times, offerer.set_remote_description(answerer.local_description().unwrap())).await;
        poll_then_drop(times, offerer.add_ice_candidate(None)).await;
        poll_then_drop(times, offerer.connected()).await;
        poll_then_drop(times, offerer.gathering_complete()).await;
        soon("open", channel.opened()).await.unwrap();
        assert_eq!(offerer.signaling_state(), RtcSignalingState::Stable);
    }
}

#[tokio::test]
async fn dropping_a_wait_loses_no_message_and_no_event() {
    let pair = connected_pair().await;
    for times in 0..5 {
        for number in 0..50_u8 {
            // Waits that are given up, before and after the message is there.
            assert_eq!(poll_then_drop(times, pair.incoming.receive()).await, None);
            poll_then_drop(times, pair.incoming.messages().next()).await;
            poll_then_drop(times, pair.incoming.closed()).await;
            poll_then_drop(times, pair.outgoing.writable()).await;
            poll_then_drop(times, pair.outgoing.opened()).await;
            pair.outgoing.send_when_writable(vec![number]).await.unwrap();
            // Whoever gets the message gets it whole.
            let early = poll_then_drop(times, pair.incoming.receive()).await;
            let message = match early {
                Some(message) => message,
                None => soon("a message", pair.incoming.receive()).await,
            };
            assert_eq!(message.unwrap().into_bytes(), vec![number]);
        }
    }
    // A second channel is announced although a wait for it was given up many times.
    let second = pair.offerer.create_data_channel("second", RtcDataChannelInit::default()).unwrap();
    let mut found = None;
    for _ in 0..100_000 {
        match poll_then_drop(1, pair.answerer.next_event()).await {
            Some(Some(RtcPeerConnectionEvent::DataChannel(channel))) => {
                found = Some(channel);
                break;
            }
            Some(None) => break,
            _ => tokio::task::yield_now().await,
        }
    }
    assert_eq!(found.expect("announced").label(), second.label());
}

#[tokio::test]
async fn a_send_that_is_dropped_while_it_waits_is_not_sent() {
    let pair = connected_pair().await;
    // The receiver does not read: sooner or later there is no room.
    let mut sent = 0_u32;
    while poll_then_drop(3, pair.outgoing.send_when_writable(Bytes::from(vec![1; 65_536]))).await.is_some() {
        sent += 1;
        assert!(sent < 2000, "nothing holds the sender back");
    }
    pair.outgoing.send_text("end").unwrap();
    let mut received = 0;
    while let Some(RtcDataChannelMessage::Binary(_)) = soon("a message", pair.incoming.receive()).await {
        received += 1;
    }
    assert_eq!(received, sent);
}

#[tokio::test]
async fn a_wake_up_that_was_not_used_goes_to_the_next_in_line() {
    let pair = connected_pair().await;
    let mut first = Box::pin(pair.incoming.receive());
    let mut second = Box::pin(pair.incoming.receive());
    // Both wait, the first in front.
    assert_eq!(poll_then_drop(1, first.as_mut()).await, None);
    assert_eq!(poll_then_drop(1, second.as_mut()).await, None);
    pair.outgoing.send_text("one").unwrap();
    let third = tokio::spawn({
        let channel = pair.incoming.clone();
        async move { channel.closed().await }
    });
    // The first is woken and given up.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    drop(first);
    assert_eq!(soon("a message", second).await, Some(RtcDataChannelMessage::Text("one".to_owned())));
    third.abort();
}
