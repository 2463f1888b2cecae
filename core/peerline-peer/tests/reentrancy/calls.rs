//! Every public method of `PeerConnection` as a table of calls.

use crate::snapshot::snapshot;
use peerline_edge::{Ecn, FiveTuple, IoFailure, IoOutcome, Received, SocketId, Time};
use peerline_peer::{
    AnswerOptions, BundlePolicy, ChannelId, CodecPreference, Configuration, DataChannelInit, Description, Direction,
    Error, IceCandidateInit, IdentityError, IdentityProvider, IdentityRequestId, MediaKind, Message, OfferOptions,
    OperationId, PeerConnection, SdpType, SendParameters, Track, TransceiverId, TransceiverInit, TransportId,
};

/// What calls are about: things of the connection, or things that it does not have.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub transceiver: TransceiverId,
    pub channel: ChannelId,
    pub transport: TransportId,
}

impl Ids {
    pub const UNKNOWN: Self =
        Self { transceiver: TransceiverId(9999), channel: ChannelId(9999), transport: TransportId(9999) };

    /// The first of each kind; unknown if there is none.
    pub fn of(pc: &PeerConnection) -> Self {
        Self {
            transceiver: pc.transceivers().next().map_or(Self::UNKNOWN.transceiver, |transceiver| transceiver.id()),
            channel: if pc.channel(ChannelId(1)).is_some() { ChannelId(1) } else { Self::UNKNOWN.channel },
            transport: pc.transports().next().map_or(Self::UNKNOWN.transport, |transport| transport.id),
        }
    }
}

/// What came of a call.
#[derive(Debug)]
pub enum Outcome {
    /// It cannot fail.
    Nothing,
    Called(Result<(), Error>),
    Began(OperationId),
}

impl<T> From<Result<T, Error>> for Outcome {
    fn from(result: Result<T, Error>) -> Self {
        Self::Called(result.map(drop))
    }
}

impl From<OperationId> for Outcome {
    fn from(operation: OperationId) -> Self {
        Self::Began(operation)
    }
}

pub type Call = fn(&mut PeerConnection, Time, Ids) -> Outcome;

fn description(sdp_type: SdpType, sdp: &str) -> Description {
    Description { sdp_type, sdp: sdp.to_owned() }
}

fn track(id: &str, kind: MediaKind) -> Track {
    Track { id: id.to_owned(), kind }
}

fn candidate(candidate: &str, mid: &str) -> Option<IceCandidateInit> {
    Some(IceCandidateInit {
        candidate: candidate.to_owned(),
        sdp_mid: Some(mid.to_owned()),
        ..IceCandidateInit::default()
    })
}

fn invented_parameters() -> SendParameters {
    SendParameters {
        transaction_id: String::new(),
        encodings: Vec::new(),
        header_extensions: Vec::new(),
        cname: String::new(),
        reduced_size: true,
        codecs: Vec::new(),
        degradation_preference: None,
    }
}

