//! Files from machine to machine over a data channel: flow control, resume after a lost connection, checksum from end to end.
//!
//! 1. The sender takes a code at the signaling server; the receiver, told the code, takes the other seat: the two are paired.
//! 2. The sender calls and offers the file: name and size. The receiver tells how much of it lies in its `.part` file, with the checksum of that much.
//! 3. If the checksum is that of the sender's file so far, the sender goes on from there, else from the start.
//! 4. After the last byte comes the checksum of the whole; the receiver compares, gives the file its name, and confirms.
//! 5. A connection that is lost on the way is made again by the same code, a bounded number of times without progress.
//!
//! The bytes go from peer to peer under DTLS. The signaling server is trusted to pair the right two: it hands over the fingerprints.

mod control;
mod error;
mod name;
mod receiver;
mod rendezvous;
mod sender;
mod sink;
mod source;

pub use error::TransferError;
pub use name::safe_name;

use crate::client::SignalingUrl;
use peerline_signaling::SeatRole;
use receiver::Receiver;
use rendezvous::Rendezvous;
use sender::Sender;
use std::path::PathBuf;

/// Told while a transfer runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferEvent {
    /// The code to tell the receiver.
    Code(String),
    /// The other side is known; connecting.
    Connecting,
    /// A channel is open.
    Connected,
    /// The transfer begins, or goes on.
    Started {
        /// The file's name, as the sender calls it.
        name: String,
        /// Its size, bytes.
        size: u64,
        /// Where it begins, bytes.
        offset: u64,
    },
    /// So many bytes of the file have been sent, or have arrived.
    Bytes(u64),
    /// The connection is lost; the next attempt begins soon.
    Lost {
        /// Why.
        why: String,
        /// Which attempt comes next, without progress since the last.
        attempt: u32,
    },
}

/// Sends one file; returns when the receiver has confirmed it. Gives its SHA-256.
///
/// # Errors
/// [`TransferError`]
pub async fn send(
    url: SignalingUrl,
    file: PathBuf,
    tell: impl FnMut(TransferEvent) + Send,
) -> Result<String, TransferError> {
    let mut sender = Sender::open(file).await?;
    Rendezvous::new(url, SeatRole::Host, None).run(&mut sender, tell).await?;
    Ok(sender.into_checksum())
}

/// Receives one file. `out` is the path to write, a directory to write into, or nothing for the present one. Gives the path and the SHA-256.
///
/// # Errors
/// [`TransferError`]. What has arrived stays in `NAME.part`; receiving the same file there again goes on from it.
pub async fn receive(
    url: SignalingUrl,
    code: &str,
    out: Option<PathBuf>,
    tell: impl FnMut(TransferEvent) + Send,
) -> Result<(PathBuf, String), TransferError> {
    let code = peerline_signaling::normalize_code(code).ok_or_else(|| TransferError::NotACode(code.to_owned()))?;
    let mut receiver = Receiver::new(out)?;
    Rendezvous::new(url, SeatRole::Visitor, Some(code)).run(&mut receiver, tell).await?;
    receiver.into_result()
}
