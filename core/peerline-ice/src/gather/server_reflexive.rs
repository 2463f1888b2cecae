//! Server-reflexive candidates: asking STUN servers for mapped addresses (RFC 8445 §5.1.1.2, RFC 8489 §7).

use super::Gatherer;
use crate::outbox::{Outbox, Packet};
use crate::{CandidateType, Config, Event, GatheringState, StunServer};
use core::net::{IpAddr, SocketAddr};
use peerline_edge::{Deadline, IoRequest, Protocol, SocketId, Time};
use peerline_stun::{Class, Message, Retransmission, Step, Transaction, TransactionId};

/// W3C webrtc-pc §4.8.1.3: the code for a server that could not be reached.
const UNREACHABLE: u16 = 701;

#[derive(Debug)]
pub(super) struct Server {
    config: StunServer,
    addresses: Addresses,
}

#[derive(Debug)]
enum Addresses {
    Pending,
    Known(Vec<IpAddr>),
    /// Told as an error already.
    Failed,
}

impl Server {
    pub(super) const fn is_pending(&self) -> bool {
        matches!(self.addresses, Addresses::Pending)
    }
}

/// One socket's question to one server.
#[derive(Debug)]
pub(super) struct Query {
    socket: SocketId,
    base: SocketAddr,
    server: usize,
    target: SocketAddr,
    state: QueryState,
}

#[derive(Debug)]
enum QueryState {
    Waiting,
    InProgress(Transaction),
    /// Answered; its NAT binding is kept alive.
    Answered {
        refresh_at: Time,
    },
    /// Not told yet.
    Failed,
    Dead,
}

impl Query {
    pub(super) const fn is_outstanding(&self) -> bool {
        matches!(self.state, QueryState::Waiting | QueryState::InProgress(_))
    }
}

impl Gatherer {
    /// Takes the configured servers and asks for the addresses of those that are names.
    pub(super) fn start_servers(&mut self, config: &Config, out: &mut Outbox) {
        for server in config.servers.iter().filter(|server| server.transport == Protocol::Udp) {
            let addresses = if let Ok(ip) = server.host.parse() {
                Addresses::Known(vec![ip])
            } else {
                let asked = self.servers.iter().any(|known| known.is_pending() && known.config.host == server.host);
                if !asked {
                    out.io.push_back(IoRequest::Resolve { host: server.host.clone() });
                }
                Addresses::Pending
            };
            self.servers.push(Server { config: server.clone(), addresses });
        }
        let bound: Vec<_> = self.sockets.iter().filter(|socket| socket.is_bound()).map(|socket| socket.id).collect();
        bound.into_iter().for_each(|socket| self.query_servers_from(socket, config));
    }

    /// There is no TURN client here, so no TURN server can be used. Whoever configured one is told.
    pub(super) fn report_turn_servers(&self, config: &Config, out: &mut Outbox) {
        for server in &config.turn_servers {
            out.event(unreachable(server, None, "Relayed candidates cannot be gathered: there is no TURN client"));
        }
    }

    /// The addresses of a name became known.
    pub(crate) fn handle_resolved(&mut self, host: &str, addresses: &[IpAddr], config: &Config, out: &mut Outbox) {
        let mut known = false;
        for server in self.servers.iter_mut().filter(|server| server.is_pending() && server.config.host == host) {
            server.addresses = if addresses.is_empty() {
                let text = "The name of the server could not be resolved";
                out.event(unreachable(&server.config, None, text));
                Addresses::Failed
            } else {
                known = true;
                Addresses::Known(addresses.to_vec())
            };
        }
        if known {
            let bound: Vec<_> = self.sockets.iter().filter(|s| s.is_bound()).map(|socket| socket.id).collect();
            bound.into_iter().for_each(|socket| self.query_servers_from(socket, config));
        }
    }

    /// Asks each server that this socket can reach, if it has not been asked from there.
    pub(super) fn query_servers_from(&mut self, socket: SocketId, config: &Config) {
        if config.lite {
            return;
        }
        let Some(base) = self.bound(socket) else { return };
        for (place, server) in self.servers.iter().enumerate() {
            let Addresses::Known(addresses) = &server.addresses else { continue };
            let reachable =
                |ip: &&IpAddr| ip.is_ipv4() == base.is_ipv4() && (!base.ip().is_loopback() || ip.is_loopback());
            let Some(ip) = addresses.iter().find(reachable) else { continue };
            let asked = self.queries.iter().any(|query| query.socket == socket && query.server == place);
            if !asked {
                let target = SocketAddr::new(*ip, server.config.port);
                self.queries.push(Query { socket, base, server: place, target, state: QueryState::Waiting });
            }
        }
    }

    pub(super) fn forget_queries_of(&mut self, socket: SocketId) {
        self.queries.retain(|query| query.socket != socket);
    }

    /// Sends, repeats and gives up queries.
    pub(super) fn advance_queries(&mut self, now: Time, config: &Config, keep_bindings: bool, out: &mut Outbox) {
        let timing = &config.timing;
        let retransmission = Retransmission {
            rto: timing.rto,
            max_transmissions: timing.max_transmissions,
            last_wait: timing.last_wait,
        };
        for query in &mut self.queries {
            let send = |transaction: &Transaction, out: &mut Outbox| {
                let Query { socket, target, .. } = *query;
                out.packets.push_back(Packet::Query { socket, target, id: transaction.id() });
            };
            match &mut query.state {
                // RFC 8445 §14.2: new queries are paced too.
                QueryState::Waiting if now >= self.next_query => {
                    self.next_query = now + timing.gathering_interval;
                    let transaction = Transaction::start(now, TransactionId::random(&mut self.rng), retransmission);
                    send(&transaction, out);
                    query.state = QueryState::InProgress(transaction);
                }
                QueryState::InProgress(transaction) => match transaction.step(now) {
                    Step::Wait => {}
                    Step::Retransmit => send(transaction, out),
                    Step::TimedOut => query.state = QueryState::Failed,
                },
                // RFC 8445 §5.1.1.4: MUST keep the bindings alive until checks are over; an answer is not needed.
                QueryState::Answered { refresh_at } if keep_bindings && now >= *refresh_at => {
                    *refresh_at = now + timing.binding_refresh;
                    let Query { socket, target, .. } = *query;
                    out.packets.push_back(Packet::Query { socket, target, id: TransactionId::random(&mut self.rng) });
                }
                _ => {}
            }
        }
        self.report_failed(out);
    }