/// Descriptions and candidates.
pub const SIGNALING: &[(&str, Call)] = &[
    ("createOffer", |pc, now, _| pc.create_offer(now, OfferOptions::default()).into()),
    ("createOffer with iceRestart", |pc, now, _| {
        pc.create_offer(now, OfferOptions { ice_restart: true, ..OfferOptions::default() }).into()
    }),
    ("createAnswer", |pc, now, _| pc.create_answer(now, AnswerOptions::default()).into()),
    ("setLocalDescription", |pc, now, _| pc.set_local_description(now, None).into()),
    ("setLocalDescription of a foreign text", |pc, now, _| {
        pc.set_local_description(now, description(SdpType::Offer, "v=0\r\n")).into()
    }),
    ("setLocalDescription of an answer", |pc, now, _| {
        pc.set_local_description(now, description(SdpType::Answer, "")).into()
    }),
    ("setLocalDescription of a rollback", |pc, now, _| {
        pc.set_local_description(now, description(SdpType::Rollback, "")).into()
    }),
    ("setRemoteDescription of garbage", |pc, now, _| {
        pc.set_remote_description(now, description(SdpType::Offer, "garbage")).into()
    }),
    ("setRemoteDescription of an empty session", |pc, now, _| {
        pc.set_remote_description(now, description(SdpType::Offer, "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"))
            .into()
    }),
    ("setRemoteDescription of an answer", |pc, now, _| {
        pc.set_remote_description(
            now,
            description(SdpType::Answer, "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"),
        )
        .into()
    }),
    ("setRemoteDescription of a pranswer", |pc, now, _| {
        pc.set_remote_description(now, description(SdpType::Pranswer, "")).into()
    }),
    ("setRemoteDescription of a rollback", |pc, now, _| {
        pc.set_remote_description(now, description(SdpType::Rollback, "")).into()
    }),
    ("setRemoteDescription of what is there already", |pc, now, _| match pc.remote_description() {
        Some(there) => pc.set_remote_description(now, there).into(),
        None => Outcome::Nothing,
    }),
    ("setRemoteDescription of our own", |pc, now, _| match pc.local_description() {
        Some(own) => pc.set_remote_description(now, description(SdpType::Offer, &own.sdp)).into(),
        None => Outcome::Nothing,
    }),
    ("addIceCandidate", |pc, now, _| {
        pc.add_ice_candidate(now, candidate("candidate:1 1 udp 2130706431 203.0.113.9 9 typ host", "0")).into()
    }),
    ("addIceCandidate of garbage", |pc, now, _| pc.add_ice_candidate(now, candidate("candidate:x", "zz")).into()),
    ("addIceCandidate of the end", |pc, now, _| pc.add_ice_candidate(now, None).into()),
    ("restartIce", |pc, now, _| {
        pc.restart_ice(now);
        Outcome::Nothing
    }),
    ("setConfiguration", |pc, now, _| pc.set_configuration(now, Configuration::default()).into()),
    ("setConfiguration of another policy", |pc, now, _| {
        let configuration = Configuration { bundle_policy: BundlePolicy::MaxCompat, ..Configuration::default() };
        drop(pc.set_configuration(now, configuration));
        Outcome::Nothing
    }),
];

/// Transceivers, senders, receivers.
pub const MEDIA: &[(&str, Call)] = &[
    ("addTrack", |pc, now, _| pc.add_track(now, track("reentrant", MediaKind::Audio), vec!["s".to_owned()]).into()),
    ("removeTrack", |pc, now, ids| {
        drop(pc.remove_track(now, ids.transceiver));
        Outcome::Nothing
    }),
    ("addTransceiver", |pc, now, _| pc.add_transceiver(now, MediaKind::Video, None, TransceiverInit::default()).into()),
    ("direction", |pc, now, ids| pc.set_direction(now, ids.transceiver, Direction::Inactive).into()),
    ("stop", |pc, now, ids| pc.stop_transceiver(now, ids.transceiver).into()),
    ("replaceTrack", |pc, now, ids| {
        pc.replace_track(now, ids.transceiver, Some(track("other", MediaKind::Audio))).into()
    }),
    ("replaceTrack with null", |pc, now, ids| pc.replace_track(now, ids.transceiver, None).into()),
    ("setStreams", |pc, now, ids| pc.set_streams(now, ids.transceiver, vec!["t".to_owned()]).into()),
    ("setCodecPreferences", |pc, now, ids| pc.set_codec_preferences(now, ids.transceiver, Vec::new()).into()),
    ("setCodecPreferences of nonsense", |pc, now, ids| {
        let codec = CodecPreference { name: "x".to_owned(), clock_rate: 1, channels: None, parameters: None };
        pc.set_codec_preferences(now, ids.transceiver, vec![codec]).into()
    }),
    ("sender.getParameters", |pc, _, ids| {
        drop(pc.send_parameters(ids.transceiver));
        Outcome::Nothing
    }),
    ("receiver.getParameters", |pc, _, ids| {
        drop(pc.receive_parameters(ids.transceiver));
        Outcome::Nothing
    }),
    ("setParameters", |pc, now, ids| match pc.send_parameters(ids.transceiver) {
        Ok(parameters) => pc.set_parameters(now, ids.transceiver, parameters).into(),
        Err(error) => Outcome::Called(Err(error)),
    }),
    ("setParameters of invented ones", |pc, now, ids| {
        pc.set_parameters(now, ids.transceiver, invented_parameters()).into()
    }),
    ("insertDTMF", |pc, now, ids| pc.insert_dtmf(now, ids.transceiver, "123", 100, 70).into()),
    ("canInsertDTMF", |pc, _, ids| {
        let _ = pc.can_insert_dtmf(ids.transceiver);
        Outcome::Nothing
    }),
];

