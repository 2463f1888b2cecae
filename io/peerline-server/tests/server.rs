//! The server from outside: page, health, signaling, STUN, ports, hostile clients, shutdown.

mod common;

use common::{Client, PATIENCE, config, get, server, start};
use peerline_server::{Server, ServerError};
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

#[tokio::test]
async fn the_page_and_its_files_are_served_and_nothing_else() {
    let server = server().await;
    let page = get(server.addr(), "/").await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("text/html") && page.contains("default-src 'self'") && page.contains("<title>Peerline"));
    for (path, kind) in [("/main.js", "text/javascript"), ("/style.css", "text/css"), ("/icon.svg", "image/svg+xml")] {
        let file = get(server.addr(), path).await;
        assert!(file.starts_with("HTTP/1.1 200") && file.contains(kind), "{path}");
    }
    for path in ["/nothing.js", "/..%2fCargo.toml", "/../Cargo.toml", "/page/main.js"] {
        assert!(get(server.addr(), path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[tokio::test]
async fn every_file_that_the_page_names_is_served() {
    let server = server().await;
    let mut todo = vec!["/".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = todo.pop() {
        if seen.contains(&path) {
            continue;
        }
        let file = get(server.addr(), &path).await;
        assert!(file.starts_with("HTTP/1.1 200"), "{path}");
        assert!(!file.contains("https://"), "{path} names something elsewhere");
        for (before, after) in [("from './", "'"), ("src=\"", "\""), ("href=\"", "\"")] {
            let named = file.split(before).skip(1).filter_map(|rest| rest.split(after).next());
            todo.extend(named.filter(|name| !name.starts_with('#')).map(|name| format!("/{name}")));
        }
        seen.push(path);
    }
    assert!(seen.len() >= 7, "{seen:?}");
}

#[tokio::test]
async fn health_counts_clients_and_rooms() {
    let server = server().await;
    let mut client = Client::connect(server.addr()).await;
    client.say(r#"{"type":"join","room":"kitchen"}"#).await;
    client.hear("joined").await;
    let answer = get(server.addr(), "/health").await;
    let body = answer.split("\r\n\r\n").nth(1).expect("a body");
    let health: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&health["status"], &health["clients"], &health["rooms"]), (&"ok".into(), &1.into(), &1.into()));
    assert_eq!(health["stun_port"], server.stun_addr().expect("STUN").port());
}

#[tokio::test]
async fn two_clients_meet_in_a_room_and_exchange_descriptions() {
    let server = server().await;
    let mut ada = Client::connect(server.addr()).await;
    let mut bob = Client::connect(server.addr()).await;
    ada.say(r#"{"type":"join","room":"kitchen","name":"Ada"}"#).await;
    assert_eq!(ada.hear("joined").await["peers"], serde_json::json!([]));
    bob.say(r#"{"type":"join","room":"kitchen"}"#).await;
    assert_eq!(bob.hear("joined").await["peers"][0]["name"], "Ada");
    assert_eq!(ada.hear("peer-joined").await["peer"]["id"], bob.peer);

    let sdp = "v=0\r\n".repeat(20_000);
    let offer = serde_json::json!({"type":"description","to":ada.peer,"description":{"type":"offer","sdp":sdp}});
    bob.say(&offer.to_string()).await;
    let got = ada.hear("description").await;
    assert_eq!((&got["from"], &got["description"]["sdp"]), (&bob.peer.clone().into(), &sdp.into()));
    ada.say(&format!(r#"{{"type":"candidate","to":"{}","candidate":null}}"#, bob.peer)).await;
    assert_eq!(bob.hear("candidate").await["candidate"], Value::Null);

    drop(bob.socket);
    assert_eq!(ada.hear("peer-left").await["peer"], bob.peer);
}

#[tokio::test]
async fn hostile_messages_are_answered_and_the_server_goes_on() {
    let server = server().await;
    let mut witness = Client::connect(server.addr()).await;
    let mut client = Client::connect(server.addr()).await;
    for text in ["", "{", "null", r#"{"type":"nonsense"}"#, &"[".repeat(50_000), r#"{"type":"join","room":"../x"}"#] {
        client.say(text).await;
        client.hear("error").await;
    }
    // Not UTF-8, in a binary frame.
    use futures_util::SinkExt;
    use tokio_tungstenite::tungstenite::Message;
    client.socket.send(Message::binary(vec![0xff; 100])).await.expect("sends");
    assert_eq!(client.hear("error").await["reason"], "malformed");

    // Too large for the protocol: answered, then closed. Too large for the socket: closed.
    client.say(&" ".repeat(300_000)).await;
    assert_eq!(client.hear("error").await["reason"], "too-large");
    assert_eq!(client.next().await, None);
    let mut giant = Client::connect(server.addr()).await;
    let _ = giant.socket.send(Message::text(" ".repeat(20 * 1024 * 1024))).await;
    assert_eq!(giant.next().await, None);

    // A flood is slowed down, then closed.
    let mut flood = Client::connect(server.addr()).await;
    for _ in 0..3000 {
        if flood.socket.send(Message::text(r#"{"type":"list"}"#)).await.is_err() {
            break;
        }
    }
    let mut last = Value::Null;
    while let Some(message) = flood.next().await {
        last = message;
    }
    assert_eq!(last["reason"], "too-many-errors");

    // Not a WebSocket at all.
    let mut raw = TcpStream::connect(server.addr()).await.expect("connects");
    raw.write_all(&[0x16, 3, 1, 0, 0xff, 0, 0]).await.expect("sends");
    assert!(get(server.addr(), "/signal").await.starts_with("HTTP/1.1 426"));

    witness.say(r#"{"type":"ping","id":9}"#).await;
    assert_eq!(witness.hear("pong").await["id"], 9);
}

#[tokio::test]
async fn pages_of_foreign_origin_may_not_use_the_signaling_unless_listed() {
    let mut config = config();
    config.allow_origins = vec!["https://friend.example".to_owned()];
    let server = start(config).await;
    let own = format!("http://{}", server.addr());
    for (origin, allowed) in [("https://evil.example", false), ("https://friend.example", true), (own.as_str(), true)] {
        let mut request = format!("ws://{}/signal", server.addr()).into_client_request().expect("a request");
        request.headers_mut().insert("Origin", origin.parse().expect("a header"));
        let connected = tokio_tungstenite::connect_async(request).await;
        assert_eq!(connected.is_ok(), allowed, "{origin}");
    }
}

/// RFC 8489 §5: a Binding request without attributes.
fn binding_request() -> Vec<u8> {
    let mut request = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    request.extend_from_slice(b"transaction!");
    request
}

#[tokio::test]
async fn stun_tells_the_address_it_was_asked_from_and_amplifies_little() {
    let server = server().await;
    let stun = server.stun_addr().expect("STUN is on");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
    let ours = socket.local_addr().expect("bound");

    // Noise first: none of it is answered, so the first answer is that to the request.
    let request = binding_request();
    for len in 0..request.len() {
        socket.send_to(&request[..len], stun).await.expect("sends");
    }
    let mut response_type = request.clone();
    response_type[0] = 1;
    for noise in [vec![0; 1200], vec![0xff; 20], response_type, vec![0x80; 3000]] {
        socket.send_to(&noise, stun).await.expect("sends");
    }
    socket.send_to(&request, stun).await.expect("sends");
    let mut buf = [0; 2000];
    let (len, from) = timeout(PATIENCE, socket.recv_from(&mut buf)).await.expect("in time").expect("answers");
    assert_eq!(from, stun);
    assert!(len * 10 <= request.len() * 16, "{len} bytes for {}", request.len());
    assert_eq!(&buf[..2], &[1, 1], "Binding success response");
    assert_eq!(&buf[8..20], b"transaction!");
    let (port, ip) = (
        u16::from_be_bytes([buf[26], buf[27]]) ^ 0x2112,
        Ipv4Addr::new(buf[28] ^ 0x21, buf[29] ^ 0x12, buf[30] ^ 0xa4, buf[31] ^ 0x42),
    );
    assert_eq!(SocketAddr::from((ip, port)), ours);
}

#[tokio::test]
async fn a_dual_stack_socket_tells_an_ipv4_client_its_ipv4_address() {
    let mut config = config();
    config.listen = Ipv6Addr::UNSPECIFIED.into();
    // A host without IPv6 has nothing to test here.
    let Ok(server) = Server::bind(config).await else { return };
    let server = server.start();
    let stun = SocketAddr::from((Ipv4Addr::LOCALHOST, server.stun_addr().expect("STUN").port()));
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
    socket.send_to(&binding_request(), stun).await.expect("sends");
    let mut buf = [0; 100];
    let received = timeout(PATIENCE, socket.recv_from(&mut buf)).await.expect("in time");
    assert_eq!(received.expect("answers").0, 32, "XOR-MAPPED-ADDRESS holds 4 bytes of address");
}

#[tokio::test]
async fn a_taken_port_is_an_error_if_it_was_asked_for_and_else_avoided() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
    let port = taken.local_addr().expect("bound").port();
    let mut asked = config();
    asked.port = Some(port);
    let error = Server::bind(asked).await.expect_err("the port is taken");
    assert!(matches!(error, ServerError::PortTaken { .. }));
    assert!(error.to_string().contains("--port"), "{error}");

    // Whether or not something listens on the usual ports, two servers that ask for none both start.
    let mut any = config();
    any.port = None;
    any.stun_port = None;
    let first = start(any.clone()).await;
    let second = start(any).await;
    assert_ne!(first.addr(), second.addr());
    assert_ne!(first.stun_addr(), second.stun_addr());
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused_with_advice() {
    let mut config = config();
    config.listen = Ipv4Addr::new(192, 0, 2, 1).into();
    let error = Server::bind(config).await.expect_err("not our address");
    assert!(error.to_string().contains("--listen"), "{error}");
}

#[tokio::test]
async fn shutdown_says_goodbye_and_frees_the_ports() {
    let server = server().await;
    let (addr, stun) = (server.addr(), server.stun_addr().expect("STUN"));
    let mut client = Client::connect(addr).await;
    let goodbye = tokio::spawn(async move { client.next().await });
    timeout(PATIENCE, server.shutdown()).await.expect("ends");
    assert_eq!(goodbye.await.expect("the client's task"), None);
    TcpListener::bind(addr).await.expect("the port is free again");
    UdpSocket::bind(stun).await.expect("the port is free again");
}
