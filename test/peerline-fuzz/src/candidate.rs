//! ICE candidates: any text parses or fails; what parses prints to text that parses to the same.

use peerline_ice::Candidate;

/// One candidate attribute, as an application hands it to `addIceCandidate`.
pub fn candidate(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(candidate) = text.parse::<Candidate>() else { return };
    let printed = candidate.to_string();
    let again: Candidate = printed.parse().unwrap_or_else(|error| panic!("printed text fails: {error:?}\n{printed}"));
    assert_eq!(again.to_string(), printed, "printing is not stable");
    let _ = (candidate.ufrag(), candidate.url(), candidate.foundation(), candidate.extension("network-cost"));
}
