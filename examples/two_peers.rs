//! Two peers in one process: they connect, and one says hello to the other.

use peerline::{RtcConfiguration, RtcDataChannelInit, RtcError, RtcPeerConnection, RtcPeerConnectionEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RtcError> {
    let alice = RtcPeerConnection::new(RtcConfiguration::default())?;
    let bob = RtcPeerConnection::new(RtcConfiguration::default())?;
    let channel = alice.create_data_channel("chat", RtcDataChannelInit::default())?;

    // Signaling: whatever way you like. Here each description crosses over once all its candidates are known.
    alice.set_local_description(None).await?;
    alice.gathering_complete().await?;
    bob.set_remote_description(alice.local_description().expect("an offer")).await?;
    bob.set_local_description(None).await?;
    bob.gathering_complete().await?;
    alice.set_remote_description(bob.local_description().expect("an answer")).await?;

    channel.opened().await?;
    channel.send_text("hello")?;
    while let Some(event) = bob.next_event().await {
        if let RtcPeerConnectionEvent::DataChannel(channel) = event {
            println!("bob received {:?}", channel.receive().await);
            break;
        }
    }
    Ok(())
}
