#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use super::*;
use peerline_edge::{Ecn, FiveTuple};
use std::future::poll_fn;

fn sockets() -> (Sockets, SocketAddr) {
    let mut sockets = Sockets::default();
    let local = sockets.bind_udp(SocketId(1), "127.0.0.1:0".parse().unwrap()).unwrap();
    (sockets, local)
}

async fn receive(sockets: &Sockets, at_least: usize) -> Vec<(SocketAddr, Ecn, Vec<u8>)> {
    let mut received = Vec::new();
    while received.len() < at_least {
        poll_fn(|cx| {
            let mut buffers = ReceiveBuffers::borrow();
            let outcome = sockets.udp[0].poll_receive(cx, &mut buffers);
            buffers.for_each(|remote, ecn, contents| received.push((remote, ecn, contents.to_vec())));
            outcome
        })
        .await
        .unwrap();
    }
    received
}

async fn send(sockets: &mut Sockets, transmit: Transmit, contents: &[u8]) {
    let mut sent = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut sent, true) { sockets.poll_flush(cx) } else { sockets.send(cx, &transmit, contents) }
    })
    .await;
}

fn transmit(local: SocketAddr, remote: SocketAddr, segment: Option<usize>) -> Transmit {
    Transmit { path: FiveTuple::udp(local, remote), ecn: Ecn::Ect0, segment }
}

#[tokio::test]
async fn a_segmented_burst_arrives_as_the_datagrams_it_was_made_of() {
    let (mut sender, from) = sockets();
    let (receiver, to) = sockets();
    let datagrams: Vec<Vec<u8>> = (0..63_u8).map(|index| vec![index; if index == 62 { 17 } else { 1000 }]).collect();
    send(&mut sender, transmit(from, to, Some(1000)), &datagrams.concat()).await;
    let received = receive(&receiver, datagrams.len()).await;
    assert_eq!(received.len(), datagrams.len());
    // The ECN bits are not looked at: quinn-udp's room for control messages is too small for all that the kernel says of a joined datagram.
    for ((remote, _, contents), expected) in received.iter().zip(&datagrams) {
        assert_eq!((*remote, contents), (from, expected));
    }
}

#[tokio::test]
async fn ecn_bits_come_through() {
    let (mut sender, from) = sockets();
    let (receiver, to) = sockets();
    for ecn in [Ecn::NotEct, Ecn::Ect0, Ecn::Ect1, Ecn::Ce] {
        send(&mut sender, Transmit { ecn, ..transmit(from, to, None) }, b"x").await;
        assert_eq!(receive(&receiver, 1).await[0].1, ecn);
    }
}

#[tokio::test]
async fn a_burst_longer_than_one_call_takes_goes_in_several() {
    let (mut sender, from) = sockets();
    let (receiver, to) = sockets();
    send(&mut sender, transmit(from, to, Some(100)), &[5; 100 * 200 + 1]).await;
    let received = receive(&receiver, 201).await;
    assert_eq!(received.iter().map(|(_, _, contents)| contents.len()).sum::<usize>(), 20_001);
}

#[tokio::test]
async fn what_cannot_be_sent_is_dropped_and_the_socket_goes_on() {
    let (mut sender, from) = sockets();
    let (receiver, to) = sockets();
    let gso = sender.udp[0].max_segments();
    for nowhere in ["127.0.0.1:0", "0.0.0.0:9", "[::1]:9", "203.0.113.1:9"] {
        send(&mut sender, transmit(from, nowhere.parse().unwrap(), None), &[0; 25]).await;
    }
    // Too long for one datagram.
    send(&mut sender, transmit(from, to, None), &[0; 70_000]).await;
    send(&mut sender, transmit("127.0.0.1:1".parse().unwrap(), to, None), &[0; 10]).await;
    assert_eq!(sender.drops().no_socket, 1);
    assert!(sender.drops().refused >= 3, "{:?}", sender.drops());
    assert!(sender.take_refused().is_none(), "connectivity checks don't count");
    send(&mut sender, transmit(from, "127.0.0.1:0".parse().unwrap(), Some(10)), &[64; 25]).await;
    let refused = sender.take_refused().unwrap();
    assert_eq!((refused.bytes, refused.packets), (25, 3));
    assert!(sender.take_refused().is_none());
    send(&mut sender, transmit(from, to, None), b"still here").await;
    assert_eq!(receive(&receiver, 1).await[0].2, b"still here");
    assert_eq!(sender.udp[0].max_segments(), gso, "a bad destination is no reason to give segmentation offload up");
}

#[tokio::test]
async fn a_closed_socket_gives_its_port_back() {
    let (mut sockets, local) = sockets();
    assert_eq!(Sockets::default().bind_udp(SocketId(2), local), Err(IoFailure::AddressInUse));
    sockets.close(SocketId(1));
    assert_eq!(Sockets::default().bind_udp(SocketId(2), local), Ok(local));
}

#[tokio::test]
async fn an_address_of_another_host_cannot_be_bound() {
    let outcome = Sockets::default().bind_udp(SocketId(1), "203.0.113.1:0".parse().unwrap());
    assert_eq!(outcome, Err(IoFailure::AddressNotAvailable));
}

#[tokio::test]
async fn a_flood_that_never_ends_gives_the_driver_back_after_a_burst() {
    let (mut receiver, to) = sockets();
    let attacker = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let flood = |datagrams: usize| (0..datagrams).for_each(|_| assert_eq!(attacker.send_to(b"x", to).unwrap(), 1));
    flood(1);
    let (mut outcomes, mut fed) = (Vec::new(), 0);
    poll_fn(|cx| {
        let received = receiver.receive(cx, &mut outcomes, |_, buffers| {
            let mut datagrams = 0;
            buffers.for_each(|_, _, _| datagrams += 1);
            fed += datagrams;
            // Whoever reads until nothing is left never ends.
            flood(datagrams + 1);
            datagrams
        });
        if received { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    assert!(outcomes.is_empty());
    assert!((1..=BURST * 2).contains(&fed), "{fed} datagrams in one burst");
}
