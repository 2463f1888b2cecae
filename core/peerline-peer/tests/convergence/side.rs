//! One side of a call that follows the perfect negotiation example (W3C webrtc-pc §10.7), with the detours that applications take.

use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::{Certificate, KeyAlgorithm};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::{Interface, IoOutcome, IoRequest, Seed, Time};
use peerline_peer::{
    ChannelEvent, Configuration, Description, Environment, Error, Event, IceCandidateInit, LocalDescriptionInit,
    OperationId, PeerConnection, SdpType, Settled, SignalingState, TrackEvent, TransceiverId,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

/// What goes over the signaling channel.
#[derive(Clone, Debug)]
pub enum Signal {
    Description(Description),
    Candidate(IceCandidateInit),
}

/// What an application may do besides the example; each is done once when armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detour {
    /// Takes its offer back before it was sent.
    TakeBack,
    /// Takes the remote offer back and applies it again.
    ApplyTwice,
    /// Answers provisionally first.
    Pranswer,
    /// In glare, takes its own offer back by a call of its own instead of leaving it to `setRemoteDescription`.
    ExplicitRollback,
}

pub const DETOURS: [Detour; 4] = [Detour::TakeBack, Detour::ApplyTwice, Detour::Pranswer, Detour::ExplicitRollback];

/// What follows when an operation settles.
#[derive(Clone, Debug)]
enum Next {
    SendOffer,
    OfferTakenBack,
    Answer(Description),
    AnswerApplied(SdpType),
    SendPranswer,
    SendAnswer,
    Candidate(IceCandidateInit),
    /// Must succeed, and nothing follows.
    Nothing,
    /// May fail.
    Whatever,
}

/// One side.
pub struct Side {
    pub pc: PeerConnection,
    pub polite: bool,
    making_offer: bool,
    ignore_offer: bool,
    setting_remote_answer: bool,
    /// An offer of ours that was not sent is being taken back: the next remote offer is no collision.
    taking_back: bool,
    pub detours: BTreeSet<u8>,
    next: BTreeMap<OperationId, Next>,
    /// Messages on their way to this side.
    pub inbox: VecDeque<Signal>,
    /// Messages that this side has sent and that the world has not put into the other's inbox yet.
    pub outbox: Vec<Signal>,
    /// Remote candidates so far, to be repeated as stale ones.
    pub heard: Vec<IceCandidateInit>,
    /// The streams that each sender was told to be part of.
    pub streams: BTreeMap<TransceiverId, BTreeSet<String>>,
    /// The remote streams that each receiver's track is in, by the events.
    pub remote_streams: BTreeMap<TransceiverId, BTreeSet<String>>,
    /// Channels that were made here and are not closed.
    pub channels: usize,
    next_port: u16,
    /// What went wrong so far.
    pub faults: Vec<String>,
}

fn certificate() -> Arc<Certificate> {
    static CERTIFICATE: OnceLock<Arc<Certificate>> = OnceLock::new();
    let make = || Arc::new(generate_certificate(KeyAlgorithm::EcdsaP256).expect("a certificate"));
    Arc::clone(CERTIFICATE.get_or_init(make))
}

impl Side {
    pub fn new(seed: Seed, polite: bool, configuration: Configuration) -> Self {
        let environment = Environment {
            crypto: Arc::new(AwsLc),
            dtls: Arc::new(Dimpl::deterministic()),
            certificate: certificate(),
            unix_millis_at_epoch: 1_800_000_000_000,
            seed,
        };
        Self {
            pc: PeerConnection::new(Time::ZERO, configuration, environment).expect("a good configuration"),
            polite,
            making_offer: false,
            ignore_offer: false,
            setting_remote_answer: false,
            taking_back: false,
            detours: BTreeSet::new(),
            next: BTreeMap::new(),
            inbox: VecDeque::new(),
            outbox: Vec::new(),
            heard: Vec::new(),
            streams: BTreeMap::new(),
            remote_streams: BTreeMap::new(),
            channels: 0,
            next_port: 40_000,
            faults: Vec::new(),
        }
    }

    fn takes(&mut self, detour: Detour) -> bool {
        self.detours.remove(&(detour as u8))
    }

