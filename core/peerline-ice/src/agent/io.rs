//! Answers to requests for I/O, and news about sockets and interfaces.

use super::{Agent, Context, context};
use crate::gather::Changes;
use crate::{Address, Component, Event, GatheringState, State};
use core::net::{IpAddr, SocketAddr};
use peerline_edge::{IoOutcome, Time};

impl Agent {
    /// Takes the answer to an [`peerline_edge::IoRequest`], or news about sockets and interfaces.
    pub fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        if self.state == State::Closed {
            return;
        }
        let (config, out) = (&self.config, &mut self.out);
        let changes = match outcome {
            IoOutcome::Interfaces(interfaces) => {
                let told = self.gatherer.state() == GatheringState::Complete;
                let sockets = out.io.len();
                let changes = self.gatherer.handle_interfaces(&interfaces, config, out);
                if told && (out.io.len() != sockets || !changes.removed.is_empty()) {
                    out.event(Event::InterfacesChange);
                }
                changes
            }
            IoOutcome::UdpBound { socket, local } => self.gatherer.handle_bound(socket, local, config, out),
            IoOutcome::Failed { socket, failure } => self.gatherer.handle_failed(socket, failure, config, out),
            IoOutcome::Resolved { host, addresses } => {
                self.gatherer.handle_resolved(&host, &addresses, config, out);
                self.resolve_remote(now, &host, &addresses);
                Changes::default()
            }
        };
        self.apply(now, &changes);
        self.advance(now);
    }

    /// How many components the data stream has from now on (RFC 5761 §5.1.1). 2 has to be said before [`Self::gather`]; 1 closes the
    /// sockets of the second component and forgets its pairs: RTCP turned out to be multiplexed.
    pub fn set_components(&mut self, now: Time, components: u8) {
        let components = components.clamp(1, 2);
        if components == self.config.components || self.state == State::Closed {
            return;
        }
        self.config.components = components;
        if components == 1 {
            self.paths[1] = None;
            let changes = self.gatherer.remove_component(Component::RTCP, &mut self.out);
            self.apply(now, &changes);
        }
        self.advance(now);
    }

    /// The component whose socket is bound to this address.
    #[must_use]
    pub fn component_of(&self, local: &SocketAddr) -> Option<Component> {
        self.gatherer.component_of(local)
    }

    /// Bases came or went: so do their pairs.
    pub(super) fn apply(&mut self, now: Time, changes: &Changes) {
        let mut cx = context!(self, now);
        for base in &changes.removed {
            self.session.remove_base(*base, &mut cx);
            if let Some(previous) = &mut self.previous {
                previous.remove_base(*base, &mut cx);
            }
        }
        for local in &changes.added {
            self.session.add_base(*local, &mut cx);
        }
    }

    /// A remote candidate's name got its address (RFC 8839 §5.1: one of them is used), or has none and is dropped.
    fn resolve_remote(&mut self, now: Time, host: &str, addresses: &[IpAddr]) {
        let named = |address: &Address| matches!(address, Address::Name(name) if name == host);
        let (resolved, waiting) =
            core::mem::take(&mut self.session.names).into_iter().partition(|candidate| named(candidate.address()));
        self.session.names = waiting;
        let resolved: Vec<crate::Candidate> = resolved;
        for candidate in resolved {
            match addresses.first() {
                Some(ip) => {
                    let address = SocketAddr::new(*ip, candidate.port());
                    self.session.add_remote(candidate, address, &mut context!(self, now));
                }
                None => self.out.drops.unusable_candidate += 1,
            }
        }
    }
}
