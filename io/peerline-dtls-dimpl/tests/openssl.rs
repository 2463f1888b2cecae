//! The handshake with the `openssl` command over loopback sockets, both roles, DTLS 1.2 (OpenSSL 3.0 has no 1.3).
//!
//! Run with `cargo test -p peerline-dtls-dimpl --test openssl -- --ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that stops here has failed")]

mod pair;

use pair::{CERTIFICATES, Side, config, fingerprint};
use peerline_crypto_aws_lc::certificate_to_pem;
use peerline_dtls::{ProtocolVersion, Role, SrtpProfile, State, Versions};
use peerline_edge::Time;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const EXPORT: [&str; 6] =
    ["-use_srtp", "SRTP_AEAD_AES_256_GCM", "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "88"];

/// OpenSSL, with its output line by line.
struct OpenSsl {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl OpenSsl {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new("openssl")
            .args(arguments)
            .args(EXPORT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the openssl command is installed");
        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut bytes = BufReader::new(stdout);
            let mut line = Vec::new();
            while bytes.by_ref().take(4096).read_until(b'\n', &mut line).unwrap_or(0) > 0 {
                let _ = sender.send(String::from_utf8_lossy(&line).trim().to_owned());
                line.clear();
            }
        });
        Self { child, lines }
    }

    /// The first line to come that contains `text`.
    fn line(&self, text: &str) -> String {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let line = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())).expect(text);
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs our side on a socket until `done` or ten seconds are over.
fn drive(side: &mut Side, socket: &UdpSocket, peer: &mut Option<SocketAddr>, done: impl Fn(&Side) -> bool) {
    let start = Instant::now();
    let mut buf = [0; 4096];
    while !done(side) {
        let now = Time::from_duration(start.elapsed() + Duration::from_secs(1000));
        assert!(start.elapsed() < Duration::from_secs(10), "{:?} {:?}", side.connection.state(), side.events);
        for datagram in side.drain(now) {
            socket.send_to(&datagram, peer.unwrap()).unwrap();
        }
        if let Ok((len, from)) = socket.recv_from(&mut buf) {
            *peer = Some(from);
            side.connection.handle_packet(now, &mut buf[..len]);
        }
        side.connection.handle_timeout(now);
        side.drain(now).iter().for_each(|datagram| {
            socket.send_to(datagram, peer.unwrap()).unwrap();
        });
    }
}

fn setup(role: Role) -> (Side, UdpSocket, tempfile::Pem) {
    let mut side = Side::new(config(0, Versions::Any));
    let now = Time::from_duration(Duration::from_secs(1000));
    side.connection.set_remote_fingerprints(now, vec![fingerprint(1)]);
    side.connection.start(now, role);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    (side, socket, tempfile::Pem::new(role, &certificate_to_pem(&CERTIFICATES[1])))
}

mod tempfile {
    use peerline_dtls::Role;

    /// A certificate in a file that goes when this goes.
    pub(crate) struct Pem(pub(crate) std::path::PathBuf);

    impl Pem {
        pub(crate) fn new(role: Role, pem: &str) -> Self {
            let path = std::env::temp_dir().join(format!("peerline-dtls-{}-{role:?}.pem", std::process::id()));
            std::fs::write(&path, pem).unwrap();
            Self(path)
        }
    }

    impl Drop for Pem {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }
}

fn talk(side: &mut Side, socket: &UdpSocket, peer: &mut Option<SocketAddr>, openssl: &mut OpenSsl) {
    assert_eq!(side.session().version, ProtocolVersion::Dtls12);
    assert_eq!(side.session().srtp_profile, Some(SrtpProfile::AEAD_AES_256_GCM));
    let exported = side.connection.srtp_keying_material().unwrap();
    let hex: String = exported.iter().map(|byte| format!("{byte:02X}")).collect();
    assert!(openssl.line("Keying material:").contains(&hex), "another key");

    openssl.child.stdin.as_mut().unwrap().write_all(b"from openssl\n").unwrap();
    drive(side, socket, peer, |side| !side.read.is_empty());
    assert_eq!(side.read, [b"from openssl\n"]);
    let now = Time::from_duration(Duration::from_secs(1000));
    for message in [b"first from us\n".as_slice(), b"second from us\n"] {
        side.connection.send(now, message).unwrap();
        side.drain(now).iter().for_each(|datagram| {
            socket.send_to(datagram, peer.unwrap()).unwrap();
        });
    }
    openssl.line("first from us");
    openssl.line("second from us");
}

#[test]
#[ignore = "needs the openssl command"]
fn our_client_talks_to_an_openssl_server() {
    let (mut side, socket, pem) = setup(Role::Client);
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let accept = format!("127.0.0.1:{port}");
    let pem = pem.0.to_str().unwrap();
    let mut openssl =
        OpenSsl::start(&["s_server", "-dtls1_2", "-accept", &accept, "-cert", pem, "-key", pem, "-Verify", "1"]);
    openssl.line("ACCEPT");
    let mut peer = Some(accept.parse().unwrap());
    drive(&mut side, &socket, &mut peer, |side| side.connection.state() == State::Connected);
    talk(&mut side, &socket, &mut peer, &mut openssl);
}

#[test]
#[ignore = "needs the openssl command"]
fn our_server_talks_to_an_openssl_client() {
    let (mut side, socket, pem) = setup(Role::Server);
    let connect = socket.local_addr().unwrap().to_string();
    let pem = pem.0.to_str().unwrap();
    let mut openssl = OpenSsl::start(&["s_client", "-dtls1_2", "-connect", &connect, "-cert", pem, "-key", pem]);
    let mut peer = None;
    drive(&mut side, &socket, &mut peer, |side| side.connection.state() == State::Connected);
    talk(&mut side, &socket, &mut peer, &mut openssl);
    // `Q` makes the client end in good order (the server just goes).
    openssl.child.stdin.as_mut().unwrap().write_all(b"Q\n").unwrap();
    drive(&mut side, &socket, &mut peer, |side| side.connection.state() == State::Closed);
}
