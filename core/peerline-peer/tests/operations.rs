//! The operations chain (W3C webrtc-pc §4.4.1.2): what is refused before a method returns, and what uses the chain at all.

mod support;

use peerline_edge::Time;
use peerline_jsep as jsep;
use peerline_peer::{
    AnswerOptions, Configuration, Description, Error, Event, IceCandidateInit, LocalDescriptionInit, MediaKind, Misuse,
    OfferOptions, OperationId, PeerConnection, SdpType, SignalingState, Track, TransceiverInit,
};
use support::environment;

const NOW: Time = Time::ZERO;

fn connection() -> PeerConnection {
    PeerConnection::new(NOW, Configuration::default(), environment(1)).expect("a good configuration")
}

fn settle(pc: &mut PeerConnection, operation: OperationId) -> Result<peerline_peer::Settled, Error> {
    while let Some(event) = pc.poll_event(NOW) {
        match event {
            Event::OperationSettled { operation: id, result } if id == operation => return result,
            _ => {}
        }
    }
    panic!("{operation:?} has not settled");
}

fn offer(pc: &mut PeerConnection) -> Description {
    let operation = pc.create_offer(NOW, OfferOptions::default());
    match settle(pc, operation) {
        Ok(peerline_peer::Settled::Description(offer)) => offer,
        other => panic!("{other:?}"),
    }
}

fn with_remote_offer() -> PeerConnection {
    let mut pc = connection();
    let mut other = connection();
    other.add_transceiver(NOW, MediaKind::Audio, None, TransceiverInit::default()).expect("valid");
    let offer = offer(&mut other);
    let operation = pc.set_remote_description(NOW, offer);
    settle(&mut pc, operation).expect("a good offer");
    pc
}

fn rollback() -> Description {
    Description { sdp_type: SdpType::Rollback, sdp: String::new() }
}

fn candidate(mid: Option<&str>) -> Option<IceCandidateInit> {
    let candidate = "candidate:1 1 udp 2130706431 203.0.113.9 9 typ host".to_owned();
    Some(IceCandidateInit { candidate, sdp_mid: mid.map(str::to_owned), ..IceCandidateInit::default() })
}

fn wrong_state(error: Option<Error>) -> bool {
    let wrong = |error| matches!(error, Error::Description(jsep::Error::WrongState { .. }));
    error.is_some_and(wrong)
}

#[test]
fn with_an_empty_chain_a_wrong_state_is_refused_before_the_method_returns() {
    let mut pc = connection();
    let operation = pc.create_answer(NOW, AnswerOptions::default());
    assert!(wrong_state(pc.take_refusal(operation)));
    let operation = pc.set_local_description(NOW, rollback());
    assert!(wrong_state(pc.take_refusal(operation)));
    let operation = pc.set_remote_description(NOW, rollback());
    assert!(wrong_state(pc.take_refusal(operation)));
    let init = LocalDescriptionInit { sdp_type: Some(SdpType::Answer), sdp: String::new() };
    let operation = pc.set_local_description(NOW, init);
    assert!(wrong_state(pc.take_refusal(operation)));
    let mut pc = with_remote_offer();
    while pc.poll_event(NOW).is_some() {}
    let operation = pc.create_offer(NOW, OfferOptions::default());
    assert!(wrong_state(pc.take_refusal(operation)));
    assert_eq!(pc.poll_event(NOW), None, "a refusal that was taken leaves no event");
}

#[test]
fn a_local_description_that_was_not_created_last_is_refused_at_once() {
    let mut pc = connection();
    let mut set = |sdp_type| {
        let operation = pc.set_local_description(NOW, Description { sdp_type, sdp: "v=0\r\n".to_owned() });
        pc.take_refusal(operation)
    };
    assert_eq!(set(SdpType::Offer), Some(jsep::Error::Modified.into()));
    // A type that may not come now is the greater mistake.
    assert!(wrong_state(set(SdpType::Answer)) && wrong_state(set(SdpType::Pranswer)));
}

#[test]
fn each_side_takes_back_its_own_offer() {
    let mut pc = with_remote_offer();
    let operation = pc.set_local_description(NOW, rollback());
    assert!(wrong_state(pc.take_refusal(operation)));
    let operation = pc.set_remote_description(NOW, rollback());
    settle(&mut pc, operation).expect("the remote offer is taken back");
    let operation = pc.set_local_description(NOW, None);
    settle(&mut pc, operation).expect("an offer");
    let operation = pc.set_remote_description(NOW, rollback());
    assert!(wrong_state(pc.take_refusal(operation)));
    let operation = pc.set_local_description(NOW, rollback());
    settle(&mut pc, operation).expect("our offer is taken back");
}

