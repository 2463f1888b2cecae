//! Runs machines on hosts of a simulated network until something happens.

use crate::agenda::Agenda;
use crate::log::{Log, LogLine};
use crate::machine::Machine;
use crate::network::{Arrival, Delivery, Network};
use crate::topology::{HostId, NodeId};
use core::fmt;
use core::time::Duration;
use peerline_edge::{Deadline, Received, Time};
use std::collections::BTreeSet;

/// Calls of one machine at one instant after which it is said to spin.
const SPIN_LIMIT: u32 = 100_000;

type Plan<M> = Box<dyn FnOnce(&mut Simulation<M>)>;
type Watcher<M> = Box<dyn FnMut(&mut Simulation<M>, NodeId, &<M as Machine>::Event)>;

/// Machines, a network between them, and a virtual clock.
///
/// Each machine is drained (requests, datagrams, events) after every call into it, so nothing depends on the test's own loop.
pub struct Simulation<M: Machine> {
    /// The network, to be changed at any time.
    pub network: Network,
    now: Time,
    nodes: Vec<Node<M>>,
    /// Machines that were called into and not drained since.
    dirty: BTreeSet<usize>,
    /// The deadlines of running machines: a step costs the same among two machines or a thousand.
    deadlines: BTreeSet<(Time, usize)>,
    plans: Agenda<Plan<M>>,
    watcher: Option<Watcher<M>>,
    /// A watcher is being called.
    watching: bool,
    buf: Vec<u8>,
}

struct Node<M: Machine> {
    id: NodeId,
    machine: M,
    events: Vec<(Time, M::Event)>,
    deadline: Option<Deadline>,
    running: bool,
    /// Timer calls at one instant, and which instant.
    spins: (Time, u32),
}

/// The time was up before the condition held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeIsUp {
    /// When the run ended.
    pub at: Time,
}

impl fmt::Display for TimeIsUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the condition does not hold at {}", self.at)
    }
}

impl core::error::Error for TimeIsUp {}

