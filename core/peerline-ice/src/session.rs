//! One ICE session: what one pair of credentials stands for (RFC 8445 §4, §9). A restart makes a new one beside the old one.

mod deadline;
mod early;
mod inbound;
mod outbound;
mod pairing;
mod response;
mod selection;

pub(crate) use early::EarlyCheck;
pub(crate) use inbound::Inbound;
pub(crate) use selection::Retired;

use crate::check::Checklist;
use crate::gather::Locals;
use crate::outbox::{Generation, Outbox};
use crate::remote::Remotes;
use crate::{Candidate, Component, Config, Credentials, PairId, Role, TransportPolicy};
use early::EarlyChecks;
use peerline_crypto::MacKey;
use peerline_edge::{FiveTuple, Rng, Time};
use peerline_stun::short_term_key;

/// What a session borrows from its agent for one call.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) now: Time,
    pub(crate) config: &'a Config,
    pub(crate) locals: &'a mut Locals,
    pub(crate) rng: &'a mut Rng,
    pub(crate) out: &'a mut Outbox,
    /// The next pair id of the agent.
    pub(crate) next_pair: &'a mut u32,
}

/// The other side's credentials, ready for use.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) credentials: Credentials,
    pub(crate) key: Box<dyn MacKey>,
    /// USERNAME of our checks: their fragment, a colon, ours (RFC 8445 §7.2.2).
    pub(crate) username: String,
}

/// One ICE session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) generation: Generation,
    pub(crate) role: Role,
    /// Which local candidates it may use: as it was when their gathering began.
    pub(crate) policy: TransportPolicy,
    pub(crate) tie_breaker: u64,
    pub(crate) local: Credentials,
    pub(crate) local_key: Box<dyn MacKey>,
    pub(crate) remote: Option<Remote>,
    pub(crate) remote_lite: bool,
    pub(crate) remotes: Remotes,
    /// Remote candidates whose names are being resolved.
    pub(crate) names: Vec<Candidate>,
    /// No more remote candidates will come.
    pub(crate) ended: bool,
    early: EarlyChecks,
    pub(crate) checklist: Checklist,
    /// The nominated pair of each component, and since when.
    nominated: [Option<(PairId, Time)>; 2],
    /// RFC 8863: not failed before this.
    pub(crate) patience: Option<Time>,
    /// Had a usable pair for every component at some time.
    pub(crate) was_connected: bool,
    /// Nothing works, or consent expired: only a restart helps.
    pub(crate) failed: bool,
    /// The nominated pair is silent, and all others are being checked again.
    searching: bool,
    /// A newer session has taken over.
    pub(crate) retired: Option<Retired>,
}

impl Session {
    /// Takes other local credentials, before any check was sent or answered.
    pub(crate) fn set_local(&mut self, local: Credentials, config: &Config) {
        self.local_key = short_term_key(&*config.crypto, &local.pwd);
        if let Some(remote) = &mut self.remote {
            remote.username = format!("{}:{}", remote.credentials.ufrag, local.ufrag);
        }
        self.local = local;
    }

    pub(crate) fn new(generation: Generation, role: Role, local: Credentials, config: &Config, rng: &mut Rng) -> Self {
        let local_key = short_term_key(&*config.crypto, &local.pwd);
        Self {
            generation,
            role,
            policy: config.transport_policy,
            tie_breaker: rng.u64(),
            local,
            local_key,
            remote: None,
            remote_lite: false,
            remotes: Remotes::default(),
            names: Vec::new(),
            ended: false,
            early: EarlyChecks::default(),
            checklist: Checklist::new(generation),
            nominated: [None; 2],
            patience: None,
            was_connected: false,
            failed: false,
            searching: false,
            retired: None,
        }
    }

    /// Takes the other side's credentials: checks begin, and those that came early are followed up.
    pub(crate) fn set_remote(&mut self, credentials: Credentials, cx: &mut Context<'_>) {
        self.remote = Some(Remote {
            key: short_term_key(&*cx.config.crypto, &credentials.pwd),
            username: format!("{}:{}", credentials.ufrag, self.local.ufrag),
            credentials,
        });
        self.patience = Some(cx.now + cx.config.timing.patience);
        for check in self.early.drain() {
            if self.is_from_remote(&check.ufrag) {
                self.follow_up(&check, cx);
            }
        }
        self.checklist.thaw();
    }

    /// True if this is the other side's username fragment.
    pub(crate) fn is_from_remote(&self, ufrag: &str) -> bool {
        self.remote.as_ref().is_some_and(|remote| remote.credentials.ufrag == ufrag)
    }

    /// Where early checks came from, with their PRIORITY.
    pub(crate) fn early_checks(&self) -> impl Iterator<Item = (FiveTuple, u32)> {
        self.early.iter().map(|check| (check.path, check.priority))
    }

    /// Takes early checks that an older session could not place.
    pub(crate) fn adopt_early(&mut self, other: &mut Self) {
        self.early.append(&mut other.early);
    }

    /// Checks are sent.
    pub(crate) fn may_check(&self, config: &Config) -> bool {
        self.remote.is_some() && !config.lite && !self.failed && self.retired.is_none()
    }

    pub(crate) fn set_role(&mut self, role: Role, locals: &Locals) {
        if self.role != role {
            self.role = role;
            self.checklist.pairs.values_mut().for_each(|pair| pair.to_nominate = false);
            self.recompute_priorities(locals);
        }
    }

    /// Takes the policy of the gathering that begins; what it forbids is forgotten.
    pub(crate) fn set_policy(&mut self, policy: TransportPolicy) {
        self.policy = policy;
        if !policy.allows_hosts() {
            let pairs: Vec<_> = self.checklist.pairs.keys().copied().collect();
            pairs.into_iter().for_each(|pair| self.checklist.remove(pair));
            self.nominated = [None; 2];
            self.early.drain();
        }
    }

    pub(crate) fn components(config: &Config) -> impl Iterator<Item = Component> + use<> {
        (1..=u16::from(config.components.clamp(1, 2))).map(Component)
    }

    pub(crate) fn nominated(&self, component: Component) -> Option<PairId> {
        self.nominated.get(slot(component)).copied().flatten().map(|(pair, _)| pair)
    }

    /// When the last component got its nominated pair.
    pub(crate) fn concluded_at(&self, config: &Config) -> Time {
        Self::components(config).map(|component| self.nominated_at(component)).max().unwrap_or(Time::ZERO)
    }

    fn nominated_at(&self, component: Component) -> Time {
        self.nominated.get(slot(component)).copied().flatten().map_or(Time::ZERO, |(_, at)| at)
    }

    fn set_nominated(&mut self, component: Component, pair: Option<(PairId, Time)>) {
        if let Some(nominated) = self.nominated.get_mut(slot(component)) {
            *nominated = pair;
        }
    }

    /// Every component has its nominated pair.
    pub(crate) fn is_concluded(&self, config: &Config) -> bool {
        Self::components(config).all(|component| self.nominated(component).is_some())
    }
}

fn slot(component: Component) -> usize {
    usize::from(component.0.saturating_sub(1))
}
