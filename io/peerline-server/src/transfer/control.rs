//! The text messages beside the file's bytes, as JSON; the bytes themselves are binary messages, in order.

use super::error::{Setback, TransferError};
use peerline::{RtcDataChannel, RtcDataChannelMessage};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::timeout;

/// The version of the protocol that this file describes.
pub(super) const VERSION: u32 = 1;
/// How long the other side may be silent before the connection counts as lost.
pub(super) const SILENCE: Duration = Duration::from_secs(20);
/// How long the other side may take to read a partial file, or to finish writing.
pub(super) const DISK: Duration = Duration::from_secs(300);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Control {
    /// Sender: this is the file.
    File { version: u32, name: String, size: u64 },
    /// Receiver: so much of it is here, with this SHA-256.
    Have { offset: u64, sha256: String },
    /// Sender: the bytes that follow begin here.
    Start { offset: u64 },
    /// Sender: that was all; the SHA-256 of the whole.
    Done { sha256: String },
    /// Receiver: the file is complete and has its name.
    Received,
    /// Either: can't go on.
    Failed { reason: String },
}

/// What came over the channel.
#[derive(Debug)]
pub(super) enum Heard {
    Control(Control),
    Bytes(bytes::Bytes),
}

/// Says something.
pub(super) async fn say(channel: &RtcDataChannel, control: &Control) -> Result<(), Setback> {
    let text = serde_json::to_string(control).map_err(Setback::lost)?;
    channel.send_text_when_writable(&text).await.map_err(Setback::lost)
}

/// The next message of the other side; its `failed` as an error.
pub(super) async fn hear(channel: &RtcDataChannel, patience: Duration) -> Result<Heard, Setback> {
    let message = timeout(patience, channel.receive()).await.map_err(|_| Setback::lost("the other side is silent"))?;
    match message.ok_or_else(|| Setback::lost("the channel closed"))? {
        RtcDataChannelMessage::Binary(bytes) => Ok(Heard::Bytes(bytes)),
        RtcDataChannelMessage::Text(text) => match serde_json::from_str(&text) {
            Ok(Control::Failed { reason }) => Err(TransferError::Refused(printable(&reason)).into()),
            Ok(control) => Ok(Heard::Control(control)),
            Err(_) => Err(TransferError::Protocol("an unknown message").into()),
        },
    }
}

/// The other side's words go to a terminal: no control characters, not too many.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}
