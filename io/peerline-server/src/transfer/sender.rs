//! The sender's side of a transfer over one open channel.

use super::control::{Control, DISK, Heard, SILENCE, VERSION, hear, printable, say};
use super::error::{Setback, TransferError};
use super::rendezvous::Work;
use super::source::{Block, Source, failure};
use super::{TransferEvent, name};
use peerline::RtcDataChannel;
use std::path::{Path, PathBuf};
use tokio::time::timeout;

/// Bytes of one message: what every browser and peer takes.
const MESSAGE: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Sender {
    path: PathBuf,
    name: String,
    size: u64,
    /// The furthest byte that was sent.
    progress: u64,
    /// SHA-256 of the whole, once it was sent.
    checksum: String,
}

impl Sender {
    pub(super) async fn open(path: PathBuf) -> Result<Self, TransferError> {
        let metadata = match tokio::fs::metadata(&path).await {
            Ok(metadata) => metadata,
            Err(source) => return Err(TransferError::File { path, source }),
        };
        if !metadata.is_file() {
            return Err(TransferError::NotAFile(path));
        }
        let name = path.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Self { name: name::safe_name(&name), size: metadata.len(), path, progress: 0, checksum: String::new() })
    }

    pub(super) fn into_checksum(self) -> String {
        self.checksum
    }

    fn path(&self) -> &Path {
        &self.path
    }

    async fn stream(
        &mut self,
        channel: &RtcDataChannel,
        offset: u64,
        mut source: Source,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<String, Setback> {
        let mut sent = offset;
        loop {
            match source.next().await {
                Some(Ok(Block::Data(mut block))) => {
                    while !block.is_empty() {
                        let message = block.split_to(block.len().min(MESSAGE));
                        sent = sent.saturating_add(message.len() as u64);
                        timeout(SILENCE, channel.send_when_writable(message))
                            .await
                            .map_err(|_| Setback::lost("nothing moves any more"))?
                            .map_err(Setback::lost)?;
                        let gone = sent.saturating_sub(channel.buffered_amount() as u64);
                        self.progress = self.progress.max(gone);
                        tell(TransferEvent::Bytes(gone));
                    }
                }
                Some(Ok(Block::End(sha256))) => return Ok(sha256),
                Some(Err(error)) => return Err(failure(self.path.clone(), error).into()),
                None => return Err(TransferError::Changed(self.path.clone()).into()),
            }
        }
    }

    async fn offer(
        &mut self,
        channel: &RtcDataChannel,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        say(channel, &Control::File { version: VERSION, name: self.name.clone(), size: self.size }).await?;
        let Heard::Control(Control::Have { offset, sha256 }) = hear(channel, DISK).await? else {
            return Err(TransferError::Protocol("it does not say what it has").into());
        };
        let mut source = Source::open(self.path(), self.size, offset.min(self.size)).await?;
        let mut start = offset;
        if offset > self.size || source.prefix != sha256 {
            start = 0;
            source = Source::open(self.path(), self.size, 0).await?;
        }
        say(channel, &Control::Start { offset: start }).await?;
        tell(TransferEvent::Started { name: self.name.clone(), size: self.size, offset: start });

        // The receiver says nothing now, unless it can't go on.
        let sha256 = tokio::select! {
            biased;
            heard = hear(channel, std::time::Duration::MAX) => {
                heard?;
                return Err(TransferError::Protocol("it speaks while it should listen").into());
            }
            sha256 = self.stream(channel, start, source, tell) => sha256?,
        };
        say(channel, &Control::Done { sha256: sha256.clone() }).await?;
        match hear(channel, DISK).await? {
            Heard::Control(Control::Received) => {
                tell(TransferEvent::Bytes(self.size));
                self.checksum = sha256;
                Ok(())
            }
            _ => Err(TransferError::Protocol("it does not confirm").into()),
        }
    }
}

impl Work for Sender {
    async fn over(
        &mut self,
        channel: &RtcDataChannel,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        let outcome = self.offer(channel, tell).await;
        if let Err(Setback::Fatal(error)) = &outcome {
            let _ = say(channel, &Control::Failed { reason: printable(&error.to_string()) }).await;
        }
        outcome
    }

    fn progress(&self) -> u64 {
        self.progress
    }

    fn is_done(&self) -> bool {
        !self.checksum.is_empty()
    }
}
