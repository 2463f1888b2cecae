//! webrtc-rs in the benchmark: its async API on a tokio runtime.
//!
//! Options: `--limit bytes` (`with_data_channel_send_buffer_limit`, default 1 MiB: what its own flow-control example
//! keeps in flight; without one its `send` queues without bound), `--reactor n|best` (`with_dedicated_reactor_pool_size`,
//! default 0 as in webrtc-rs; `best` is 1 for large messages), `--sockets bytes` (socket buffers, default 4 MiB) and `--workers n` (tokio worker
//! threads, default 2).

mod runtime;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_harness::report::{IDLE, IdleReport, SETTLE, SetupReport};
use bench_harness::talk::{Line, fail, listen, tell, tell_done, tell_start};
use bench_harness::{Checker, Job, Maker, Mode, SOCKET_BUFFER};
use bytes::BytesMut;
use tokio::sync::{Notify, mpsc};
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder, RTCIceGatheringState,
    RTCSessionDescription,
};

use crate::runtime::Sockets;

#[derive(Clone, Copy, Debug)]
struct Settings {
    limit: usize,
    reactor: usize,
    sockets: usize,
}

fn main() {
    let job = Job::from_args();
    let settings = Settings {
        limit: job.number("limit", 1 << 20),
        reactor: match job.option("reactor") {
            Some("best") => usize::from(job.size >= 16384),
            _ => job.number("reactor", 0),
        },
        sockets: job.number("sockets", SOCKET_BUFFER),
    };
    let mut tokio = tokio::runtime::Builder::new_multi_thread();
    tokio.worker_threads(job.number("workers", 2)).enable_all();
    let tokio = tokio.build().unwrap_or_else(|error| fail(error));
    tokio.block_on(async move {
        // In a task of its own, so that it runs on a worker and not on the outer thread.
        let done = tokio::spawn(async move {
            match job.mode {
                Mode::Send => send(&job, settings).await,
                Mode::Receive => receive(&job, settings).await,
                Mode::Setup => setup(&job, settings).await,
                Mode::Idle => idle(&job, settings).await,
            }
        });
        done.await.unwrap_or_else(|error| fail(error));
    });
}

/// A peer connection, what its handler tells, and the channel once there is one.
struct Peer {
    connection: Arc<dyn PeerConnection>,
    gathered: Arc<Notify>,
    channels: mpsc::UnboundedReceiver<Arc<dyn DataChannel>>,
}

struct Handler {
    gathered: Arc<Notify>,
    channels: mpsc::UnboundedSender<Arc<dyn DataChannel>>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            self.gathered.notify_one();
        }
    }

    async fn on_data_channel(&self, channel: Arc<dyn DataChannel>) {
        let _ = self.channels.send(channel);
    }
}

impl Peer {
    async fn new(settings: Settings) -> Self {
        let gathered = Arc::new(Notify::new());
        let (sender, channels) = mpsc::unbounded_channel();
        let connection = PeerConnectionBuilder::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_handler(Arc::new(Handler { gathered: gathered.clone(), channels: sender }))
            .with_runtime(Arc::new(Sockets { bytes: settings.sockets }))
            .with_udp_addrs(vec!["127.0.0.1:0".to_owned()])
            .with_dedicated_reactor_pool_size(settings.reactor)
            .with_data_channel_send_buffer_limit(settings.limit)
            .build()
            .await
            .unwrap_or_else(|error| fail(error));
        Self { connection: Arc::new(connection), gathered, channels }
    }

    async fn offer(&self) -> (Arc<dyn DataChannel>, String) {
        let channel = self.connection.create_data_channel("bench", None).await.unwrap_or_else(|error| fail(error));
        let offer = self.connection.create_offer(None).await.unwrap_or_else(|error| fail(error));
        self.connection.set_local_description(offer).await.unwrap_or_else(|error| fail(error));
        (channel, self.gathered_description().await)
    }

    async fn answer(&self, offer: String) -> String {
        let offer = RTCSessionDescription::offer(offer).unwrap_or_else(|error| fail(error));
        self.connection.set_remote_description(offer).await.unwrap_or_else(|error| fail(error));
        let answer = self.connection.create_answer(None).await.unwrap_or_else(|error| fail(error));
        self.connection.set_local_description(answer).await.unwrap_or_else(|error| fail(error));
        self.gathered_description().await
    }

    async fn accept(&self, answer: String) {
        let answer = RTCSessionDescription::answer(answer).unwrap_or_else(|error| fail(error));
        self.connection.set_remote_description(answer).await.unwrap_or_else(|error| fail(error));
    }

