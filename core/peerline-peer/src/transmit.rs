//! What goes out, built when it is polled, in one visible order: STUN, DTLS, SCTP.

use crate::PeerConnection;
use crate::transport::{SctpTransport, Transport};
use peerline_edge::{Ecn, FiveTuple, Time, Transmit};
use peerline_ice::Component;

/// Datagrams of one size that go into one buffer at most: what the kernel's segmentation offload takes.
const MAX_SEGMENTS: usize = 64;
/// Bytes of one buffer at most: the largest UDP payload over IPv4.
const MAX_BATCH_LEN: usize = 65_507;

/// Buffers that are used again for every packet.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// One record's plaintext on its way in.
    pub(crate) plaintext: Vec<u8>,
    /// One SCTP packet on its way out.
    packet: Vec<u8>,
}

impl PeerConnection {
    /// Builds the next datagram, or a run of equally long ones to one destination ([`Transmit::segment`]), in `buf`, which is
    /// cleared first. `None` if nothing is to be sent now.
    pub fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        let transmit = self.poll_transports(now, buf);
        match transmit {
            // Bytes may have left the association: bufferedAmount follows in a task.
            Some(_) => self.note_drained_channels(),
            None => self.is_drained = self.is_closed,
        }
        transmit
    }

    fn poll_transports(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        for transport in self.transports.iter_mut() {
            buf.clear();
            if let Some(transmit) = transport.ice.poll_transmit(now, buf).filter(|_| !self.is_closed) {
                return Some(transmit);
            }
            buf.clear();
            let sctp = self.sctp.as_mut().filter(|sctp| sctp.transport == transport.id);
            if let Some(transmit) = transport.poll_batch(now, sctp, &mut self.scratch, buf) {
                return Some(transmit);
            }
            buf.clear();
            if let Some(transmit) = transport.poll_rtcp(now, buf) {
                return Some(transmit);
            }
        }
        if self.is_closed {
            return None;
        }
        self.transports.pool_mut().find_map(|gatherer| {
            buf.clear();
            gatherer.poll_transmit(now, buf)
        })
    }

    /// True once [`Self::close`] was called and `poll_transmit` has given everything out: the connection can be dropped after its
    /// last `poll_io`.
    #[must_use]
    pub const fn is_drained(&self) -> bool {
        self.is_drained
    }

    /// Puts what the association still has to say (its ABORT) into DTLS records, before DTLS itself is closed.
    pub(crate) fn flush_association(&mut self, now: Time) {
        let Some(sctp) = &mut self.sctp else { return };
        let Some(transport) = self.transports.get_mut(sctp.transport) else { return };
        transport.protect_next(now, sctp, &mut self.scratch.packet);
    }
}

impl Transport {
    /// Fills `buf` with datagrams of one length while there are any; the last may be shorter.
    fn poll_batch(
        &mut self,
        now: Time,
        mut sctp: Option<&mut SctpTransport>,
        scratch: &mut Scratch,
        buf: &mut Vec<u8>,
    ) -> Option<Transmit> {
        let path = self.ice.path(Component::RTP)?;
        buf.append(&mut self.carried);
        let mut segment = if buf.is_empty() { None } else { Some(buf.len()) };
        let mut packets = usize::from(segment.is_some());
        while packets < MAX_SEGMENTS && segment.is_none_or(|len| buf.len() + len <= MAX_BATCH_LEN) {
            let start = buf.len();
            if !self.dtls.poll_transmit(now, buf) {
                let protected = sctp.as_mut().is_some_and(|sctp| self.protect_next(now, sctp, &mut scratch.packet));
                if !(protected && self.dtls.poll_transmit(now, buf)) {
                    break;
                }
            }
            let len = buf.len() - start;
            let expected = *segment.get_or_insert(len);
            if len > expected {
                // Longer than the run: it opens the next one.
                self.carried.extend_from_slice(buf.get(start..).unwrap_or_default());
                buf.truncate(start);
                break;
            }
            packets += 1;
            if len < expected {
                break;
            }
        }
        if buf.is_empty() {
            return None;
        }
        self.note_sent(&path, now, buf.len(), packets);
        Some(Transmit { path, ecn: Ecn::NotEct, segment: segment.filter(|_| packets > 1) })
    }

    /// The next datagram of the second component, if RTCP has it to itself.
    fn poll_rtcp(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        let path = self.ice.path(Component::RTCP)?;
        if !self.rtcp.as_mut()?.poll_transmit(now, buf) {
            return None;
        }
        self.note_sent(&path, now, buf.len(), 1);
        Some(Transmit { path, ecn: Ecn::NotEct, segment: None })
    }

    fn note_sent(&mut self, path: &FiveTuple, now: Time, bytes: usize, packets: usize) {
        self.ice.note_sent(path, now, bytes, packets);
        self.traffic.note_sent(bytes, packets);
    }

    /// Moves one SCTP packet into a DTLS record; false if there is none, or nowhere to put it yet.
    fn protect_next(&mut self, now: Time, sctp: &mut SctpTransport, packet: &mut Vec<u8>) -> bool {
        if self.dtls.state() != peerline_dtls::State::Connected {
            return false;
        }
        packet.clear();
        sctp.association.poll_transmit(now, packet) && self.dtls.send(now, packet).is_ok()
    }
}
