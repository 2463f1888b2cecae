//! Peerline in the benchmark: the facade, as an application uses it.
//!
//! Options: `--workers n` (tokio worker threads; default 0: the current-thread runtime) and `--batch bytes` (sent between
//! two looks at whether the channel is writable, default 64 KiB).

use std::time::{Duration, Instant};

use bench_harness::report::{IDLE, IdleReport, SETTLE, SetupReport};
use bench_harness::talk::{Line, fail, listen, tell, tell_done, tell_start};
use bench_harness::{Checker, Job, Maker, Mode};
use bytes::Bytes;
use peerline::{
    RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcErrorName, RtcPeerConnection, RtcPeerConnectionEvent,
    RtcSessionDescription,
};
use tokio::sync::mpsc;

fn main() {
    let job = Job::from_args();
    let mut tokio = match job.number("workers", 0) {
        0 => tokio::runtime::Builder::new_current_thread(),
        workers => {
            let mut tokio = tokio::runtime::Builder::new_multi_thread();
            tokio.worker_threads(workers);
            tokio
        }
    };
    let tokio = tokio.enable_all().build().unwrap_or_else(|error| fail(error));
    tokio.block_on(async move {
        // In a task of its own, so that it runs on a worker where there are some.
        let done = tokio::spawn(async move {
            match job.mode {
                Mode::Send => send(&job).await,
                Mode::Receive => receive(&job).await,
                Mode::Setup => setup(&job).await,
                Mode::Idle => idle(&job).await,
            }
        });
        done.await.unwrap_or_else(|error| fail(error));
    });
}

fn connection() -> RtcPeerConnection {
    RtcPeerConnection::new(RtcConfiguration::default()).unwrap_or_else(|error| fail(error))
}

/// Reads the connection's events until it closes, as every application does.
fn read_events(connection: &RtcPeerConnection) {
    let connection = connection.clone();
    tokio::spawn(async move { while connection.next_event().await.is_some() {} });
}

/// Makes and sets the local offer or answer; the description with all candidates.
async fn describe(connection: &RtcPeerConnection) -> String {
    connection.set_local_description(None).await.unwrap_or_else(|error| fail(error));
    connection.gathering_complete().await.unwrap_or_else(|error| fail(error));
    connection.local_description().unwrap_or_else(|| fail("no local description")).sdp
}

async fn answer(connection: &RtcPeerConnection, offer: String) -> String {
    let offer = RtcSessionDescription::offer(offer);
    connection.set_remote_description(offer).await.unwrap_or_else(|error| fail(error));
    describe(connection).await
}

async fn accept(connection: &RtcPeerConnection, answer: String) {
    let answer = RtcSessionDescription::answer(answer);
    connection.set_remote_description(answer).await.unwrap_or_else(|error| fail(error));
}

fn channel(connection: &RtcPeerConnection) -> RtcDataChannel {
    connection.create_data_channel("bench", RtcDataChannelInit::default()).unwrap_or_else(|error| fail(error))
}

async fn opened(channel: &RtcDataChannel) {
    channel.opened().await.unwrap_or_else(|error| fail(error));
}

/// The channel that the other side made, once it is open.
async fn incoming(connection: &RtcPeerConnection) -> RtcDataChannel {
    loop {
        match connection.next_event().await {
            Some(RtcPeerConnectionEvent::DataChannel(channel)) => {
                opened(&channel).await;
                read_events(connection);
                return channel;
            }
            Some(_) => {}
            None => fail("the connection ended"),
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

async fn send(job: &Job) {
    let mut lines = runner();
    let connection = connection();
    read_events(&connection);
    let channel = channel(&connection);
    tell(&Line::Sdp(describe(&connection).await));
    accept(&connection, sdp(&mut lines).await).await;
    opened(&channel).await;
    tell(&Line::Open);
    if lines.recv().await != Some(Line::Go) {
        fail("expected go");
    }
    tell_start();
    let mut maker = Maker::new(job.size);
    let batch = (job.number("batch", 64 << 10) / job.size).max(1) as u64;
    while maker.count() < job.count {
        channel.writable().await.unwrap_or_else(|error| fail(error));
        let end = job.count.min(maker.count() + batch);
        while maker.count() < end {
            match channel.send(Bytes::copy_from_slice(maker.message())) {
                Ok(()) => maker.sent(),
                // The buffer is full, although the channel was writable: look again.
                Err(error) if error.name == RtcErrorName::OperationError => break,
                Err(error) => fail(error),
            }
        }
    }
    // The runner ends the process once the receiver has everything.
    std::future::pending().await
}

async fn receive(job: &Job) {
    let mut lines = runner();
    let connection = connection();
    tell(&Line::Sdp(answer(&connection, sdp(&mut lines).await).await));
    let channel = incoming(&connection).await;
    tell(&Line::Open);
    let mut checker = Checker::new(job.size);
    while let Some(message) = channel.receive().await {
        match checker.check(&message.into_bytes()) {
            Ok(count) if count == job.count => tell_done(),
            Ok(_) => {}
            Err(why) => fail(why),
        }
    }
    fail("the channel ended")
}

/// A pair whose channel is open on both sides.
struct Pair {
    connections: [RtcPeerConnection; 2],
    _channels: [RtcDataChannel; 2],
}

async fn connect() -> Pair {
    let connecting = async {
        let (a, b) = (connection(), connection());
        read_events(&a);
        let channel = channel(&a);
        let offer = describe(&a).await;
        let answer = answer(&b, offer).await;
        accept(&a, answer).await;
        opened(&channel).await;
        let other = incoming(&b).await;
        Pair { connections: [a, b], _channels: [channel, other] }
    };
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, connecting).await.unwrap_or_else(|_| fail("a pair did not connect within 30 s"))
}

impl Pair {
    fn close(self) {
        for connection in self.connections {
            connection.close();
        }
    }
}

async fn setup(job: &Job) {
    connect().await.close();
    let mut report = SetupReport::begin();
    for _ in 0..job.pairs {
        let since = Instant::now();
        let pair = connect().await;
        report.connected(since);
        pair.close();
    }
    report.end();
}

async fn idle(job: &Job) {
    let mut pairs = vec![connect().await];
    let mut report = IdleReport::begin();
    for _ in 0..job.pairs {
        pairs.push(connect().await);
    }
    tokio::time::sleep(SETTLE).await;
    report.at_rest();
    tokio::time::sleep(IDLE).await;
    report.end(job.pairs);
}
