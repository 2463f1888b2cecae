//! A connection without a network, the states it can be brought to, and a call that passes through all of them.

use crate::Hook;
use peerline_crypto_aws_lc::{AwsLc, generate_certificate};
use peerline_dtls::{Certificate, KeyAlgorithm};
use peerline_dtls_dimpl::Dimpl;
use peerline_edge::{Interface, IoOutcome, IoRequest, Time};
use peerline_peer::{
    Configuration, DataChannelInit, Description, Environment, Error, Event, IceCandidateInit, LocalDescriptionInit,
    MediaKind, OperationId, PeerConnection, SdpType, Settled, SignalingState, Track, TransceiverInit,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

fn certificate() -> Arc<Certificate> {
    static CERTIFICATE: OnceLock<Arc<Certificate>> = OnceLock::new();
    let make = || Arc::new(generate_certificate(KeyAlgorithm::EcdsaP256).expect("a certificate"));
    Arc::clone(CERTIFICATE.get_or_init(make))
}

/// One connection; its requests for I/O are answered as by a host with one address.
pub struct Solo {
    pub pc: PeerConnection,
    pub now: Time,
    next_port: u16,
    /// Candidates that were told.
    pub candidates: Vec<IceCandidateInit>,
    pub history: Vec<Event>,
}

impl Solo {
    pub fn new(seed: u8) -> Self {
        Self::with(seed, Configuration::default())
    }

    pub fn with(seed: u8, configuration: Configuration) -> Self {
        let environment = Environment {
            crypto: Arc::new(AwsLc),
            dtls: Arc::new(Dimpl::deterministic()),
            certificate: certificate(),
            unix_millis_at_epoch: 1_800_000_000_000,
            seed: [seed; 32],
        };
        Self {
            pc: PeerConnection::new(Time::ZERO, configuration, environment).expect("a good configuration"),
            now: Time::ZERO,
            next_port: 40_000,
            candidates: Vec::new(),
            history: Vec::new(),
        }
    }

    /// With a microphone, a camera and a data channel.
    pub fn equipped(seed: u8) -> Self {
        let mut solo = Self::new(seed);
        solo.equip();
        solo
    }

    pub fn equip(&mut self) {
        let now = self.now;
        let mic = Track { id: "mic".to_owned(), kind: MediaKind::Audio };
        self.pc.add_track(now, mic, vec!["call".to_owned()]).expect("a new track");
        self.pc.add_transceiver(now, MediaKind::Video, None, TransceiverInit::default()).expect("valid");
        self.pc.create_data_channel(now, "data", DataChannelInit::default()).expect("a channel");
    }

    /// Runs until nothing is left, with `hook` after each event.
    pub fn pump_with(&mut self, hook: Hook<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..100_000 {
            self.now += Duration::from_micros(10);
            while let Some(request) = self.pc.poll_io() {
                self.answer(request);
            }
            let Some(event) = self.pc.poll_event(self.now) else {
                self.history.extend(events.iter().cloned());
                return events;
            };
            if let Event::IceCandidate(Some(candidate)) = &event {
                self.candidates.push(candidate.clone());
            }
            events.push(event);
            hook(&mut self.pc, self.now);
        }
        panic!("events without end: {:?}", events.last());
    }

    pub fn pump(&mut self) -> Vec<Event> {
        self.pump_with(&|_, _| {})
    }

    fn answer(&mut self, request: IoRequest) {
        let host = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));
        let outcome = match request {
            IoRequest::ListInterfaces => {
                IoOutcome::Interfaces(vec![Interface { name: "eth0".to_owned(), address: host, scope_id: 0 }])
            }
            IoRequest::BindUdp { socket, .. } => {
                self.next_port += 1;
                IoOutcome::UdpBound { socket, local: SocketAddr::new(host, self.next_port) }
            }
            IoRequest::Resolve { host } => IoOutcome::Resolved { host, addresses: Vec::new() },
            IoRequest::Close { .. } => return,
        };
        self.pc.handle_io(self.now, &outcome);
    }

    /// Begins an operation, runs it to its end, and gives its result and all events.
    pub fn operate(
        &mut self,
        begin: impl FnOnce(&mut PeerConnection, Time) -> OperationId,
    ) -> (Result<Settled, Error>, Vec<Event>) {
        let wanted = begin(&mut self.pc, self.now);
        let events = self.pump();
        let result = events.iter().find_map(|event| match event {
            Event::OperationSettled { operation, result } if *operation == wanted => Some(result.clone()),
            _ => None,
        });
        (result.expect("it settles"), events)
    }

    pub fn set_local(&mut self, sdp_type: SdpType) -> Description {
        let init = LocalDescriptionInit { sdp_type: Some(sdp_type), sdp: String::new() };
        self.operate(|pc, now| pc.set_local_description(now, init)).0.expect("a local description");
        self.pc.local_description().expect("it is there")
    }

    pub fn set_remote(&mut self, description: Description) {
        self.operate(|pc, now| pc.set_remote_description(now, description)).0.expect("a good description");
    }
}

