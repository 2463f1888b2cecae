//! Transports: one ICE agent with the DTLS connection above it for each (W3C webrtc-pc §5.5, §5.6), and how they meet.

mod aggregate;
mod demux;
mod dtls_transport;
mod gatherer;
mod ice_transport;
mod sctp_transport;

pub use aggregate::{connection_state, ice_connection_state, ice_gathering_state};
pub(crate) use demux::PacketKind;
pub(crate) use sctp_transport::SctpTransport;
pub use sctp_transport::SctpTransportView;

use crate::PeerConnection;
use crate::configuration::{Configuration, IceServerUrl};
use crate::event::TransportId;
use crate::states::{DtlsTransportState, IceConnectionState, IceGatheringState};
use crate::stats::Traffic;
use gatherer::Gatherer;
use peerline_dtls as dtls;
use peerline_edge::{Deadline, IoOutcome, IoRequest, Protocol, Time};
use peerline_ice as ice;
use peerline_jsep as jsep;
use peerline_sdp::Mid;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

/// One ICE transport and its DTLS transport.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) id: TransportId,
    pub(crate) ice: Gatherer,
    pub(crate) dtls: dtls::Connection,
    /// RTCP that the peer does not multiplex has a DTLS association of its own, on the second ICE component (RFC 5764 §3).
    pub(crate) rtcp: Option<dtls::Connection>,
    /// Known once an answer was applied.
    pub(crate) dtls_role: Option<dtls::Role>,
    /// The ICE generation from which on a path leads to the peer of the present DTLS association.
    dtls_generation: u32,
    pub(crate) ice_role: Option<jsep::IceRole>,
    /// A local description gave the agent its credentials.
    pub(crate) has_local_credentials: bool,
    pub(crate) remote_fingerprints: Vec<peerline_sdp::Fingerprint>,
    pub(crate) remote_tls_id: Option<peerline_sdp::TlsId>,
    /// The m-section whose mid and index its candidates carry.
    pub(crate) speaks_for: Option<(usize, Mid)>,
    /// The candidates of this generation that were told, as candidate-attributes.
    pub(crate) surfaced: Vec<String>,
    /// The end of this generation's candidates was told.
    pub(crate) surfaced_all: bool,
    /// Why DTLS failed, if it did.
    dtls_failure: Option<dtls::Failure>,
    /// What the W3C getters show; changed by tasks only.
    pub(crate) slots: TransportSlots,
    /// A datagram that did not fit the batch before it.
    pub(crate) carried: Vec<u8>,
    pub(crate) traffic: Traffic,
    /// How often the pair in use has changed.
    pub(crate) selected_pair_changes: u64,
}

/// The W3C slots of a transport pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransportSlots {
    pub(crate) ice_state: IceConnectionState,
    pub(crate) gathering_state: IceGatheringState,
    pub(crate) dtls_state: DtlsTransportState,
}

impl Transport {
    fn new(id: TransportId, ice: Gatherer, dtls: dtls::Connection) -> Self {
        Self {
            id,
            ice,
            dtls,
            rtcp: None,
            dtls_role: None,
            dtls_generation: 0,
            ice_role: None,
            has_local_credentials: false,
            remote_fingerprints: Vec::new(),
            remote_tls_id: None,
            speaks_for: None,
            surfaced: Vec::new(),
            surfaced_all: false,
            dtls_failure: None,
            slots: TransportSlots {
                ice_state: IceConnectionState::New,
                gathering_state: IceGatheringState::New,
                dtls_state: DtlsTransportState::New,
            },
            carried: Vec::new(),
            traffic: Traffic::default(),
            selected_pair_changes: 0,
        }
    }

    /// Starts DTLS as soon as ICE has a path and the role is known: before nomination, so that no round trip is lost. Tells whether it did.
    pub(crate) fn start_dtls_if_ready(&mut self, now: Time) -> bool {
        let Some(role) = self.dtls_role else { return false };
        // A new association is another peer's, or another time of the same: the path of the generation before does not lead there.
        let has_path = |component| {
            self.ice.path(component).is_some()
                && self.ice.selected_pair(component).is_some_and(|pair| pair.generation >= self.dtls_generation)
        };
        let starts = has_path(ice::Component::RTP) && self.dtls.state() == dtls::State::New;
        if starts {
            self.dtls.start(now, role);
        }
        let waits = |dtls: &&mut dtls::Connection| has_path(ice::Component::RTCP) && dtls.state() == dtls::State::New;
        if let Some(dtls) = self.rtcp.as_mut().filter(waits) {
            dtls.start(now, role);
        }
        starts
    }

