//! How the two sides of a transfer find each other, and find each other again.
//!
//! 1. Connect to the signaling, take the seat (with its secret, if it was ours before), wait for the other side.
//! 2. The host calls; both work over the one channel until the transfer is done.
//! 3. When the connection or the other side is lost: again, with growing pauses. Progress in between starts the count anew.

use super::TransferEvent;
use super::error::{Setback, TransferError};
use crate::call::{self, CallEnd, OutlivesSignaling};
use crate::client::{Refused, SignalingClient, SignalingError, SignalingUrl};
use peerline::{
    RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcIceServer, RtcPeerConnection, RtcPeerConnectionEvent,
};
use peerline_signaling::{ClientMessage, ErrorReason, SeatRole, ServerMessage};
use std::time::Duration;
use tokio::sync::mpsc;

/// How often a lost connection is made again. All pauses together outlast the time that the server takes to miss a dead client.
#[derive(Clone, Copy, Debug)]
struct Retry {
    /// Lost connections in a row, without progress, after which a transfer fails.
    attempts: u32,
    /// The pause before the first new attempt; it doubles.
    pause: Duration,
    /// The longest pause.
    longest: Duration,
    /// How long the other side may take to come back.
    absence: Duration,
}

const RETRY: Retry = Retry {
    attempts: 12,
    pause: Duration::from_millis(250),
    longest: Duration::from_secs(10),
    absence: Duration::from_secs(60),
};

/// What is done over an open channel. Called again with a new channel after a loss.
pub(super) trait Work: Send {
    async fn over(
        &mut self,
        channel: &RtcDataChannel,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback>;
    /// A number that grows as long as attempts are worth it.
    fn progress(&self) -> u64;
    /// True once nothing is left to do, even if the channel is lost now.
    fn is_done(&self) -> bool;
}

#[derive(Debug)]
pub(super) struct Rendezvous {
    url: SignalingUrl,
    role: SeatRole,
    code: Option<String>,
    secret: Option<String>,
    met: bool,
    retry: Retry,
}

impl Rendezvous {
    pub(super) const fn new(url: SignalingUrl, role: SeatRole, code: Option<String>) -> Self {
        Self { url, role, code, secret: None, met: false, retry: RETRY }
    }

    pub(super) async fn run(
        mut self,
        work: &mut impl Work,
        mut tell: impl FnMut(TransferEvent) + Send,
    ) -> Result<(), TransferError> {
        let mut attempts = 0u32;
        loop {
            let before = work.progress();
            let why = match self.attempt(work, &mut tell).await {
                Ok(()) => return Ok(()),
                Err(Setback::Fatal(error)) => return Err(error),
                Err(Setback::Lost(_)) if work.is_done() => return Ok(()),
                Err(Setback::Lost(why)) => why,
            };
            attempts = if work.progress() > before { 1 } else { attempts.saturating_add(1) };
            if attempts >= self.retry.attempts {
                return Err(TransferError::GaveUp { attempts, why });
            }
            tell(TransferEvent::Lost { why, attempt: attempts });
            let pause = self.retry.pause.saturating_mul(1 << attempts.min(10).saturating_sub(1));
            tokio::time::sleep(pause.min(self.retry.longest)).await;
        }
    }

    async fn attempt(
        &mut self,
        work: &mut impl Work,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        let first = self.secret.is_none();
        let mut signal = SignalingClient::connect(&self.url).await.map_err(|error| match error {
            // A server that was never reached is a mistake in the address more often than a passing fault.
            error if first => Setback::Fatal(error.into()),
            error => Setback::lost(error),
        })?;
        let (code, secret) = (self.code.clone(), self.secret.clone());
        let seat = match (self.role, code) {
            (SeatRole::Visitor, Some(code)) => ClientMessage::Visit { code, secret },
            (_, code) => ClientMessage::Host { code, secret },
        };
        signal.send(&seat).await.map_err(Setback::lost)?;
        let mut paired = None;
        loop {
            let peer = match paired.take() {
                Some(peer) => peer,
                None => self.wait(&mut signal, tell).await?,
            };
            self.met = true;
            tell(TransferEvent::Connecting);
            match self.session(&mut signal, &peer, work, tell).await {
                Ok(()) => {
                    let _ = signal.send(&ClientMessage::Release).await;
                    signal.close().await;
                    return Ok(());
                }
                Err(Interruption::Paired(peer)) => paired = Some(peer),
                Err(Interruption::Alone) => {}
                Err(Interruption::Setback(setback)) => {
                    if matches!(setback, Setback::Fatal(_)) {
                        let _ = signal.send(&ClientMessage::Release).await;
                    }
                    signal.close().await;
                    return Err(setback);
                }
            }
        }
    }

