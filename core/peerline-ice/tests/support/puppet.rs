//! One agent against a peer that the test plays itself, message by message.

use super::{TestCrypto, controlling};
use core::net::SocketAddr;
use peerline_crypto::CryptoProvider;
use peerline_edge::{Ecn, FiveTuple, Interface, IoOutcome, IoRequest, Received, Time};
use peerline_ice::{Agent, Candidate, Config, Credentials};
use peerline_stun::{Class, Message, MessageBuilder, Method, TransactionId};

pub(crate) const LOCAL: &str = "192.0.2.1:5000";
pub(crate) const REMOTE: &str = "192.0.2.2:6000";
pub(crate) const REMOTE_PWD: &str = "remotepasswordremotepassword";

pub(crate) fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(crate) fn path_from(remote: &str) -> FiveTuple {
    FiveTuple::udp(address(LOCAL), address(remote))
}

/// An agent with one bound socket and one remote candidate, whose first check is out.
pub(crate) fn checking() -> (Agent, Vec<u8>) {
    checking_with(controlling())
}

pub(crate) fn checking_with(config: Config) -> (Agent, Vec<u8>) {
    let mut agent = Agent::new(config);
    let now = Time::ZERO;
    agent.gather(now);
    answer_io(&mut agent);
    agent.set_remote_credentials(now, Credentials { ufrag: "remo".into(), pwd: REMOTE_PWD.into() });
    let candidate: Candidate = "candidate:1 1 udp 100 192.0.2.2 6000 typ host".parse().unwrap();
    agent.add_remote_candidate(now, candidate).unwrap();
    let mut check = Vec::new();
    assert_eq!(agent.poll_transmit(now, &mut check).unwrap().path, path_from(REMOTE));
    (agent, check)
}

pub(crate) fn answer_io(agent: &mut Agent) {
    while let Some(request) = agent.poll_io() {
        let outcome = match request {
            IoRequest::ListInterfaces => {
                let interface = Interface { name: "eth0".into(), address: address(LOCAL).ip(), scope_id: 0 };
                IoOutcome::Interfaces(vec![interface])
            }
            IoRequest::BindUdp { socket, .. } => IoOutcome::UdpBound { socket, local: address(LOCAL) },
            _ => continue,
        };
        agent.handle_io(Time::ZERO, outcome);
    }
}

pub(crate) fn receive(agent: &mut Agent, now: Time, remote: &str, datagram: &[u8]) {
    let mut contents = datagram.to_vec();
    agent.handle_datagram(now, Received { path: path_from(remote), ecn: Ecn::NotEct, contents: &mut contents });
}

pub(crate) fn transmit(agent: &mut Agent, now: Time) -> Option<(FiveTuple, Vec<u8>)> {
    let mut buf = Vec::new();
    agent.poll_transmit(now, &mut buf).map(|transmit| (transmit.path, buf))
}

/// A check of the other side.
pub(crate) fn request(agent: &Agent, pwd: &str, id: u8, build: impl FnOnce(&mut MessageBuilder<'_>)) -> Vec<u8> {
    let mut buf = Vec::new();
    let mut message = MessageBuilder::new(&mut buf, Class::Request, Method::BINDING, TransactionId([id; 12]));
    message.username(&format!("{}:remo", agent.local_credentials().ufrag)).priority(77).ice_controlled(1);
    build(&mut message);
    message.integrity(&*TestCrypto.hmac_sha1(pwd.as_bytes())).fingerprint();
    buf
}

pub(crate) fn good_request(agent: &Agent, id: u8) -> Vec<u8> {
    request(agent, &agent.local_credentials().pwd.clone(), id, |_| {})
}

/// The response that the other side gives to a check.
pub(crate) fn success(check: &[u8], pwd: &str) -> Vec<u8> {
    let mut buf = Vec::new();
    let id = Message::parse(check).unwrap().transaction_id();
    MessageBuilder::new(&mut buf, Class::Success, Method::BINDING, id)
        .xor_mapped_address(address(LOCAL))
        .integrity(&*TestCrypto.hmac_sha1(pwd.as_bytes()))
        .fingerprint();
    buf
}

/// An error response of the other side.
pub(crate) fn error(check: &[u8], code: u16) -> Vec<u8> {
    let mut buf = Vec::new();
    let id = Message::parse(check).unwrap().transaction_id();
    MessageBuilder::new(&mut buf, Class::Error, Method::BINDING, id)
        .error_code(code, "")
        .integrity(&*TestCrypto.hmac_sha1(REMOTE_PWD.as_bytes()))
        .fingerprint();
    buf
}
