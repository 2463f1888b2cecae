//! Every method may be called from any thread at any time, from inside event handling too: nothing deadlocks, nobody waits for ever.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use futures_util::{FutureExt, StreamExt};
use peerline::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use support::*;

/// Calls one method, whichever comes next.
fn call(number: usize, connection: &RtcPeerConnection, channel: &RtcDataChannel) {
    match number % 26 {
        0 => drop(channel.send_text("x")),
        1 => drop(channel.send(vec![0; 3000])),
        2 => drop(channel.receive().now_or_never()),
        3 => drop(channel.writable().now_or_never()),
        4 => drop(channel.closed().now_or_never()),
        5 => drop(channel.send_when_writable(vec![0; 100]).now_or_never()),
        6 => channel.set_buffered_amount_low_threshold(number),
        7 => drop((channel.buffered_amount(), channel.id(), channel.ready_state(), format!("{channel:?}"))),
        8 => drop(connection.create_offer(RtcOfferOptions::default()).now_or_never()),
        9 => drop(connection.next_event().now_or_never()),
        10 => drop(connection.events().next().now_or_never()),
        11 => drop((connection.local_description(), connection.remote_description())),
        12 => drop((connection.connection_state(), connection.ice_connection_state(), format!("{connection:?}"))),
        13 => drop(connection.sctp().map(|sctp| sctp.transport().ice_transport().get_selected_candidate_pair())),
        14 => drop(connection.create_data_channel("another", RtcDataChannelInit::default())),
        15 => {
            if let Ok(another) = connection.create_data_channel("closed at once", RtcDataChannelInit::default()) {
                another.close();
            }
        }
        16 => drop(connection.add_ice_candidate(None)),
        17 => drop(connection.set_configuration(configuration())),
        18 => drop(connection.get_configuration()),
        19 => drop(connection.gathering_complete().now_or_never()),
        20 => drop(connection.connected().now_or_never()),
        21 => drop((connection.clone(), channel.clone())),
        22 => drop(connection.create_answer(RtcAnswerOptions::default())),
        23 => drop(connection.can_trickle_ice_candidates()),
        24 => drop(channel.opened().now_or_never()),
        _ => drop(channel.messages().next().now_or_never()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_from_many_threads_while_messages_flow_and_while_it_closes() {
    let pair = connected_pair().await;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..4_usize {
            let (pair, stop) = (&pair, &stop);
            scope.spawn(move || {
                // A walk through the methods that differs for each thread.
                let mut number = seed * 7;
                while !stop.load(Ordering::Relaxed) {
                    number = number.wrapping_mul(5).wrapping_add(seed + 1);
                    call(number >> 3, &pair.offerer, &pair.outgoing);
                    call(number >> 5, &pair.answerer, &pair.incoming);
                }
            });
        }
        std::thread::sleep(Duration::from_millis(700));
        pair.offerer.close();
        std::thread::sleep(Duration::from_millis(150));
        pair.answerer.close();
        std::thread::sleep(Duration::from_millis(150));
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(pair.offerer.connection_state(), RtcPeerConnectionState::Closed);
    soon("the end", pair.outgoing.closed()).await;
    while soon("the end", pair.answerer.next_event()).await.is_some() {}
    drop(pair);
    soon("release", all_gone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_share_the_messages_of_a_channel() {
    const MESSAGES: usize = 2000;
    let pair = connected_pair().await;
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let channel = pair.incoming.clone();
            tokio::spawn(async move {
                let mut count = 0;
                while channel.receive().await.is_some() {
                    count += 1;
                }
                count
            })
        })
        .collect();
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let channel = pair.outgoing.clone();
            tokio::spawn(async move {
                for _ in 0..MESSAGES / 4 {
                    channel.send_when_writable(vec![1; 2000]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        soon("the writers' end", writer).await.unwrap();
    }
    pair.outgoing.close();
    let mut total = 0;
    for reader in readers {
        total += soon("the readers' end", reader).await.unwrap();
    }
    assert_eq!(total, MESSAGES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_foreign_datagrams_disturb_nothing() {
    let pair = connected_pair().await;
    let ice = pair.offerer.sctp().unwrap().transport().ice_transport();
    let local = ice.get_selected_candidate_pair().unwrap().local;
    let target = (local.address().unwrap().to_owned(), local.port().unwrap());
    let before = resident_memory();
    let flood = tokio::task::spawn_blocking(move || {
        let socket = std::net::UdpSocket::bind(if target.0.contains(':') { "[::]:0" } else { "0.0.0.0:0" }).unwrap();
        for number in 0..100_000_u32 {
            // Every protocol's first byte comes up, with garbage behind it.
            let mut datagram = [number.to_le_bytes()[0]; 200];
            datagram[4..8].copy_from_slice(&number.to_be_bytes());
            let _ = socket.send_to(&datagram[..(number % 200) as usize], &target);
        }
    });
    for _ in 0..50 {
        pair.outgoing.send_when_writable(vec![1; 10_000]).await.unwrap();
        assert_eq!(soon("a message", pair.incoming.receive()).await.unwrap().len(), 10_000);
    }
    flood.await.unwrap();
    pair.incoming.send_text("still here").unwrap();
    assert!(soon("a message", pair.outgoing.receive()).await.is_some());
    assert_eq!(pair.offerer.connection_state(), RtcPeerConnectionState::Connected);
    let growth = resident_memory().saturating_sub(before);
    assert!(growth < 16 << 20, "{} KiB more", growth >> 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_closes_while_the_driver_is_at_work_still_says_goodbye() {
    for _ in 0..20 {
        let pair = connected_pair().await;
        pair.outgoing.send_text("last").unwrap();
        soon("message", pair.incoming.receive()).await.unwrap();
        // The answerer's driver acknowledges the message at this very moment.
        pair.answerer.close();
        soon("close", pair.outgoing.closed()).await;
    }
}
