//! Two peers in one process: they connect, and one says hello to the other.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use peerline::{RtcConfiguration, RtcDataChannelInit, RtcError, RtcPeerConnection, RtcPeerConnectionEvent as Event};

#[tokio::main]
async fn main() -> Result<(), RtcError> {
    let alice = RtcPeerConnection::new(RtcConfiguration::default())?;
    let bob = RtcPeerConnection::new(RtcConfiguration::default())?;
    let chat = alice.create_data_channel("chat", RtcDataChannelInit::default())?;
    // Signaling, whatever way you like: here each description crosses over once, with all its candidates.
    alice.set_local_description(None).await?;
    alice.gathering_complete().await?;
    bob.set_remote_description(alice.local_description().expect("just set")).await?;
    bob.set_local_description(None).await?;
    bob.gathering_complete().await?;
    alice.set_remote_description(bob.local_description().expect("just set")).await?;
    chat.opened().await?;
    chat.send_text("hello")?;
    while let Some(event) = bob.next_event().await {
        let Event::DataChannel(channel) = event else { continue };
        println!("{:?}", channel.receive().await);
        break;
    }
    Ok(())
}
