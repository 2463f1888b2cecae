//! Offers as browsers write them: they print as they are, and get a right answer.

mod common;

use common::{Peer, show};
use peerline_jsep::*;
use peerline_sdp::Session;

const OFFERS: [(&str, &str); 4] = [
    ("chromium_data", include_str!("descriptions/chromium_data_offer.sdp")),
    ("chromium_media", include_str!("descriptions/chromium_media_offer.sdp")),
    ("firefox_data", include_str!("descriptions/firefox_data_offer.sdp")),
    ("firefox_media", include_str!("descriptions/firefox_media_offer.sdp")),
];

#[test]
fn they_print_as_they_are() {
    for (name, offer) in OFFERS {
        let crlf = offer.replace('\n', "\r\n");
        assert_eq!(Session::parse(offer).unwrap().to_string(), crlf, "{name}");
        assert_eq!(Session::parse(&crlf).unwrap().to_string(), crlf, "{name}");
    }
}

#[test]
fn they_are_answered() {
    for (name, offer) in OFFERS {
        let mut bob = Peer::new("bob");
        bob.add_track(MediaKind::Audio, &["b"]);
        bob.add_track(MediaKind::Video, &["b"]);
        let remote = bob.set_remote(SdpType::Offer, offer);
        let answer = bob.create_answer();
        let local = bob.set_local(SdpType::Answer, &answer);
        assert_eq!(bob.transports.len(), 1, "{name}");
        assert!(Session::parse(&answer).unwrap().media.iter().all(|media| !media.is_rejected()), "{name}");
        insta::assert_snapshot!(format!("{name}_answer"), answer);
        insta::assert_snapshot!(format!("{name}_plans"), show::plan(&remote) + &show::plan(&local));
    }
}

#[test]
fn they_can_be_offered_to_in_turn() {
    for (name, offer) in OFFERS {
        let mut bob = Peer::new("bob");
        bob.set_remote(SdpType::Offer, offer);
        let answer = bob.create_answer();
        bob.set_local(SdpType::Answer, &answer);
        let before = bob.transports[0].local.clone();
        bob.add_track(MediaKind::Video, &["b"]);
        let offer = Session::parse(&bob.create_offer()).unwrap();
        assert_eq!(offer.media.len(), Session::parse(&answer).unwrap().media.len() + 1, "{name}");
        assert!(offer.media.iter().all(|media| !media.is_bundle_only()), "{name}");
        let text = offer.to_string();
        let plan = bob.set_local(SdpType::Offer, &text);
        assert!(
            plan.transports.iter().all(|t| !t.created && t.gather.is_none()),
            "{name}: everything joins the transport that is there"
        );
        assert_eq!(bob.transports[0].local, before, "{name}");
    }
}
