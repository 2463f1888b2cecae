//! Every public method between any two events, in every signaling state, after `close`, and about things that do not exist: nothing
//! panics, nothing becomes inconsistent; a description that fails changes nothing (W3C webrtc-pc §4.4).

#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test"
)]

mod calls;
mod invalid;
mod regressions;
mod script;
mod snapshot;

use calls::{Ids, Outcome};
use peerline_edge::Time;
use peerline_peer::{Error, Event, Misuse, PeerConnection, SignalingState};
use script::{Solo, in_state, play};
use snapshot::{assert_consistent, snapshot};
use std::cell::Cell;

const STATES: [SignalingState; 5] = [
    SignalingState::Stable,
    SignalingState::HaveLocalOffer,
    SignalingState::HaveRemoteOffer,
    SignalingState::HaveLocalPranswer,
    SignalingState::HaveRemotePranswer,
];

/// Calls that are made between events in one play; then it is left to end.
const PATIENCE: usize = 100;

#[test]
fn every_method_can_be_called_between_any_two_events() {
    let table: Vec<_> = calls::all().collect();
    for first in (0..table.len()).step_by(6) {
        let made = Cell::new(0);
        play(&|pc, now| {
            if made.get() == PATIENCE {
                return;
            }
            let (name, call) = table[(first + made.replace(made.get() + 1)) % table.len()];
            for ids in [Ids::of(pc), Ids::UNKNOWN] {
                call(pc, now, ids);
                assert_consistent(pc, name);
            }
        });
        assert!(made.get() > 30, "only {} calls", made.get());
    }
}

#[test]
fn the_connection_can_be_closed_between_any_two_events_and_every_method_called_after_that() {
    for at in 0.. {
        let (count, closed) = (Cell::new(0), Cell::new(false));
        play(&|pc, now| {
            if count.replace(count.get() + 1) == at {
                closed.set(true);
                pc.close(now);
                assert_eq!(pc.signaling_state(), SignalingState::Closed);
                for (name, call) in calls::all() {
                    call(pc, now, Ids::of(pc));
                    call(pc, now, Ids::UNKNOWN);
                    assert_consistent(pc, name);
                }
            }
        });
        if !closed.get() {
            assert!(at > 20, "only {at} events");
            break;
        }
    }
}

#[test]
fn every_method_in_every_signaling_state_leaves_a_connection_that_makes_sense() {
    for state in STATES {
        for (name, call) in calls::all() {
            let mut solo = in_state(state);
            for ids in [Ids::UNKNOWN, Ids::of(&solo.pc)] {
                let outcome = call(&mut solo.pc, solo.now, ids);
                assert_consistent(&solo.pc, name);
                let events = solo.pump();
                assert_consistent(&solo.pc, name);
                if let Outcome::Began(operation) = outcome {
                    let settled = |event: &&Event| matches!(event, Event::OperationSettled { operation: id, .. } if *id == operation);
                    assert_eq!(events.iter().filter(settled).count(), 1, "{name} in {state} settles once");
                }
            }
        }
    }
}

#[test]
fn calls_about_things_that_do_not_exist_are_refused_and_change_nothing() {
    for state in STATES {
        let mut solo = in_state(state);
        let before = snapshot(&solo.pc);
        let names = ["direction", "stop", "setStreams", "setCodecPreferences", "insertDTMF", "send", "channel.close"];
        for (name, call) in calls::all().filter(|(name, _)| names.contains(name)) {
            match call(&mut solo.pc, solo.now, Ids::UNKNOWN) {
                Outcome::Called(result) => assert!(result.is_err(), "{name} in {state}"),
                Outcome::Nothing => {}
                Outcome::Began(operation) => panic!("{name} began {operation:?}"),
            }
        }
        solo.pump();
        assert_eq!(before, snapshot(&solo.pc), "{state}");
    }
}

#[test]
fn after_close_every_call_fails_with_a_closed_connection_and_nothing_changes() {
    for state in STATES {
        let mut solo = in_state(state);
        solo.pc.close(solo.now);
        solo.pump();
        let before = snapshot(&solo.pc);
        let allowed = ["bufferedAmountLowThreshold", "release a channel", "handle_io", "poll_event", "poll_task"];
        for (name, call) in calls::all().filter(|(name, _)| !allowed.contains(name)) {
            let ids = Ids::of(&solo.pc);
            let outcome = call(&mut solo.pc, solo.now, ids);
            // Preferences are only stored (§5.4 has no such step for setCodecPreferences).
            if let Outcome::Called(result) = &outcome
                && *name != "setCodecPreferences"
            {
                assert!(result.is_err(), "{name} after close in {state}");
            }
            let events = solo.pump();
            let refused = |event: &Event| matches!(event, Event::OperationSettled { result: Err(_), .. });
            assert!(events.iter().all(refused), "{name} after close in {state}: {events:?}");
            let operations = usize::from(matches!(outcome, Outcome::Began(_)));
            assert_eq!(events.len(), operations, "{name} after close in {state}");
            assert_eq!(before, snapshot(&solo.pc), "{name} after close in {state}");
        }
    }
}

#[test]
fn closing_abandons_what_has_not_settled() {
    let mut solo = Solo::new(1);
    let pending = solo.pc.set_local_description(solo.now, None);
    solo.pc.close(solo.now);
    let late = solo.pc.create_offer(solo.now, peerline_peer::OfferOptions::default());
    let events = solo.pump();
    assert_eq!(
        events,
        [
            Event::OperationAbandoned(pending),
            Event::OperationSettled { operation: late, result: Err(Error::Misuse(Misuse::Closed)) }
        ]
    );
}

/// For the type of the hook.
type Hook<'a> = &'a dyn Fn(&mut PeerConnection, Time);
