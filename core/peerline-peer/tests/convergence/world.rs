//! Two sides, the signaling between them, and the random calls that the applications make.

use crate::check;
use crate::side::{DETOURS, Detour, Side, Signal};
use peerline_edge::{Rng, Time};
use peerline_peer::{
    BundlePolicy, Configuration, DataChannelInit, Direction, EncodingParameters, MediaKind, OfferOptions, Track,
    TransceiverId, TransceiverInit,
};
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

pub const DIRECTIONS: [Direction; 4] =
    [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];
const POLICIES: [BundlePolicy; 3] = [BundlePolicy::Balanced, BundlePolicy::MaxCompat, BundlePolicy::MaxBundle];
/// Rounds of tasks and messages after which a negotiation counts as endless.
const PATIENCE: usize = 2_000;

/// One random step of one side. Numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
pub enum Action {
    AddTrack {
        video: bool,
        streams: u8,
    },
    RemoveTrack(u8),
    AddTransceiver {
        video: bool,
        track: bool,
        direction: u8,
        layers: u8,
        streams: u8,
    },
    SetDirection(u8, u8),
    Stop(u8),
    ReplaceTrack(u8, bool),
    SetStreams(u8, u8),
    CreateDataChannel,
    RestartIce,
    CreateOffer {
        ice_restart: bool,
    },
    Arm(Detour),
    /// One queued task runs.
    Task,
    /// One message arrives.
    Deliver,
    /// One request for I/O is answered.
    Io,
    /// A candidate arrives before what was sent earlier.
    Overtake(u8),
    /// A candidate of long ago arrives once more.
    Stale(u8),
}

/// A step, and whether the first side takes it.
#[derive(Clone, Debug)]
pub struct Step {
    pub first: bool,
    pub action: Action,
}

/// All that determines a run.
#[derive(Clone, Debug)]
pub struct Script {
    pub seed: u64,
    policies: [BundlePolicy; 2],
    /// False: descriptions lose their BUNDLE groups on the way, as if they came from endpoints that do not know them.
    bundle: bool,
    pub steps: Vec<Step>,
}

impl Script {
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::new(bytes_of(seed, 0));
        let mut policy = || POLICIES[rng.below(3) as usize];
        let policies = [policy(), policy()];
        let bundle = rng.below(5) != 0;
        let len = 5 + rng.below(90);
        let steps = (0..len).map(|_| Step { first: rng.below(2) == 0, action: action(&mut rng) }).collect();
        Self { seed, policies, bundle, steps }
    }

    /// Runs the script to its end.
    ///
    /// # Errors
    /// What is not as it must be, a panic included.
    pub fn run(&self) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| World::new(self).run(&self.steps))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        })
    }

    /// The script without the steps that its failure does not need.
    pub fn shrunk(mut self) -> Self {
        let mut chunk = self.steps.len().div_ceil(2);
        while chunk > 0 {
            let mut from = 0;
            while from < self.steps.len() {
                let mut fewer = self.clone();
                fewer.steps.drain(from..(from + chunk).min(self.steps.len()));
                if fewer.run().is_err() {
                    self = fewer;
                } else {
                    from += chunk;
                }
            }
            chunk /= 2;
        }
        self
    }
}

