//! The machine: clients come and go, messages come in, answers and relayed messages go out.
//!
//! 1. `connect` gives a client its number; `handle_message` checks size, rate and shape, then acts.
//! 2. Whatever that causes waits per client, bounded; `poll_ready` names clients for whom something waits.
//! 3. A client that has to go gets its last error and an [`Event::Close`]; the owner delivers, closes, and calls `disconnect`.

use crate::client::{Client, ClientId, Origin, Stage};
use crate::code::Code;
use crate::limits::Limits;
use crate::message::{ClientMessage, ErrorReason, ServerMessage, WelcomeLimits};
use crate::name;
use crate::rate::Bucket;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use peerline_edge::{Deadline, Rng, Seed, Time};

/// What the owner of the machine has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Make an echo peer. It speaks through the same machine as the client `echo`: give its messages to
    /// [`Signaling::handle_message`], poll its messages, and `disconnect` it at the end. It needs no `hello`.
    EchoCalled {
        /// The echo peer's connection.
        echo: ClientId,
        /// The caller's peer id: whom to answer, or to offer to.
        caller: String,
        /// True if the echo peer makes the offer.
        offer: bool,
    },
    /// Deliver what waits for this client, close its connection, and call [`Signaling::disconnect`].
    Close {
        /// Whom to close.
        client: ClientId,
        /// Why; the client is told the same.
        reason: ErrorReason,
    },
}

/// What a deadline is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    Hello(ClientId),
    Code(String),
}

/// The server's side of the protocol. See the crate's documentation.
#[derive(Debug)]
pub struct Signaling {
    pub(crate) limits: Limits,
    pub(crate) rng: Rng,
    next: u64,
    pub(crate) clients: BTreeMap<ClientId, Client>,
    pub(crate) peers: BTreeMap<String, ClientId>,
    pub(crate) rooms: BTreeMap<String, BTreeSet<ClientId>>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) wrong_codes: Bucket,
    pub(crate) alarms: BTreeSet<(Time, Alarm)>,
    pub(crate) echo_calls: usize,
    ready: VecDeque<ClientId>,
    pub(crate) events: VecDeque<Event>,
}

