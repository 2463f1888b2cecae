//! What a task fired, as JavaScript gets it: the core's events with their words.

use crate::candidate::NativeCandidateInit;
use crate::connection::{NativeDescription, number};
use crate::error::NativeError;
use crate::stats::NativeStats;
use napi_derive::napi;
use peerline::RtcError;
use peerline_peer::{
    ChannelEvent, ChannelId, Error, Event, IdentityRequest, Settled, TrackEvent, TransportEvent, TransportId,
};

/// `type` is the variant's name in lower case.
#[napi(discriminant = "type", discriminant_case = "lowercase", object_from_js = false)]
#[derive(Debug)]
pub enum NativeEvent {
    Settled {
        operation: f64,
        error: Option<NativeError>,
        description: Option<NativeDescription>,
        assertion: Option<String>,
        stats: Option<NativeStats>,
    },
    IdentityRequest {
        request: f64,
        domain: String,
        protocol: Option<String>,
        username_hint: Option<String>,
        peer_identity: Option<String>,
        contents: Option<String>,
        assertion: Option<String>,
    },
    PeerIdentity {
        idp: Option<String>,
        name: Option<String>,
        error: Option<NativeError>,
    },
    NegotiationNeeded {},
    SignalingStateChange {},
    IceGatheringStateChange {},
    IceConnectionStateChange {},
    ConnectionStateChange {},
    IceCandidate {
        candidate: Option<NativeCandidateInit>,
    },
    IceCandidateError {
        address: Option<String>,
        port: Option<u16>,
        url: String,
        error_code: u16,
        error_text: String,
    },
    Track {
        transceiver: u32,
        streams: Vec<String>,
    },
    AddTrack {
        stream: String,
        transceiver: u32,
    },
    RemoveTrack {
        stream: String,
        transceiver: u32,
    },
    Mute {
        transceiver: u32,
    },
    Unmute {
        transceiver: u32,
    },
    Ended {
        transceiver: u32,
    },
    ToneChange {
        transceiver: u32,
        tone: String,
    },
    DataChannel {
        channel: f64,
    },
    Open {
        channel: f64,
    },
    Readable {
        channel: f64,
    },
    BufferedAmountLow {
        channel: f64,
    },
    Closing {
        channel: f64,
    },
    Close {
        channel: f64,
    },
    ChannelError {
        channel: f64,
        error: NativeError,
    },
    IceStateChange {
        transport: u32,
    },
    IceTransportGatheringStateChange {
        transport: u32,
    },
    SelectedCandidatePairChange {
        transport: u32,
    },
    DtlsStateChange {
        transport: u32,
    },
    DtlsError {
        transport: u32,
        error: NativeError,
    },
    SctpStateChange {},
}

impl NativeEvent {
    /// `None` for what JavaScript is not told: that a promise will never settle.
    pub(crate) fn from_core(event: Event) -> Option<Self> {
        Some(match event {
            Event::OperationSettled { operation, result } => Self::settled(number(operation.0), result),
            Event::IdentityRequest(request) => Self::identity_request(request),
            Event::PeerIdentity(Ok(peer)) => {
                Self::PeerIdentity { idp: Some(peer.idp), name: Some(peer.name), error: None }
            }
            Event::PeerIdentity(Err(error)) => {
                Self::PeerIdentity { idp: None, name: None, error: Some(NativeError::from(&Error::Identity(error))) }
            }
            Event::NegotiationNeeded => Self::NegotiationNeeded {},
            Event::SignalingStateChange(_) => Self::SignalingStateChange {},
            Event::IceGatheringStateChange(_) => Self::IceGatheringStateChange {},
            Event::IceConnectionStateChange(_) => Self::IceConnectionStateChange {},
            Event::ConnectionStateChange(_) => Self::ConnectionStateChange {},
            Event::IceCandidate(candidate) => Self::IceCandidate { candidate: candidate.map(Into::into) },
            Event::IceCandidateError(error) => Self::IceCandidateError {
                address: error.address.map(|address| address.to_string()),
                port: error.port,
                url: error.url,
                error_code: error.error_code,
                error_text: error.error_text,
            },
            Event::Track(event) => Self::track(event),
            Event::ToneChange { transceiver, tone } => Self::ToneChange { transceiver: transceiver.0, tone },
            Event::DataChannel(channel) => Self::DataChannel { channel: number(channel.0) },
            Event::Channel(channel, event) => Self::channel(channel, &event),
            Event::Transport(transport, event) => Self::transport(transport, event),
            Event::SctpTransport(_) => Self::SctpStateChange {},
            _ => return None,
        })
    }