    /// Waits for the other side. A host that has met nobody yet waits as long as it takes.
    async fn wait(
        &mut self,
        signal: &mut SignalingClient,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<String, Setback> {
        let patience = if self.role == SeatRole::Host && !self.met { Duration::MAX } else { self.retry.absence };
        let waiting = async {
            loop {
                match signal.receive().await.and_then(Refused::refused) {
                    Ok(ServerMessage::Paired { peer, .. }) => return Ok(peer),
                    Ok(ServerMessage::Seat { code, secret, role }) => {
                        let new = self.code.as_ref() != Some(&code);
                        if role == SeatRole::Host && new {
                            tell(TransferEvent::Code(code.clone()));
                        }
                        self.code = Some(code);
                        self.secret = Some(secret);
                    }
                    // The host has ended the code.
                    Ok(ServerMessage::Released { .. })
                    | Err(SignalingError::Refused { reason: ErrorReason::UnknownCode, .. }) => {
                        return Err(TransferError::UnknownCode.into());
                    }
                    // A last word to the one that has just left found nobody: that ends nothing.
                    Ok(_) | Err(SignalingError::Refused { reason: ErrorReason::NoSuchPeer, .. }) => {}
                    // The seat of a connection that the server has not missed yet.
                    Err(
                        error @ SignalingError::Refused {
                            reason: ErrorReason::CodeTaken | ErrorReason::RateLimited,
                            ..
                        },
                    ) => {
                        return Err(Setback::lost(error));
                    }
                    Err(error @ SignalingError::Refused { .. }) => return Err(Setback::Fatal(error.into())),
                    Err(error) => return Err(Setback::lost(error)),
                }
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Setback::lost("the other side did not come back")),
        }
    }

    async fn session(
        &self,
        signal: &mut SignalingClient,
        peer: &str,
        work: &mut impl Work,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Interruption> {
        let pc = RtcPeerConnection::new(self.configuration(signal)).map_err(peer_error)?;
        let (found, mut channels) = mpsc::unbounded_channel();
        if self.role == SeatRole::Host {
            let channel = pc.create_data_channel("file", RtcDataChannelInit::default()).map_err(peer_error)?;
            let _ = found.send(channel);
        }
        let observe = |event: &RtcPeerConnectionEvent| {
            if let RtcPeerConnectionEvent::DataChannel(channel) = event {
                let _ = found.send(channel.clone());
            }
        };
        let working = async {
            let channel = channels.recv().await.ok_or_else(|| Setback::lost("no channel came"))?;
            channel.opened().await.map_err(Setback::lost)?;
            tell(TransferEvent::Connected);
            work.over(&channel, tell).await
        };
        let outcome = tokio::select! {
            biased;
            outcome = working => outcome.map_err(Interruption::Setback),
            end = call::run(&pc, signal, peer, OutlivesSignaling(true), observe) => Err(match end {
                CallEnd::Paired(peer) => Interruption::Paired(peer),
                CallEnd::PeerLeft => Interruption::Alone,
                end => Interruption::Setback(Setback::lost(end)),
            }),
        };
        pc.close();
        match outcome {
            Err(_) if work.is_done() => Ok(()),
            outcome => outcome,
        }
    }

    /// A server on this machine means that the other side may be on this machine too; else the server's STUN helps through NATs.
    fn configuration(&self, signal: &SignalingClient) -> RtcConfiguration {
        let mut config = RtcConfiguration::default();
        let host = self.url.host();
        let bare = host.trim_matches(['[', ']']);
        let here = host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        config.native.include_loopback = here;
        if !here && !signal.stun_ports().is_empty() {
            let urls = signal.stun_ports().iter().map(|port| format!("stun:{host}:{port}")).collect();
            config.ice_servers.push(RtcIceServer { urls, ..RtcIceServer::default() });
        }
        config
    }
}

/// Why a session ended before the work was done.
enum Interruption {
    /// The other side came back as this peer.
    Paired(String),
    /// The other side left before the call was connected; it may come back.
    Alone,
    Setback(Setback),
}

fn peer_error(error: peerline::RtcError) -> Interruption {
    Interruption::Setback(TransferError::Peer(error.to_string()).into())
}

#[cfg(test)]
mod tests;
