//! The file that is received: written to `NAME.part` and hashed, on a thread for blocking work; it gets its name when it is whole.

use super::source::hash_exactly;
use crate::check::hex;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// Messages that wait to be written.
const AHEAD: usize = 64;

/// `NAME.part` for `NAME`.
pub(super) fn part_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".part");
    path.with_file_name(name)
}

/// How much of the file is here, with its checksum.
#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    hash: Sha256,
    pub(super) offset: u64,
    pub(super) sha256: String,
}

impl Partial {
    /// Opens the partial file, or makes an empty one. One that is larger than the whole is begun anew.
    pub(super) async fn open(path: PathBuf, size: u64) -> io::Result<Self> {
        blocking(move || {
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            let mut offset = file.metadata()?.len();
            if offset > size {
                file.set_len(0)?;
                offset = 0;
            }
            let mut hash = Sha256::new();
            hash_exactly(&mut file, offset, &mut hash)?;
            let sha256 = hex(&hash.clone().finalize());
            Ok(Self { file, hash, offset, sha256 })
        })
        .await
    }

    /// Begins to write: after what is there, or at the start.
    pub(super) fn write(self, from_start: bool) -> Sink {
        let (queue, mut incoming) = mpsc::channel::<Bytes>(AHEAD);
        let writer = spawn_blocking(move || {
            let Self { mut file, mut hash, offset, .. } = self;
            if from_start {
                file.set_len(0)?;
                hash = Sha256::new();
            }
            file.seek(SeekFrom::Start(if from_start { 0 } else { offset }))?;
            let mut buffered = io::BufWriter::with_capacity(1024 * 1024, file);
            while let Some(bytes) = incoming.blocking_recv() {
                hash.update(&bytes);
                buffered.write_all(&bytes)?;
            }
            let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            Ok(hex(&hash.finalize()))
        });
        Sink { queue: Some(queue), writer }
    }
}

/// A partial file being written. Dropping it lets the thread write what it has and end.
#[derive(Debug)]
pub(super) struct Sink {
    queue: Option<mpsc::Sender<Bytes>>,
    writer: JoinHandle<io::Result<String>>,
}

impl Sink {
    /// Queues bytes. False if the writer has failed: [`Self::finish`] says why.
    pub(super) async fn push(&self, bytes: Bytes) -> bool {
        match &self.queue {
            Some(queue) => queue.send(bytes).await.is_ok(),
            None => false,
        }
    }

    /// Waits until all is on the disk; gives the SHA-256. Cancel-safe.
    pub(super) async fn finish(&mut self) -> io::Result<String> {
        self.queue = None;
        (&mut self.writer).await.map_err(io::Error::other)?
    }
}

/// Gives the partial file its name, if nothing has it.
pub(super) async fn complete(part: PathBuf, path: PathBuf) -> io::Result<()> {
    blocking(move || {
        // A second link fails if the name is taken, where a rename would overwrite; some file systems have no links.
        match fs::hard_link(&part, &path) {
            Ok(()) => fs::remove_file(&part),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) if path.try_exists()? => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&part, &path),
        }
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
