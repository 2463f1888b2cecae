//! Transports: one ICE agent with the DTLS connection above it for each (W3C webrtc-pc §5.5, §5.6), and how they meet.

mod aggregate;
mod demux;
mod dtls_transport;
mod ice_transport;
mod sctp_transport;

pub use aggregate::{connection_state, ice_connection_state, ice_gathering_state};
pub use sctp_transport::SctpTransportView;
pub(crate) use demux::PacketKind;
pub(crate) use sctp_transport::SctpTransport;

use crate::configuration::{Configuration, Environment};
use crate::event::TransportId;
use crate::states::{DtlsTransportState, IceConnectionState, IceGatheringState, IceTransportPolicy};
use peerline_dtls as dtls;
use peerline_edge::{Deadline, IoOutcome, IoRequest, Protocol, Rng, SocketId, Time};
use peerline_ice as ice;
use std::net::SocketAddr;
use std::sync::Arc;

/// One ICE transport and its DTLS transport.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) id: TransportId,
    pub(crate) ice: ice::Agent,
    pub(crate) dtls: dtls::Connection,
    /// Known once an answer was applied.
    pub(crate) dtls_role: Option<dtls::Role>,
    /// What the W3C getters show; changed by tasks only.
    pub(crate) slots: TransportSlots,
    /// A datagram that did not fit the batch before it.
    pub(crate) carried: Vec<u8>,
    /// Host names being resolved for the agent.
    resolving: Vec<String>,
}

/// The W3C slots of a transport pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransportSlots {
    pub(crate) ice_state: IceConnectionState,
    pub(crate) gathering_state: IceGatheringState,
    pub(crate) dtls_state: DtlsTransportState,
}

impl Transport {
    fn new(id: TransportId, configuration: &Configuration, environment: &Environment, certificate: &Arc<dtls::Certificate>, rng: &mut Rng) -> Self {
        let mut ice_config = ice::Config::new(Arc::clone(&environment.crypto), rng.seed());
        ice_config.servers = stun_servers(configuration);
        ice_config.include_loopback = configuration.native.include_loopback;
        ice_config.transport_policy = match configuration.ice_transport_policy {
            IceTransportPolicy::All => ice::TransportPolicy::All,
            IceTransportPolicy::Relay => ice::TransportPolicy::Relay,
        };
        let mut dtls_config = dtls::Config::new(
            Arc::clone(&environment.dtls),
            Arc::clone(&environment.crypto),
            Arc::clone(certificate),
            rng.seed(),
        );
        dtls_config.mtu = configuration.native.max_datagram_len;
        Self {
            id,
            ice: ice::Agent::new(ice_config),
            dtls: dtls::Connection::new(dtls_config),
            dtls_role: None,
            slots: TransportSlots {
                ice_state: IceConnectionState::New,
                gathering_state: IceGatheringState::New,
                dtls_state: DtlsTransportState::New,
            },
            carried: Vec::new(),
            resolving: Vec::new(),
        }
    }

