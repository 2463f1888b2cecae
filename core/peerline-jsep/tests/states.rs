//! Which description may come in which state (webrtc-pc §4.3.1, RFC 9429 §5.5 to §5.7), and what an application may have changed.

mod common;

use common::Peer;
use peerline_jsep::*;
use peerline_sdp::Session;

#[test]
fn every_state_takes_what_it_should_and_nothing_else() {
    let mut table = String::new();
    for state in SignalingState::ALL {
        for side in [Side::Local, Side::Remote] {
            for sdp_type in [SdpType::Offer, SdpType::Pranswer, SdpType::Answer, SdpType::Rollback] {
                let next =
                    next_state(state, side, sdp_type).map_or_else(|e| format!("{:?}", e.name()), |s| s.to_string());
                table += &format!("{state:<22}{side:<8?}{sdp_type:<10}{next}\n");
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn enum_values_round_trip() {
    for state in SignalingState::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    assert_eq!("pranswer".parse(), Ok(SdpType::Pranswer));
    assert_eq!("Offer".parse::<SdpType>(), Err(UnknownValue));
}

#[test]
fn a_local_description_without_a_type_gets_the_type_that_fits() {
    let expected = ["offer", "offer", "answer", "answer", "offer", "answer"];
    let types: Vec<&str> = SignalingState::ALL.iter().map(|s| local_type(*s, None).as_str()).collect();
    assert_eq!(types, expected);
    assert_eq!(local_type(SignalingState::Stable, Some(SdpType::Answer)), SdpType::Answer);
}

#[test]
fn a_changed_local_description_is_refused() {
    let mut alice = Peer::small("alice");
    alice.create_data_channel();
    let offer = alice.create_offer();
    let changed = offer.replace("5000", "5001");
    assert_eq!(alice.try_set_local(SdpType::Offer, &changed).unwrap_err().name(), ErrorName::InvalidModificationError);
    let session = Session::parse(&changed).unwrap();
    assert_eq!(apply_local(&alice.view(), SdpType::Offer, &session).unwrap_err(), Error::Modified);
    assert_eq!(check_unmodified(&alice.view(), SdpType::Offer, ""), Ok(()), "an empty text means the last created");
    assert_eq!(alice.state, SignalingState::Stable);
    alice.set_local(SdpType::Offer, &offer);
}

#[test]
fn text_that_is_no_sdp_is_a_syntax_error_with_its_line() {
    let mut alice = Peer::small("alice");
    for (text, line) in
        [("Invalid SDP", 1), ("", 1), ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=mid:\r\n", 5)]
    {
        let error = alice.try_set_remote(SdpType::Offer, text).unwrap_err();
        assert_eq!((error.name(), error.sdp_line_number()), (ErrorName::SdpSyntaxError, Some(line)), "{text}");
    }
}

#[test]
fn offers_and_answers_are_made_in_their_states_only() {
    let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.create_data_channel();
    assert_eq!(alice.try_create_answer().unwrap_err().name(), ErrorName::InvalidStateError);
    let offer = alice.create_offer();
    bob.set_remote(SdpType::Offer, &offer);
    assert_eq!(bob.try_create_offer(&OfferOptions::default()).unwrap_err().name(), ErrorName::InvalidStateError);
}