impl<M: Machine> Simulation<M> {
    /// No machine yet, an empty internet, the clock at zero.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_network(Network::new(seed))
    }

    /// No machine yet, in this network.
    #[must_use]
    pub fn with_network(network: Network) -> Self {
        Self {
            network,
            now: Time::ZERO,
            nodes: Vec::new(),
            dirty: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            plans: Agenda::default(),
            watcher: None,
            watching: false,
            buf: Vec::new(),
        }
    }

    /// Puts a machine on a host.
    pub fn add(&mut self, host: HostId, machine: M) -> NodeId {
        let id = self.network.attach(host);
        let node = Node { id, machine, events: Vec::new(), deadline: None, running: true, spins: (Time::ZERO, 0) };
        self.dirty.insert(self.nodes.len());
        self.nodes.push(node);
        assert_eq!(id.index() + 1, self.nodes.len(), "machines are attached through the simulation only");
        id
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// A machine, to look at.
    #[must_use]
    pub fn machine(&self, node: NodeId) -> &M {
        &self.nodes[node.index()].machine
    }

    /// A machine, to call into, now. It is drained when the simulation runs on.
    pub fn machine_mut(&mut self, node: NodeId) -> &mut M {
        self.dirty.insert(node.index());
        &mut self.nodes[node.index()].machine
    }

    /// Calls into a machine with the virtual time and drains it.
    pub fn with<R>(&mut self, node: NodeId, call: impl FnOnce(&mut M, Time) -> R) -> R {
        let now = self.now;
        let result = call(self.machine_mut(node), now);
        self.settle();
        result
    }

    /// The events of a machine so far, each with its time.
    #[must_use]
    pub fn events(&self, node: NodeId) -> &[(Time, M::Event)] {
        &self.nodes[node.index()].events
    }

    /// Takes the events of a machine so far.
    pub fn take_events(&mut self, node: NodeId) -> Vec<(Time, M::Event)> {
        core::mem::take(&mut self.nodes[node.index()].events)
    }

    /// Stops a machine as a killed process: nothing is called any more, its sockets are gone, no farewell is sent.
    pub fn kill(&mut self, node: NodeId) {
        self.nodes[node.index()].running = false;
        self.forget_deadline(node.index());
        self.network.detach(node);
        self.network.note(self.now, &format!("{} is killed", self.network.side(node).clone()));
    }

    /// Called for each event as it comes: signaling between the machines, say. Replaces the one before. What it does to a machine
    /// takes effect when it returns; the event itself joins [`events`](Self::events) then.
    pub fn on_event(&mut self, watcher: impl FnMut(&mut Self, NodeId, &M::Event) + 'static) {
        self.watcher = Some(Box::new(watcher));
    }

    /// Does something after a time: a message that signaling carries, a cable that is pulled.
    pub fn after(&mut self, delay: Duration, plan: impl FnOnce(&mut Self) + 'static) {
        self.plans.push(self.now + delay, Box::new(plan));
    }

    /// Runs until the condition holds, at most this long.
    ///
    /// # Errors
    /// [`TimeIsUp`] if it still doesn't hold then.
    pub fn run_until(&mut self, limit: Duration, mut condition: impl FnMut(&Self) -> bool) -> Result<Time, TimeIsUp> {
        let end = self.now + limit;
        self.settle();
        loop {
            if condition(self) {
                return Ok(self.now);
            }
            match self.next_time() {
                Some(at) if at <= end => self.step(at),
                _ => {
                    self.now = end;
                    return Err(TimeIsUp { at: end });
                }
            }
        }
    }

    /// Runs for this long.
    pub fn run_for(&mut self, duration: Duration) {
        // The condition never holds, so the time is always up.
        let _ = self.run_until(duration, |_| false);
    }

    /// Runs until nothing is left to do, at most this long. True if nothing is left.
    pub fn run_until_idle(&mut self, limit: Duration) -> bool {
        let end = self.now + limit;
        self.settle();
        while let Some(at) = self.next_time() {
            if at > end {
                self.now = end;
                return false;
            }
            self.step(at);
        }
        true
    }

    /// The event log.
    #[must_use]
    pub fn log(&self) -> &Log {
        self.network.log()
    }

    /// When the next thing happens, and nothing before it.
    #[must_use]
    pub fn next_time(&self) -> Option<Time> {
        let machines = self.deadlines.first().map(|(at, _)| *at);
        let network = self.network.poll_timeout().map(|deadline| deadline.at);
        let next = [machines, network, self.plans.next_time()].into_iter().flatten().min();
        next.map(|at| at.max(self.now))
    }

    /// Goes to that time and does what is due.
    fn step(&mut self, at: Time) {
        self.now = at;
        while let Some((_, plan)) = self.plans.pop_due(at) {
            plan(self);
            self.settle();
        }
        self.network.handle_timeout(at);
        self.deliver();
        let due: Vec<usize> =
            self.deadlines.iter().take_while(|(due, _)| *due <= at).map(|(_, index)| *index).collect();
        for index in due {
            let node = &mut self.nodes[index];
            // A machine that another one's turn has called into may have another deadline by now.
            if let Some(deadline) = node.deadline
                && deadline.at <= at
                && node.running
            {
                node.spins = if node.spins.0 == at { (at, node.spins.1 + 1) } else { (at, 0) };
                let side = self.network.side(node.id);
                assert!(node.spins.1 < SPIN_LIMIT, "{side} spins at {at} because of its timer {:?}", deadline.why);
                node.machine.handle_timeout(at);
                self.dirty.insert(index);
                self.settle();
            }
        }
    }

    fn deliver(&mut self) {
        while let Some(Delivery { node, what }) = self.network.poll_delivery() {
            let state = &mut self.nodes[node.index()];
            if !state.running {
                continue;
            }
            match what {
                Arrival::Datagram { path, ecn, mut contents } => {
                    state.machine.handle_datagram(self.now, Received { path, ecn, contents: &mut contents });
                }
                Arrival::Outcome(outcome) => state.machine.handle_io(self.now, outcome),
            }
            self.dirty.insert(node.index());
            self.settle();
        }
    }

    /// Drains every machine that was called into, until all are quiet. Inside a watcher it waits for the outer call, so that the
    /// watcher sees every event.
    fn settle(&mut self) {
        if self.watching {
            return;
        }
        while let Some(index) = self.dirty.pop_first() {
            if self.nodes[index].running {
                self.drain(index);
            }
        }
    }

    fn drain(&mut self, index: usize) {
        let Self { network, nodes, buf, now, .. } = self;
        let (node, now) = (&mut nodes[index], *now);
        let side = network.side(node.id).clone();
        while let Some(request) = node.machine.poll_io() {
            network.request(now, node.id, request);
        }
        let mut sent = 0;
        buf.clear();
        while let Some(transmit) = node.machine.poll_transmit(now, buf) {
            network.send(now, node.id, &transmit, buf);
            buf.clear();
            sent += 1;
            assert!(sent < SPIN_LIMIT, "{side} sends without end at {now}");
        }
        let first_new = node.events.len();
        while let Some(event) = node.machine.poll_event() {
            if network.log.is_on() {
                network.log.push(now, &side, LogLine::Event(format!("{event:?}")));
            }
            node.events.push((now, event));
            assert!(node.events.len() - first_new < SPIN_LIMIT as usize, "{side} reports without end at {now}");
        }
        let deadline = node.machine.poll_timeout();
        self.forget_deadline(index);
        self.nodes[index].deadline = deadline;
        self.deadlines.extend(deadline.map(|deadline| (deadline.at, index)));
        self.show_to_watcher(index, first_new);
    }

    fn forget_deadline(&mut self, index: usize) {
        if let Some(old) = self.nodes[index].deadline.take() {
            self.deadlines.remove(&(old.at, index));
        }
    }

    /// The watcher may call into any machine, so it and the new events step out of the simulation meanwhile.
    fn show_to_watcher(&mut self, index: usize, first_new: usize) {
        let Some(mut watcher) = self.watcher.take() else { return };
        let (id, new) = (self.nodes[index].id, self.nodes[index].events.split_off(first_new));
        self.watching = true;
        for (_, event) in &new {
            watcher(self, id, event);
        }
        self.watching = false;
        self.nodes[index].events.extend(new);
        self.watcher.get_or_insert(watcher);
    }
}

impl<M: Machine> fmt::Debug for Simulation<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation").field("now", &self.now).field("network", &self.network).finish_non_exhaustive()
    }
}
