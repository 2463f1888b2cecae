//! What the model of two random peers (`tests/convergence`) has found, each as a short story.

use crate::script::{Solo, in_state, negotiate};
use peerline_peer::{
    BundlePolicy, Configuration, DataChannelInit, Description, Event, MediaKind, SdpType, SignalingState, Track,
    TransceiverInit,
};

fn count(events: &[Event], wanted: &Event) -> usize {
    events.iter().filter(|event| *event == wanted).count()
}

/// W3C webrtc-pc §4.4.2: the implicit rollback is a task of its own, and the getter shows "stable" while its event is handled.
#[test]
fn an_implicit_rollback_shows_stable_before_the_remote_offer() {
    let mut solo = in_state(SignalingState::HaveLocalOffer);
    let offer = in_state(SignalingState::HaveLocalOffer).pc.local_description().expect("an offer of the same shape");
    let operation = solo.pc.set_remote_description(solo.now, offer);
    let mut seen = Vec::new();
    while let Some(events) = solo.pc.poll_task(solo.now) {
        for event in events {
            if let Event::SignalingStateChange(state) = event {
                assert_eq!(state, solo.pc.signaling_state());
                seen.push((state, solo.pc.pending_local_description().is_some()));
            }
            assert!(
                !matches!(event, Event::OperationSettled { operation: id, result: Err(_) } if id == operation),
                "{event:?}"
            );
        }
    }
    assert_eq!(seen, [(SignalingState::Stable, false), (SignalingState::HaveRemoteOffer, false)]);
}

/// A transceiver that stops before any description had it must not ask for negotiation for ever.
#[test]
fn a_transceiver_that_stops_before_it_is_offered_leaves_with_the_next_answer() {
    let (mut alice, mut bob) = (Solo::new(1), Solo::new(2));
    alice.pc.create_data_channel(alice.now, "data", DataChannelInit::default()).expect("a channel");
    let cam = alice.pc.add_transceiver(alice.now, MediaKind::Video, None, TransceiverInit::default()).expect("valid");
    alice.pc.stop_transceiver(alice.now, cam).expect("ours");
    alice.pump();
    bob.set_remote(alice.set_local(SdpType::Offer));
    let answer = bob.set_local(SdpType::Answer);
    assert!(!answer.sdp.contains("m=video"), "{}", answer.sdp);
    let (result, events) = alice.operate(|pc, now| pc.set_remote_description(now, answer));
    assert!(result.is_ok());
    assert_eq!(count(&events, &Event::NegotiationNeeded), 0);
    assert_eq!(alice.pc.transceivers().count(), 0);
}

/// A channel made after the data section was rejected gets another section, in the place of the first.
#[test]
fn a_channel_after_a_rejected_data_section_is_negotiated_anew() {
    let configuration = Configuration { bundle_policy: BundlePolicy::MaxBundle, ..Configuration::default() };
    let (mut alice, mut bob) = (Solo::with(1, configuration), Solo::new(2));
    alice.equip();
    alice.pump();
    let unbundled = |description: Description| {
        let lost = |line: &&str| !(line.starts_with("a=group:BUNDLE") || line.starts_with("a=bundle-only"));
        Description { sdp: description.sdp.split_inclusive('\n').filter(lost).collect(), ..description }
    };
    bob.set_remote(unbundled(alice.set_local(SdpType::Offer)));
    let answer = bob.set_local(SdpType::Answer);
    let (result, events) = alice.operate(|pc, now| pc.set_remote_description(now, answer));
    assert!(result.is_ok());
    assert_eq!(count(&events, &Event::NegotiationNeeded), 0, "what was rejected is not asked for again");
    alice.pc.create_data_channel(alice.now, "again", DataChannelInit::default()).expect("a channel");
    assert_eq!(count(&alice.pump(), &Event::NegotiationNeeded), 1);
    let sections = |description: &Description| description.sdp.matches("\r\nm=").count();
    let before = sections(&alice.pc.current_local_description().expect("one"));
    let offer = alice.set_local(SdpType::Offer);
    assert_eq!(sections(&offer), before, "a rejected section is used again");
    bob.set_remote(offer);
    alice.set_remote(bob.set_local(SdpType::Answer));
    assert!(alice.pc.sctp().is_some() && bob.pc.sctp().is_some());
}

/// A provisional answer brings a section into force that no current description has: its candidates are welcome.
#[test]
fn candidates_for_a_section_of_a_provisional_answer_are_taken() {
    let (mut alice, mut bob) = (Solo::new(1), Solo::new(2));
    let mic = Track { id: "mic".to_owned(), kind: MediaKind::Audio };
    let mic = alice.pc.add_track(alice.now, mic, Vec::new()).expect("a new track");
    negotiate(&mut alice, &mut bob);
    alice.pc.stop_transceiver(alice.now, mic).expect("ours");
    alice.pc.create_data_channel(alice.now, "data", DataChannelInit::default()).expect("a channel");
    bob.candidates.clear();
    bob.set_remote(alice.set_local(SdpType::Offer));
    alice.set_remote(bob.set_local(SdpType::Pranswer));
    assert_eq!(alice.pc.signaling_state(), SignalingState::HaveRemotePranswer);
    let candidates = core::mem::take(&mut bob.candidates);
    assert!(candidates.iter().any(|candidate| candidate.sdp_m_line_index == Some(1)), "{candidates:?}");
    for candidate in candidates {
        let what = format!("{candidate:?}");
        let (result, _) = alice.operate(|pc, now| pc.add_ice_candidate(now, Some(candidate)));
        assert!(result.is_ok(), "{result:?} for {what}");
    }
    let remote = alice.pc.pending_remote_description().expect("the provisional answer").sdp;
    assert!(remote.contains("a=candidate:"), "{remote}");
}

/// A provisional answer that sends nothing is followed by an answer that does.
#[test]
fn what_a_provisional_answer_does_not_send_the_answer_may() {
    let (mut alice, mut bob) = (Solo::new(1), Solo::new(2));
    let track = |id: &str| Track { id: id.to_owned(), kind: MediaKind::Audio };
    let hers = alice.pc.add_track(alice.now, track("hers"), Vec::new()).expect("a new track");
    bob.set_remote(alice.set_local(SdpType::Offer));
    alice.set_remote(bob.set_local(SdpType::Pranswer));
    let receptive = |alice: &Solo| alice.pc.transceiver(hers).map(|transceiver| transceiver.receiver().is_receptive());
    assert_eq!(receptive(&alice), Some(false));
    bob.pc.add_track(bob.now, track("his"), Vec::new()).expect("a new track");
    alice.set_remote(bob.set_local(SdpType::Answer));
    assert_eq!(receptive(&alice), Some(true));
}
