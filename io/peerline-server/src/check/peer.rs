//! The two peers of the check and what is seen of them from outside.

use super::PATIENCE;
use super::report::{CheckError, Step};
use crate::call::{self, CallEnd, OutlivesSignaling};
use crate::client::{Refused, SignalingClient, SignalingUrl};
use crate::server::RunningServer;
use peerline::{
    RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcDtlsTransportState, RtcIceGatheringState,
    RtcIceTransportState, RtcPeerConnection, RtcPeerConnectionEvent, RtcSctpTransportState, RtcSignalingState,
};
use peerline_signaling::{ClientMessage, ServerMessage};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

/// Times of steps.
#[derive(Debug)]
pub(super) struct Timeline {
    started: Instant,
    last: Instant,
}

impl Timeline {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, last: now }
    }

    pub(super) fn step(&mut self, name: &'static str, detail: String) -> Step {
        self.step_at(Instant::now(), name, detail)
    }

    fn step_at(&mut self, at: Instant, name: &'static str, detail: String) -> Step {
        let ms = |since: Instant| at.saturating_duration_since(since).as_secs_f64() * 1e3;
        let step = Step { name, detail, at_ms: ms(self.started), took_ms: ms(self.last) };
        self.last = at.max(self.last);
        step
    }
}

/// Connects two clients to the server's signaling and lets them meet in a room.
pub(super) async fn meet(server: &RunningServer) -> Result<(SignalingClient, SignalingClient), CheckError> {
    const STEP: &str = "meet over the signaling";
    let failed = |error| CheckError::new(STEP, error);
    let url: SignalingUrl = server.url().parse().map_err(failed)?;
    let join = ClientMessage::Join { room: "check".to_owned(), name: None };
    let mut callee = SignalingClient::connect(&url).await.map_err(failed)?;
    callee.send(&join).await.map_err(failed)?;
    callee.receive().await.and_then(Refused::refused).map_err(failed)?;
    let mut caller = SignalingClient::connect(&url).await.map_err(failed)?;
    caller.send(&join).await.map_err(failed)?;
    let joined = caller.receive().await.and_then(Refused::refused).map_err(failed)?;
    match joined {
        ServerMessage::Joined { peers, .. } if peers.iter().any(|peer| peer.id == callee.peer()) => {
            Ok((caller, callee))
        }
        other => Err(CheckError::new(STEP, format!("the other peer is not in the room: {other:?}"))),
    }
}

/// Asks the server's STUN what our address is.
pub(super) async fn ask_stun(server: &RunningServer) -> Result<SocketAddr, CheckError> {
    const STEP: &str = "ask STUN";
    let failed = |error: std::io::Error| CheckError::new(STEP, error);
    let Some(stun) = server.stun_addr() else { return Err(CheckError::new(STEP, "the server has none")) };
    let socket = UdpSocket::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await.map_err(failed)?;
    socket.connect(stun).await.map_err(failed)?;
    let ours = socket.local_addr().map_err(failed)?;
    // RFC 8489 §5: a Binding request is a header alone.
    let mut request = [0u8; 20];
    request[..8].copy_from_slice(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
    getrandom::fill(&mut request[8..]).map_err(|error| CheckError::new(STEP, error))?;
    let mut buf = [0u8; 1500];
    // RFC 8489 §6.2.1: a request or its response may be lost and is then sent again.
    for _ in 0..5 {
        socket.send(&request).await.map_err(failed)?;
        let Ok(answer) = timeout(Duration::from_millis(500), socket.recv(&mut buf)).await else { continue };
        let answer = buf.get(..answer.map_err(failed)?).unwrap_or_default();
        let seen = seen_address(answer, &request);
        return match seen {
            Some(seen) if seen == ours => Ok(seen),
            Some(seen) => Err(CheckError::new(STEP, format!("it sees {seen}, but we are {ours}"))),
            None => Err(CheckError::new(STEP, "its answer is no Binding response")),
        };
    }
    Err(CheckError::new(STEP, "it does not answer"))
}

/// XOR-MAPPED-ADDRESS of an answer to this request.
fn seen_address(answer: &[u8], request: &[u8; 20]) -> Option<SocketAddr> {
    let message = peerline_stun::Message::parse(answer).ok()?;
    let same = answer.get(8..20)? == &request[8..];
    (same && message.class() == peerline_stun::Class::Success).then(|| message.xor_mapped_address()).flatten()
}

/// Which peer saw something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Caller,
    Callee,
}

type Seen = (Who, Instant, RtcPeerConnectionEvent);

/// Two peers in a call.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) caller: RtcPeerConnection,
    pub(super) callee: RtcPeerConnection,
    /// The caller's end.
    pub(super) channel: RtcDataChannel,
    seen: mpsc::UnboundedReceiver<Seen>,
    calls: JoinSet<CallEnd>,
}