    /// The DTLS association whose component has the socket at this address.
    pub(crate) fn dtls_on(&mut self, local: SocketAddr) -> &mut dtls::Connection {
        match &mut self.rtcp {
            Some(rtcp) if self.ice.component_of(&local) == Some(ice::Component::RTCP) => rtcp,
            _ => &mut self.dtls,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Deadline> {
        let rtcp = self.rtcp.as_ref().and_then(|dtls| dtls.poll_timeout());
        Deadline::earliest(Deadline::earliest(self.ice.poll_timeout(), self.dtls.poll_timeout()), rtcp)
    }

    /// The pair that carries this component's data now.
    pub(crate) fn candidate_pair(&self, component: ice::Component) -> Option<CandidatePair> {
        let pair = self.ice.selected_pair(component)?;
        Some(CandidatePair {
            local: pair.local.to_string(),
            remote: pair.remote.to_string(),
            round_trip_time: pair.stats.current_round_trip_time,
        })
    }

    /// `[[RemoteCertificates]]` (§5.5.1): set when the state becomes connected.
    fn shown_certificates(&self) -> Vec<Vec<u8>> {
        match self.slots.dtls_state {
            DtlsTransportState::New | DtlsTransportState::Connecting => Vec::new(),
            _ => self.dtls.remote_certificates().to_vec(),
        }
    }

    fn view(&self) -> TransportView {
        TransportView {
            id: self.id,
            ice_state: self.slots.ice_state,
            gathering_state: self.slots.gathering_state,
            dtls_state: self.slots.dtls_state,
            ice_role: self.ice_role,
            section: self
                .speaks_for
                .as_ref()
                .and_then(|(index, mid)| Some((mid.as_str().to_owned(), u16::try_from(*index).ok()?))),
            local_candidates: self.surfaced.clone(),
            // §5.6.2: only candidates that were signaled.
            remote_candidates: self
                .ice
                .remote_candidates()
                .filter(|(_, candidate)| candidate.kind() != ice::CandidateType::PeerReflexive)
                .map(|(_, candidate)| candidate.to_string())
                .collect(),
            local_parameters: self.local_parameters(),
            remote_parameters: self.remote_parameters(),
            rtcp_dtls_state: self.rtcp.as_ref().map(|dtls| dtls_transport::w3c_state(dtls.state())),
            remote_certificates: self.shown_certificates(),
        }
    }
}

/// The STUN servers of a configuration.
pub(crate) fn stun_servers(configuration: &Configuration) -> Vec<ice::StunServer> {
    servers(configuration, |url| !url.scheme.is_turn() && !url.scheme.is_secure() && url.transport == Protocol::Udp)
}

/// The TURN servers of a configuration.
pub(crate) fn turn_servers(configuration: &Configuration) -> Vec<ice::StunServer> {
    servers(configuration, |url| url.scheme.is_turn())
}

fn servers(configuration: &Configuration, wanted: impl Fn(&IceServerUrl) -> bool) -> Vec<ice::StunServer> {
    let urls = configuration.ice_servers.iter().flat_map(|server| server.parsed_urls());
    urls.filter(|(_, url)| wanted(url))
        .map(|(text, url)| ice::StunServer {
            host: url.host,
            port: url.port,
            transport: url.transport,
            url: text.to_owned(),
        })
        .collect()
}

impl PeerConnection {
    /// The transports that exist, oldest first.
    pub fn transports(&self) -> impl Iterator<Item = TransportView> + '_ {
        self.transports.iter().map(Transport::view).chain(self.transports.closing.iter().cloned())
    }

    /// Makes a transport; nothing is sent or bound by that.
    pub(crate) fn create_transport(&mut self, id: TransportId) {
        let gatherer = self.new_gatherer();
        let dtls = self.new_dtls();
        self.transports.list.push(Transport::new(id, gatherer, dtls));
    }

    fn new_dtls(&mut self) -> dtls::Connection {
        let mut config = dtls::Config::new(
            Arc::clone(&self.environment.dtls),
            Arc::clone(&self.environment.crypto),
            Arc::clone(&self.certificate),
            self.rng.seed(),
        );
        config.mtu = self.configuration.native.max_datagram_len;
        dtls::Connection::new(config)
    }

    /// The second component of a transport, as an answer decided it (RFC 5761 §5.1.1).
    pub(crate) fn change_rtcp_component(&mut self, now: Time, id: TransportId, rtcp: jsep::RtcpComponent) {
        let wanted = if rtcp == jsep::RtcpComponent::None { 1 } else { 2 };
        let is_missing = self.transports.get(id).is_some_and(|transport| transport.rtcp.is_none());
        let dtls = (rtcp == jsep::RtcpComponent::Used && is_missing).then(|| self.new_dtls());
        let Some(transport) = self.transports.get_mut(id) else { return };
        transport.ice.set_components(now, wanted);
        if wanted == 1 {
            transport.rtcp = None;
        } else if dtls.is_some() {
            transport.rtcp = dtls;
        }
    }

    /// A new DTLS association takes the place of the old one on the same ICE transport (RFC 8842 §5.5).
    pub(crate) fn restart_dtls(&mut self, id: TransportId) {
        let dtls = self.new_dtls();
        if let Some(transport) = self.transports.get_mut(id) {
            transport.dtls = dtls;
            transport.rtcp = None;
            transport.dtls_generation = transport.ice.generation();
        }
    }
}

/// Every transport of a connection, in the order of their making.
#[derive(Debug, Default)]
pub(crate) struct Transports {
    list: Vec<Transport>,
    /// Agents that gather before a description needs them.
    pool: Vec<Gatherer>,
    /// The number of the next agent.
    next_agent: u32,
    /// Sockets of transports that were closed before the connection.
    to_close: VecDeque<IoRequest>,
    /// What transports that are closed show until the task that closes them runs.
    closing: Vec<TransportView>,
}

impl Transports {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Transport> {
        self.list.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Transport> {
        self.list.iter_mut()
    }

