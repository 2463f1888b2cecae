//! Two peers in one process over real loopback sockets, connected.

#![allow(dead_code, reason = "each test file uses a part of it")]

use peerline::{
    RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcPeerConnection, RtcPeerConnectionEvent, live_connections,
};
use std::future::Future;
use std::time::Duration;

/// How long anything may take before the test says that it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Connections on loopback alone: the tests must not depend on the machine's network.
pub(crate) fn configuration() -> RtcConfiguration {
    let mut configuration = RtcConfiguration::default();
    configuration.native.include_loopback = true;
    configuration
}

pub(crate) fn peer() -> RtcPeerConnection {
    RtcPeerConnection::new(configuration()).expect("a connection")
}

/// Waits for `future`, but not for ever.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} does not happen"),
    }
}

/// Waits for the next channel that the peer opens.
pub(crate) async fn next_channel(connection: &RtcPeerConnection) -> RtcDataChannel {
    let found = async {
        while let Some(event) = connection.next_event().await {
            if let RtcPeerConnectionEvent::DataChannel(channel) = event {
                return channel;
            }
        }
        panic!("the connection closed before a channel came");
    };
    soon("datachannel", found).await
}

/// Offer, answer, done: signaling that sends each description once, whole.
pub(crate) async fn negotiate(offerer: &RtcPeerConnection, answerer: &RtcPeerConnection) {
    let exchange = async {
        offerer.set_local_description(None).await.expect("offer applied");
        offerer.gathering_complete().await.expect("gathered");
        answerer.set_remote_description(offerer.local_description().expect("offer")).await.expect("offer accepted");
        answerer.set_local_description(None).await.expect("answer applied");
        answerer.gathering_complete().await.expect("gathered");
        offerer.set_remote_description(answerer.local_description().expect("answer")).await.expect("answer accepted");
    };
    soon("negotiation", exchange).await;
}

/// Two peers and a channel between them.
pub(crate) struct Pair {
    pub(crate) offerer: RtcPeerConnection,
    pub(crate) answerer: RtcPeerConnection,
    pub(crate) outgoing: RtcDataChannel,
    pub(crate) incoming: RtcDataChannel,
}

pub(crate) async fn connected_pair() -> Pair {
    pair_with(RtcDataChannelInit::default()).await
}

pub(crate) async fn pair_with(init: RtcDataChannelInit) -> Pair {
    let (offerer, answerer) = (peer(), peer());
    let outgoing = offerer.create_data_channel("test", init).expect("a channel");
    negotiate(&offerer, &answerer).await;
    soon("open", outgoing.opened()).await.expect("opened");
    let incoming = next_channel(&answerer).await;
    soon("open", incoming.opened()).await.expect("opened");
    Pair { offerer, answerer, outgoing, incoming }
}

/// Waits until no connection of this process has a driver any more.
pub(crate) async fn all_gone() {
    for _ in 0..2000 {
        if live_connections() == 0 {
            return;
        }
        // Nothing announces that a task has ended; this is not a wait for an event of ours.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} connections are still alive", live_connections());
}

/// Open sockets of this process.
pub(crate) fn open_sockets() -> usize {
    let links = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    links
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter(|link| link.to_string_lossy().starts_with("socket:"))
        .count()
}

/// Resident memory of this process, bytes.
pub(crate) fn resident_memory() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or_default() * 4096
}
