//! Connections whose tasks a hand-made event loop runs, one by one.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use peerline::event_loop::EventLoopConnection;
use peerline_edge::Time;
use peerline_peer::{
    ChannelEvent, ChannelId, ConnectionState, DataChannelInit, DataChannelState, Description, Event, Message,
    OperationId, PeerConnection, SdpType, Settled, SignalingState,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::*;
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// A connection with what its script would keep.
struct Peer {
    connection: EventLoopConnection,
    wakes: Arc<AtomicUsize>,
    notify: Arc<Notify>,
    events: VecDeque<Event>,
}

impl Peer {
    fn new() -> Self {
        let (wakes, notify) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let told = (Arc::clone(&wakes), Arc::clone(&notify));
        let wake = move || {
            told.0.fetch_add(1, Ordering::SeqCst);
            told.1.notify_one();
        };
        let connection = EventLoopConnection::new(&Handle::current(), configuration(), wake).unwrap();
        Self { connection, wakes, notify, events: VecDeque::new() }
    }

    fn wakes(&self) -> usize {
        self.wakes.load(Ordering::SeqCst)
    }

    /// The next event; runs tasks until there is one.
    async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            match self.connection.run_task() {
                Some(events) => self.events.extend(events),
                None => soon("a wake-up", self.notify.notified()).await,
            }
        }
    }

    async fn wait_for<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let search = async {
            loop {
                if let Some(found) = wanted(&self.next().await) {
                    return found;
                }
            }
        };
        soon("an event", search).await
    }

    async fn settle(&mut self, start: impl FnOnce(&mut PeerConnection, Time) -> OperationId) -> Settled {
        let wanted = self.connection.call(start);
        let settled = |event: &Event| match event {
            Event::OperationSettled { operation, result } if *operation == wanted => Some(result.clone()),
            _ => None,
        };
        self.wait_for(settled).await.unwrap()
    }

    async fn set_local(&mut self) -> Description {
        self.settle(|core, now| core.set_local_description(now, None)).await;
        self.wait_for(|event| matches!(event, Event::IceCandidate(None)).then_some(())).await;
        self.connection.look(PeerConnection::local_description).unwrap()
    }

    async fn set_remote(&mut self, description: Description) {
        self.settle(|core, now| core.set_remote_description(now, description)).await;
    }
}

/// Two peers and the channel of the first, open.
async fn connected() -> (Peer, Peer, ChannelId) {
    let (mut offerer, mut answerer) = (Peer::new(), Peer::new());
    let create = |core: &mut PeerConnection, now| core.create_data_channel(now, "test", DataChannelInit::default());
    let channel = offerer.connection.call(create).unwrap();
    answerer.set_remote(offerer.set_local().await).await;
    offerer.set_remote(answerer.set_local().await).await;
    offerer.wait_for(|event| (*event == Event::Channel(channel, ChannelEvent::Open)).then_some(())).await;
    (offerer, answerer, channel)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connections_exchange_messages() {
    let (mut offerer, mut answerer, channel) = connected().await;
    let incoming = answerer
        .wait_for(|event| match event {
            Event::DataChannel(channel) => Some(*channel),
            _ => None,
        })
        .await;
    let text = Message::Text("hello".into());
    offerer.connection.call_in_burst(|core, now| core.send(now, channel, text.clone())).unwrap();
    // The channel's own opening made it readable once, for nothing.
    let received = loop {
        answerer.wait_for(|event| (*event == Event::Channel(incoming, ChannelEvent::Readable)).then_some(())).await;
        if let Some(message) = answerer.connection.call(|core, now| core.receive(now, incoming)) {
            break message;
        }
    };
    assert_eq!(received, text);
    answerer.connection.close();
    offerer.wait_for(|event| (*event == Event::Channel(channel, ChannelEvent::Close)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_change_only_when_a_task_runs() {
    let (mut offerer, answerer, channel) = connected().await;
    let is_open = |peer: &Peer| peer.connection.look(|core| core.channel(channel).unwrap().ready_state());
    while offerer.connection.run_task().is_some() {}
    answerer.connection.close();
    // The peer's end is told by now; what a script sees stays as it was until the tasks run.
    soon("a wake-up", async {
        while !offerer.connection.has_tasks() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(is_open(&offerer), DataChannelState::Open);
    assert_eq!(offerer.connection.look(PeerConnection::connection_state), ConnectionState::Connected);
    offerer.wait_for(|event| (*event == Event::Channel(channel, ChannelEvent::Close)).then_some(())).await;
    assert_eq!(is_open(&offerer), DataChannelState::Closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_runs_no_task() {
    let peer = Peer::new();
    peer.connection
        .call(|core, now| core.add_transceiver(now, peerline_peer::MediaKind::Audio, None, Default::default()))
        .unwrap();
    peer.connection.call(|core, now| core.set_local_description(now, None));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(peer.connection.look(PeerConnection::signaling_state), SignalingState::Stable);
    assert!(peer.connection.has_tasks());
    while peer.connection.run_task().is_some() {}
    assert_eq!(peer.connection.look(PeerConnection::signaling_state), SignalingState::HaveLocalOffer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wake_is_called_once_for_each_task() {
    let peer = Peer::new();
    assert_eq!(peer.wakes(), 0);
    for _ in 0..10 {
        peer.connection.call(|core, now| core.create_offer(now, Default::default()));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    soon("a wake-up", peer.notify.notified()).await;
    let mut tasks = 0;
    while peer.connection.run_task().is_some() {
        tasks += 1;
    }
    assert!(tasks >= 10, "{tasks}");
    assert_eq!(peer.wakes(), tasks);
    peer.connection.call(|core, now| core.create_offer(now, Default::default()));
    soon("another wake-up", peer.notify.notified()).await;
    assert_eq!(peer.wakes(), tasks + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_active_while_events_may_come() {
    let mut peer = Peer::new();
    assert!(!peer.connection.is_active(), "nothing was asked of it");
    peer.connection.call(|core, now| core.create_data_channel(now, "test", DataChannelInit::default())).unwrap();
    assert!(peer.connection.is_active(), "a task waits");
    let offer = peer.set_local().await;
    while peer.connection.run_task().is_some() {}
    assert!(!peer.connection.is_active(), "gathering is done, and no peer is known");
    let mut other = Peer::new();
    other.set_remote(Description { sdp_type: SdpType::Offer, ..offer }).await;
    while other.connection.run_task().is_some() {}
    assert!(!other.connection.is_active(), "nobody answers the offer");
    other.set_local().await;
    while other.connection.run_task().is_some() {}
    assert!(other.connection.is_active(), "there is a peer");
    other.connection.close();
    while other.connection.run_task().is_some() {}
    assert!(!other.connection.is_active(), "it is closed");
}
