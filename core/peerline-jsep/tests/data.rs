//! Data channels and the skeleton of descriptions: text in, plan out (RFC 9429, RFC 8841).

mod common;

use common::{Peer, exchange};
use peerline_jsep::*;

#[test]
fn offers_a_data_channel_as_browsers_do() {
    let mut alice = Peer::new("alice");
    alice.create_data_channel();
    insta::assert_snapshot!(alice.create_offer());
}

#[test]
fn answers_a_data_channel() {
    let (mut alice, mut bob) = (Peer::new("alice"), Peer::new("bob"));
    alice.create_data_channel();
    let (_, answer) = exchange(&mut alice, &mut bob);
    insta::assert_snapshot!(answer);
    assert_eq!((alice.state, bob.state), (SignalingState::Stable, SignalingState::Stable));
}

#[test]
fn plans_of_a_first_exchange() {
    let (mut alice, mut bob) = (Peer::new("alice"), Peer::new("bob"));
    alice.create_data_channel();
    let offer = alice.create_offer();
    insta::assert_debug_snapshot!("local_offer", alice.set_local(SdpType::Offer, &offer));
    insta::assert_debug_snapshot!("remote_offer", bob.set_remote(SdpType::Offer, &offer));
    let answer = bob.create_answer();
    insta::assert_debug_snapshot!("local_answer", bob.set_local(SdpType::Answer, &answer));
    insta::assert_debug_snapshot!("remote_answer", alice.set_remote(SdpType::Answer, &answer));
}