fn bytes_of(seed: u64, salt: u8) -> [u8; 32] {
    let mut bytes = [salt; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes
}

fn action(rng: &mut Rng) -> Action {
    let small = |rng: &mut Rng| rng.below(8) as u8;
    match rng.below(100) {
        0..5 => Action::AddTrack { video: rng.below(2) == 0, streams: small(rng) },
        5..8 => Action::RemoveTrack(small(rng)),
        8..11 => Action::AddTransceiver {
            video: rng.below(2) == 0,
            track: rng.below(2) == 0,
            direction: small(rng),
            layers: rng.below(4) as u8,
            streams: small(rng),
        },
        11..15 => Action::SetDirection(small(rng), small(rng)),
        15..18 => Action::Stop(small(rng)),
        18..20 => Action::ReplaceTrack(small(rng), rng.below(2) == 0),
        20..22 => Action::SetStreams(small(rng), small(rng)),
        22..24 => Action::CreateDataChannel,
        24..26 => Action::RestartIce,
        26 => Action::CreateOffer { ice_restart: rng.below(2) == 0 },
        27..32 => Action::Arm(DETOURS[rng.below(4) as usize]),
        32..63 => Action::Task,
        63..83 => Action::Deliver,
        83..96 => Action::Io,
        96..98 => Action::Overtake(small(rng)),
        _ => Action::Stale(small(rng)),
    }
}

/// Up to two of three stream ids.
fn streams(choice: u8) -> Vec<String> {
    let all = [&[][..], &["s0"], &["s1"], &["s2"], &["s0", "s1"], &["s1", "s2"], &["s2", "s0"], &["s0", "s0"]];
    all[usize::from(choice % 8)].iter().map(|&id| id.to_owned()).collect()
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "impolite {}, polite {}, BUNDLE {}", self.policies[0], self.policies[1], self.bundle)?;
        for step in &self.steps {
            writeln!(f, "  {} {:?}", if step.first { "impolite" } else { "polite  " }, step.action)?;
        }
        Ok(())
    }
}

/// Both sides at work.
pub struct World {
    pub sides: [Side; 2],
    bundle: bool,
    now: Time,
    next_track: u32,
}

impl World {
    pub fn new(script: &Script) -> Self {
        let side = |index: usize| {
            let configuration = Configuration { bundle_policy: script.policies[index], ..Configuration::default() };
            Side::new(bytes_of(script.seed, index as u8 + 1), index == 1, configuration)
        };
        Self { sides: [side(0), side(1)], bundle: script.bundle, now: Time::ZERO, next_track: 0 }
    }

    fn run(mut self, steps: &[Step]) -> Result<(), String> {
        for (number, step) in steps.iter().enumerate() {
            self.step(step);
            self.faults().map_err(|fault| format!("step {number} ({step:?}): {fault}"))?;
        }
        self.drain()?;
        check::converged(&self)?;
        // And it stays so: whoever offers next without need changes nothing.
        for first in [true, false] {
            let side = &mut self.sides[usize::from(!first)];
            side.pc.restart_ice(self.now);
            self.drain().map_err(|fault| format!("a restart after the end: {fault}"))?;
            check::converged(&self).map_err(|fault| format!("a restart after the end: {fault}"))?;
        }
        Ok(())
    }

    fn faults(&self) -> Result<(), String> {
        for (side, name) in self.sides.iter().zip(["impolite", "polite"]) {
            if let Some(fault) = side.faults.first() {
                return Err(format!("{name}: {fault}"));
            }
        }
        Ok(())
    }

    /// Every task runs and every message arrives, until nothing is left.
    fn drain(&mut self) -> Result<(), String> {
        for _ in 0..PATIENCE {
            for index in [0, 1] {
                let now = self.tick();
                let side = &mut self.sides[index];
                while side.run_task(now) || side.answer_io(now) {}
                self.carry();
                self.sides[index].deliver(now);
                self.sides[index].run_task(now);
                self.carry();
            }
            self.faults()?;
            if self.sides.iter().all(Side::is_quiet) {
                return Ok(());
            }
        }
        Err(format!("no end: {} {}", self.sides[0].open_operations(), self.sides[1].open_operations()))
    }

    fn tick(&mut self) -> Time {
        self.now += Duration::from_millis(1);
        self.now
    }

