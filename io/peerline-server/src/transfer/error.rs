//! Why a transfer failed, in words that say what to do.

use crate::client::SignalingError;
use std::io;
use std::path::PathBuf;

/// Why a transfer failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// The server can't be reached, or refuses.
    #[error(transparent)]
    Signaling(#[from] SignalingError),
    /// What was typed is no code.
    #[error("{0:?} is not a code: it looks like k7qd-3mzt, as `peerline send` prints it")]
    NotACode(String),
    /// The server doesn't know the code.
    #[error("the server knows no such code: it is mistyped, or the sender has ended")]
    UnknownCode,
    /// A file of ours can't be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Only files can be sent.
    #[error("{} is not a file: pack a directory first (tar)", .0.display())]
    NotAFile(PathBuf),
    /// The file is there already.
    #[error("{} exists already and is not overwritten: move it away, or choose another path with --out", .0.display())]
    Exists(PathBuf),
    /// The file changed while it was being sent.
    #[error("{} changed while it was being sent", .0.display())]
    Changed(PathBuf),
    /// The other side can't go on.
    #[error("the other side gave up: {0}")]
    Refused(String),
    /// The checksums differ.
    #[error("the file arrived damaged and was thrown away: its checksum is {received}, it should be {sent}")]
    Damaged {
        /// SHA-256 of what arrived.
        received: String,
        /// SHA-256 of what was sent.
        sent: String,
    },
    /// The other side does not keep to the protocol.
    #[error("the other side does not speak this protocol: {0}")]
    Protocol(&'static str),
    /// Too many lost connections in a row.
    #[error("gave up after {attempts} attempts without progress; the last failed because {why}")]
    GaveUp {
        /// How many.
        attempts: u32,
        /// Why the last one failed.
        why: String,
    },
    /// No peer connection can be made.
    #[error("cannot make a peer connection: {0}")]
    Peer(String),
}

/// Why one attempt ended.
#[derive(Debug)]
pub(super) enum Setback {
    /// Another attempt may help.
    Lost(String),
    /// It may not.
    Fatal(TransferError),
}

impl Setback {
    pub(super) fn lost(why: impl std::fmt::Display) -> Self {
        Self::Lost(why.to_string())
    }
}

impl From<TransferError> for Setback {
    fn from(error: TransferError) -> Self {
        Self::Fatal(error)
    }
}
