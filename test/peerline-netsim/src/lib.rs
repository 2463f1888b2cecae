//! A simulated network in virtual time: links, NATs (RFC 4787), firewalls, loss, queues, roaming. Itself sans-IO and deterministic:
//! the same calls with the same seed give the same log.
//!
//! Three ways to use it, from small to large:
//! - [`Link`]: one direction between two machines without addresses; bytes in, bytes out later, or never.
//! - [`Network`]: hosts, interfaces, NATs; answers `IoRequest`s and carries datagrams by `FiveTuple`; the test calls it.
//! - [`Simulation`]: runs any number of [`Machine`]s on hosts of a `Network` until a condition holds.
//!
//! ```
//! use core::time::Duration;
//! use peerline_edge::{Deadline, FiveTuple, IoOutcome, IoRequest, Received, SocketId, Time, Transmit, Ecn};
//! use peerline_netsim::{Gateway, INTERNET, LinkConfig, Machine, Nat, Simulation, what_is_my_address};
//!
//! // A machine that binds a socket and asks a server for its own address.
//! #[derive(Default)]
//! struct Client { asked: bool, bound: Option<core::net::SocketAddr>, sent: bool, answer: Option<String> }
//!
//! impl Machine for Client {
//!     type Event = String;
//!     fn handle_datagram(&mut self, _: Time, datagram: Received<'_>) {
//!         self.answer = Some(String::from_utf8_lossy(datagram.contents).into_owned());
//!     }
//!     fn handle_timeout(&mut self, _: Time) {}
//!     fn handle_io(&mut self, _: Time, outcome: IoOutcome) {
//!         if let IoOutcome::UdpBound { local, .. } = outcome { self.bound = Some(local); }
//!     }
//!     fn poll_io(&mut self) -> Option<IoRequest> {
//!         let bind = IoRequest::BindUdp { socket: SocketId(0), local: "192.168.1.2:5000".parse().unwrap() };
//!         (!core::mem::replace(&mut self.asked, true)).then_some(bind)
//!     }
//!     fn poll_transmit(&mut self, _: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
//!         let local = self.bound.filter(|_| !core::mem::replace(&mut self.sent, true))?;
//!         buf.extend_from_slice(b"who am I?");
//!         Some(Transmit { path: FiveTuple::udp(local, "198.51.100.1:3478".parse().unwrap()), ecn: Ecn::NotEct, segment: None })
//!     }
//!     fn poll_event(&mut self) -> Option<String> { self.answer.take() }
//!     fn poll_timeout(&self) -> Option<Deadline> { None }
//! }
//!
//! let mut sim = Simulation::new(7);
//! let home = sim.network.gateway(INTERNET, Gateway::nat("203.0.113.7", Nat::home()).link(LinkConfig::with_delay_ms(8)));
//! let alice = sim.network.host_at("alice", home, "192.168.1.2", LinkConfig::with_delay_ms(2));
//! let server = sim.network.host_at("server", INTERNET, "198.51.100.1", LinkConfig::perfect());
//! sim.network.service(server, "198.51.100.1:3478", what_is_my_address());
//!
//! let alice = sim.add(alice, Client::default());
//! let at = sim.run_until(Duration::from_secs(1), |sim| !sim.events(alice).is_empty()).unwrap();
//! assert_eq!(at, Time::from_millis(20));
//! assert!(sim.events(alice)[0].1.starts_with("203.0.113.7:"));
//! ```

#![forbid(unsafe_code)]

mod agenda;
mod firewall;
mod link;
mod log;
mod loss;
mod machine;
mod nat;
mod network;
mod packet_kind;
mod route;
mod service;
mod shaper;
mod simulation;
mod sockets;
mod topology;

pub use firewall::Firewall;
pub use link::{Link, LinkCounters, seed_from};
pub use log::{DropReason, Log, LogEntry, LogLine, LoggedPacket};
pub use loss::{Bursts, Loss};
pub use machine::Machine;
pub use nat::{Behavior, Mapping, Nat, PortAssignment};
pub use network::{Arrival, Counters, Delivery, Direction, Network};
pub use packet_kind::{Protocol, describe};
#[doc(no_inline)]
pub use peerline_edge as edge;
pub use service::{Service, echo, what_is_my_address};
pub use shaper::{LinkConfig, Queue};
pub use simulation::{Simulation, TimeIsUp};
pub use topology::{Gateway, HostId, INTERNET, InterfaceId, IntoAddress, NodeId, RealmId};
