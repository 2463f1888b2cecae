//! Which pair is nominated, and when (RFC 8445 §8.1.1).
//!
//! 1. Data needs no nomination: it flows on the best valid pair as soon as there is one.
//! 2. The controlling agent nominates the best valid pair of a component once no better one is pending, or once it has waited for
//!    better ones as long as [`wait`] says.
//! 3. A pair in use that has fallen silent is replaced by one that was heard later: by the letter of §8.1.1 that needs a restart,
//!    but browsers do it too, and the alternative is a dead connection.

use super::{Checklist, Validity};
use crate::config::Timing;
use crate::gather::Locals;
use crate::{CandidateType, Component, PairId};
use core::time::Duration;
use peerline_edge::{Deadline, Time};

/// What the controlling agent does about one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing until something happens.
    Nothing,
    /// Wait until then.
    WaitUntil(Deadline),
    /// Nominate this pair.
    Nominate(PairId),
}

/// How long a valid pair waits for a better one.
fn wait(direct: bool, round_trip_time: Duration, timing: &Timing) -> Duration {
    let floor = if direct { timing.nomination_wait_host } else { timing.nomination_wait };
    // A better pair has had the time for one lost packet's worth of answers when twice the round trip is over.
    floor.max(round_trip_time.saturating_mul(2))
}

/// The controlling agent's decision; `silent_since` is set if the nominated pair of this component has fallen silent.
pub(crate) fn decide(
    list: &Checklist,
    component: Component,
    replaces: Option<(PairId, Time)>,
    now: Time,
    timing: &Timing,
    locals: &Locals,
) -> Decision {
    let of_component = || list.pairs.values().filter(|pair| pair.component == component);
    if of_component().any(|pair| pair.to_nominate) {
        return Decision::Nothing;
    }
    let eligible = of_component().filter(|pair| {
        pair.is_usable(now)
            && replaces.is_none_or(|(silent, heard)| pair.id != silent && pair.consent.last_heard > heard)
    });
    let Some(best) = eligible.max_by_key(|pair| pair.priority) else { return Decision::Nothing };
    let better_pending = of_component().any(|pair| pair.is_pending() && pair.priority > best.priority);
    let Validity::Since(since) = best.validity else { return Decision::Nothing };
    let direct = locals.get(best.local).is_some_and(|local| local.candidate.kind() == CandidateType::Host);
    let until = since + wait(direct, best.stats.current_round_trip_time.unwrap_or_default(), timing);
    if better_pending && now < until && replaces.is_none() {
        return Decision::WaitUntil(Deadline::new(until, "ice nomination"));
    }
    Decision::Nominate(best.id)
}
