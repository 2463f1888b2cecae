//! Where the machines below are drained: their events become tasks, their plaintext goes one floor up.

use crate::PeerConnection;
use crate::states::DtlsTransportState;
use crate::task::Task;
use crate::transport::PacketKind;
use peerline_edge::{Deadline, IoOutcome, IoRequest, Received, Time};
use peerline_ice::Component;

impl PeerConnection {
    /// One datagram came in. Never fails: what does not belong here is counted and dropped.
    pub fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        let Some(transport) = self.transports.owning(datagram.path.local).filter(|_| !self.is_closed) else {
            self.handle_pooled_datagram(now, datagram);
            return;
        };
        let path = datagram.path;
        match PacketKind::of(datagram.contents) {
            PacketKind::Stun => transport.ice.handle_datagram(now, datagram),
            // Nothing but an authenticated connectivity check opens the way to DTLS: no race for whoever can spoof a ClientHello.
            PacketKind::Dtls if transport.ice.is_valid_path(&path) => {
                transport.ice.note_received(&path, now, datagram.contents.len(), 1);
                transport.traffic.note_received(datagram.contents.len());
                transport.dtls_on(path.local).handle_packet(now, datagram.contents);
            }
            PacketKind::Dtls => self.drops.unvalidated_path += 1,
            PacketKind::Rtp => self.drops.media += 1,
            PacketKind::TurnChannel | PacketKind::Unknown => self.drops.unknown_packet += 1,
        }
        self.advance(now);
    }

    /// A datagram for an agent that gathers ahead: an answer of a STUN server, or nothing of ours.
    fn handle_pooled_datagram(&mut self, now: Time, datagram: Received<'_>) {
        let local = datagram.path.local;
        let owner = self.transports.gatherers().find(|gatherer| gatherer.owns_socket(&local));
        match owner.filter(|_| PacketKind::of(datagram.contents) == PacketKind::Stun) {
            Some(gatherer) => gatherer.handle_datagram(now, datagram),
            None => self.drops.foreign_socket += 1,
        }
    }

    /// Runs every timer that is due.
    pub fn handle_timeout(&mut self, now: Time) {
        let due = |deadline: Option<Deadline>| deadline.is_some_and(|deadline| deadline.at <= now);
        for gatherer in self.transports.gatherers() {
            if due(gatherer.poll_timeout()) {
                gatherer.handle_timeout(now);
            }
        }
        for transport in self.transports.iter_mut() {
            for dtls in [Some(&mut transport.dtls), transport.rtcp.as_mut()].into_iter().flatten() {
                if due(dtls.poll_timeout()) {
                    dtls.handle_timeout(now);
                }
            }
        }
        if let Some(sctp) = &mut self.sctp
            && due(sctp.association.poll_timeout())
        {
            sctp.association.handle_timeout(now);
        }
        self.advance_dtmf(now);
        self.advance(now);
    }

    /// When `handle_timeout` is wanted next, and why.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        if self.is_closed {
            return None;
        }
        let sctp = self.sctp.as_ref().and_then(|sctp| sctp.association.poll_timeout());
        let dtmf = self.transceivers.iter().map(|transceiver| transceiver.sender.dtmf.deadline());
        let pool = self.transports.pool().iter().map(|gatherer| gatherer.poll_timeout());
        self.transports
            .iter()
            .map(|transport| transport.poll_timeout())
            .chain(pool)
            .chain(dtmf)
            .fold(sctp, Deadline::earliest)
    }

    /// The answer to a request of [`Self::poll_io`], or news about sockets and interfaces.
    pub fn handle_io(&mut self, now: Time, outcome: &IoOutcome) {
        self.transports.handle_io(now, outcome);
        self.advance(now);
    }

    /// What the machine wants from the world. After `close`, first drain `poll_transmit`: this then closes the sockets.
    pub fn poll_io(&mut self) -> Option<IoRequest> {
        if self.is_closed {
            self.transports.gatherers().for_each(|gatherer| gatherer.close_agent());
        }
        self.transports.poll_io()
    }

    /// Drains the machines below until none has news: the only place where their events are read.
    pub(crate) fn advance(&mut self, now: Time) {
        if self.is_closed {
            return;
        }
        for index in 0..self.transports.len() {
            self.advance_transport(now, index);
        }
        while let Some(event) = self.sctp.as_mut().and_then(|sctp| sctp.association.poll_event()) {
            self.handle_sctp_event(now, event);
        }
        self.note_drained_channels();
    }

    fn advance_transport(&mut self, now: Time, index: usize) {
        let Some(id) = self.transports.id_at(index) else { return };
        while let Some(event) = self.transports.get_mut(id).and_then(|transport| transport.ice.poll_event()) {
            self.handle_ice_event(id, event);
        }
        let Some(transport) = self.transports.get_mut(id) else { return };
        if transport.start_dtls_if_ready(now) {
            self.tasks.push(Task::DtlsState(id, DtlsTransportState::Connecting));
        }
        while let Some(event) = self.transports.get_mut(id).and_then(|transport| transport.dtls.poll_event()) {
            self.handle_dtls_event(now, id, &event);
        }
        while let Some(event) = self.transports.get_mut(id).and_then(|transport| transport.rtcp.as_mut()?.poll_event())
        {
            self.handle_rtcp_dtls_event(now, id, &event);
        }
        self.feed_association(now, id);
    }

    /// Hands the plaintext of a DTLS connection to the association on it.
    fn feed_association(&mut self, now: Time, id: crate::TransportId) {
        let Some(transport) = self.transports.get_mut(id) else { return };
        let plaintext = &mut self.scratch.plaintext;
        loop {
            plaintext.clear();
            if !transport.dtls.poll_application_data(now, plaintext) {
                return;
            }
            if let Some(sctp) = self.sctp.as_mut().filter(|sctp| sctp.transport == id) {
                sctp.association.handle_datagram(now, plaintext);
            }
        }
    }

    /// The pair that carries a transport's data now.
    #[must_use]
    pub fn selected_candidate_pair(&self, id: crate::TransportId) -> Option<crate::CandidatePair> {
        self.transports.get(id).and_then(|transport| transport.candidate_pair(Component::RTP))
    }
}
