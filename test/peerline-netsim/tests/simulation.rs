//! The runner: machines, virtual time, the log, determinism, conservation.

#![expect(clippy::unwrap_used, reason = "a test's helpers panic")]

use core::net::SocketAddr;
use core::time::Duration;
use peerline_edge::{Deadline, Ecn, FiveTuple, IoOutcome, IoRequest, Received, SocketId, Time, Transmit};
use peerline_netsim::{
    Bursts, Direction, Gateway, INTERNET, LinkConfig, Loss, Machine, Nat, NodeId, Queue, Simulation, TimeIsUp,
};
use std::collections::VecDeque;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, PartialEq, Eq)]
enum Event {
    Bound(SocketAddr),
    Broken,
    Heard(String),
}

/// Binds a socket, sends a numbered greeting every `interval` to whom it was told, and reports what it hears.
struct Talker {
    local: SocketAddr,
    asked: bool,
    bound: Option<SocketAddr>,
    to: Option<SocketAddr>,
    interval: Duration,
    next: Option<Time>,
    due: u32,
    sent: u32,
    events: VecDeque<Event>,
}

impl Talker {
    fn at(local: &str) -> Self {
        let local = local.parse().unwrap();
        let interval = Duration::from_millis(20);
        let events = VecDeque::new();
        Self { local, asked: false, bound: None, to: None, interval, next: None, due: 0, sent: 0, events }
    }

    fn greet(&mut self, now: Time, to: &str) {
        self.to = Some(to.parse().unwrap());
        self.next = Some(now);
    }

    fn be_silent(&mut self) {
        self.next = None;
    }
}

impl Machine for Talker {
    type Event = Event;

    fn handle_datagram(&mut self, _: Time, datagram: Received<'_>) {
        self.events.push_back(Event::Heard(String::from_utf8_lossy(datagram.contents).into_owned()));
    }
    fn handle_timeout(&mut self, now: Time) {
        if self.next.is_some_and(|next| next <= now) {
            self.due += 1;
            self.next = Some(now + self.interval);
        }
    }
    fn handle_io(&mut self, _: Time, outcome: IoOutcome) {
        match outcome {
            IoOutcome::UdpBound { local, .. } => {
                self.bound = Some(local);
                self.events.push_back(Event::Bound(local));
            }
            IoOutcome::Failed { .. } => self.events.push_back(Event::Broken),
            _ => {}
        }
    }
    fn poll_transmit(&mut self, _: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        let path = FiveTuple::udp(self.bound?, self.to?);
        self.due = self.due.checked_sub(1)?;
        self.sent += 1;
        buf.extend_from_slice(format!("hi {}", self.sent).as_bytes());
        Some(Transmit { path, ecn: Ecn::NotEct, segment: None })
    }
    fn poll_io(&mut self) -> Option<IoRequest> {
        let first = !core::mem::replace(&mut self.asked, true);
        first.then_some(IoRequest::BindUdp { socket: SocketId(0), local: self.local })
    }
    fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        self.next.map(|at| Deadline::new(at, "greeting"))
    }
}

const ALICE: &str = "192.0.2.1:1000";
const BOB: &str = "192.0.2.2:2000";