impl Signaling {
    /// A machine with no clients.
    #[must_use]
    pub fn new(limits: Limits, seed: Seed) -> Self {
        let wrong_codes = Bucket::new(Time::ZERO, limits.wrong_codes, limits.wrong_codes.saturating_mul(10));
        Self {
            limits,
            rng: Rng::new(seed),
            next: 0,
            clients: BTreeMap::new(),
            peers: BTreeMap::new(),
            rooms: BTreeMap::new(),
            codes: BTreeMap::new(),
            wrong_codes,
            alarms: BTreeSet::new(),
            echo_calls: 0,
            ready: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// A client has connected.
    ///
    /// # Errors
    /// [`ErrorReason::ServerFull`]: close the connection.
    pub fn connect(&mut self, now: Time) -> Result<ClientId, ErrorReason> {
        if self.clients.len() >= self.limits.clients {
            return Err(ErrorReason::ServerFull);
        }
        let until = now + self.limits.hello;
        let client = self.add_client(now, Origin::Remote, Stage::Hello { until });
        self.alarms.insert((until, Alarm::Hello(client)));
        Ok(client)
    }

    pub(crate) fn add_client(&mut self, now: Time, origin: Origin, stage: Stage) -> ClientId {
        let id = ClientId(self.next);
        self.next = self.next.saturating_add(1);
        let peer = loop {
            let peer = name::draw_peer_id(&mut self.rng);
            if !self.peers.contains_key(&peer) {
                break peer;
            }
        };
        let bucket = Bucket::new(now, self.limits.rate, self.limits.burst);
        self.peers.insert(peer.clone(), id);
        self.clients.insert(id, Client::new(peer, origin, stage, bucket));
        id
    }

    /// A client's connection is gone. Unknown clients are ignored.
    pub fn disconnect(&mut self, now: Time, client: ClientId) {
        self.withdraw(now, client);
        self.clients.remove(&client);
    }

    /// A client says something. Never fails: what is wrong is answered with an error.
    pub fn handle_message(&mut self, now: Time, client: ClientId, text: &str) {
        let Some(state) = self.clients.get_mut(&client) else { return };
        if state.stage == Stage::Closing {
            return;
        }
        if state.origin == Origin::Remote && !state.bucket.take(now) {
            return self.refuse(now, client, ErrorReason::RateLimited, None);
        }
        if text.len() > self.limits.message {
            return self.refuse(now, client, ErrorReason::TooLarge, None);
        }
        match serde_json::from_str::<ClientMessage>(text) {
            Ok(message) => self.act(now, client, message),
            Err(_) => self.refuse(now, client, ErrorReason::Malformed, None),
        }
    }

    fn act(&mut self, now: Time, client: ClientId, message: ClientMessage) {
        let waits = self.clients.get(&client).is_some_and(|state| matches!(state.stage, Stage::Hello { .. }));
        let outcome = match message {
            ClientMessage::Hello { version } if waits => self.hello(now, client, version),
            ClientMessage::Hello { .. } => Err(ErrorReason::HelloFirst),
            _ if waits => Err(ErrorReason::HelloFirst),
            ClientMessage::Join { room, name } => self.join(now, client, room, name),
            ClientMessage::Leave => self.leave(now, client),
            ClientMessage::List => self.list(now, client),
            ClientMessage::Description { to, description } => {
                return self.relay(now, client, to, |from| ServerMessage::Description { from, description });
            }
            ClientMessage::Candidate { to, candidate } => {
                return self.relay(now, client, to, |from| ServerMessage::Candidate { from, candidate });
            }
            ClientMessage::Bye { to } => return self.relay(now, client, to, |from| ServerMessage::Bye { from }),
            ClientMessage::Echo { offer } => self.call_echo(now, client, offer),
            ClientMessage::Host { code, secret } => self.host(now, client, code, secret),
            ClientMessage::Visit { code, secret } => self.visit(now, client, &code, secret),
            ClientMessage::Release => self.release(now, client),
            ClientMessage::Ping { id } => {
                self.send(now, client, &ServerMessage::Pong { id });
                Ok(())
            }
        };
        if let Err(reason) = outcome {
            self.refuse(now, client, reason, None);
        }
    }

    fn hello(&mut self, now: Time, client: ClientId, version: u32) -> Result<(), ErrorReason> {
        if version != crate::VERSION {
            return Err(ErrorReason::UnsupportedVersion);
        }
        let Some(state) = self.clients.get_mut(&client) else { return Ok(()) };
        if let Stage::Hello { until } = state.stage {
            self.alarms.remove(&(until, Alarm::Hello(client)));
        }
        state.stage = Stage::Open;
        let welcome = ServerMessage::Welcome {
            version,
            peer: state.peer.clone(),
            limits: WelcomeLimits { message: self.limits.message, peers: self.limits.peers_per_room },
            echo: self.limits.echo_calls > 0,
            stun: self.limits.stun.clone(),
        };
        self.send(now, client, &welcome);
        Ok(())
    }

    /// Hands a message from one peer to another that it may talk to.
    fn relay(&mut self, now: Time, client: ClientId, to: String, message: impl FnOnce(String) -> ServerMessage) {
        let Some(state) = self.clients.get(&client) else { return };
        let reachable = |target: &ClientId| {
            let together =
                || self.clients.get(target).is_some_and(|other| state.room.is_some() && other.room == state.room);
            *target != client && (state.links.contains(target) || together())
        };
        match self.peers.get(&to).copied().filter(reachable) {
            Some(target) => {
                let message = message(state.peer.clone());
                self.send(now, target, &message);
            }
            None => self.refuse(now, client, ErrorReason::NoSuchPeer, Some(to)),
        }
    }

    /// Answers with an error; closes the client if the reason says so or it has collected too many.
    pub(crate) fn refuse(&mut self, now: Time, client: ClientId, reason: ErrorReason, peer: Option<String>) {
        let Some(state) = self.clients.get_mut(&client) else { return };
        if state.stage == Stage::Closing {
            return;
        }
        state.strikes = state.strikes.saturating_add(1);
        let reason = if state.strikes > self.limits.strikes { ErrorReason::TooManyErrors } else { reason };
        // Long names in wrong messages are not worth a long answer.
        let peer = peer.filter(|peer| peer.len() <= 64);
        let error = ServerMessage::Error { reason, message: reason.message().to_owned(), peer };
        if reason.closes() {
            self.close(now, client, reason, &error);
        } else {
            self.send(now, client, &error);
        }
    }

    /// Sends the last error and takes the client out of everything.
    fn close(&mut self, now: Time, client: ClientId, reason: ErrorReason, error: &ServerMessage) {
        let Some(state) = self.clients.get_mut(&client) else { return };
        if reason == ErrorReason::TooSlow {
            state.outgoing.clear();
            state.outgoing_bytes = 0;
        }
        state.stage = Stage::Closing;
        self.push(client, error);
        self.events.push_back(Event::Close { client, reason });
        self.withdraw(now, client);
    }

    /// Takes a client out of its room, its code, its calls and the table of peers.
    fn withdraw(&mut self, now: Time, client: ClientId) {
        self.vacate(now, client);
        let Some(state) = self.clients.get_mut(&client) else { return };
        if let Stage::Hello { until } = state.stage {
            self.alarms.remove(&(until, Alarm::Hello(client)));
        }
        let peer = state.peer.clone();
        let origin = core::mem::replace(&mut state.origin, Origin::Remote);
        let mut told = core::mem::take(&mut state.links);
        told.extend(self.quit_room(client));
        if matches!(origin, Origin::Echo { .. }) {
            self.echo_calls = self.echo_calls.saturating_sub(1);
        }
        if self.peers.get(&peer) == Some(&client) {
            self.peers.remove(&peer);
        }
        for other in told {
            if let Some(other) = self.clients.get_mut(&other) {
                other.links.remove(&client);
            }
            self.send(now, other, &ServerMessage::PeerLeft { peer: peer.clone() });
        }
    }

    /// Queues a message; a client that doesn't read what waits for it is closed.
    pub(crate) fn send(&mut self, now: Time, client: ClientId, message: &ServerMessage) {
        let Some(state) = self.clients.get(&client) else { return };
        if state.stage == Stage::Closing {
            return;
        }
        self.push(client, message);
        let Some(state) = self.clients.get(&client) else { return };
        if state.outgoing.len() > self.limits.queued_messages || state.outgoing_bytes > self.limits.queued_bytes {
            self.refuse(now, client, ErrorReason::TooSlow, None);
        }
    }

    fn push(&mut self, client: ClientId, message: &ServerMessage) {
        let Some(state) = self.clients.get_mut(&client) else { return };
        let Ok(text) = serde_json::to_string(message) else { return };
        if !state.listed {
            state.listed = true;
            self.ready.push_back(client);
        }
        state.outgoing_bytes = state.outgoing_bytes.saturating_add(text.len());
        state.outgoing.push_back(text);
    }

    /// The next message to send, and to whom; clients take turns. For owners that can always send.
    pub fn poll_outgoing(&mut self) -> Option<(ClientId, String)> {
        while let Some(client) = self.ready.pop_front() {
            let Some(state) = self.clients.get_mut(&client) else { continue };
            let text = state.pop();
            state.listed = !state.outgoing.is_empty();
            if state.listed {
                self.ready.push_back(client);
            }
            let Some(text) = text else { continue };
            return Some((client, text));
        }
        None
    }

    /// A client for whom new messages wait. For owners whose clients may be slow: take them
    /// with [`Self::poll_outgoing_of`], all of them, when that client can be written to.
    pub fn poll_ready(&mut self) -> Option<ClientId> {
        loop {
            let client = self.ready.pop_front()?;
            if let Some(state) = self.clients.get_mut(&client) {
                state.listed = false;
                return Some(client);
            }
        }
    }

    /// The next message for this client.
    pub fn poll_outgoing_of(&mut self, client: ClientId) -> Option<String> {
        self.clients.get_mut(&client)?.pop()
    }

    /// What the owner has to do next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Self::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Deadline> {
        self.alarms.first().map(|(at, alarm)| {
            Deadline::new(
                *at,
                match alarm {
                    Alarm::Hello(_) => "signaling hello",
                    Alarm::Code(_) => "signaling code",
                },
            )
        })
    }

    /// Lets deadlines pass.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some((at, _)) = self.alarms.first() {
            if *at > now {
                break;
            }
            match self.alarms.pop_first() {
                Some((_, Alarm::Hello(client))) => self.refuse(now, client, ErrorReason::HelloTimeout, None),
                Some((at, Alarm::Code(code))) => self.expire(at, &code),
                None => break,
            }
        }
    }

    /// How many clients are connected, echo peers included.
    #[must_use]
    pub fn client_count(&self) -> usize {
        self.clients.len()
    }

    /// How many rooms there are.
    #[must_use]
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    /// How many codes are alive.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.codes.len()
    }

    /// How many echo calls are going on.
    #[must_use]
    pub const fn echo_call_count(&self) -> usize {
        self.echo_calls
    }
}

#[cfg(test)]
mod tests;
