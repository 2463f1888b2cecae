//! The file that is sent: read and hashed ahead, on a thread for blocking work, a few blocks at most.

use super::error::TransferError;
use crate::check::hex;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Bytes read at once.
const BLOCK: usize = 1024 * 1024;
/// Blocks that wait to be sent.
const AHEAD: usize = 4;

/// What comes out of the file.
#[derive(Debug)]
pub(super) enum Block {
    /// The next bytes.
    Data(Bytes),
    /// There are no more; SHA-256 of the whole.
    End(String),
}

/// Reads from `offset`. What lies before is only hashed.
#[derive(Debug)]
pub(super) struct Source {
    /// SHA-256 of the bytes before the offset.
    pub(super) prefix: String,
    blocks: mpsc::Receiver<io::Result<Block>>,
}

impl Source {
    pub(super) async fn open(path: &Path, size: u64, offset: u64) -> Result<Self, TransferError> {
        let (sender, blocks) = mpsc::channel(AHEAD);
        let (told, prefix) = tokio::sync::oneshot::channel();
        let owned = path.to_owned();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(&owned, size, offset, told, &sender) {
                let _ = sender.blocking_send(Err(error));
            }
        });
        match prefix.await {
            Ok(prefix) => Ok(Self { prefix, blocks }),
            Err(_) => {
                let mut blocks = blocks;
                let source = match blocks.recv().await {
                    Some(Err(error)) => error,
                    _ => io::ErrorKind::UnexpectedEof.into(),
                };
                Err(failure(path.to_owned(), source))
            }
        }
    }

    /// The next block; None once the reader has ended without one.
    pub(super) async fn next(&mut self) -> Option<io::Result<Block>> {
        self.blocks.recv().await
    }
}

/// A file that is shorter than it was, or longer, changed; the rest is the system's.
pub(super) fn failure(path: PathBuf, source: io::Error) -> TransferError {
    match source.kind() {
        io::ErrorKind::UnexpectedEof => TransferError::Changed(path),
        _ => TransferError::File { path, source },
    }
}

fn read(
    path: &Path,
    size: u64,
    offset: u64,
    told: tokio::sync::oneshot::Sender<String>,
    out: &mpsc::Sender<io::Result<Block>>,
) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    hash_exactly(&mut file, offset, &mut hash)?;
    let _ = told.send(hex(&hash.clone().finalize()));
    let mut left = size.saturating_sub(offset);
    while left > 0 {
        let len = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        let mut block = vec![0; len];
        file.read_exact(&mut block)?;
        hash.update(&block);
        left = left.saturating_sub(len as u64);
        if out.blocking_send(Ok(Block::Data(block.into()))).is_err() {
            return Ok(());
        }
    }
    // One byte more than there was means that the checksum would be of another file than the one offered.
    if file.read(&mut [0])? != 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let _ = out.blocking_send(Ok(Block::End(hex(&hash.finalize()))));
    Ok(())
}

/// Hashes the next `len` bytes of a reader.
pub(super) fn hash_exactly(reader: &mut impl Read, len: u64, hash: &mut Sha256) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    let mut left = len;
    while left > 0 {
        let len = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        let part = block.get_mut(..len).unwrap_or_default();
        reader.read_exact(part)?;
        hash.update(&*part);
        left = left.saturating_sub(len as u64);
    }
    Ok(())
}
