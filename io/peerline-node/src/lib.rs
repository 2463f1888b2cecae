//! The addon behind the npm package `peerline`: one native object for each `RTCPeerConnection`, with numbers for everything in it.
//!
//! `ts/native.ts` is the border; both sides hold to it. Object identity, garbage collection, WebIDL and the order of tasks belong to the
//! TypeScript shells (`ts/`), the W3C algorithms to the core (`peerline-peer`). Here is only the passage between them:
//!
//! | file | what passes |
//! | --- | --- |
//! | `event_loop.rs` | the wake-up: one weak thread-safe function a JavaScript environment |
//! | `connection.rs` | calls and looks at a connection as a whole |
//! | `events.rs` | what a task fired |
//! | `capture.rs` | devices, constraints and settings |
//! | `sframe.rs` | encryption of media frames |
//! | `data_channel.rs`, `rtp.rs`, `transports.rs`, `identity.rs`, `stats.rs` | calls and looks at the parts |
//! | `ice_transport.rs` | an ICE transport without a connection |
//! | `configuration.rs`, `candidate.rs`, `certificate.rs`, `error.rs` | values |
//! | `runtime.rs` | the threads that drive the connections |
//!
//! A panic is a defect of ours and becomes an exception of the script's (`catch_unwind` on every function), never the end of the process.

#![cfg_attr(test, allow(dead_code, reason = "napi's macros register nothing where there is no Node"))]
#![allow(unsafe_code, reason = "what napi's macros make: every function that crosses the border is unsafe inside")]
#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "what crosses the border; `ts/native.ts` documents it"
)]
#![allow(
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "arguments come by value from JavaScript; ts/native.ts says what throws"
)]

mod candidate;
mod capture;
mod certificate;
mod configuration;
mod connection;
mod data_channel;
mod error;
mod event_loop;
mod events;
mod ice_transport;
mod identity;
mod rtp;
mod runtime;
mod sframe;
mod stats;
mod transports;