/// A whole exchange.
pub fn negotiate(offerer: &mut Solo, answerer: &mut Solo) {
    answerer.set_remote(offerer.set_local(SdpType::Offer));
    offerer.set_remote(answerer.set_local(SdpType::Answer));
}

/// A negotiated connection that was brought to this state, by an exchange that adds a section.
pub fn in_state(state: SignalingState) -> Solo {
    pair_in_state(state).0
}

/// The same, with the other side.
pub fn pair_in_state(state: SignalingState) -> (Solo, Solo) {
    let (mut solo, mut partner) = (Solo::equipped(1), Solo::new(2));
    negotiate(&mut solo, &mut partner);
    let screen = |solo: &mut Solo| {
        let track = Track { id: "screen".to_owned(), kind: MediaKind::Video };
        solo.pc.add_track(solo.now, track, vec!["screen".to_owned()]).expect("a new track");
    };
    match state {
        SignalingState::Stable | SignalingState::Closed => {}
        SignalingState::HaveLocalOffer | SignalingState::HaveRemotePranswer => {
            screen(&mut solo);
            let offer = solo.set_local(SdpType::Offer);
            if state == SignalingState::HaveRemotePranswer {
                partner.set_remote(offer);
                solo.set_remote(partner.set_local(SdpType::Pranswer));
            }
        }
        SignalingState::HaveRemoteOffer | SignalingState::HaveLocalPranswer => {
            screen(&mut partner);
            solo.set_remote(partner.set_local(SdpType::Offer));
            if state == SignalingState::HaveLocalPranswer {
                solo.set_local(SdpType::Pranswer);
            }
        }
    }
    assert_eq!(solo.pc.signaling_state(), state);
    (solo, partner)
}

/// A call through all signaling states. The hook may disturb it as it likes: what then cannot go on is left out.
pub fn play(hook: Hook<'_>) {
    let (mut solo, mut partner) = (Solo::new(1), Solo::new(2));
    solo.equip();
    solo.pump_with(hook);
    let local = |solo: &mut Solo, sdp_type| {
        let init = LocalDescriptionInit { sdp_type: Some(sdp_type), sdp: String::new() };
        solo.pc.set_local_description(solo.now, init);
        solo.pump_with(hook);
        solo.pc.local_description()
    };
    let remote = |solo: &mut Solo, description: Option<Description>| {
        if let Some(description) = description {
            solo.pc.set_remote_description(solo.now, description);
        }
        solo.pump_with(hook);
    };
    let quietly = |partner: &mut Solo, description: Option<Description>, answer: SdpType| {
        let description = description.filter(|description| !description.sdp.is_empty())?;
        partner.operate(|pc, now| pc.set_remote_description(now, description)).0.ok()?;
        let init = LocalDescriptionInit { sdp_type: Some(answer), sdp: String::new() };
        partner.operate(|pc, now| pc.set_local_description(now, init)).0.ok()?;
        partner.pc.local_description()
    };
    let offer = local(&mut solo, SdpType::Offer);
    let provisional = quietly(&mut partner, offer, SdpType::Pranswer);
    remote(&mut solo, provisional);
    partner.operate(|pc, now| pc.set_local_description(now, None)).0.ok();
    remote(&mut solo, partner.pc.local_description());
    for candidate in core::mem::take(&mut partner.candidates) {
        solo.pc.add_ice_candidate(solo.now, Some(candidate));
        solo.pump_with(hook);
    }
    let screen = Track { id: "screen".to_owned(), kind: MediaKind::Video };
    partner.pc.add_track(partner.now, screen, Vec::new()).ok();
    partner.operate(|pc, now| pc.set_local_description(now, None)).0.ok();
    remote(&mut solo, partner.pc.local_description());
    local(&mut solo, SdpType::Pranswer);
    let answer = local(&mut solo, SdpType::Answer);
    if let Some(answer) = answer.filter(|answer| answer.sdp_type == SdpType::Answer) {
        partner.operate(|pc, now| pc.set_remote_description(now, answer)).0.ok();
    }
    // A second offer replaces the first, and is taken back.
    local(&mut solo, SdpType::Offer);
    solo.pc.restart_ice(solo.now);
    local(&mut solo, SdpType::Offer);
    local(&mut solo, SdpType::Rollback);
    solo.pc.close(solo.now);
    solo.pump();
}
