//! A UDP socket with everything that makes it fast: segmentation offload, batches, ECN bits, large kernel buffers (quinn-udp, socket2).

use super::ReceiveBuffers;
use peerline_edge::{Ecn, SocketId, Transmit};
use quinn_udp::{EcnCodepoint, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use tokio::io::Interest;

/// What we ask the kernel to buffer in each direction; it gives less where its limit is lower.
const KERNEL_BUFFER_LEN: usize = 4 * 1024 * 1024;
/// The largest payload of one send call: 65,535 bytes less the IPv4 and UDP headers.
const MAX_SEND_LEN: usize = 65_507;

/// A bound UDP socket.
#[derive(Debug)]
pub(crate) struct UdpSocket {
    id: SocketId,
    local: SocketAddr,
    io: tokio::net::UdpSocket,
    state: UdpSocketState,
}

/// How sending went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    /// All of it is on its way.
    Sent,
    /// The system does not want it, now or ever.
    Refused,
    /// Not now: wait until the socket is writable.
    Blocked,
}

impl UdpSocket {
    pub(crate) fn bind(id: SocketId, local: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
        if local.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.set_nonblocking(true)?;
        socket.bind(&local.into())?;
        // Less than asked for is no reason to fail.
        let _ = socket.set_recv_buffer_size(KERNEL_BUFFER_LEN);
        let _ = socket.set_send_buffer_size(KERNEL_BUFFER_LEN);
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let io = tokio::net::UdpSocket::from_std(socket.into())?;
        // The scope of a link-local address stays as it was asked for.
        let mut bound = local;
        bound.set_port(io.local_addr()?.port());
        Ok(Self { id, local: bound, io, state })
    }

    pub(crate) const fn id(&self) -> SocketId {
        self.id
    }

    /// The bound address.
    pub(crate) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Fills the buffers with one system call. `Ready(true)` if there was something; pending once the socket is read dry, with the task
    /// registered for more.
    pub(crate) fn poll_receive(&self, cx: &mut Context<'_>, buffers: &mut ReceiveBuffers) -> Poll<io::Result<()>> {
        loop {
            match self.io.poll_recv_ready(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) => {}
            }
            let mut received = false;
            let outcome = self.io.try_io(Interest::READABLE, || {
                let more = buffers.fill(|slices, meta| self.state.recv(UdpSockRef::from(&self.io), slices, meta))?;
                received = true;
                // A batch that is not full has read the socket dry. Saying so spares the call that would find nothing: the kernel
                // reports the next datagram as a new edge.
                if more { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
            });
            match outcome {
                _ if received => return Poll::Ready(Ok(())),
                // What an ICMP message said about something sent earlier; not about this socket.
                Err(error) if is_icmp(&error) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(()) => return Poll::Ready(Ok(())),
            }
        }
    }

    /// Sends `contents` from `sent` on, in as few calls as the system allows, and moves `sent` along.
    pub(crate) fn send(&mut self, transmit: &Transmit, contents: &[u8], sent: &mut usize) -> SendOutcome {
        let destination = transmit.path.remote;
        // The kernel answers these with an error that reads like "no segmentation offload here".
        if destination.port() == 0 || destination.ip().is_unspecified() {
            return SendOutcome::Refused;
        }
        while let Some(rest) = contents.get(*sent..).filter(|rest| !rest.is_empty()) {
            let chunk_len = self.chunk_len(transmit.segment, rest.len());
            let chunk = rest.get(..chunk_len).unwrap_or(rest);
            let outgoing = quinn_udp::Transmit {
                destination,
                ecn: codepoint(transmit.ecn),
                contents: chunk,
                segment_size: transmit.segment.filter(|segment| *segment < chunk.len()),
                src_ip: None,
            };
            let segments_before = self.state.max_gso_segments();
            match self.io.try_io(Interest::WRITABLE, || self.state.try_send(UdpSockRef::from(&self.io), &outgoing)) {
                Ok(()) => *sent += chunk.len(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return SendOutcome::Blocked,
                // The system turned out not to have segmentation offload: one by one, then.
                Err(_) if outgoing.segment_size.is_some() && self.state.max_gso_segments() < segments_before => {}
                // The news was about an earlier datagram, but this one did not go.
                Err(error) if is_icmp(&error) => *sent += chunk.len(),
                Err(error) => {
                    // A destination that cannot be reached from this address may be reported as EINVAL, which reads like "no
                    // segmentation offload here". It was not asked for, so that is not what was meant: find out anew.
                    if outgoing.segment_size.is_none()
                        && self.state.max_gso_segments() < segments_before
                        && let Ok(state) = UdpSocketState::new(UdpSockRef::from(&self.io))
                    {
                        self.state = state;
                    }
                    tracing::trace!(kind = ?error.kind(), len = chunk.len(), "datagram not sent");
                    return SendOutcome::Refused;
                }
            }
        }
        SendOutcome::Sent
    }

    /// How many bytes go with one call.
    fn chunk_len(&self, segment: Option<usize>, len: usize) -> usize {
        let Some(segment) = segment.filter(|segment| *segment > 0) else { return len };
        let segments = self.state.max_gso_segments().clamp(1, 64).min((MAX_SEND_LEN / segment).max(1));
        len.min(segments * segment)
    }

    #[cfg(test)]
    pub(crate) fn max_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    pub(crate) fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.poll_send_ready(cx)
    }
}

/// True for what a system reports on a UDP socket because of an ICMP message.
fn is_icmp(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset)
}

const fn codepoint(ecn: Ecn) -> Option<EcnCodepoint> {
    match ecn {
        Ecn::NotEct => None,
        Ecn::Ect0 => Some(EcnCodepoint::Ect0),
        Ecn::Ect1 => Some(EcnCodepoint::Ect1),
        Ecn::Ce => Some(EcnCodepoint::Ce),
    }
}
