//! Runs `str0m` or `webrtc-rs` (its engine, the crate `rtc`) through the scenarios that it can do and prints what it says, as JSON.

mod str0m_stack;
mod webrtc_stack;

use serde_json::{Map, Value, json};

/// Offers and answers of a scenario, in order, and why it stopped short.
pub(crate) type Take = (Vec<(&'static str, String)>, Option<String>);

fn main() {
    let stack = std::env::args().nth(1).unwrap_or_default();
    let (version, takes) = match stack.as_str() {
        "str0m" => ("0.25.0", str0m_stack::run()),
        "webrtc-rs" => ("0.21.1", webrtc_stack::run()),
        other => panic!("no stack {other:?}; there are str0m and webrtc-rs"),
    };
    let (mut scenarios, mut skipped) = (Map::new(), Map::new());
    for (name, (records, why)) in takes {
        let records: Vec<Value> = records.iter().map(|(kind, sdp)| json!({ "type": kind, "sdp": sdp })).collect();
        if !records.is_empty() {
            scenarios.insert(name.to_owned(), records.into());
        }
        if let Some(why) = why {
            skipped.insert(name.to_owned(), why.into());
        }
    }
    println!("{}", json!({ "version": version, "scenarios": scenarios, "skipped": skipped }));
}
