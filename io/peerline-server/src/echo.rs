//! The echo peer: one native peer connection per call; what comes over any of its channels goes back the same way.

use crate::call::{self, OutlivesSignaling};
use crate::hub::{EchoCall, Port};
use peerline::{
    RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcDataChannelMessage, RtcPeerConnection,
    RtcPeerConnectionEvent,
};
use peerline_signaling::ClientMessage;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// Channels of one call that are answered; a page has no use for more, and each takes a task.
const CHANNELS: usize = 1024;

/// Answers calls until the server stops; then all calls end.
pub(crate) async fn serve(mut calls: mpsc::UnboundedReceiver<EchoCall>, mut stopped: watch::Receiver<bool>) {
    let mut going_on = JoinSet::new();
    let for_calls = stopped.clone();
    loop {
        tokio::select! {
            call = calls.recv() => match call {
                Some(call) => {
                    going_on.spawn(answer(call, for_calls.clone()));
                }
                None => break,
            },
            Some(_) = going_on.join_next() => {}
            _ = stopped.wait_for(|stopped| *stopped) => break,
        }
    }
    while going_on.join_next().await.is_some() {}
}

async fn answer(call: EchoCall, mut stopped: watch::Receiver<bool>) {
    let EchoCall { mut port, caller, offer } = call;
    let mut config = RtcConfiguration::default();
    // A page on this machine reaches us over loopback; browsers hide their own addresses, ours must not be missing.
    config.native.include_loopback = true;
    let pc = match RtcPeerConnection::new(config) {
        Ok(pc) => pc,
        Err(error) => {
            tracing::warn!(%error, "no echo peer");
            return bye(&port, caller);
        }
    };
    let mut channels = JoinSet::new();
    if offer {
        match pc.create_data_channel("chat", RtcDataChannelInit::default()) {
            Ok(channel) => {
                channels.spawn(echo(channel));
            }
            Err(error) => tracing::warn!(%error, "no channel for an echo call"),
        }
    }
    let observe = |event: &RtcPeerConnectionEvent| {
        if let RtcPeerConnectionEvent::DataChannel(channel) = event {
            if channels.len() < CHANNELS {
                channels.spawn(echo(channel.clone()));
            } else {
                channel.close();
            }
        }
        // Channels that have closed leave nothing behind in a long call.
        while channels.try_join_next().is_some() {}
    };
    tokio::select! {
        end = call::run(&pc, &mut port, &caller, OutlivesSignaling(false), observe) => tracing::debug!(%end, "echo call ended"),
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    pc.close();
    bye(&port, caller);
}

fn bye(port: &Port, to: String) {
    if let Ok(text) = serde_json::to_string(&ClientMessage::Bye { to }) {
        port.say(&text);
    }
}

/// Text goes back as text, bytes as bytes, empty as empty. Not taking the next message until this one has room holds the sender back.
async fn echo(channel: RtcDataChannel) {
    while let Some(message) = channel.receive().await {
        let sent = match message {
            RtcDataChannelMessage::Text(text) => channel.send_text_when_writable(&text).await,
            RtcDataChannelMessage::Binary(bytes) => channel.send_when_writable(bytes).await,
        };
        if sent.is_err() {
            return;
        }
    }
}
