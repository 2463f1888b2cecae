//! What must be so once both sides are stable and nothing is on its way.

use crate::side::Side;
use crate::world::World;
use peerline_peer::{Description, Direction, SignalingState, Transceiver};
use peerline_sdp::{Mid, Session};
use std::collections::BTreeSet;

type Check = Result<(), String>;

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Everything.
pub fn converged(world: &World) -> Check {
    let [a, b] = &world.sides;
    for side in [a, b] {
        let state = side.pc.signaling_state();
        ensure(state == SignalingState::Stable, || format!("ends in {state}"))?;
        let pending = [side.pc.pending_local_description(), side.pc.pending_remote_description()];
        ensure(pending.iter().all(Option::is_none), || "a pending description is left".to_owned())?;
    }
    descriptions(a, b)?;
    let transceivers = |side: &Side| side.pc.transceivers().count();
    ensure(transceivers(a) == transceivers(b), || {
        format!("{} transceivers on one side, {} on the other", transceivers(a), transceivers(b))
    })?;
    for (mine, theirs, name) in [(a, b, "impolite"), (b, a, "polite")] {
        for transceiver in mine.pc.transceivers() {
            mirrored(mine, theirs, transceiver).map_err(|fault| format!("{name}, {:?}: {fault}", transceiver.id()))?;
        }
    }
    let transports = |side: &Side| side.pc.transports().count();
    ensure(transports(a) == transports(b), || format!("{} and {} transports", transports(a), transports(b)))
}

/// The four current descriptions say the same.
fn descriptions(a: &Side, b: &Side) -> Check {
    let mut all = Vec::new();
    for side in [a, b] {
        let slots = [side.pc.current_local_description(), side.pc.current_remote_description()];
        for description in slots.into_iter().flatten() {
            let session = Session::parse(&description.sdp).map_err(|error| format!("{error}: {}", description.sdp))?;
            let again = session.to_string();
            ensure(again == description.sdp, || format!("prints differently:\n{}\n{again}", description.sdp))?;
            all.push(session);
        }
    }
    ensure(all.is_empty() || all.len() == 4, || format!("{} of four current descriptions", all.len()))?;
    let Some(first) = all.first() else { return Ok(()) };
    let mids = mids(first)?;
    for session in &all {
        let other = self::mids(session)?;
        ensure(other == mids, || format!("mids {mids:?} here and {other:?} there"))?;
    }
    for (local, remote) in [(a, b), (b, a)] {
        let told = remote.pc.current_remote_description().map(|description| without_candidates(&description));
        let said = local.pc.current_local_description().map(|description| without_candidates(&description));
        ensure(told == said, || format!("said:\n{}\nheard:\n{}", said.unwrap_or_default(), told.unwrap_or_default()))?;
    }
    let live =
        |index: usize| all.iter().all(|session| session.media[index].is_sctp() && !session.media[index].is_rejected());
    let data = (0..first.media.len()).filter(|index| live(*index)).count();
    let wanted = a.channels + b.channels > 0;
    ensure(data == usize::from(wanted), || format!("{data} data sections"))
}

fn mids(session: &Session) -> Result<Vec<String>, String> {
    let mids: Vec<String> =
        session.media.iter().filter_map(|media| media.get::<Mid>()).map(|mid| mid.as_str().to_owned()).collect();
    let unique: BTreeSet<&String> = mids.iter().collect();
    ensure(unique.len() == mids.len(), || format!("two sections with one mid: {mids:?}"))?;
    ensure(mids.len() == session.media.len(), || format!("a section without mid: {mids:?}"))?;
    Ok(mids)
}

/// What both sides have of a description: candidates come later, and change the default address; BUNDLE may get lost on the way.
fn without_candidates(description: &Description) -> String {
    let differs = ["a=candidate:", "a=end-of-candidates", "a=group:BUNDLE", "a=bundle-only", "c="];
    let kept = description.sdp.lines().filter(|line| !differs.iter().any(|prefix| line.starts_with(prefix)));
    kept.map(|line| match line.strip_prefix("m=") {
        Some(section) => {
            let words: Vec<&str> = section.split(' ').collect();
            let live = words.get(1).is_some_and(|port| *port != "0");
            format!("m={} {live} {}\n", words[0], words[2..].join(" "))
        }
        None => format!("{line}\n"),
    })
    .collect()
}

/// A transceiver has its counterpart on the other side, nothing of it waits for a negotiation, and its streams arrive.
fn mirrored(mine: &Side, theirs: &Side, transceiver: &Transceiver) -> Check {
    ensure(!transceiver.is_stopping(), || "stopping is not negotiated".to_owned())?;
    let mid = transceiver.mid().ok_or("is in no section")?;
    let mut partners = theirs.pc.transceivers().filter(|other| other.mid() == Some(mid));
    let partner = partners.next().ok_or_else(|| format!("mid {mid} has no transceiver on the other side"))?;
    ensure(partners.next().is_none(), || format!("mid {mid} has two transceivers"))?;
    ensure(partner.kind() == transceiver.kind(), || format!("mid {mid} has two kinds"))?;
    let current = transceiver.current_direction().flatten().ok_or("no currentDirection")?;
    let other = partner.current_direction().flatten().ok_or("no currentDirection on the other side")?;
    ensure(other == current.reversed(), || format!("mid {mid} is {current} here and {other} there"))?;
    let wanted = transceiver.direction().unwrap_or(Direction::Inactive);
    let agreed = wanted.intersected(partner.direction().unwrap_or(Direction::Inactive).reversed());
    ensure(current == agreed, || format!("mid {mid} is {current}, but both want {agreed}"))?;
    let receptive = transceiver.receiver().is_receptive();
    ensure(receptive == current.receives(), || format!("mid {mid} is {current}, and receptive: {receptive}"))?;
    let told = mine.streams.get(&transceiver.id()).cloned().unwrap_or_default();
    let expected = if current.sends() { told } else { BTreeSet::new() };
    let arrived = theirs.remote_streams.get(&partner.id()).cloned().unwrap_or_default();
    ensure(arrived == expected, || format!("mid {mid} is sent in {expected:?} and arrives in {arrived:?}"))
}
