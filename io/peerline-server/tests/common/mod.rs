//! What the server's tests share: a server on free ports, a raw HTTP request, a raw WebSocket.

#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

use futures_util::{SinkExt, StreamExt};
use peerline_server::{RunningServer, Server, ServerConfig};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longer than anything here takes; a test that waits for it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn config() -> ServerConfig {
    let mut config = ServerConfig::default();
    config.port = Some(0);
    config.stun_port = Some(0);
    config
}

pub(crate) async fn server() -> RunningServer {
    start(config()).await
}

pub(crate) async fn start(config: ServerConfig) -> RunningServer {
    Server::bind(config).await.expect("free ports").start()
}

/// Sends a request as it stands and gives the whole answer.
pub(crate) async fn http(addr: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("answers in time").expect("answers");
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> String {
    http(addr, &format!("GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")).await
}

/// A WebSocket client that speaks JSON.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) peer: String,
}

impl Client {
    pub(crate) async fn silent(addr: SocketAddr) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/signal")).await.expect("connects");
        Self { socket, peer: String::new() }
    }

    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        let mut client = Self::silent(addr).await;
        client.say(r#"{"type":"hello","version":1}"#).await;
        client.peer = client.hear("welcome").await["peer"].as_str().expect("an id").to_owned();
        client
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sends");
    }

    /// The next message, which must be of this type. None when the connection is closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("something in time") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        let message = self.next().await.expect("the connection lives");
        assert_eq!(message["type"], kind, "{message}");
        message
    }
}
