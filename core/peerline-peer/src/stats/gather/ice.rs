//! Candidates and candidate pairs.

use super::super::StatsType;
use super::super::dictionaries as types;
use super::super::id::{Monitored, Name};
use super::Collector;
use crate::transport::Transport;
use peerline_ice::{Address, Candidate, CandidateId, CandidateType, Component, PairView};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// A generation of a transport's candidates.
#[derive(Clone, Copy)]
struct Generation<'a> {
    transport: u32,
    number: u32,
    local_ufrag: Option<&'a str>,
    remote_ufrag: Option<&'a str>,
}

/// What was collected of a transport already, and what the application told of it.
#[derive(Default)]
struct Seen {
    locals: BTreeSet<String>,
    remotes: BTreeSet<String>,
    pairs: BTreeSet<u32>,
    /// Remote addresses that came by signaling: these may be shown.
    signaled: BTreeSet<IpAddr>,
}

impl Collector<'_> {
    /// The candidates of the present generation and its pairs; of the one before, the pair that is still in use.
    pub(super) fn ice(&mut self, transport: &Transport) {
        let (agent, id) = (&transport.ice, transport.id.0);
        let mut seen = Seen::default();
        seen.signaled.extend(agent.remote_candidates().filter_map(|(_, candidate)| signaled_address(candidate)));
        let present = Generation {
            transport: id,
            number: agent.generation(),
            local_ufrag: Some(agent.local_credentials().ufrag.as_str()).filter(|_| transport.has_local_credentials),
            remote_ufrag: agent.remote_credentials().map(|remote| remote.ufrag.as_str()),
        };
        for (candidate_id, candidate) in agent.local_candidates() {
            self.local(&mut seen, present, candidate_id, candidate);
        }
        for (address, candidate) in agent.remote_addresses() {
            self.remote(&mut seen, present, address, candidate);
        }
        for (path, priority) in agent.early_checks() {
            let component = agent.component_of(&path.local).unwrap_or(Component::RTP);
            let candidate = Candidate::new(CandidateType::PeerReflexive, component, "", priority, path.remote);
            self.remote(&mut seen, present, path.remote, &candidate);
        }
        let selected = [Component::RTP, Component::RTCP].map(|component| agent.last_selected_pair(component));
        for pair in agent.pairs().chain(selected.into_iter().flatten()) {
            if seen.pairs.insert(pair.id.0) {
                self.pair(&mut seen, id, &pair);
            }
        }
    }

    fn pair(&mut self, seen: &mut Seen, transport: u32, pair: &PairView<'_>) {
        let generation = Generation {
            transport,
            number: pair.generation,
            local_ufrag: Some(pair.local_ufrag),
            remote_ufrag: pair.remote_ufrag,
        };
        let local_candidate_id = self.local(seen, generation, pair.local_id, pair.local);
        let remote_candidate_id = self.remote(seen, generation, pair.remote_address, pair.remote);
        let (counters, connection) = (pair.stats, self.connection);
        let stats = types::CandidatePairStats {
            transport_id: self.id(Monitored::Transport(transport)),
            local_candidate_id,
            remote_candidate_id,
            state: Some(pair.state.into()),
            nominated: pair.nominated,
            packets_sent: counters.packets_sent,
            packets_received: counters.packets_received,
            bytes_sent: counters.bytes_sent,
            bytes_received: counters.bytes_received,
            last_packet_sent_timestamp: counters.last_packet_sent.map(|time| connection.unix_millis(time)),
            last_packet_received_timestamp: counters.last_packet_received.map(|time| connection.unix_millis(time)),
            total_round_trip_time: counters.total_round_trip_time,
            current_round_trip_time: counters.current_round_trip_time,
            // Bandwidth estimation belongs to media. SCTP's congestion window is no estimate of what the path could carry.
            available_outgoing_bitrate: None,
            available_incoming_bitrate: None,
            requests_received: counters.requests_received,
            requests_sent: counters.requests_sent,
            responses_received: counters.responses_received,
            responses_sent: counters.responses_sent,
            consent_requests_sent: counters.consent_requests_sent,
            packets_discarded_on_send: counters.packets_discarded_on_send,
            bytes_discarded_on_send: counters.bytes_discarded_on_send,
        };
        let id = self.id(Monitored::Pair(transport, pair.id.0));
        self.push(id, StatsType::CandidatePair(Box::new(stats)));
    }

    fn local(
        &mut self,
        seen: &mut Seen,
        of: Generation<'_>,
        candidate_id: CandidateId,
        candidate: &Candidate,
    ) -> String {
        let id = self.id(Monitored::Local(of.transport, of.number, candidate_id.0));
        if seen.locals.insert(id.clone()) {
            let stats = types::IceCandidateStats {
                address: types::CandidateAddress::Known(candidate.address().to_string()),
                url: candidate.url().map(str::to_owned),
                username_fragment: of.local_ufrag.map(str::to_owned),
                ..self.candidate(of, candidate)
            };
            self.push(id.clone(), StatsType::LocalCandidate(Box::new(stats)));
        }
        id
    }

    fn remote(&mut self, seen: &mut Seen, of: Generation<'_>, address: SocketAddr, candidate: &Candidate) -> String {
        let name = Name::Remote(of.transport, of.number, candidate.component().0, address);
        let id = self.named(name);
        if seen.remotes.insert(id.clone()) {
            // The application may know what it told us, and nothing else: a peer-reflexive candidate would show an address that the peer
            // keeps from it, or the one behind a name.
            let known = match candidate.address() {
                Address::Name(_) => true,
                Address::Ip(ip) => seen.signaled.contains(ip) || signaled_address(candidate).is_some(),
            };
            let stats = types::IceCandidateStats {
                address: match candidate.address() {
                    address if known => types::CandidateAddress::Known(address.to_string()),
                    _ => types::CandidateAddress::Hidden,
                },
                username_fragment: candidate.ufrag().or(of.remote_ufrag).map(str::to_owned),
                ..self.candidate(of, candidate)
            };
            self.push(id.clone(), StatsType::RemoteCandidate(Box::new(stats)));
        }
        id
    }

    /// What both sides' candidates have.
    fn candidate(&self, of: Generation<'_>, candidate: &Candidate) -> types::IceCandidateStats {
        let related = candidate.related().filter(|_| candidate.kind() != CandidateType::Host);
        types::IceCandidateStats {
            transport_id: self.id(Monitored::Transport(of.transport)),
            port: Some(candidate.port()),
            protocol: Some(candidate.transport().into()),
            candidate_type: Some(candidate.kind().into()),
            priority: Some(candidate.priority()),
            foundation: Some(candidate.foundation().to_owned()).filter(|foundation| !foundation.is_empty()),
            related_address: related.map(|related| related.address.to_string()),
            related_port: related.map(|related| related.port),
            tcp_type: candidate.tcp_type().map(Into::into),
            ..types::IceCandidateStats::default()
        }
    }
}

/// The address of a candidate that came by signaling.
fn signaled_address(candidate: &Candidate) -> Option<IpAddr> {
    match candidate.address() {
        Address::Ip(ip) if candidate.kind() != CandidateType::PeerReflexive => Some(*ip),
        _ => None,
    }
}
