//! The self-test: two native peers meet over real sockets and an embedded server, and send each other a lot of bytes.
//!
//! 1. A server starts on loopback; both peers connect to its signaling and meet in a room; STUN is asked once.
//! 2. One peer calls: descriptions, candidates, connectivity checks, the DTLS handshake, SCTP, an open channel, each with its time.
//! 3. The caller sends so many bytes with flow control; both sides hash them and compare.
//! 4. The caller closes; the other side has to see it.

mod peer;
mod report;

pub use report::{CheckError, CheckReport, Step};

use crate::config::ServerConfig;
use crate::server::{RunningServer, Server};
use peer::{Pair, Timeline};
use peerline::{RtcDataChannel, RtcDataChannelMessage};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long each part of the check may take; the transfer may take this long without one more byte.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one message: what browsers take without asking.
const MESSAGE: usize = 64 * 1024;

/// Told while the check runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Progress {
    /// A step is done.
    Step(Step),
    /// So many bytes have arrived.
    Bytes(u64),
}

/// Runs the check with `bytes` of payload.
///
/// # Errors
/// [`CheckError`]: the step that failed and why.
pub async fn run(bytes: u64, mut tell: impl FnMut(Progress) + Send) -> Result<CheckReport, CheckError> {
    let mut timeline = Timeline::start();
    let server = start_server().await?;
    let mut steps = vec![timeline.step("server started", server.addr().to_string())];
    tell(Progress::Step(steps[0].clone()));
    let outcome = check(&server, bytes, &mut timeline, &mut steps, &mut tell).await;
    server.shutdown().await;
    let (throughput, sha256) = outcome?;
    Ok(CheckReport { steps, bytes, throughput, sha256 })
}

async fn start_server() -> Result<RunningServer, CheckError> {
    let mut config = ServerConfig { port: Some(0), stun_port: Some(0), ..ServerConfig::default() };
    config.limits.echo_calls = 0;
    Ok(Server::bind(config).await.map_err(|error| CheckError::new("start the server", error))?.start())
}

async fn check(
    server: &RunningServer,
    bytes: u64,
    timeline: &mut Timeline,
    steps: &mut Vec<Step>,
    tell: &mut (impl FnMut(Progress) + Send),
) -> Result<(f64, String), CheckError> {
    let mut done = |step: Step| {
        tell(Progress::Step(step.clone()));
        steps.push(step);
    };
    let (caller, callee) = peer::meet(server).await?;
    done(timeline.step("signaling: both peers in one room", String::new()));
    let seen = peer::ask_stun(server).await?;
    done(timeline.step("STUN: binding answered", format!("we are {seen}")));
    let made = || done(timeline.step("peers made: keys and certificates", String::new()));
    let mut pair = Pair::call(caller, callee, made)?;
    let far = pair.connect(timeline, &mut done).await?;

    let (seconds, sha256) = transfer(&pair.channel, &far, bytes, &mut |count| tell(Progress::Bytes(count))).await?;
    let rate = bytes as f64 / seconds.max(1e-9) / 1e6;
    let mut done = |step: Step| {
        tell(Progress::Step(step.clone()));
        steps.push(step);
    };
    done(
        timeline.step("transfer: checksums agree", format!("{:.1} MiB in {seconds:.2} s", bytes as f64 / 1_048_576.0)),
    );

    pair.caller.close();
    timeout(PATIENCE, far.closed()).await.map_err(|_| CheckError::silent("see the other side close"))?;
    done(timeline.step("closed: the other side saw it", String::new()));
    pair.callee.close();
    Ok((rate, sha256))
}

/// Sends `bytes` from one end to the other and compares their checksums. Gives the seconds it took and the checksum.
async fn transfer(
    near: &RtcDataChannel,
    far: &RtcDataChannel,
    bytes: u64,
    tell: &mut (impl FnMut(u64) + Send),
) -> Result<(f64, String), CheckError> {
    let started = Instant::now();
    let near = near.clone();
    let sending = tokio::spawn(async move {
        let mut hash = Sha256::new();
        let mut block = vec![0u8; MESSAGE];
        let mut left = bytes;
        let mut number = 0u64;
        while left > 0 {
            let len = usize::try_from(left).unwrap_or(MESSAGE).min(MESSAGE);
            fill(&mut block, number);
            number = number.wrapping_add(1);
            let message = bytes::Bytes::copy_from_slice(block.get(..len).unwrap_or_default());
            hash.update(&message);
            near.send_when_writable(message).await?;
            left = left.saturating_sub(len as u64);
        }
        Ok::<_, peerline::RtcError>(hex(&hash.finalize()))
    });

    let mut hash = Sha256::new();
    let mut received = 0u64;
    while received < bytes {
        let message = timeout(PATIENCE, far.receive()).await.map_err(|_| CheckError::silent("receive all bytes"))?;
        let Some(RtcDataChannelMessage::Binary(message)) = message else {
            return Err(CheckError::new(
                "receive all bytes",
                format!("the channel ended after {received} of {bytes} bytes"),
            ));
        };
        hash.update(&message);
        received = received.saturating_add(message.len() as u64);
        tell(received);
    }
    let seconds = started.elapsed().as_secs_f64();
    let there = hex(&hash.finalize());
    let here = match sending.await {
        Ok(Ok(here)) => here,
        Ok(Err(error)) => return Err(CheckError::new("send all bytes", error)),
        Err(error) => return Err(CheckError::new("send all bytes", error)),
    };
    if here != there || received != bytes {
        return Err(CheckError::new("compare checksums", format!("sent {here}, received {there}")));
    }
    Ok((seconds, there))
}

/// Fills a block with bytes that differ from block to block: a lost, doubled or swapped message changes the checksum.
fn fill(block: &mut [u8], number: u64) {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for word in block.chunks_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        for (to, from) in word.iter_mut().zip(state.to_le_bytes()) {
            *to = from;
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
