use super::assertion::{binds, contents_of, decode, encode};
use peerline_sdp::{Fingerprint, Session};

fn session(digests: &[u8]) -> Session {
    let mut session = Session::new(1, 1);
    let mut media = peerline_sdp::Media::new("application", 9, "UDP/DTLS/SCTP", vec!["webrtc-datachannel".to_owned()]);
    for digest in digests {
        media.push(Fingerprint { hash: "sha-256".to_owned(), digest: vec![*digest; 32] });
    }
    session.media.push(media);
    session
}

#[test]
fn an_attribute_round_trips_and_garbage_is_none() {
    let attribute = encode("idp.example.org", "default", "{\"a\":\"b\"}");
    let decoded = decode(&attribute).expect("well formed");
    assert_eq!(decoded, ("idp.example.org".to_owned(), "default".to_owned(), "{\"a\":\"b\"}".to_owned()));
    for garbage in ["", "%%%", "bm90IGpzb24=", "e30=", "eyJpZHAiOnt9fQ=="] {
        assert_eq!(decode(garbage), None, "{garbage}");
    }
}

#[test]
fn an_assertion_binds_exactly_the_fingerprints_it_names() {
    let ours = Fingerprint { hash: "sha-256".to_owned(), digest: vec![1; 32] };
    let contents = contents_of(&[ours]);
    assert!(binds(&contents, &session(&[1])));
    assert!(!binds(&contents, &session(&[9])), "replayed by somebody else");
    assert!(!binds(&contents, &session(&[1, 9])), "one more was smuggled in");
    assert!(!binds(&contents, &session(&[])));
    assert!(!binds("{}", &session(&[1])));
    assert!(!binds("not json", &session(&[1])));
    assert!(binds(&contents, &Session::new(1, 1)), "nothing to connect yet");
    assert!(!binds("not json", &Session::new(1, 1)));
}