/// Two talkers on the internet, each on a link of its own.
fn two_talkers(seed: u64, link: &LinkConfig) -> (Simulation<Talker>, NodeId, NodeId) {
    let mut sim = Simulation::new(seed);
    let alice = sim.network.host_at("alice", INTERNET, "192.0.2.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "192.0.2.2", link.clone());
    let (alice, bob) = (sim.add(alice, Talker::at(ALICE)), sim.add(bob, Talker::at(BOB)));
    sim.run_for(Duration::ZERO);
    (sim, alice, bob)
}

fn heard(sim: &Simulation<Talker>, node: NodeId) -> usize {
    sim.events(node).iter().filter(|(_, event)| matches!(event, Event::Heard(_))).count()
}

#[test]
fn runs_until_the_condition_holds_and_says_when() {
    let (mut sim, alice, bob) = two_talkers(1, &LinkConfig::with_delay_ms(10));
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    assert_eq!(sim.run_until(SECOND, |sim| heard(sim, bob) == 3), Ok(Time::from_millis(60)));
    assert_eq!(sim.run_until(SECOND, |sim| heard(sim, alice) == 1), Err(TimeIsUp { at: Time::from_millis(1_060) }));
}

#[test]
fn prints_each_packet_and_event_with_time_and_side() {
    let (mut sim, alice, _) = two_talkers(1, &LinkConfig::with_delay_ms(10));
    let interface = sim.network.first_interface(sim.network.host_of(alice));
    sim.network.set_link(interface, Direction::Up, &LinkConfig::with_delay_ms(10).loss(Loss::Packets(vec![1])));
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    sim.run_for(Duration::from_millis(40));
    let expected = "\
0.000000s alice ** Bound(192.0.2.1:1000)
0.000000s bob ** Bound(192.0.2.2:2000)
0.000000s alice -> unknown 192.0.2.1:1000 > 192.0.2.2:2000 (4 B)
0.000000s network xx unknown 192.0.2.1:1000 > 192.0.2.2:2000 (4 B): lost
0.020000s alice -> unknown 192.0.2.1:1000 > 192.0.2.2:2000 (4 B)
0.040000s bob <- unknown 192.0.2.1:1000 > 192.0.2.2:2000 (4 B)
0.040000s bob ** Heard(\"hi 2\")
0.040000s alice -> unknown 192.0.2.1:1000 > 192.0.2.2:2000 (4 B)
";
    assert_eq!(sim.log().to_string(), expected);
    assert!(sim.log().flow().contains("    40 bob ** Heard(\"hi 2\")\n"));
    assert_eq!(sim.log().events_of("bob").last(), Some("Heard(\"hi 2\")"));
}

/// A minute of everything at once.
fn stormy_log(seed: u64) -> String {
    let storm = LinkConfig::with_delay_ms(20)
        .jitter(Duration::from_millis(15))
        .loss(Loss::Bursts(Bursts::of(4.0, 0.08)))
        .bandwidth(64_000)
        .queue(Queue::Bytes(500))
        .reorder(0.05, Duration::from_millis(30))
        .duplicate(0.03)
        .corrupt(0.01);
    let mut sim = Simulation::new(seed);
    let home = sim.network.gateway(INTERNET, Gateway::nat("203.0.113.1", Nat::home()).link(storm.clone()));
    let alice = sim.network.host_at("alice", home, "192.168.1.2", storm.clone());
    let bob = sim.network.host_at("bob", INTERNET, "192.0.2.2", storm);
    let (alice, bob) = (sim.add(alice, Talker::at("192.168.1.2:0")), sim.add(bob, Talker::at(BOB)));
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    sim.after(Duration::from_secs(30), move |sim| sim.with(alice, |alice, _| alice.be_silent()));
    sim.run_for(Duration::from_mins(1));
    assert!(heard(&sim, bob) > 1_000);
    let counters = sim.network.counters();
    assert_eq!(
        counters.sent + counters.duplicated,
        counters.delivered + counters.dropped_in_all() + sim.network.under_way() as u64
    );
    assert!(counters.duplicated > 0 && counters.dropped_in_all() > 0);
    sim.log().to_string()
}

#[test]
fn the_same_seed_gives_the_same_log_and_another_seed_another() {
    assert_eq!(stormy_log(1), stormy_log(1));
    assert_ne!(stormy_log(1), stormy_log(2));
}

#[test]
fn no_packet_is_made_or_vanishes_whatever_the_seed() {
    for seed in 0..20 {
        stormy_log(seed);
    }
}

#[test]
fn a_watcher_carries_signaling_from_one_machine_to_the_other() {
    let (mut sim, alice, bob) = two_talkers(1, &LinkConfig::with_delay_ms(10));
    // Bob greets back as soon as a message of Alice's has come through signaling, which takes 100 ms.
    sim.on_event(move |sim, node, event| {
        if node == bob && matches!(event, Event::Heard(text) if text == "hi 1") {
            sim.after(Duration::from_millis(100), move |sim| sim.with(bob, |bob, now| bob.greet(now, ALICE)));
        }
    });
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    assert_eq!(sim.run_until(SECOND, |sim| heard(sim, alice) > 0), Ok(Time::from_millis(140)));
}

#[test]
fn what_a_watcher_causes_is_watched_too() {
    let (mut sim, alice, bob) = two_talkers(1, &LinkConfig::perfect());
    let seen = std::rc::Rc::new(core::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&seen);
    sim.on_event(move |sim, node, event| {
        count.set(count.get() + 1);
        if node == alice && *event == Event::Broken {
            sim.with(bob, |bob, _| bob.events.push_back(Event::Broken));
        }
    });
    sim.with(alice, |alice, _| alice.events.push_back(Event::Broken));
    sim.run_for(SECOND);
    assert_eq!(seen.get(), 2);
    assert_eq!(sim.events(bob).last().map(|(_, event)| event), Some(&Event::Broken));
}

#[test]
fn a_killed_machine_is_silent_and_deaf() {
    let (mut sim, alice, bob) = two_talkers(1, &LinkConfig::with_delay_ms(10));
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    sim.run_for(SECOND);
    let before = heard(&sim, bob);
    sim.kill(alice);
    sim.run_for(SECOND);
    assert!(heard(&sim, bob) - before <= 1, "only what was under way arrives");
    sim.kill(bob);
    assert!(sim.run_until_idle(SECOND));
}

#[test]
fn is_idle_when_nothing_is_left_to_do() {
    let (mut sim, alice, _) = two_talkers(1, &LinkConfig::with_delay_ms(10));
    assert!(sim.run_until_idle(SECOND));
    sim.with(alice, |alice, now| alice.greet(now, BOB));
    assert!(!sim.run_until_idle(SECOND));
    assert_eq!(sim.now(), Time::from_millis(1_000));
}

#[test]
fn a_thousand_machines_talk_at_once() {
    let mut sim = Simulation::new(1);
    sim.network.log_mut().turn_off();
    let link = LinkConfig::with_delay_ms(10).jitter(Duration::from_millis(5));
    let address = |number: usize| format!("10.0.{}.{}", number / 250, 1 + number % 250);
    let nodes: Vec<_> = (0..1_000)
        .map(|number| {
            let host = sim.network.host_at("host", INTERNET, address(number).as_str(), link.clone());
            sim.add(host, Talker::at(&format!("{}:1", address(number))))
        })
        .collect();
    sim.run_for(Duration::ZERO);
    for (number, node) in nodes.iter().enumerate() {
        let neighbour = format!("{}:1", address((number + 1) % nodes.len()));
        sim.with(*node, |talker, now| talker.greet(now, &neighbour));
    }
    sim.run_for(SECOND);
    assert!(nodes.iter().all(|node| heard(&sim, *node) >= 47));
}

/// A machine whose timer never moves.
struct Spinner;

impl Machine for Spinner {
    type Event = ();
    fn handle_datagram(&mut self, _: Time, _: Received<'_>) {}
    fn handle_timeout(&mut self, _: Time) {}
    fn poll_transmit(&mut self, _: Time, _: &mut Vec<u8>) -> Option<Transmit> {
        None
    }
    fn poll_event(&mut self) -> Option<()> {
        None
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        Some(Deadline::new(Time::ZERO, "a timer that never moves"))
    }
}

#[test]
#[should_panic(expected = "spins at 0.000000s because of its timer \"a timer that never moves\"")]
fn a_machine_that_spins_is_found_out() {
    let mut sim = Simulation::new(1);
    let host = sim.network.host_at("alice", INTERNET, "192.0.2.1", LinkConfig::perfect());
    sim.add(host, Spinner);
    sim.run_for(SECOND);
}

mod wrapped {
    //! The macro gives a foreign type the trait.

    use peerline_edge::{Deadline, IoOutcome, IoRequest, Received, Time, Transmit};

    #[derive(Debug, Default)]
    pub(super) struct Quiet;

    #[expect(clippy::needless_pass_by_ref_mut, reason = "the border asks for &mut")]
    impl Quiet {
        pub(super) fn handle_datagram(&mut self, _: Time, _: Received<'_>) {}
        pub(super) fn handle_timeout(&mut self, _: Time) {}
        pub(super) fn handle_io(&mut self, _: Time, _: IoOutcome) {}
        pub(super) fn poll_transmit(&mut self, _: Time, _: &mut Vec<u8>) -> Option<Transmit> {
            None
        }
        pub(super) fn poll_io(&mut self) -> Option<IoRequest> {
            None
        }
        pub(super) fn poll_event(&mut self) -> Option<u8> {
            None
        }
        pub(super) fn poll_timeout(&self) -> Option<Deadline> {
            None
        }
    }
}

peerline_netsim::machine!(struct Quiet(wrapped::Quiet) => u8);

#[test]
fn the_macro_wraps_a_foreign_machine() {
    let mut sim = Simulation::new(1);
    let host = sim.network.host_at("alice", INTERNET, "192.0.2.1", LinkConfig::perfect());
    let node = sim.add(host, Quiet(wrapped::Quiet));
    assert!(sim.run_until_idle(SECOND));
    assert!(sim.machine_mut(node).poll_event().is_none());
}
