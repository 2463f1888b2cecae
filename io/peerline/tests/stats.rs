//! Statistics through the facade.

mod support;

use peerline::rtc_stats::{RtcDtlsRole, RtcTransportStats};
use peerline::{
    MediaStreamTrack, RtcDataChannelInit, RtcDtlsTransportState, RtcMediaKind, RtcStatsReport, RtcStatsType,
};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support::{connected_pair, peer, soon};

fn transport(report: &RtcStatsReport) -> RtcTransportStats {
    let found = report.iter().find_map(|stats| match &stats.content {
        RtcStatsType::Transport(transport) => Some((**transport).clone()),
        _ => None,
    });
    found.expect("a transport")
}

fn unix_millis() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64() * 1e3
}

#[tokio::test]
async fn what_one_side_sends_the_other_receives() {
    let pair = connected_pair().await;
    pair.outgoing.send("hello").expect("sent");
    soon("the message", pair.incoming.receive()).await.expect("received");
    let (hers, theirs) = (pair.offerer.get_stats().await.expect("one"), pair.answerer.get_stats().await.expect("two"));
    let (sender, receiver) = (transport(&hers), transport(&theirs));
    assert!(sender.bytes_sent > 5 && sender.packets_sent > 0, "{sender:?}");
    assert!(receiver.bytes_received <= transport(&pair.offerer.get_stats().await.expect("later")).bytes_sent);
    assert_eq!(sender.dtls_state, Some(RtcDtlsTransportState::Connected));
    assert_eq!((sender.dtls_role, receiver.dtls_role), (Some(RtcDtlsRole::Server), Some(RtcDtlsRole::Client)));
    let received = theirs.iter().find_map(|stats| match &stats.content {
        RtcStatsType::DataChannel(channel) => Some((channel.messages_received, channel.bytes_received)),
        _ => None,
    });
    assert_eq!(received, Some((1, 5)));
}

#[tokio::test]
async fn timestamps_are_the_wall_clock_to_the_millisecond() {
    let connection = peer();
    let before = unix_millis();
    let report = connection.get_stats().await.expect("statistics");
    let after = unix_millis();
    let timestamp = report.iter().next().expect("the connection").timestamp;
    assert!(before - 0.2 <= timestamp && timestamp <= after + 0.2, "{before} {timestamp} {after}");
}

#[tokio::test]
async fn a_closed_connection_gives_its_last_statistics() {
    let pair = connected_pair().await;
    let asked = pair.offerer.get_stats();
    pair.offerer.close();
    let asked = asked.await.expect("asked before the end");
    let later = pair.offerer.get_stats().await.expect("asked after it");
    assert_eq!(transport(&later).dtls_state, Some(RtcDtlsTransportState::Closed));
    assert!(transport(&later).bytes_sent >= transport(&asked).bytes_sent);
}

#[tokio::test]
async fn senders_and_receivers_select_what_they_reach() {
    let pair = connected_pair().await;
    let track = MediaStreamTrack::new(RtcMediaKind::Audio, "microphone");
    let sender = pair.offerer.add_track(&track, &[]).expect("a sender");
    assert!(sender.get_stats().await.expect("statistics").is_empty(), "nothing is negotiated");
    let receiver = pair.offerer.get_receivers().pop().expect("a receiver");
    assert!(receiver.get_stats().await.expect("statistics").is_empty());
    let report = pair.offerer.get_stats().await.expect("statistics");
    let is_source = |content: &RtcStatsType| matches!(content, RtcStatsType::AudioSource(source) if source.source.track_identifier == track.id());
    assert_eq!(report.iter().filter(|stats| is_source(&stats.content)).count(), 1);
}

#[tokio::test]
async fn statistics_of_ten_thousand_channels_take_bounded_time() {
    let connection = peer();
    let channels: Vec<_> = (0..10_000)
        .map(|index| connection.create_data_channel(&format!("channel {index}"), RtcDataChannelInit::default()))
        .collect();
    let started = Instant::now();
    for _ in 0..10 {
        let report = connection.get_stats().await.expect("statistics");
        assert_eq!(report.len(), channels.len() + 1);
    }
    // A twentieth of that without optimization.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_thousand_reports_of_a_connected_peer_take_little() {
    let pair = connected_pair().await;
    let started = Instant::now();
    for _ in 0..1000 {
        pair.offerer.get_stats().await.expect("statistics");
    }
    // With optimization a thousandth of that.
    println!("a thousand reports: {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(10));
}