    pub(crate) fn get(&self, id: TransportId) -> Option<&Transport> {
        self.list.iter().find(|transport| transport.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: TransportId) -> Option<&mut Transport> {
        self.list.iter_mut().find(|transport| transport.id == id)
    }

    /// The transport at a place of the list.
    pub(crate) fn id_at(&self, index: usize) -> Option<TransportId> {
        self.list.get(index).map(|transport| transport.id)
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The transport whose agent bound this address.
    pub(crate) fn owning(&mut self, local: SocketAddr) -> Option<&mut Transport> {
        self.list.iter_mut().find(|transport| transport.ice.owns_socket(&local))
    }

    /// Takes the agent with this ufrag out of the pool.
    pub(crate) fn take_pooled(&mut self, ufrag: &str) -> Option<Gatherer> {
        let index = self.pool.iter().position(|gatherer| gatherer.local_credentials().ufrag == ufrag)?;
        Some(self.pool.remove(index))
    }

    /// Gives a transport the agent that has gathered ahead for it; one that it does not need is closed.
    pub(crate) fn use_pooled(&mut self, id: TransportId, gatherer: Gatherer, needed: bool) {
        let place = self.get_mut(id).filter(|_| needed).map(|transport| &mut transport.ice);
        let unused = match place {
            Some(place) => core::mem::replace(place, gatherer),
            None => gatherer,
        };
        self.to_close.extend(unused.close());
    }

    /// Ends a transport that no m-section uses any more. What it shows stays until [`Self::forget`].
    pub(crate) fn close(&mut self, id: TransportId) {
        if let Some(index) = self.list.iter().position(|transport| transport.id == id) {
            let transport = self.list.remove(index);
            self.closing.push(transport.view());
            self.to_close.extend(transport.ice.close());
        }
    }

    /// Forgets what every closed transport showed.
    pub(crate) fn forget_closed(&mut self) {
        self.closing.clear();
    }

    /// Forgets what a closed transport showed.
    pub(crate) fn forget(&mut self, id: TransportId) {
        self.closing.retain(|view| view.id != id);
    }

    /// Every agent: those of transports, then those of the pool.
    pub(crate) fn gatherers(&mut self) -> impl Iterator<Item = &mut Gatherer> {
        self.list.iter_mut().map(|transport| &mut transport.ice).chain(&mut self.pool)
    }

    /// The agents that gather ahead, to be driven.
    pub(crate) fn pool_mut(&mut self) -> impl Iterator<Item = &mut Gatherer> {
        self.pool.iter_mut()
    }

    /// The agents that gather ahead.
    pub(crate) fn pool(&self) -> &[Gatherer] {
        &self.pool
    }

    /// The next request of any agent.
    pub(crate) fn poll_io(&mut self) -> Option<IoRequest> {
        let first = self.to_close.pop_front();
        first.or_else(|| self.gatherers().find_map(Gatherer::poll_io))
    }

    /// Brings an answer to the agents that asked.
    pub(crate) fn handle_io(&mut self, now: Time, outcome: &IoOutcome) {
        self.gatherers().for_each(|gatherer| gatherer.handle_io(now, outcome));
    }
}

/// A pair of candidates in use (`RTCIceCandidatePair`, §5.6.4), as candidate-attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidatePair {
    /// Ours.
    pub local: String,
    /// Theirs.
    pub remote: String,
    /// The last round-trip time that a check measured.
    pub round_trip_time: Option<std::time::Duration>,
}

/// What `RTCDtlsTransport` and its `iceTransport` show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportView {
    /// Which transport.
    pub id: TransportId,
    /// `RTCIceTransport.state`.
    pub ice_state: IceConnectionState,
    /// `RTCIceTransport.gatheringState`.
    pub gathering_state: IceGatheringState,
    /// `RTCDtlsTransport.state`.
    pub dtls_state: DtlsTransportState,
    /// `RTCIceTransport.role`.
    pub ice_role: Option<jsep::IceRole>,
    /// The m-section that speaks for the transport: `sdpMid` and `sdpMLineIndex` of its candidates.
    pub section: Option<(String, u16)>,
    /// `getLocalCandidates()`, as candidate-attributes.
    pub local_candidates: Vec<String>,
    /// `getRemoteCandidates()`, as candidate-attributes.
    pub remote_candidates: Vec<String>,
    /// `getLocalParameters()`.
    pub local_parameters: Option<jsep::IceCredentials>,
    /// `getRemoteParameters()`.
    pub remote_parameters: Option<jsep::IceCredentials>,
    /// RTCP goes over a second ICE component with a DTLS association of its own: how far that is.
    pub rtcp_dtls_state: Option<DtlsTransportState>,
    /// `getRemoteCertificates()`: DER, leaf first.
    pub remote_certificates: Vec<Vec<u8>>,
}
