//! Audio and video: text in, plan out (RFC 9429).

mod common;

use common::{Peer, exchange};
use peerline_jsep::*;
use peerline_sdp::Direction;

#[test]
fn first_offer_of_audio_video_and_data() {
    let mut alice = Peer::new("alice");
    alice.add_track(MediaKind::Audio, &["stream"]);
    alice.add_track(MediaKind::Video, &["stream"]);
    alice.create_data_channel();
    insta::assert_snapshot!(alice.create_offer());
}

#[test]
fn answer_to_audio_video_and_data() {
    let (mut alice, mut bob) = (Peer::new("alice"), Peer::new("bob"));
    alice.add_track(MediaKind::Audio, &["stream"]);
    alice.add_track(MediaKind::Video, &["stream"]);
    alice.create_data_channel();
    bob.add_track(MediaKind::Audio, &["b"]);
    let (_, answer) = exchange(&mut alice, &mut bob);
    insta::assert_snapshot!(answer);
    assert_eq!(alice.transports.len(), 1);
    assert_eq!(bob.transceivers.len(), 2);
    let (offer, answer) = exchange(&mut bob, &mut alice);
    insta::assert_snapshot!("second_offer", offer);
    insta::assert_snapshot!("second_answer", answer);
    let _ = Direction::SendRecv;
}