/// Data channels, identity, and what drives the machine.
pub const OTHERS: &[(&str, Call)] = &[
    ("createDataChannel", |pc, now, _| pc.create_data_channel(now, "new", DataChannelInit::default()).into()),
    ("createDataChannel negotiated", |pc, now, _| {
        let init = DataChannelInit { negotiated: true, id: Some(7), ..DataChannelInit::default() };
        drop(pc.create_data_channel(now, "new", init));
        Outcome::Nothing
    }),
    ("send", |pc, now, ids| pc.send(now, ids.channel, Message::Text("hello".into())).into()),
    ("receive", |pc, now, ids| {
        drop(pc.receive(now, ids.channel));
        Outcome::Nothing
    }),
    ("bufferedAmountLowThreshold", |pc, _, ids| {
        pc.set_buffered_amount_low_threshold(ids.channel, 1);
        Outcome::Nothing
    }),
    ("channel.close", |pc, now, ids| {
        pc.close_channel(now, ids.channel);
        Outcome::Nothing
    }),
    ("release a channel", |pc, _, ids| {
        pc.release_channel(ids.channel);
        Outcome::Nothing
    }),
    ("setIdentityProvider", |pc, now, _| {
        let provider =
            IdentityProvider { domain: String::new(), protocol: None, username_hint: None, peer_identity: None };
        pc.set_identity_provider(now, provider).into()
    }),
    ("getIdentityAssertion", |pc, now, _| pc.get_identity_assertion(now).into()),
    ("an answer to no identity request", |pc, now, _| {
        pc.handle_identity(now, IdentityRequestId(999), Err(IdentityError::Load(None)));
        Outcome::Nothing
    }),
    ("poll_event", |pc, now, _| {
        drop(pc.poll_event(now));
        Outcome::Nothing
    }),
    ("poll_task", |pc, now, _| {
        drop(pc.poll_task(now));
        Outcome::Nothing
    }),
    ("poll_transmit", |pc, now, _| {
        let _ = pc.poll_transmit(now, &mut Vec::new());
        Outcome::Nothing
    }),
    ("poll_io", |pc, _, _| {
        drop(pc.poll_io());
        Outcome::Nothing
    }),
    ("handle_timeout", |pc, now, _| {
        let _ = pc.poll_timeout();
        pc.handle_timeout(now);
        Outcome::Nothing
    }),
    ("handle_datagram", |pc, now, _| {
        let path = FiveTuple::udp(([203, 0, 113, 1], 40_001).into(), ([198, 51, 100, 1], 9).into());
        for first in [0_u8, 20, 22, 64, 128, 255] {
            let mut contents = [first; 40];
            pc.handle_datagram(now, Received { path, ecn: Ecn::NotEct, contents: &mut contents });
        }
        Outcome::Nothing
    }),
    ("handle_io", |pc, now, _| {
        pc.handle_io(now, &IoOutcome::Failed { socket: SocketId(77), failure: IoFailure::Other });
        pc.handle_io(now, &IoOutcome::Resolved { host: "nobody.invalid".to_owned(), addresses: Vec::new() });
        pc.handle_io(now, &IoOutcome::UdpBound { socket: SocketId(3), local: ([203, 0, 113, 1], 1).into() });
        Outcome::Nothing
    }),
    ("every getter", |pc, _, ids| {
        drop(snapshot(pc));
        let _ = (pc.transceiver(ids.transceiver).is_some(), pc.channel(ids.channel).is_some());
        drop(pc.selected_candidate_pair(ids.transport));
        let _ = (pc.has_events(), pc.is_drained(), pc.drops().dcep, pc.configuration().ice_servers.len());
        Outcome::Nothing
    }),
];

/// All of them; `close` is not among them.
pub fn all() -> impl Iterator<Item = &'static (&'static str, Call)> {
    SIGNALING.iter().chain(MEDIA).chain(OTHERS)
}