    /// What was sent is on its way.
    fn carry(&mut self) {
        for (from, to) in [(0, 1), (1, 0)] {
            for mut signal in core::mem::take(&mut self.sides[from].outbox) {
                if let Signal::Description(description) = &mut signal
                    && !self.bundle
                {
                    let kept = |line: &&str| !(line.starts_with("a=group:BUNDLE") || line.starts_with("a=bundle-only"));
                    description.sdp = description.sdp.split_inclusive('\n').filter(kept).collect();
                }
                self.sides[to].inbox.push_back(signal);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let now = self.tick();
        self.next_track += 1;
        let track = |kind| Track { id: format!("track{}", self.next_track), kind };
        let side = &mut self.sides[usize::from(!step.first)];
        match step.action {
            Action::Task => {
                side.run_task(now);
            }
            Action::Deliver => {
                side.deliver(now);
            }
            Action::Io => {
                side.answer_io(now);
            }
            Action::Arm(detour) => {
                side.detours.insert(detour as u8);
            }
            Action::Overtake(choice) => overtake(side, choice),
            Action::Stale(choice) => {
                if !side.heard.is_empty() {
                    let stale = side.heard[usize::from(choice) % side.heard.len()].clone();
                    let operation = side.pc.add_ice_candidate(now, Some(stale));
                    side.may_fail(operation);
                }
            }
            ref action => call(side, now, action, track),
        }
        self.carry();
    }
}

fn overtake(side: &mut Side, choice: u8) {
    let candidates: Vec<usize> =
        (0..side.inbox.len()).filter(|index| matches!(side.inbox[*index], Signal::Candidate(_))).collect();
    if !candidates.is_empty()
        && let Some(early) = side.inbox.remove(candidates[usize::from(choice) % candidates.len()])
    {
        side.inbox.push_front(early);
    }
}

/// A call of the application.
fn call(side: &mut Side, now: Time, action: &Action, track: impl Fn(MediaKind) -> Track) {
    let ids: Vec<(TransceiverId, MediaKind)> = side.pc.transceivers().map(|t| (t.id(), t.kind())).collect();
    let chosen = |choice: u8| (!ids.is_empty()).then(|| ids[usize::from(choice) % ids.len()]);
    let kind = |video| if video { MediaKind::Video } else { MediaKind::Audio };
    let set = |ids: Vec<String>| ids.into_iter().collect::<BTreeSet<String>>();
    match *action {
        Action::AddTrack { video, streams: choice } => {
            let id = side.pc.add_track(now, track(kind(video)), streams(choice)).expect("a new track");
            side.streams.insert(id, set(streams(choice)));
        }
        Action::AddTransceiver { video, track: with_track, direction, layers, streams: choice } => {
            let kind = kind(video);
            let layer = |n| EncodingParameters { rid: Some(format!("r{n}")), ..EncodingParameters::default() };
            let send_encodings = if video { (0..layers).map(layer).collect() } else { Vec::new() };
            let init = TransceiverInit {
                direction: DIRECTIONS[usize::from(direction % 4)],
                streams: streams(choice),
                send_encodings,
            };
            let id = side.pc.add_transceiver(now, kind, with_track.then(|| track(kind)), init).expect("valid");
            side.streams.insert(id, set(streams(choice)));
        }
        Action::CreateDataChannel => {
            side.channels += 1;
            side.pc.create_data_channel(now, "channel", DataChannelInit::default()).expect("a channel");
        }
        Action::RestartIce => side.pc.restart_ice(now),
        Action::CreateOffer { ice_restart } => {
            let operation = side.pc.create_offer(now, OfferOptions { ice_restart, ..OfferOptions::default() });
            // It may find itself in the middle of an exchange.
            side.may_fail(operation);
        }
        Action::RemoveTrack(choice) => drop(chosen(choice).map(|(id, _)| side.pc.remove_track(now, id))),
        Action::SetDirection(choice, direction) => {
            let direction = DIRECTIONS[usize::from(direction % 4)];
            drop(chosen(choice).map(|(id, _)| side.pc.set_direction(now, id, direction)));
        }
        Action::Stop(choice) => drop(chosen(choice).map(|(id, _)| side.pc.stop_transceiver(now, id))),
        Action::ReplaceTrack(choice, some) => {
            if let Some((id, kind)) = chosen(choice) {
                let operation = side.pc.replace_track(now, id, some.then(|| track(kind)));
                // It may have been stopped when its turn comes.
                side.may_fail(operation);
            }
        }
        Action::SetStreams(choice, to) => {
            if let Some((id, _)) = chosen(choice)
                && side.pc.set_streams(now, id, streams(to)).is_ok()
            {
                side.streams.insert(id, set(streams(to)));
            }
        }
        _ => {}
    }
}