#[test]
fn a_candidate_is_refused_at_once_if_it_has_no_place() {
    let mut pc = connection();
    let operation = pc.add_ice_candidate(NOW, None);
    assert_eq!(pc.take_refusal(operation), Some(jsep::Error::NoRemoteDescription.into()));
    let operation = pc.add_ice_candidate(NOW, candidate(None));
    assert_eq!(pc.take_refusal(operation), Some(jsep::Error::CandidateWithoutSection.into()));
    let mut pc = with_remote_offer();
    let operation = pc.add_ice_candidate(NOW, candidate(Some("nobody")));
    assert_eq!(pc.take_refusal(operation), Some(jsep::Error::Operation(jsep::Operation::UnknownMid).into()));
    // What cannot be parsed fails when it is added, which is done in parallel.
    let garbage = IceCandidateInit { candidate: "candidate:x".to_owned(), ..candidate(Some("0")).unwrap_or_default() };
    let operation = pc.add_ice_candidate(NOW, Some(garbage));
    assert_eq!(pc.take_refusal(operation), None);
    assert_eq!(settle(&mut pc, operation), Err(Misuse::MalformedCandidate.into()));
}

#[test]
fn behind_another_operation_nothing_is_refused_at_once() {
    let mut pc = connection();
    let first = pc.create_offer(NOW, OfferOptions::default());
    let second = pc.create_answer(NOW, AnswerOptions::default());
    assert_eq!(pc.take_refusal(second), None);
    let events = pc.poll_task(NOW).expect("the first operation");
    let settled: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::OperationSettled { operation, result } => Some((*operation, result.is_ok())),
            _ => None,
        })
        .collect();
    assert_eq!(
        settled,
        [(first, true), (second, false)],
        "the second is executed, and refused, when the first settles"
    );
}

#[test]
fn replace_track_checks_the_kind_before_and_the_transceiver_in_the_chain() {
    let mut pc = connection();
    let id = pc.add_transceiver(NOW, MediaKind::Audio, None, TransceiverInit::default()).expect("valid");
    pc.create_offer(NOW, OfferOptions::default());
    let video = Track { id: "camera".to_owned(), kind: MediaKind::Video };
    let operation = pc.replace_track(NOW, id, Some(video.clone()));
    assert_eq!(pc.take_refusal(operation), Some(Misuse::WrongTrackKind.into()), "although the chain is not empty");
    while pc.poll_event(NOW).is_some() {}
    pc.stop_transceiver(NOW, id).expect("it can be stopped");
    let operation = pc.replace_track(NOW, id, None);
    assert_eq!(pc.take_refusal(operation), Some(Misuse::TransceiverStopped.into()));
    pc.close(NOW);
    let operation = pc.replace_track(NOW, id, Some(video));
    assert_eq!(pc.take_refusal(operation), Some(Misuse::WrongTrackKind.into()), "although it is closed");
    let operation = pc.replace_track(NOW, id, None);
    assert_eq!(pc.take_refusal(operation), Some(Misuse::Closed.into()));
}

#[test]
fn set_parameters_leaves_the_chain_empty_and_settles_later() {
    let mut pc = connection();
    let id = pc.add_transceiver(NOW, MediaKind::Audio, None, TransceiverInit::default()).expect("valid");
    while pc.poll_event(NOW).is_some() {}
    let parameters = pc.send_parameters(id).expect("parameters");
    let operation = pc.set_parameters(NOW, id, parameters);
    assert_eq!(pc.take_refusal(operation), None);
    let probe = pc.create_answer(NOW, AnswerOptions::default());
    assert!(wrong_state(pc.take_refusal(probe)), "the chain is empty");
    settle(&mut pc, operation).expect("valid parameters");
}

#[test]
fn a_description_is_applied_after_set_parameters_has_settled() {
    let mut pc = connection();
    let id = pc.add_transceiver(NOW, MediaKind::Audio, None, TransceiverInit::default()).expect("valid");
    while pc.poll_event(NOW).is_some() {}
    let mut parameters = pc.send_parameters(id).expect("parameters");
    parameters.encodings[0].active = false;
    let description = pc.set_local_description(NOW, None);
    let operation = pc.set_parameters(NOW, id, parameters);
    settle(&mut pc, operation).expect("valid parameters");
    assert_eq!(pc.signaling_state(), SignalingState::Stable);
    settle(&mut pc, description).expect("a local offer");
    assert_eq!(pc.signaling_state(), SignalingState::HaveLocalOffer);
}

#[test]
fn a_refusal_that_nobody_takes_is_told_as_an_event() {
    let mut pc = connection();
    let operation = pc.create_answer(NOW, AnswerOptions::default());
    assert!(wrong_state(settle(&mut pc, operation).err()));
    assert_eq!(pc.take_refusal(operation), None);
}
