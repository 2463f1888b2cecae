//! Lost connections: found again by the same code, a bounded number of times.

use super::*;
use crate::config::ServerConfig;
use crate::server::{RunningServer, Server};
use peerline::RtcDataChannelMessage;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);
const HURRY: Retry = Retry {
    attempts: 4,
    pause: Duration::from_millis(5),
    longest: Duration::from_millis(20),
    absence: Duration::from_millis(500),
};

/// Says hello and waits for the other side's; loses its connection so many times before.
struct Flaky {
    losses: u32,
    opened: u32,
    progresses: bool,
    done: bool,
}

impl Flaky {
    const fn new(losses: u32, progresses: bool) -> Self {
        Self { losses, opened: 0, progresses, done: false }
    }
}

impl Work for Flaky {
    async fn over(
        &mut self,
        channel: &RtcDataChannel,
        _tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        self.opened += 1;
        if self.losses > 0 {
            self.losses -= 1;
            return Err(Setback::lost("as planned"));
        }
        channel.send_text_when_writable("hello").await.map_err(Setback::lost)?;
        match channel.receive().await {
            Some(RtcDataChannelMessage::Text(text)) if text == "hello" => {
                self.done = true;
                let _ = timeout(Duration::from_millis(300), channel.closed()).await;
                Ok(())
            }
            _ => Err(Setback::lost("the channel closed")),
        }
    }

    fn progress(&self) -> u64 {
        if self.progresses { self.opened.into() } else { 0 }
    }

    fn is_done(&self) -> bool {
        self.done
    }
}

async fn server() -> (RunningServer, SignalingUrl) {
    let config = ServerConfig { port: Some(0), stun_port: Some(0), ..ServerConfig::default() };
    let server = Server::bind(config).await.expect("free ports").start();
    let url = server.url().parse().expect("a URL");
    (server, url)
}

/// Runs both sides to their ends.
async fn meet(url: SignalingUrl, mut host: Flaky, mut visitor: Flaky) -> [(Result<(), TransferError>, u32); 2] {
    let (tell, mut code) = mpsc::unbounded_channel();
    let mut hosting = Rendezvous::new(url.clone(), SeatRole::Host, None);
    hosting.retry = HURRY;
    let hosting = tokio::spawn(async move {
        let tell = move |event| {
            if let TransferEvent::Code(code) = event {
                let _ = tell.send(code);
            }
        };
        (hosting.run(&mut host, tell).await, host.opened)
    });
    let code = timeout(PATIENCE, code.recv()).await.expect("in time").expect("a code");
    let mut visiting = Rendezvous::new(url, SeatRole::Visitor, Some(code));
    visiting.retry = HURRY;
    let visited = timeout(PATIENCE, visiting.run(&mut visitor, |_| {})).await.expect("in time");
    let hosted = timeout(PATIENCE, hosting).await.expect("in time").expect("no panic");
    [hosted, (visited, visitor.opened)]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sides_that_lose_each_other_meet_again_by_the_same_code() {
    let (_server, url) = server().await;
    for (host, visitor) in [(0, 0), (3, 0), (0, 3), (2, 2)] {
        let [hosted, visited] = meet(url.clone(), Flaky::new(host, true), Flaky::new(visitor, true)).await;
        assert!(hosted.0.is_ok() && visited.0.is_ok(), "{host} {visitor}: {:?} {:?}", hosted.0, visited.0);
        assert!(hosted.1 > host && visited.1 > visitor, "{host} {visitor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn losses_without_progress_end_in_an_error_that_says_why() {
    let (_server, url) = server().await;
    let [hosted, visited] = meet(url, Flaky::new(u32::MAX, false), Flaky::new(u32::MAX, false)).await;
    for (outcome, _) in [hosted, visited] {
        let error = outcome.expect_err("gives up");
        assert!(matches!(error, TransferError::GaveUp { .. } | TransferError::UnknownCode), "{error}");
    }
}
