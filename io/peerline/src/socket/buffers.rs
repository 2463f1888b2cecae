//! Buffers for reading and sending: one set a thread, lent for as long as a driver reads or sends, so that an idle connection has none.

use peerline_edge::Ecn;
use quinn_udp::{EcnCodepoint, RecvMeta};
use std::cell::Cell;
use std::fmt;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;

/// Buffers that are filled with one system call.
const BATCH: usize = 8;
/// Bytes of one: what the kernel joins with GRO fits, whatever its size.
const LEN: usize = 65_536;
/// Room for the largest GSO burst.
const SEND_CAPACITY: usize = 65_536;

thread_local! {
    static RECEIVE: Cell<Option<Box<Storage>>> = const { Cell::new(None) };
    static SEND: Cell<Option<Vec<u8>>> = const { Cell::new(None) };
}

struct Storage {
    /// Never touched pages of it are never backed by memory.
    bytes: Vec<u8>,
    meta: [RecvMeta; BATCH],
}

/// The receive buffers of this thread, borrowed: they go back when this is dropped.
pub(crate) struct ReceiveBuffers {
    /// `None` only while it is dropped.
    storage: Option<Box<Storage>>,
    filled: usize,
}

impl ReceiveBuffers {
    pub(crate) fn borrow() -> Self {
        let storage = RECEIVE
            .take()
            .unwrap_or_else(|| Box::new(Storage { bytes: vec![0; BATCH * LEN], meta: [RecvMeta::default(); BATCH] }));
        Self { storage: Some(storage), filled: 0 }
    }

    /// Lets `receive` fill the buffers; true if it filled them all, so that more may wait.
    pub(crate) fn fill(
        &mut self,
        receive: impl FnOnce(&mut [IoSliceMut<'_>], &mut [RecvMeta]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        self.filled = 0;
        let Some(storage) = &mut self.storage else { return Ok(false) };
        let mut rest = storage.bytes.chunks_exact_mut(LEN);
        let mut slices: [IoSliceMut<'_>; BATCH] =
            std::array::from_fn(|_| IoSliceMut::new(rest.next().unwrap_or_default()));
        self.filled = receive(&mut slices, &mut storage.meta)?.min(BATCH);
        Ok(self.filled == BATCH)
    }

    /// Each datagram: where it came from, its ECN bits, its bytes. What the kernel had joined is taken apart.
    pub(crate) fn for_each(&mut self, mut each: impl FnMut(SocketAddr, Ecn, &mut [u8])) {
        let Some(storage) = &mut self.storage else { return };
        let batch = storage.bytes.chunks_exact_mut(LEN).zip(&storage.meta).take(self.filled);
        for (buffer, meta) in batch {
            let Some(bytes) = buffer.get_mut(..meta.len) else { continue };
            let remote = normalized(meta.addr);
            for datagram in bytes.chunks_mut(meta.stride.max(1)) {
                each(remote, ecn(meta.ecn), datagram);
            }
        }
        self.filled = 0;
    }
}

impl Drop for ReceiveBuffers {
    fn drop(&mut self) {
        RECEIVE.set(self.storage.take());
    }
}

impl fmt::Debug for ReceiveBuffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiveBuffers").field("filled", &self.filled).finish_non_exhaustive()
    }
}

/// Lends the send buffer of this thread.
pub(crate) fn with_send_buffer<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let mut buffer = SEND.take().unwrap_or_else(|| Vec::with_capacity(SEND_CAPACITY));
    let result = work(&mut buffer);
    buffer.clear();
    SEND.set(Some(buffer));
    result
}

/// An address without IPv6 flow label, so that it compares with what was signaled.
fn normalized(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(mut address) => {
            address.set_flowinfo(0);
            SocketAddr::V6(address)
        }
        SocketAddr::V4(_) => address,
    }
}

const fn ecn(codepoint: Option<EcnCodepoint>) -> Ecn {
    match codepoint {
        None => Ecn::NotEct,
        Some(EcnCodepoint::Ect0) => Ecn::Ect0,
        Some(EcnCodepoint::Ect1) => Ecn::Ect1,
        Some(EcnCodepoint::Ce) => Ecn::Ce,
    }
}
