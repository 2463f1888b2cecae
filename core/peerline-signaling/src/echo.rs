//! Calls to the echo peer: each gets an echo peer of its own, a client of the machine like any other.

use crate::client::{ClientId, Origin, Stage};
use crate::message::{ErrorReason, ServerMessage};
use crate::signaling::{Event, Signaling};
use peerline_edge::Time;

impl Signaling {
    pub(crate) fn call_echo(&mut self, now: Time, client: ClientId, offer: bool) -> Result<(), ErrorReason> {
        if self.limits.echo_calls == 0 {
            return Err(ErrorReason::NoEcho);
        }
        let Some(state) = self.clients.get(&client) else { return Ok(()) };
        let caller = state.peer.clone();
        let is_echo = |other: &&ClientId| {
            self.clients.get(*other).is_some_and(|other| other.origin == Origin::Echo { caller: client })
        };
        let own = state.links.iter().filter(is_echo).count();
        let full = self.echo_calls >= self.limits.echo_calls || own >= self.limits.echo_calls_per_client;
        // An echo peer that calls echo peers would be a loop inside the server.
        if full || state.origin != Origin::Remote {
            return Err(ErrorReason::EchoBusy);
        }
        let echo = self.add_client(now, Origin::Echo { caller: client }, Stage::Open);
        self.echo_calls = self.echo_calls.saturating_add(1);
        self.link(client, echo);
        let Some(peer) = self.clients.get(&echo).map(|state| state.peer.clone()) else { return Ok(()) };
        self.send(now, client, &ServerMessage::EchoReady { peer });
        self.events.push_back(Event::EchoCalled { echo, caller, offer });
        Ok(())
    }

    /// Lets two clients talk that share no room.
    pub(crate) fn link(&mut self, a: ClientId, b: ClientId) {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(state) = self.clients.get_mut(&one) {
                state.links.insert(other);
            }
        }
    }

    /// Ends that.
    pub(crate) fn unlink(&mut self, a: ClientId, b: ClientId) {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(state) = self.clients.get_mut(&one) {
                state.links.remove(&other);
            }
        }
    }
}
