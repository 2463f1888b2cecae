//! Our signaling protocol, version 1: rooms, peers, descriptions and candidates; a machine without sockets.
//!
//! WebRTC leaves open how two peers exchange their descriptions (RFC 8825 §3). This is our way: JSON text messages
//! over any transport that keeps them whole and in order. The server of `peerline-server` carries them over a WebSocket at `/signal`.
//! Clients in any language are welcome; everything they need stands here. The types are [`ClientMessage`] and [`ServerMessage`].
//!
//! # The first message
//!
//! Each message is one JSON object with a `type`. The client speaks first:
//!
//! ```json
//! {"type": "hello", "version": 1}
//! ```
//!
//! and may send its next messages at once. The server answers with the client's own peer id, chosen at random for this connection:
//!
//! ```json
//! {"type": "welcome", "version": 1, "peer": "k7q2mzt9xd", "limits": {"message": 262144, "peers": 64}, "echo": true, "stun": [3478]}
//! ```
//!
//! `stun` lists UDP ports of the same host that answer STUN. Unknown members and message types are to be ignored: later versions may add some.
//! An unsupported version is answered with the error `unsupported-version`, and the connection is closed.
//!
//! # Rooms
//!
//! A room is a name; it exists while somebody is in it. A client is in one room at a time.
//!
//! ```text
//! client                                           server
//! {"type":"join","room":"kitchen","name":"Ada"}    {"type":"joined","room":"kitchen","peers":[{"id":"b8…","name":"Bob"}]}
//!                                                  to the others: {"type":"peer-joined","peer":{"id":"k7…","name":"Ada"}}
//! {"type":"list"}                                  {"type":"peers","room":"kitchen","peers":[…]}
//! {"type":"leave"}                                 {"type":"left","room":"kitchen"}
//!                                                  to the others: {"type":"peer-left","peer":"k7…"}
//! ```
//!
//! A room's name has 1 to 64 characters out of `A-Z a-z 0-9 - _ . ~`. `name` is optional, for people to read, at most 64 bytes.
//! `peers` never lists the client itself. A lost connection counts as `leave`. By convention **the one that joins calls**: it sends an
//! offer to each peer in `joined`. Perfect negotiation makes glare harmless: the side whose id is smaller (as a string) is the polite one.
//!
//! # Calls
//!
//! Two peers may talk if they are in the same room, or were paired by a code, or one of them is the echo peer that the other called.
//!
//! ```text
//! {"type":"description","to":"b8…","description":{"type":"offer","sdp":"v=0…"}}
//! {"type":"candidate","to":"b8…","candidate":{"candidate":"candidate:…","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"Xy9k"}}
//! {"type":"candidate","to":"b8…","candidate":null}                      no more candidates
//! {"type":"bye","to":"b8…"}                                             this call is over
//! ```
//!
//! The other side gets the same message with `from` in place of `to`. Both objects are what `JSON.stringify` makes of
//! the browser's `RTCSessionDescription` and `RTCIceCandidate`. Messages between two peers arrive in the order in which they were sent.
//!
//! # The echo peer
//!
//! ```text
//! {"type":"echo"}                       {"type":"echo-ready","peer":"e3…"}   now call it: it answers
//! {"type":"echo","offer":true}          {"type":"echo-ready","peer":"e3…"}   it calls you: an offer follows
//! ```
//!
//! It sends every data channel message back as it came: text as text, binary as binary, empty as empty.
//!
//! # Codes
//!
//! Two machines that share no room meet by a short code that one person tells the other.
//!
//! ```text
//! {"type":"host"}                       {"type":"seat","code":"k7qd-3mzt","secret":"…","role":"host"}
//! {"type":"visit","code":"k7qd-3mzt"}   {"type":"seat","code":"k7qd-3mzt","secret":"…","role":"visitor"}
//!                                       to both: {"type":"paired","code":"k7qd-3mzt","peer":"b8…"}
//! ```
//!
//! A code has two seats. Whoever lost the connection comes back with `{"type":"host" or "visit","code":…,"secret":…}` and gets the seat again, even
//! if the server has not noticed the loss; both sides get a new `paired`. The one that stays is told `peer-left`. A code dies by `{"type":"release"}`
//! of its host (both get `released`), or when nobody has sat on it for ten minutes. Case and hyphens in a code don't matter.
//!
//! # Errors, limits
//!
//! ```json
//! {"type": "error", "reason": "no-such-peer", "message": "…", "peer": "b8…"}
//! ```
//!
//! Reasons are those of [`ErrorReason`]; `message` is for people. An error leaves the connection as it was, except where the reason says that it
//! closes. `{"type":"ping","id":7}` is answered with `{"type":"pong","id":7}`. The limits are those of [`Limits`].
//!
//! # The machine
//!
//! [`Signaling`] is the server's side. It takes the time and a seed, reads and writes text, and never blocks:
//!
//! ```
//! use peerline_signaling::{Limits, Signaling, Time};
//!
//! let mut signaling = Signaling::new(Limits::default(), [7; 32]);
//! let client = signaling.connect(Time::ZERO).expect("the server is not full");
//! signaling.handle_message(Time::ZERO, client, r#"{"type":"hello","version":1}"#);
//! let (to, text) = signaling.poll_outgoing().expect("an answer");
//! assert_eq!(to, client);
//! assert!(text.contains("welcome"));
//! ```

#![forbid(unsafe_code)]

extern crate alloc;

mod client;
mod code;
mod echo;
mod limits;
mod message;
mod name;
mod rate;
mod room;
mod signaling;

pub use client::ClientId;
pub use limits::Limits;
pub use message::{
    Candidate, ClientMessage, Description, DescriptionType, ErrorReason, PeerInfo, SeatRole, ServerMessage,
    WelcomeLimits,
};
pub use name::normalize_code;
pub use peerline_edge::{Deadline, Seed, Time};
pub use signaling::{Event, Signaling};

/// The version of the protocol that this crate speaks.
pub const VERSION: u32 = 1;
