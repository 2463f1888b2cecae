//! str0m's UDP socket, in two drivers: `plain` as in its examples, and `gso`, which batches as well as the kernel can.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use bench_harness::SOCKET_BUFFER;
use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};

/// A bound, non-blocking socket with large buffers.
pub struct Socket {
    udp: UdpSocket,
    address: SocketAddr,
    batch: Option<Batch>,
}

/// Datagrams of one size to one destination that wait to go out in one call.
struct Batch {
    state: UdpSocketState,
    waiting: Vec<u8>,
    segment: usize,
    destination: SocketAddr,
    closed: bool,
}

/// Receive buffers, shared by all sockets of a process.
pub struct Inbox {
    buffers: Vec<Vec<u8>>,
    meta: Vec<RecvMeta>,
}

impl Inbox {
    pub fn new() -> Self {
        Self { buffers: vec![vec![0; 65536]; 8], meta: vec![RecvMeta::default(); 8] }
    }
}

impl Socket {
    pub fn bind(gso: bool) -> io::Result<Self> {
        let udp = UdpSocket::bind("127.0.0.1:0")?;
        udp.set_nonblocking(true)?;
        let options = socket2::SockRef::from(&udp);
        options.set_recv_buffer_size(SOCKET_BUFFER)?;
        options.set_send_buffer_size(SOCKET_BUFFER)?;
        let address = udp.local_addr()?;
        let batch = if gso {
            let state = UdpSocketState::new(UdpSockRef::from(&udp))?;
            Some(Batch { state, waiting: Vec::new(), segment: 0, destination: address, closed: false })
        } else {
            None
        };
        Ok(Self { udp, address, batch })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn fd(&self) -> RawFd {
        self.udp.as_raw_fd()
    }

    /// Sends a datagram now (`plain`) or with the next [`Self::flush`] (`gso`). A full socket buffer loses it, as UDP may.
    pub fn send(&mut self, destination: SocketAddr, datagram: &[u8]) -> io::Result<()> {
        let Some(batch) = &mut self.batch else {
            return ignore_full(self.udp.send_to(datagram, destination).map(|_| ()));
        };
        let fits = !batch.closed
            && batch.destination == destination
            && datagram.len() <= batch.segment
            && batch.waiting.len() + datagram.len() <= 65000
            && batch.waiting.len() / batch.segment.max(1) + 1 < batch.state.max_gso_segments();
        if !batch.waiting.is_empty() && !fits {
            batch.flush(&self.udp)?;
        }
        if batch.waiting.is_empty() {
            batch.segment = datagram.len();
            batch.destination = destination;
        }
        // Only the last segment of a group may be shorter.
        batch.closed = datagram.len() < batch.segment;
        batch.waiting.extend_from_slice(datagram);
        Ok(())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.batch {
            Some(batch) if !batch.waiting.is_empty() => batch.flush(&self.udp),
            _ => Ok(()),
        }
    }

    /// Hands up to some 64 waiting datagrams to `take`; the count tells whether more may wait.
    pub fn receive(
        &mut self,
        inbox: &mut Inbox,
        mut take: impl FnMut(&mut Self, SocketAddr, &[u8]),
    ) -> io::Result<usize> {
        let mut received = 0;
        let Some(batch) = &self.batch else {
            let Inbox { buffers, .. } = inbox;
            while received < 64 {
                match self.udp.recv_from(&mut buffers[0]) {
                    Ok((len, source)) => {
                        received += 1;
                        take(self, source, &buffers[0][..len]);
                    }
                    Err(error) => return ignore_full(Err(error)).map(|()| received),
                }
            }
            return Ok(received);
        };
        let Inbox { buffers, meta } = inbox;
        let count = {
            let mut slices = buffers.iter_mut().map(|buffer| io::IoSliceMut::new(buffer));
            let mut slices: [io::IoSliceMut<'_>; 8] = std::array::from_fn(|_| slices.next().expect("there are 8"));
            match batch.state.recv(UdpSockRef::from(&self.udp), &mut slices, meta) {
                Ok(count) => count,
                Err(error) => return ignore_full(Err(error)).map(|()| 0),
            }
        };
        for (buffer, meta) in buffers.iter().zip(meta.iter()).take(count) {
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                received += 1;
                take(self, meta.addr, datagram);
            }
        }
        Ok(received)
    }
}

impl Batch {
    fn flush(&mut self, udp: &UdpSocket) -> io::Result<()> {
        let transmit = Transmit {
            destination: self.destination,
            ecn: None,
            contents: &self.waiting,
            segment_size: Some(self.segment),
            src_ip: None,
        };
        let sent = self.state.try_send(UdpSockRef::from(udp), &transmit);
        self.waiting.clear();
        self.closed = false;
        ignore_full(sent)
    }
}

fn ignore_full(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        // A peer that is not there yet, or no longer: an ICMP answer on loopback.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        other => other,
    }
}