    fn settled(operation: f64, result: Result<Settled, Error>) -> Self {
        let (mut error, mut description, mut assertion, mut stats) = (None, None, None, None);
        match result {
            Ok(Settled::Description(settled)) => description = Some(settled.into()),
            Ok(Settled::IdentityAssertion(settled)) => assertion = Some(settled),
            Ok(Settled::Stats(settled)) => stats = Some(NativeStats(settled)),
            Ok(_) => {}
            Err(settled) => error = Some(NativeError::from(&settled)),
        }
        Self::Settled { operation, error, description, assertion, stats }
    }

    fn identity_request(request: IdentityRequest) -> Self {
        match request {
            IdentityRequest::Generate { request, provider, contents } => Self::IdentityRequest {
                request: number(request.0),
                domain: provider.domain,
                protocol: provider.protocol,
                username_hint: provider.username_hint,
                peer_identity: provider.peer_identity,
                contents: Some(contents),
                assertion: None,
            },
            IdentityRequest::Validate { request, domain, protocol, assertion } => Self::IdentityRequest {
                request: number(request.0),
                domain,
                protocol: Some(protocol),
                username_hint: None,
                peer_identity: None,
                contents: None,
                assertion: Some(assertion),
            },
        }
    }

    fn track(event: TrackEvent) -> Self {
        match event {
            TrackEvent::Track { transceiver, streams } => Self::Track { transceiver: transceiver.0, streams },
            TrackEvent::AddedToStream { stream, transceiver } => Self::AddTrack { stream, transceiver: transceiver.0 },
            TrackEvent::RemovedFromStream { stream, transceiver } => {
                Self::RemoveTrack { stream, transceiver: transceiver.0 }
            }
            TrackEvent::Muted(transceiver) => Self::Mute { transceiver: transceiver.0 },
            TrackEvent::Unmuted(transceiver) => Self::Unmute { transceiver: transceiver.0 },
            TrackEvent::Ended(transceiver) => Self::Ended { transceiver: transceiver.0 },
        }
    }

    fn channel(channel: ChannelId, event: &ChannelEvent) -> Self {
        let channel = number(channel.0);
        match event {
            ChannelEvent::Open => Self::Open { channel },
            ChannelEvent::Readable => Self::Readable { channel },
            ChannelEvent::BufferedAmountLow => Self::BufferedAmountLow { channel },
            ChannelEvent::Error(error) => Self::ChannelError { channel, error: RtcError::from(error).into() },
            ChannelEvent::Closing => Self::Closing { channel },
            ChannelEvent::Close => Self::Close { channel },
        }
    }

    fn transport(transport: TransportId, event: TransportEvent) -> Self {
        let transport = transport.0;
        match event {
            TransportEvent::IceState(_) => Self::IceStateChange { transport },
            TransportEvent::IceGatheringState(_) => Self::IceTransportGatheringStateChange { transport },
            TransportEvent::SelectedCandidatePair => Self::SelectedCandidatePairChange { transport },
            TransportEvent::DtlsState(_) => Self::DtlsStateChange { transport },
            TransportEvent::DtlsError(failure) => Self::DtlsError { transport, error: RtcError::from(failure).into() },
        }
    }
}
