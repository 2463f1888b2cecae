//! The receiver's side of a transfer over one open channel.

use super::control::{Control, DISK, Heard, SILENCE, VERSION, hear, printable, say};
use super::error::{Setback, TransferError};
use super::rendezvous::Work;
use super::sink::{Partial, Sink, complete, part_path};
use super::{TransferEvent, name};
use peerline::RtcDataChannel;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::timeout;

/// What is being received.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    name: String,
    size: u64,
    path: PathBuf,
}

#[derive(Debug)]
pub(super) struct Receiver {
    out: Option<PathBuf>,
    target: Option<Target>,
    /// The writer of the last attempt: it has to end before the next one reads what it wrote.
    sink: Option<Sink>,
    progress: u64,
    checksum: String,
}

impl Receiver {
    /// Refuses early what can be known early.
    pub(super) fn new(out: Option<PathBuf>) -> Result<Self, TransferError> {
        if let Some(path) = &out
            && !path.is_dir()
            && path.exists()
        {
            return Err(TransferError::Exists(path.clone()));
        }
        Ok(Self { out, target: None, sink: None, progress: 0, checksum: String::new() })
    }

    pub(super) fn into_result(self) -> Result<(PathBuf, String), TransferError> {
        let target = self.target.ok_or(TransferError::Protocol("it offered no file"))?;
        Ok((target.path, self.checksum))
    }

    /// Where the offered file goes; the same in every attempt.
    fn choose(&mut self, name: &str, size: u64) -> Result<Target, TransferError> {
        let name = name::safe_name(name);
        if let Some(target) = &self.target {
            if target.name == name && target.size == size {
                return Ok(target.clone());
            }
            return Err(TransferError::Protocol("it came back with another file"));
        }
        let path = match &self.out {
            Some(out) if out.is_dir() => out.join(&name),
            Some(out) => out.clone(),
            None => PathBuf::from(&name),
        };
        if path.exists() {
            return Err(TransferError::Exists(path));
        }
        Ok(self.target.insert(Target { name, size, path }).clone())
    }

    async fn take(
        &mut self,
        channel: &RtcDataChannel,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        let Heard::Control(Control::File { version, name, size }) = hear(channel, SILENCE).await? else {
            return Err(TransferError::Protocol("it offers no file").into());
        };
        if version != VERSION {
            return Err(TransferError::Protocol("it speaks another version").into());
        }
        let target = self.choose(&name, size)?;
        let part = part_path(&target.path);
        let file_error = |source| TransferError::File { path: part.clone(), source };

        if let Some(mut sink) = self.sink.take() {
            // What the last attempt could not write is asked for again.
            let _ = sink.finish().await;
        }
        let partial = Partial::open(part.clone(), size).await.map_err(file_error)?;
        let have = partial.offset;
        say(channel, &Control::Have { offset: have, sha256: partial.sha256.clone() }).await?;
        let offset = match hear(channel, DISK).await? {
            Heard::Control(Control::Start { offset }) if offset == 0 || offset == have => offset,
            _ => return Err(TransferError::Protocol("it does not start where it may").into()),
        };
        tell(TransferEvent::Started { name: target.name.clone(), size, offset });
        let sink = self.sink.insert(partial.write(offset == 0));

        let mut received = offset;
        let sent = loop {
            match hear(channel, SILENCE).await? {
                Heard::Bytes(bytes) => {
                    received = received.saturating_add(bytes.len() as u64);
                    if received > size {
                        return Err(TransferError::Protocol("it sends more than it said").into());
                    }
                    if !sink.push(bytes).await {
                        let error = sink.finish().await.err().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into());
                        return Err(file_error(error).into());
                    }
                    self.progress = self.progress.max(received);
                    tell(TransferEvent::Bytes(received));
                }
                Heard::Control(Control::Done { sha256 }) if received == size => break sha256,
                Heard::Control(_) => return Err(TransferError::Protocol("it ends too early").into()),
            }
        };
        let here = sink.finish().await.map_err(file_error)?;
        self.sink = None;
        if here != sent {
            let _ = tokio::fs::remove_file(&part).await;
            return Err(TransferError::Damaged { received: here, sent: printable(&sent) }.into());
        }
        complete(part, target.path.clone()).await.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => TransferError::Exists(target.path.clone()),
            _ => TransferError::File { path: target.path.clone(), source },
        })?;
        self.checksum = here;
        say(channel, &Control::Received).await?;
        // The sender closes when it has read that.
        let _ = timeout(Duration::from_secs(5), channel.closed()).await;
        Ok(())
    }
}

impl Work for Receiver {
    async fn over(
        &mut self,
        channel: &RtcDataChannel,
        tell: &mut (impl FnMut(TransferEvent) + Send),
    ) -> Result<(), Setback> {
        let outcome = self.take(channel, tell).await;
        if let Err(Setback::Fatal(error)) = &outcome {
            // Paths of this machine are not the other side's business.
            let reason = match error {
                TransferError::Exists(_) => "the receiver has a file of that name already".to_owned(),
                TransferError::File { source, .. } => format!("the receiver cannot write: {}", source.kind()),
                other => other.to_string(),
            };
            let _ = say(channel, &Control::Failed { reason: printable(&reason) }).await;
            let _ = timeout(Duration::from_secs(2), channel.closed()).await;
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
