//! With the feature `serde`, what is signaled has the member names that a browser's `toJSON` gives.
#![cfg(feature = "serde")]

use peerline::{RtcIceCandidateInit, RtcSessionDescription};

#[test]
fn a_description_looks_as_a_browser_prints_it() {
    let text = r#"{"type":"offer","sdp":"v=0\r\n"}"#;
    let description: RtcSessionDescription = serde_json::from_str(text).unwrap();
    assert_eq!(description, RtcSessionDescription::offer("v=0\r\n"));
    assert_eq!(serde_json::to_string(&description).unwrap(), text);
    assert_eq!(
        serde_json::from_str::<RtcSessionDescription>(r#"{"type":"rollback"}"#).unwrap(),
        RtcSessionDescription::rollback()
    );
    assert!(serde_json::from_str::<RtcSessionDescription>(r#"{"type":"Offer","sdp":""}"#).is_err());
}

#[test]
fn a_candidate_looks_as_a_browser_prints_it() {
    let text = r#"{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"abcd"}"#;
    let candidate: RtcIceCandidateInit = serde_json::from_str(text).unwrap();
    assert_eq!((candidate.sdp_mid.as_deref(), candidate.sdp_m_line_index), (Some("0"), Some(0)));
    assert_eq!(serde_json::to_string(&candidate).unwrap(), text);
    let short: RtcIceCandidateInit = serde_json::from_str(r#"{"candidate":"","sdpMid":"0"}"#).unwrap();
    assert_eq!(short.username_fragment, None);
}
