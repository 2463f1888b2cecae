//! webrtc-rs: its engine, the crate `rtc`, without a socket.

use std::time::Instant;

use rtc::peer_connection::configuration::RTCConfigurationBuilder;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection as Direction, RTCRtpTransceiverInit};

use crate::Take;

type Failure = Box<dyn std::error::Error>;
/// What one round of a scenario does to the offering side.
type Change = fn(&mut RTCPeerConnection) -> Result<(), Failure>;

fn encoding(kind: RtpCodecKind, rid: &str, ssrc: u32) -> RTCRtpEncodingParameters {
    let (mime_type, clock_rate, channels) = match kind {
        RtpCodecKind::Audio => ("audio/opus", 48_000, 2),
        _ => ("video/VP8", 90_000, 0),
    };
    RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { rid: rid.into(), ssrc: Some(ssrc), ..Default::default() },
        active: true,
        codec: RTCRtpCodec { mime_type: mime_type.to_owned(), clock_rate, channels, ..Default::default() },
        ..Default::default()
    }
}

fn add(pc: &mut RTCPeerConnection, kind: RtpCodecKind, direction: Direction, rids: &[&str]) -> Result<(), Failure> {
    let sends = matches!(direction, Direction::Sendrecv | Direction::Sendonly);
    let base = if kind == RtpCodecKind::Audio { 1000 } else { 2000 };
    let send_encodings = rids.iter().zip(base..).filter(|_| sends).map(|(rid, ssrc)| encoding(kind, rid, ssrc));
    let init = RTCRtpTransceiverInit { direction, streams: Vec::new(), send_encodings: send_encodings.collect() };
    pc.add_transceiver_from_kind(kind, Some(init))?;
    Ok(())
}

fn both(pc: &mut RTCPeerConnection, direction: Direction) -> Result<(), Failure> {
    add(pc, RtpCodecKind::Audio, direction, &[""])?;
    add(pc, RtpCodecKind::Video, direction, &[""])
}

fn media(pc: &mut RTCPeerConnection) -> Result<(), Failure> {
    both(pc, Direction::Sendrecv)
}

fn data(pc: &mut RTCPeerConnection) -> Result<(), Failure> {
    pc.create_data_channel("chat", None)?;
    Ok(())
}

fn everything(pc: &mut RTCPeerConnection) -> Result<(), Failure> {
    media(pc)?;
    data(pc)
}

fn restart(pc: &mut RTCPeerConnection) -> Result<(), Failure> {
    pc.restart_ice();
    Ok(())
}

pub(crate) fn run() -> Vec<(&'static str, Take)> {
    vec![
        ("data_only", rounds(&[data])),
        ("audio_video", rounds(&[media])),
        ("audio_video_data", rounds(&[everything])),
        ("recvonly", rounds(&[|pc| both(pc, Direction::Recvonly)])),
        ("sendonly", rounds(&[|pc| both(pc, Direction::Sendonly)])),
        ("simulcast_rids", rounds(&[|pc| add(pc, RtpCodecKind::Video, Direction::Sendonly, &["hi", "mid", "lo"])])),
        ("ice_restart", rounds(&[everything, restart])),
        ("data_added_later", rounds(&[media, data])),
        ("media_added_later", rounds(&[data, media])),
    ]
}

fn connection() -> Result<RTCPeerConnection, Failure> {
    let mut media_engine = MediaEngine::default();
    media_engine.register_default_codecs()?;
    let builder = RTCPeerConnectionBuilder::new().with_configuration(RTCConfigurationBuilder::new().build());
    Ok(builder.with_media_engine(media_engine).build(Instant::now())?)
}

fn rounds(changes: &[Change]) -> Take {
    let mut records = Vec::new();
    let why = exchanges(changes, &mut records).err().map(|error| error.to_string());
    (records, why)
}

fn exchanges(changes: &[Change], records: &mut Vec<(&'static str, String)>) -> Result<(), Failure> {
    let (mut a, mut b) = (connection()?, connection()?);
    let now = Instant::now();
    for change in changes {
        change(&mut a)?;
        let offer = a.create_offer(None)?;
        records.push(("offer", offer.sdp.clone()));
        a.set_local_description(now, offer.clone())?;
        b.set_remote_description(now, RTCSessionDescription::offer(offer.sdp)?)?;
        let answer = b.create_answer(None)?;
        records.push(("answer", answer.sdp.clone()));
        b.set_local_description(now, answer.clone())?;
        a.set_remote_description(now, RTCSessionDescription::answer(answer.sdp)?)?;
    }
    Ok(())
}