    /// Tells each query that failed since the last time, while anyone may want to know.
    fn report_failed(&mut self, out: &mut Outbox) {
        for query in self.queries.iter_mut().filter(|query| matches!(query.state, QueryState::Failed)) {
            query.state = QueryState::Dead;
            if let (Some(server), GatheringState::Gathering) = (self.servers.get(query.server), self.state) {
                out.event(unreachable(&server.config, Some(query.base), "The server did not answer"));
            }
        }
    }

    /// The time is up: whatever is outstanding has failed.
    pub(super) fn abandon(&mut self, out: &mut Outbox) {
        for server in self.servers.iter_mut().filter(|server| server.is_pending()) {
            server.addresses = Addresses::Failed;
            out.event(unreachable(&server.config, None, "The name of the server could not be resolved in time"));
        }
        for query in self.queries.iter_mut().filter(|query| query.is_outstanding()) {
            query.state = QueryState::Failed;
        }
        self.report_failed(out);
    }

    /// A server that no socket could even ask: it has no address of a family that this host has.
    pub(super) fn report_unusable_servers(&mut self, out: &mut Outbox) {
        if self.sockets.is_empty() {
            return;
        }
        for server in &mut self.servers {
            let Addresses::Known(addresses) = &server.addresses else { continue };
            let same_family =
                |ip: &IpAddr| self.sockets.iter().filter_map(super::Socket::local).any(|l| l.is_ipv4() == ip.is_ipv4());
            if !addresses.iter().any(same_family) {
                out.event(unreachable(
                    &server.config,
                    None,
                    "The server has no address of a family that this host has",
                ));
                server.addresses = Addresses::Failed;
            }
        }
    }

    pub(super) fn query_deadline(&self, _config: &Config, keep_bindings: bool) -> Option<Deadline> {
        self.queries.iter().fold(None, |earliest, query| {
            let deadline = match &query.state {
                QueryState::Waiting => Some(Deadline::new(self.next_query, "ice gathering pace")),
                QueryState::InProgress(transaction) => Some(Deadline::new(transaction.deadline(), "ice stun query")),
                QueryState::Answered { refresh_at } if keep_bindings => {
                    Some(Deadline::new(*refresh_at, "ice binding refresh"))
                }
                _ => None,
            };
            Deadline::earliest(earliest, deadline)
        })
    }

    /// Takes a response; returns false if it answers no query.
    pub(crate) fn handle_response(
        &mut self,
        now: Time,
        message: &Message<'_>,
        (local, source): (SocketAddr, SocketAddr),
        config: &Config,
        out: &mut Outbox,
    ) -> bool {
        let id = message.transaction_id();
        let answers = |query: &&mut Query| matches!(&query.state, QueryState::InProgress(t) if t.id() == id);
        let Some(query) = self.queries.iter_mut().find(answers) else { return false };
        let (socket, place) = (query.socket, query.server);
        let asked = self.sockets.iter().find(|candidate| candidate.id == socket);
        let (Some(asked), true) = (asked, query.target == source) else { return false };
        let (component, preference) = (asked.component, asked.preference);
        if asked.local() != Some(local) {
            return false;
        }
        query.state = QueryState::Answered { refresh_at: now + config.timing.binding_refresh };
        let Some(server) = self.servers.get(place) else { return true };
        let mapped = match message.class() {
            // RFC 8489 §6.3.3: MUST understand MAPPED-ADDRESS of older servers too.
            Class::Success => message.xor_mapped_address().or_else(|| message.mapped_address()),
            _ => None,
        };
        let Some(mapped) = mapped.filter(|mapped| !mapped.ip().is_unspecified() && mapped.port() != 0) else {
            query.state = QueryState::Dead;
            let code = message.error_code().map_or(UNREACHABLE, |error| error.code);
            let mut event = unreachable(&server.config, Some(local), "The server answered with an error");
            if let Event::CandidateError { code: slot, .. } = &mut event {
                *slot = code;
            }
            out.event(event);
            return true;
        };
        // RFC 8445 §5.1.3: a candidate with the address and base of another one is redundant; the host candidate is one of them.
        if self.locals.find(local, mapped).is_none() {
            let found_by = Some((source.ip(), server.config.url.as_str()));
            let kind = CandidateType::ServerReflexive;
            let candidate = self.locals.add(kind, component, mapped, (local, preference), found_by);
            if let (Some(candidate), GatheringState::Gathering) = (candidate, self.state) {
                self.locals.announce(candidate, &self.ufrag, out);
            }
        }
        true
    }
}

fn unreachable(server: &StunServer, local: Option<SocketAddr>, text: &'static str) -> Event {
    Event::CandidateError {
        address: local.map(|local| local.ip()),
        port: local.map_or(0, |local| local.port()),
        url: server.url.clone(),
        code: UNREACHABLE,
        text,
    }
}