    fn fault(&mut self, what: String) {
        self.faults.push(what);
    }

    pub fn must_succeed(&mut self, operation: OperationId) {
        self.next.insert(operation, Next::Nothing);
    }

    pub fn may_fail(&mut self, operation: OperationId) {
        self.next.insert(operation, Next::Whatever);
    }

    /// Runs one queued task; false if none waits.
    pub fn run_task(&mut self, now: Time) -> bool {
        let Some(events) = self.pc.poll_task(now) else { return false };
        for event in events {
            self.on_event(now, event);
        }
        true
    }

    /// Answers one request for I/O; false if there is none.
    pub fn answer_io(&mut self, now: Time) -> bool {
        let Some(request) = self.pc.poll_io() else { return false };
        let host = if self.polite { Ipv4Addr::new(203, 0, 113, 1) } else { Ipv4Addr::new(203, 0, 113, 2) };
        let outcome = match request {
            IoRequest::ListInterfaces => IoOutcome::Interfaces(vec![Interface {
                name: "eth0".to_owned(),
                address: IpAddr::V4(host),
                scope_id: 0,
            }]),
            IoRequest::BindUdp { socket, .. } => {
                self.next_port += 1;
                IoOutcome::UdpBound { socket, local: SocketAddr::new(IpAddr::V4(host), self.next_port) }
            }
            IoRequest::Resolve { host } => IoOutcome::Resolved { host, addresses: Vec::new() },
            IoRequest::Close { .. } => return true,
        };
        self.pc.handle_io(now, &outcome);
        true
    }

    /// Takes the first message of the inbox; false if there is none.
    pub fn deliver(&mut self, now: Time) -> bool {
        match self.inbox.pop_front() {
            None => return false,
            Some(Signal::Candidate(candidate)) => {
                self.heard.push(candidate.clone());
                let operation = self.pc.add_ice_candidate(now, Some(candidate.clone()));
                self.next.insert(operation, Next::Candidate(candidate));
            }
            Some(Signal::Description(description)) => self.on_description(now, description),
        }
        true
    }

    fn on_description(&mut self, now: Time, description: Description) {
        let stable = self.pc.signaling_state() == SignalingState::Stable;
        let ready = !self.making_offer && (stable || self.setting_remote_answer || self.taking_back);
        let collision = description.sdp_type == SdpType::Offer && !ready;
        self.ignore_offer = !self.polite && collision;
        if self.ignore_offer {
            return;
        }
        self.setting_remote_answer = description.sdp_type == SdpType::Answer;
        if collision && self.takes(Detour::ExplicitRollback) {
            let rollback = self.pc.set_local_description(now, rollback());
            self.must_succeed(rollback);
        }
        let operation = self.pc.set_remote_description(now, description.clone());
        let is_offer = description.sdp_type == SdpType::Offer;
        self.next.insert(
            operation,
            if is_offer { Next::Answer(description) } else { Next::AnswerApplied(description.sdp_type) },
        );
    }

    fn on_event(&mut self, now: Time, event: Event) {
        match event {
            Event::NegotiationNeeded => {
                if self.pc.signaling_state() != SignalingState::Stable {
                    self.fault("negotiationneeded outside of stable".to_owned());
                }
                self.making_offer = true;
                let operation = self.pc.set_local_description(now, None);
                self.next.insert(operation, Next::SendOffer);
            }
            Event::SignalingStateChange(state) if state != self.pc.signaling_state() => {
                let shown = self.pc.signaling_state();
                self.fault(format!("signalingstatechange to {state} while the getter shows {shown}"));
            }
            Event::IceCandidate(Some(candidate)) => self.outbox.push(Signal::Candidate(candidate)),
            Event::OperationSettled { operation, result } => match self.next.remove(&operation) {
                Some(next) => self.on_settled(now, next, result),
                None => self.fault(format!("{operation:?} settled twice or was never begun")),
            },
            Event::OperationAbandoned(operation) => self.fault(format!("{operation:?} was abandoned")),
            Event::Track(event) => self.on_track(event),
            // A data section that is only offered bundled goes down with the section that has the address.
            Event::Channel(_, ChannelEvent::Close) => self.channels -= 1,
            _ => {}
        }
    }