    /// Starts DTLS as soon as ICE has a path and the role is known: before nomination, so that no round trip is lost.
    pub(crate) fn start_dtls_if_ready(&mut self, now: Time) {
        if let (Some(role), Some(_)) = (self.dtls_role, self.ice.path(ice::Component::RTP))
            && self.dtls.state() == dtls::State::New
        {
            self.dtls.start(now, role);
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Deadline> {
        Deadline::earliest(self.ice.poll_timeout(), self.dtls.poll_timeout())
    }
}

/// The STUN servers of a configuration. TURN servers answer Binding requests too, but are left to the TURN client.
pub(crate) fn stun_servers(configuration: &Configuration) -> Vec<ice::StunServer> {
    let urls = configuration.ice_servers.iter().flat_map(|server| server.parsed_urls());
    let stun = urls.filter(|(_, url)| !url.scheme.is_turn() && !url.scheme.is_secure() && url.transport == Protocol::Udp);
    stun.map(|(text, url)| ice::StunServer { host: url.host, port: url.port, transport: url.transport, url: text.to_owned() })
        .collect()
}

/// Every transport of a connection, in the order of their making.
#[derive(Debug, Default)]
pub(crate) struct Transports {
    list: Vec<Transport>,
}

/// A machine's socket number in the connection's own numbering: transport in the upper half, the agent's number in the lower.
const SOCKETS_PER_TRANSPORT: u32 = 1 << 16;

impl Transports {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Transport> {
        self.list.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Transport> {
        self.list.iter_mut()
    }

    pub(crate) fn get(&self, id: TransportId) -> Option<&Transport> {
        self.list.get(usize::from(id.0))
    }

    pub(crate) fn get_mut(&mut self, id: TransportId) -> Option<&mut Transport> {
        self.list.get_mut(usize::from(id.0))
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The transport whose agent bound this address.
    pub(crate) fn owning(&mut self, local: SocketAddr) -> Option<&mut Transport> {
        self.list.iter_mut().find(|transport| transport.ice.owns_socket(&local))
    }

    /// Makes one more transport; nothing is sent or bound by that.
    pub(crate) fn create(&mut self, configuration: &Configuration, environment: &Environment, certificate: &Arc<dtls::Certificate>, rng: &mut Rng) -> TransportId {
        let id = TransportId(u16::try_from(self.list.len()).unwrap_or(u16::MAX));
        self.list.push(Transport::new(id, configuration, environment, certificate, rng));
        id
    }

    /// The next request of any agent, with its socket number made unique over all transports.
    pub(crate) fn poll_io(&mut self) -> Option<IoRequest> {
        for (base, transport) in (0..).step_by(SOCKETS_PER_TRANSPORT as usize).zip(&mut self.list) {
            let number = |socket: SocketId| SocketId(socket.0 % SOCKETS_PER_TRANSPORT + base);
            match transport.ice.poll_io() {
                Some(IoRequest::BindUdp { socket, local }) => {
                    return Some(IoRequest::BindUdp { socket: number(socket), local });
                }
                Some(IoRequest::Close { socket }) => return Some(IoRequest::Close { socket: number(socket) }),
                Some(IoRequest::Resolve { host }) => {
                    transport.resolving.push(host.clone());
                    return Some(IoRequest::Resolve { host });
                }
                Some(IoRequest::ListInterfaces) => return Some(IoRequest::ListInterfaces),
                None => {}
            }
        }
        None
    }

    /// Brings an answer to the agents that asked.
    pub(crate) fn handle_io(&mut self, now: Time, outcome: &IoOutcome) {
        let mut to_socket = |socket: SocketId, local: &dyn Fn(SocketId) -> IoOutcome| {
            let owner = self.list.get_mut((socket.0 / SOCKETS_PER_TRANSPORT) as usize);
            if let Some(transport) = owner {
                transport.ice.handle_io(now, local(SocketId(socket.0 % SOCKETS_PER_TRANSPORT)));
            }
        };
        match outcome {
            IoOutcome::UdpBound { socket, local } => {
                to_socket(*socket, &|socket| IoOutcome::UdpBound { socket, local: *local });
            }
            IoOutcome::Failed { socket, failure } => {
                to_socket(*socket, &|socket| IoOutcome::Failed { socket, failure: *failure });
            }
            IoOutcome::Interfaces(_) => {
                self.list.iter_mut().for_each(|transport| transport.ice.handle_io(now, outcome.clone()));
            }
            IoOutcome::Resolved { host, .. } => {
                for transport in &mut self.list {
                    if let Some(index) = transport.resolving.iter().position(|waiting| waiting == host) {
                        transport.resolving.swap_remove(index);
                        transport.ice.handle_io(now, outcome.clone());
                    }
                }
            }
        }
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
    /// `getRemoteCertificates()`: DER, leaf first.
    pub remote_certificates: Vec<Vec<u8>>,
}