impl Pair {
    /// Lets the first client call the second. `made` is told when the connections exist, before they do anything.
    pub(super) fn call(
        mut caller: SignalingClient,
        mut callee: SignalingClient,
        made: impl FnOnce(),
    ) -> Result<Self, CheckError> {
        let failed = |error| CheckError::new("make a peer connection", error);
        let mut config = RtcConfiguration::default();
        config.native.include_loopback = true;
        let caller_pc = RtcPeerConnection::new(config.clone()).map_err(failed)?;
        let callee_pc = RtcPeerConnection::new(config).map_err(failed)?;
        let channel = caller_pc.create_data_channel("check", RtcDataChannelInit::default()).map_err(failed)?;
        made();
        let (tell, seen) = mpsc::unbounded_channel();
        let mut calls = JoinSet::new();
        let (pc, peer, telling) = (caller_pc.clone(), callee.peer().to_owned(), tell.clone());
        let caller_id = caller.peer().to_owned();
        calls.spawn(async move {
            let observe = |event: &_| drop(telling.send((Who::Caller, Instant::now(), Clone::clone(event))));
            call::run(&pc, &mut caller, &peer, OutlivesSignaling(true), observe).await
        });
        let pc = callee_pc.clone();
        calls.spawn(async move {
            let observe = |event: &_| drop(tell.send((Who::Callee, Instant::now(), Clone::clone(event))));
            call::run(&pc, &mut callee, &caller_id, OutlivesSignaling(true), observe).await
        });
        Ok(Self { caller: caller_pc, callee: callee_pc, channel, seen, calls })
    }

    /// Waits until the channel is open at both ends; gives the callee's.
    pub(super) async fn connect(
        &mut self,
        timeline: &mut Timeline,
        done: &mut impl FnMut(Step),
    ) -> Result<RtcDataChannel, CheckError> {
        const STEP: &str = "connect the two peers";
        let (mut far, mut open, mut candidates) = (None, false, 0u32);
        loop {
            let seen = tokio::select! {
                seen = timeout(PATIENCE, self.seen.recv()) => seen.map_err(|_| CheckError::silent(STEP))?,
                Some(end) = self.calls.join_next() => {
                    return Err(CheckError::new(STEP, end.map_or_else(|error| error.to_string(), |end| end.to_string())));
                }
            };
            let Some((who, at, event)) = seen else { return Err(CheckError::new(STEP, "both calls ended")) };
            match (who, event) {
                (Who::Callee, RtcPeerConnectionEvent::DataChannel(channel)) => far = Some(channel),
                (Who::Caller, event) => {
                    open |= matches!(event, RtcPeerConnectionEvent::DataChannelOpen(_));
                    if let Some((name, detail)) = self.describe(&event, &mut candidates) {
                        done(timeline.step_at(at, name, detail));
                    }
                }
                _ => {}
            }
            if let Some(far) = far.take_if(|_| open) {
                return Ok(far);
            }
        }
    }

    fn describe(&self, event: &RtcPeerConnectionEvent, candidates: &mut u32) -> Option<(&'static str, String)> {
        use RtcPeerConnectionEvent as Event;
        Some(match event {
            Event::SignalingStateChange(RtcSignalingState::HaveLocalOffer) => ("offer made and sent", String::new()),
            Event::SignalingStateChange(RtcSignalingState::Stable) => ("answer received", String::new()),
            Event::IceCandidate(Some(candidate)) => {
                *candidates = candidates.saturating_add(1);
                if *candidates > 1 {
                    return None;
                }
                let at = (candidate.address().unwrap_or("?"), candidate.port().unwrap_or_default());
                ("gathering: first candidate", format!("{} {}", at.0, at.1))
            }
            Event::IceGatheringStateChange(RtcIceGatheringState::Complete) => {
                ("gathering: complete", format!("{candidates} candidates"))
            }
            Event::IceTransportStateChange(RtcIceTransportState::Connected) => ("ICE: checks succeeded", self.path()),
            Event::DtlsTransportStateChange(RtcDtlsTransportState::Connected) => {
                ("DTLS: handshake done, fingerprint right", String::new())
            }
            Event::SctpTransportStateChange(RtcSctpTransportState::Connected) => {
                ("SCTP: association up", String::new())
            }
            Event::DataChannelOpen(_) => ("channel open", String::new()),
            _ => return None,
        })
    }

    fn path(&self) -> String {
        let pair = self.caller.sctp().and_then(|sctp| sctp.transport().ice_transport().get_selected_candidate_pair());
        let Some(pair) = pair else { return String::new() };
        let end = |candidate: &peerline::RtcIceCandidate| {
            format!("{} {}", candidate.address().unwrap_or("?"), candidate.port().unwrap_or_default())
        };
        format!("{} to {}", end(&pair.local), end(&pair.remote))
    }
}
