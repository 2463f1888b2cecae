//! The sockets of one driver, and the buffers that are lent while reading and sending.

mod buffers;
mod udp;

pub(crate) use buffers::{ReceiveBuffers, with_send_buffer};
pub(crate) use udp::{SendOutcome, UdpSocket};

use peerline_edge::{FiveTuple, IoFailure, IoOutcome, SocketId, Transmit};
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

/// Datagrams from one socket before the core is asked for what it has to send: one acknowledgement answers them all, and a flood at one
/// socket does not keep the driver from the others, from its timer and from the rest of the thread.
const BURST: usize = 64;

/// The sockets that one connection asked for.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    udp: Vec<UdpSocket>,
    /// What the system did not take yet; nothing else is sent before it.
    unsent: Option<Unsent>,
    /// Datagrams that could not be sent, by reason.
    drops: Drops,
    refused: Option<Refused>,
}

/// What could not be sent of one datagram or batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    pub(crate) path: FiveTuple,
    pub(crate) bytes: usize,
    pub(crate) packets: usize,
}

#[derive(Debug)]
struct Unsent {
    transmit: Transmit,
    contents: Vec<u8>,
    /// How much of `contents` has been sent.
    sent: usize,
}

/// Datagrams that were not sent, by reason. UDP promises nothing, so the protocols above cope.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Drops {
    /// The socket was closed meanwhile.
    no_socket: u64,
    /// The system refused: unreachable, too big, not permitted.
    refused: u64,
}

impl Sockets {
    /// Binds a socket; gives the address it got.
    pub(crate) fn bind_udp(&mut self, id: SocketId, local: SocketAddr) -> Result<SocketAddr, IoFailure> {
        let socket = UdpSocket::bind(id, local).map_err(|error| io_failure(&error))?;
        let local = socket.local();
        // Most connections have one or two: no room for more than there are.
        self.udp.reserve_exact(1);
        self.udp.push(socket);
        Ok(local)
    }

    pub(crate) fn close(&mut self, id: SocketId) {
        self.udp.retain(|socket| socket.id() != id);
    }

    /// Takes one burst from each socket; true if there was something. `feed` gets what one call of the system brought and says how many
    /// datagrams it was, at least one. A socket that broke is closed and told of in `outcomes`.
    pub(crate) fn receive(
        &mut self,
        cx: &mut Context<'_>,
        outcomes: &mut Vec<IoOutcome>,
        mut feed: impl FnMut(SocketAddr, &mut ReceiveBuffers) -> usize,
    ) -> bool {
        let mut received = false;
        let mut broken: Vec<SocketId> = Vec::new();
        let mut buffers = ReceiveBuffers::borrow();
        for socket in &self.udp {
            let mut burst = 0;
            while burst < BURST {
                match socket.poll_receive(cx, &mut buffers) {
                    Poll::Pending => break,
                    Poll::Ready(Ok(())) => burst += feed(socket.local(), &mut buffers),
                    Poll::Ready(Err(error)) => {
                        tracing::debug!(kind = ?error.kind(), "socket broke");
                        broken.push(socket.id());
                        break;
                    }
                }
            }
            received |= burst > 0;
        }
        for socket in broken {
            self.close(socket);
            outcomes.push(IoOutcome::Failed { socket, failure: IoFailure::NetworkDown });
        }
        received
    }

    pub(crate) const fn drops(&self) -> Drops {
        self.drops
    }

    /// Sends what `contents` holds, or keeps what the system did not take. Call only when [`Self::poll_flush`] was ready.
    pub(crate) fn send(&mut self, cx: &mut Context<'_>, transmit: &Transmit, contents: &[u8]) -> Poll<()> {
        let mut sent = 0;
        match send_rest(&mut self.udp, &mut self.drops, cx, transmit, contents, &mut sent) {
            Poll::Ready(()) => {
                self.note_refused(transmit, contents, sent);
                Poll::Ready(())
            }
            Poll::Pending => {
                self.unsent = Some(Unsent { transmit: *transmit, contents: contents.to_vec(), sent });
                Poll::Pending
            }
        }
    }

    /// Sends what was kept; pending while the system still does not take it.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(Unsent { transmit, contents, sent }) = &mut self.unsent else { return Poll::Ready(()) };
        let outcome = send_rest(&mut self.udp, &mut self.drops, cx, transmit, contents, sent);
        if outcome.is_ready()
            && let Some(Unsent { transmit, contents, sent }) = self.unsent.take()
        {
            self.note_refused(&transmit, &contents, sent);
        }
        outcome
    }

    /// Remembers what was not sent of a datagram or batch that is done with. Connectivity checks try addresses that cannot be reached: they
    /// don't count.
    fn note_refused(&mut self, transmit: &Transmit, contents: &[u8], sent: usize) {
        let Some(rest) = contents.get(sent..).filter(|rest| rest.first().is_some_and(|first| *first > 3)) else {
            return;
        };
        let packets = rest.len().div_ceil(transmit.segment.unwrap_or(rest.len()).max(1));
        self.refused = Some(Refused { path: transmit.path, bytes: rest.len(), packets });
    }

    /// What the last [`Self::send`] or [`Self::poll_flush`] could not send, once.
    pub(crate) fn take_refused(&mut self) -> Option<Refused> {
        self.refused.take()
    }
}

fn send_rest(
    sockets: &mut [UdpSocket],
    drops: &mut Drops,
    cx: &mut Context<'_>,
    transmit: &Transmit,
    contents: &[u8],
    sent: &mut usize,
) -> Poll<()> {
    let Some(socket) = sockets.iter_mut().find(|socket| socket.local() == transmit.path.local) else {
        drops.no_socket += 1;
        return Poll::Ready(());
    };
    loop {
        match socket.send(transmit, contents, sent) {
            SendOutcome::Sent => return Poll::Ready(()),
            SendOutcome::Refused => {
                drops.refused += 1;
                return Poll::Ready(());
            }
            SendOutcome::Blocked => match socket.poll_writable(cx) {
                Poll::Ready(Ok(())) => {}
                // The reactor is gone: so is the socket.
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            },
        }
    }
}

fn io_failure(error: &io::Error) -> IoFailure {
    match error.kind() {
        io::ErrorKind::AddrInUse => IoFailure::AddressInUse,
        io::ErrorKind::AddrNotAvailable => IoFailure::AddressNotAvailable,
        io::ErrorKind::PermissionDenied => IoFailure::PermissionDenied,
        io::ErrorKind::NetworkDown | io::ErrorKind::NetworkUnreachable => IoFailure::NetworkDown,
        _ => IoFailure::Other,
    }
}

#[cfg(test)]
mod tests;
