//! Tracks, streams, transceivers through the facade: what a description changes at them.

use peerline::{
    MediaStream, MediaStreamTrack, MediaStreamTrackState, RtcConfiguration, RtcErrorName, RtcMediaKind,
    RtcPeerConnection, RtcPeerConnectionEvent as Event, RtcRtpSender, RtcRtpTransceiverDirection,
    RtcRtpTransceiverInit,
};

fn peer() -> RtcPeerConnection {
    RtcPeerConnection::new(RtcConfiguration::default()).expect("a peer connection")
}

async fn negotiate(from: &RtcPeerConnection, to: &RtcPeerConnection) {
    from.set_local_description(None).await.expect("an offer");
    to.set_remote_description(from.local_description().expect("an offer")).await.expect("a good offer");
    to.set_local_description(None).await.expect("an answer");
    from.set_remote_description(to.local_description().expect("an answer")).await.expect("a good answer");
}

#[tokio::test]
async fn a_track_arrives_in_its_stream_as_one_object() {
    let (alice, bob) = (peer(), peer());
    let (mic, call) = (MediaStreamTrack::new(RtcMediaKind::Audio, "mic"), MediaStream::new());
    let sender = alice.add_track(&mic, &[&call]).expect("a sender");
    assert_eq!(sender.track(), Some(mic.clone()));
    assert_eq!(alice.add_track(&mic, &[]).expect_err("twice").name, RtcErrorName::InvalidAccessError);
    negotiate(&alice, &bob).await;
    let event = loop {
        if let Some(Event::Track(event)) = bob.next_event().await {
            break event;
        }
    };
    assert_eq!(event.streams.len(), 1);
    assert_eq!(event.streams[0].id(), call.id());
    assert_eq!(event.streams[0].get_tracks(), std::slice::from_ref(&event.track));
    assert_eq!(event.receiver.track(), Some(event.track.clone()));
    assert_eq!(bob.get_receivers(), std::slice::from_ref(&event.receiver));
    assert!(event.track.muted());
    assert_eq!(event.transceiver.direction(), RtcRtpTransceiverDirection::Recvonly);
    assert_eq!(alice.get_transceivers()[0].current_direction(), Some(RtcRtpTransceiverDirection::Sendonly));
    assert!(sender.transport().is_some() && event.receiver.transport().is_some());

    alice.remove_track(&sender).expect("ours");
    negotiate(&alice, &bob).await;
    let removed = loop {
        if let Some(Event::StreamRemoveTrack(stream, track)) = bob.next_event().await {
            break (stream, track);
        }
    };
    assert_eq!(removed, (event.streams[0].clone(), event.track.clone()));
    assert!(event.streams[0].get_tracks().is_empty());

    alice.get_transceivers()[0].stop().expect("open");
    negotiate(&alice, &bob).await;
    while !matches!(bob.next_event().await, Some(Event::TrackEnded(track)) if track == event.track) {}
    assert_eq!(event.track.ready_state(), MediaStreamTrackState::Ended);
    assert_eq!(event.transceiver.direction(), RtcRtpTransceiverDirection::Stopped);
}

#[tokio::test]
async fn parameters_change_in_one_go_and_tracks_are_replaced_without_negotiation() {
    let (alice, bob) = (peer(), peer());
    let transceiver =
        alice.add_transceiver(RtcMediaKind::Video, RtcRtpTransceiverInit::default()).expect("a transceiver");
    negotiate(&alice, &bob).await;
    let sender = transceiver.sender();
    sender
        .update_parameters(|parameters| parameters.encodings[0].max_bitrate = Some(300_000))
        .expect("ours")
        .await
        .expect("valid");
    assert_eq!(sender.get_parameters().expect("ours").encodings[0].max_bitrate, Some(300_000));
    let refused = sender.update_parameters(|parameters| parameters.encodings[0].scale_resolution_down_by = Some(0.5));
    assert_eq!(refused.expect("ours").await.expect_err("out of range").name, RtcErrorName::RangeError);
    let camera = MediaStreamTrack::new(RtcMediaKind::Video, "camera");
    sender.replace_track(Some(&camera)).await.expect("the same kind");
    assert_eq!(sender.track(), Some(camera));
    let mic = MediaStreamTrack::new(RtcMediaKind::Audio, "mic");
    assert_eq!(sender.replace_track(Some(&mic)).await.expect_err("another kind").name, RtcErrorName::TypeError);
    let stopped = transceiver.set_direction(RtcRtpTransceiverDirection::Stopped);
    assert_eq!(stopped.expect_err("not that way").name, RtcErrorName::TypeError);
    assert!(sender.dtmf().is_none());
}

#[test]
fn capabilities_name_the_codecs_that_every_browser_has() {
    let names = |kind| -> Vec<String> {
        RtcRtpSender::get_capabilities(kind).codecs.into_iter().map(|codec| codec.mime_type).collect()
    };
    for name in ["audio/opus", "audio/PCMU", "audio/PCMA"] {
        assert!(names(RtcMediaKind::Audio).iter().any(|known| known == name), "{name}");
    }
    for name in ["video/VP8", "video/H264", "video/rtx"] {
        assert!(names(RtcMediaKind::Video).iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn a_duplicate_is_another_track_and_a_stream_has_each_track_once() {
    let track = MediaStreamTrack::new(RtcMediaKind::Audio, "mic");
    track.set_enabled(false);
    let other = track.duplicate();
    assert_ne!(track, other);
    assert_ne!(track.id(), other.id());
    assert_eq!(track.id().len(), 36);
    assert!(!other.enabled());
    let stream = MediaStream::of_tracks(&[track.clone(), track.clone(), other.clone()]);
    assert_eq!(stream.get_audio_tracks(), [track.clone(), other.clone()]);
    assert!(stream.active());
    track.stop();
    other.stop();
    assert!(!stream.active());
    assert_eq!(stream.get_track_by_id(track.id()), Some(track));
}
