//! The wire form of an assertion (RFC 8827 §5.6.4, §7.4): JSON in base64, and which fingerprints it binds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use peerline_sdp::{Fingerprint, Session};
use serde_json::{Value, json};

/// The value of `a=identity`.
pub(super) fn encode(domain: &str, protocol: &str, assertion: &str) -> String {
    let value = json!({ "idp": { "domain": domain, "protocol": protocol }, "assertion": assertion });
    STANDARD.encode(value.to_string())
}

/// Domain, protocol and assertion of an `a=identity`; `None` if it is malformed.
pub(super) fn decode(attribute: &str) -> Option<(String, String, String)> {
    // RFC 8827 §5: extensions may follow the assertion.
    let base64 = attribute.split([' ', ';']).next()?;
    let value: Value = serde_json::from_slice(&STANDARD.decode(base64).ok()?).ok()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let idp = value.get("idp")?;
    let protocol = idp.get("protocol").and_then(text).unwrap_or_else(|| "default".to_owned());
    let domain = text(idp.get("domain")?)?;
    // webrtc-identity §7 step 2: domain and protocol make an address, and must not leave their places in it.
    let in_place = |text: &str| !text.contains(['/', '\\']);
    (in_place(&domain) && in_place(&protocol)).then_some((domain, protocol, text(value.get("assertion")?)?))
}

/// What we have asserted: our fingerprints (RFC 8827 §7.4.1).
pub(super) fn contents_of(fingerprints: &[Fingerprint]) -> String {
    let entry =
        |fingerprint: &Fingerprint| json!({ "algorithm": fingerprint.hash, "digest": hex(&fingerprint.digest) });
    json!({ "fingerprint": fingerprints.iter().map(entry).collect::<Vec<_>>() }).to_string()
}

/// RFC 8827 §7.4.2: whether every fingerprint of the description is among those asserted. There must be one if there is anything to connect; a
/// description without an m-section connects nothing, and the one that will is checked again.
pub(super) fn binds(contents: &str, session: &Session) -> bool {
    let Ok(contents) = serde_json::from_str::<Value>(contents) else { return false };
    let Some(asserted) = contents.get("fingerprint").and_then(Value::as_array) else { return false };
    let is_asserted = |fingerprint: &Fingerprint| {
        asserted.iter().any(|entry| {
            let member = |name: &str| entry.get(name).and_then(Value::as_str);
            member("algorithm").is_some_and(|algorithm| algorithm.eq_ignore_ascii_case(&fingerprint.hash))
                && member("digest").is_some_and(|digest| digest.eq_ignore_ascii_case(&hex(&fingerprint.digest)))
        })
    };
    let fingerprints: Vec<Fingerprint> =
        (0..session.media.len()).flat_map(|index| session.inherited_all(index)).collect();
    session.media.is_empty() || (!fingerprints.is_empty() && fingerprints.iter().all(is_asserted))
}

fn hex(digest: &[u8]) -> String {
    let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}
