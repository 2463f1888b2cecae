//! How fast messages of one size go from one peer to another in one process, with back-pressure: 16 KiB by default, or the size given.
#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "an example shows what it does")]

use peerline::{
    Bytes, RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcError, RtcPeerConnection, RtcPeerConnectionEvent,
};
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size: usize = std::env::args().nth(1).map_or(Ok(16_384), |argument| argument.parse())?;
    let sender = RtcPeerConnection::new(RtcConfiguration::default())?;
    let receiver = RtcPeerConnection::new(RtcConfiguration::default())?;
    let outgoing = sender.create_data_channel("throughput", RtcDataChannelInit::default())?;
    connect(&sender, &receiver).await?;
    outgoing.opened().await?;
    let incoming = next_channel(&receiver).await.ok_or("no channel came")?;

    let producer = tokio::spawn(produce(outgoing, size, Duration::from_secs(5)));
    let (started, mut bytes, mut messages) = (Instant::now(), 0, 0u64);
    while let Some(message) = incoming.receive().await {
        bytes += message.len();
        messages += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    producer.await??;
    println!(
        "{size} bytes a message: {:.1} MB/s, {:.0} messages/s",
        bytes as f64 / 1e6 / seconds,
        messages as f64 / seconds
    );
    Ok(())
}

/// Sends as fast as the channel takes it; nothing piles up, since each message waits for room.
async fn produce(channel: RtcDataChannel, size: usize, duration: Duration) -> Result<(), RtcError> {
    let message = Bytes::from(vec![7; size]);
    let started = Instant::now();
    while started.elapsed() < duration {
        for _ in 0..64 {
            channel.send_when_writable(message.clone()).await?;
        }
    }
    channel.close();
    channel.closed().await;
    Ok(())
}

async fn next_channel(connection: &RtcPeerConnection) -> Option<RtcDataChannel> {
    while let Some(event) = connection.next_event().await {
        if let RtcPeerConnectionEvent::DataChannel(channel) = event {
            return Some(channel);
        }
    }
    None
}

/// Signaling within one process.
async fn connect(offerer: &RtcPeerConnection, answerer: &RtcPeerConnection) -> Result<(), Box<dyn std::error::Error>> {
    offerer.set_local_description(None).await?;
    offerer.gathering_complete().await?;
    answerer.set_remote_description(offerer.local_description().ok_or("no offer")?).await?;
    answerer.set_local_description(None).await?;
    answerer.gathering_complete().await?;
    offerer.set_remote_description(answerer.local_description().ok_or("no answer")?).await?;
    Ok(())
}