    async fn gathered_description(&self) -> String {
        self.gathered.notified().await;
        self.connection.local_description().await.unwrap_or_else(|| fail("no local description")).sdp
    }

    /// The channel that the other side made.
    async fn channel(&mut self) -> Arc<dyn DataChannel> {
        self.channels.recv().await.unwrap_or_else(|| fail("the connection ended"))
    }
}

async fn opened(channel: &Arc<dyn DataChannel>) {
    loop {
        match channel.poll().await {
            Some(DataChannelEvent::OnOpen) => return,
            Some(_) => {}
            None => fail("the channel ended before it was open"),
        }
    }
}

/// Lines from the runner.
fn runner() -> mpsc::UnboundedReceiver<Line> {
    let (sender, lines) = mpsc::unbounded_channel();
    let (pass, next) = std::sync::mpsc::channel::<()>();
    let read = listen(move || {
        let _ = pass.send(());
    });
    std::thread::spawn(move || {
        while next.recv().is_ok() {
            let Ok(line) = read.try_recv() else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

async fn sdp(lines: &mut mpsc::UnboundedReceiver<Line>) -> String {
    match lines.recv().await {
        Some(Line::Sdp(sdp)) => sdp,
        other => fail(format!("expected a description, not {other:?}")),
    }
}

async fn send(job: &Job, settings: Settings) {
    let mut lines = runner();
    let peer = Peer::new(settings).await;
    let (channel, offer) = peer.offer().await;
    tell(&Line::Sdp(offer));
    peer.accept(sdp(&mut lines).await).await;
    opened(&channel).await;
    tell(&Line::Open);
    if lines.recv().await != Some(Line::Go) {
        fail("expected go");
    }
    tell_start();
    let mut maker = Maker::new(job.size);
    while maker.count() < job.count {
        channel.send(BytesMut::from(maker.message())).await.unwrap_or_else(|error| fail(error));
        maker.sent();
    }
    // The runner ends the process once the receiver has everything.
    std::future::pending().await
}

async fn receive(job: &Job, settings: Settings) {
    let mut lines = runner();
    let mut peer = Peer::new(settings).await;
    tell(&Line::Sdp(peer.answer(sdp(&mut lines).await).await));
    let channel = peer.channel().await;
    let mut checker = Checker::new(job.size);
    loop {
        match channel.poll().await {
            Some(DataChannelEvent::OnOpen) => tell(&Line::Open),
            Some(DataChannelEvent::OnMessage(message)) => match checker.check(&message.data) {
                Ok(count) if count == job.count => tell_done(),
                Ok(_) => {}
                Err(why) => fail(why),
            },
            Some(_) => {}
            None => fail("the channel ended"),
        }
    }
}

/// A pair whose channel is open on both sides.
struct Pair {
    peers: [Peer; 2],
    _channels: [Arc<dyn DataChannel>; 2],
}

async fn connect(settings: Settings) -> Pair {
    let connecting = async {
        let (a, mut b) = (Peer::new(settings).await, Peer::new(settings).await);
        let (channel, offer) = a.offer().await;
        let answer = b.answer(offer).await;
        a.accept(answer).await;
        opened(&channel).await;
        let other = b.channel().await;
        opened(&other).await;
        Pair { peers: [a, b], _channels: [channel, other] }
    };
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, connecting).await.unwrap_or_else(|_| fail("a pair did not connect within 30 s"))
}

impl Pair {
    async fn close(self) {
        for peer in self.peers {
            let _ = peer.connection.close().await;
        }
    }
}

async fn setup(job: &Job, settings: Settings) {
    connect(settings).await.close().await;
    let mut report = SetupReport::begin();
    for _ in 0..job.pairs {
        let since = Instant::now();
        let pair = connect(settings).await;
        report.connected(since);
        pair.close().await;
    }
    report.end();
}

async fn idle(job: &Job, settings: Settings) {
    let mut pairs = vec![connect(settings).await];
    let mut report = IdleReport::begin();
    // Side by side, since each takes 0.6 s of waiting.
    let mut connecting = tokio::task::JoinSet::new();
    for _ in 0..job.pairs {
        connecting.spawn(connect(settings));
        if connecting.len() == 20 {
            pairs.extend(connecting.join_next().await.and_then(Result::ok));
        }
    }
    pairs.extend(connecting.join_all().await);
    tokio::time::sleep(SETTLE).await;
    report.at_rest();
    tokio::time::sleep(IDLE).await;
    report.end(job.pairs);
}