    fn on_track(&mut self, event: TrackEvent) {
        match event {
            TrackEvent::AddedToStream { stream, transceiver } => {
                let is_new = self.remote_streams.entry(transceiver).or_default().insert(stream.clone());
                let fault = || format!("{transceiver:?} was added to {stream} twice");
                self.faults.extend((!is_new).then(fault));
            }
            TrackEvent::RemovedFromStream { stream, transceiver } => {
                let was_there = self.remote_streams.entry(transceiver).or_default().remove(&stream);
                let fault = || format!("{transceiver:?} was removed from {stream}, where it was not");
                self.faults.extend((!was_there).then(fault));
            }
            _ => {}
        }
    }

    fn on_settled(&mut self, now: Time, next: Next, result: Result<Settled, Error>) {
        if let Err(error) = &result {
            let allowed = match &next {
                Next::Whatever => true,
                Next::Candidate(candidate) => self.ignore_offer || !self.has_generation_of(candidate),
                _ => false,
            };
            if !allowed {
                let state = self.pc.signaling_state();
                self.fault(format!("{next:?} failed in {state}: {error}"));
            }
            self.making_offer &= !matches!(next, Next::SendOffer);
            return;
        }
        match next {
            Next::SendOffer if !self.ignore_offer && self.next.is_empty() && self.takes(Detour::TakeBack) => {
                self.taking_back = true;
                self.making_offer = false;
                let operation = self.pc.set_local_description(now, rollback());
                self.next.insert(operation, Next::OfferTakenBack);
            }
            Next::SendOffer => {
                self.making_offer = false;
                self.send_local_description();
            }
            Next::OfferTakenBack => self.taking_back = false,
            Next::Answer(offer) if self.takes(Detour::ApplyTwice) => {
                let taken_back = self.pc.set_remote_description(now, rollback());
                self.must_succeed(taken_back);
                let again = self.pc.set_remote_description(now, offer.clone());
                self.next.insert(again, Next::Answer(offer));
            }
            Next::Answer(_) if self.takes(Detour::Pranswer) => {
                let init = LocalDescriptionInit { sdp_type: Some(SdpType::Pranswer), sdp: String::new() };
                let operation = self.pc.set_local_description(now, init);
                self.next.insert(operation, Next::SendPranswer);
            }
            Next::Answer(_) => {
                let operation = self.pc.set_local_description(now, None);
                self.next.insert(operation, Next::SendAnswer);
            }
            Next::SendPranswer => {
                self.send_local_description();
                let operation = self.pc.set_local_description(now, None);
                self.next.insert(operation, Next::SendAnswer);
            }
            Next::SendAnswer => self.send_local_description(),
            // The example knows no provisional answers: one must not hide that the final one is on its way.
            Next::AnswerApplied(sdp_type) => self.setting_remote_answer &= sdp_type != SdpType::Answer,
            Next::Candidate(_) | Next::Nothing | Next::Whatever => {}
        }
    }

    fn send_local_description(&mut self) {
        match self.pc.local_description() {
            Some(description) => self.outbox.push(Signal::Description(description)),
            None => self.fault("there is no local description to send".to_owned()),
        }
    }

    /// Whether a remote description in force has the section and the generation that a candidate belongs to.
    fn has_generation_of(&self, candidate: &IceCandidateInit) -> bool {
        let (Some(mid), Some(ufrag)) = (&candidate.sdp_mid, &candidate.username_fragment) else { return false };
        let slots = [self.pc.current_remote_description(), self.pc.pending_remote_description()];
        slots.iter().flatten().any(|description| {
            description.sdp.split("\r\nm=").any(|section| {
                let has = |wanted: String| section.lines().any(|line| line == wanted);
                has(format!("a=mid:{mid}")) && has(format!("a=ice-ufrag:{ufrag}"))
            })
        })
    }

    /// Nothing is under way.
    pub fn is_quiet(&self) -> bool {
        self.next.is_empty() && self.inbox.is_empty() && self.outbox.is_empty() && !self.pc.has_events()
    }

    pub fn open_operations(&self) -> String {
        format!("{:?}", self.next)
    }
}

fn rollback() -> Description {
    Description { sdp_type: SdpType::Rollback, sdp: String::new() }
}
