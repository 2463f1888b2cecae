//! Everything a WebRTC application needs around its peers, embeddable: signaling, STUN, a web page, an echo peer, file transfer.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use peerline_server::{Server, ServerConfig};
//!
//! let server = Server::bind(ServerConfig::default()).await?.start();
//! println!("open {}", server.url());
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The signaling protocol stands in the documentation of `peerline_signaling`.

mod bind;
mod call;
pub mod check;
mod client;
mod config;
mod echo;
mod error;
mod http;
mod hub;
mod server;
mod stun;
pub mod transfer;
mod ws;

pub use client::{SignalingClient, SignalingError, SignalingUrl};
pub use config::ServerConfig;
pub use error::ServerError;
pub use server::{RunningServer, Server};

pub use peerline_signaling as signaling;
