//! A client of the signaling protocol over a WebSocket, for native programs.

use futures_util::{SinkExt, StreamExt};
use peerline_signaling::{ClientMessage, ErrorReason, ServerMessage, VERSION};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long connecting and `welcome` may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The server pings every 15 seconds; a longer silence means that the connection is dead.
const SILENCE: Duration = Duration::from_secs(50);

/// Where a server's signaling is: made from what people type, such as `http://127.0.0.1:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalingUrl {
    /// Host and port, as in a URL.
    authority: String,
    path: String,
}

impl SignalingUrl {
    /// The host alone, without port; an IPv6 address keeps its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => &self.authority,
        }
    }
}

impl FromStr for SignalingUrl {
    type Err = SignalingError;

    fn from_str(text: &str) -> Result<Self, SignalingError> {
        let rest = match text.split_once("://") {
            Some(("http" | "ws", rest)) => rest,
            Some(("https" | "wss", _)) => return Err(SignalingError::NoTls),
            Some(_) => return Err(SignalingError::Url(text.to_owned())),
            None => text,
        };
        let rest = rest.split(['#', '?']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/').trim_end_matches("signal").trim_end_matches('/');
        let slash = if path.is_empty() { "" } else { "/" };
        let url = Self { authority: authority.to_owned(), path: format!("{slash}{path}/signal") };
        match url.to_string().parse::<axum::http::Uri>() {
            Ok(uri) if uri.host().is_some_and(|host| !host.is_empty()) => Ok(url),
            _ => Err(SignalingError::Url(text.to_owned())),
        }
    }
}

impl fmt::Display for SignalingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ws://{}{}", self.authority, self.path)
    }
}

/// What may go wrong between a client and its signaling server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignalingError {
    /// Not a URL of a server.
    #[error("{0:?} is not a server's address: give it as http://HOST:PORT")]
    Url(String),
    /// TLS is not built in.
    #[error(
        "https and wss need TLS, which this client lacks so far: give an http:// address, or reach the server through a tunnel"
    )]
    NoTls,
    /// No connection.
    #[error("cannot reach the server at {url}: {source} (is `peerline serve` running there?)")]
    Connect {
        /// Where.
        url: String,
        /// Why.
        source: Box<tungstenite::Error>,
    },
    /// The server does not answer.
    #[error("the server at {url} does not answer")]
    Silent {
        /// Where.
        url: String,
    },
    /// The connection broke.
    #[error("the connection to the signaling server is lost")]
    Lost,
    /// The server refused something.
    #[error("the signaling server refuses: {message}")]
    Refused {
        /// Why.
        reason: ErrorReason,
        /// In words.
        message: String,
    },
}

/// A connection to a signaling server, past its `welcome`.
#[derive(Debug)]
pub struct SignalingClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    peer: String,
    stun: Vec<u16>,
    heard: Instant,
}

impl SignalingClient {
    /// Connects and says hello.
    ///
    /// # Errors
    /// [`SignalingError`] if there is no server of this protocol.
    pub async fn connect(url: &SignalingUrl) -> Result<Self, SignalingError> {
        let silent = || SignalingError::Silent { url: url.to_string() };
        timeout(CONNECT, Self::connect_patiently(url)).await.map_err(|_| silent())?
    }

    async fn connect_patiently(url: &SignalingUrl) -> Result<Self, SignalingError> {
        let lost = |source| SignalingError::Connect { url: url.to_string(), source: Box::new(source) };
        // Signaling is small messages in a hurry: Nagle's algorithm would hold each second one back for a delayed acknowledgement.
        let connecting = tokio_tungstenite::connect_async_with_config(url.to_string(), None, true);
        let (socket, _) = connecting.await.map_err(lost)?;
        let mut client = Self { socket, peer: String::new(), stun: Vec::new(), heard: Instant::now() };
        client.send(&ClientMessage::Hello { version: VERSION }).await?;
        loop {
            if let ServerMessage::Welcome { peer, stun, .. } = client.receive().await?.refused()? {
                client.peer = peer;
                client.stun = stun;
                return Ok(client);
            }
        }
    }

    /// Our own peer id.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// The server's STUN ports.
    #[must_use]
    pub fn stun_ports(&self) -> &[u16] {
        &self.stun
    }

    /// Says something.
    ///
    /// # Errors
    /// [`SignalingError::Lost`] if the connection is gone.
    pub async fn send(&mut self, message: &ClientMessage) -> Result<(), SignalingError> {
        let text = serde_json::to_string(message).map_err(|_| SignalingError::Lost)?;
        self.socket.send(Message::text(text)).await.map_err(|_| SignalingError::Lost)
    }

    /// The next thing the server says, errors included. Cancel-safe.
    ///
    /// # Errors
    /// [`SignalingError::Lost`] if the connection is gone or dead.
    pub async fn receive(&mut self) -> Result<ServerMessage, SignalingError> {
        loop {
            let frame = tokio::time::timeout_at(self.heard + SILENCE, self.socket.next()).await;
            match frame {
                Ok(Some(Ok(frame))) => {
                    self.heard = Instant::now();
                    // A message type of a later version does not parse: it is skipped.
                    if let Message::Text(text) = frame
                        && let Ok(message) = serde_json::from_str(&text)
                    {
                        return Ok(message);
                    }
                }
                Ok(Some(Err(_)) | None) | Err(_) => return Err(SignalingError::Lost),
            }
        }
    }

    /// Closes the connection in order.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

/// Turns the server's `error` message into an error.
pub(crate) trait Refused: Sized {
    /// The message, if it is no error.
    ///
    /// # Errors
    /// [`SignalingError::Refused`] if it is one.
    fn refused(self) -> Result<Self, SignalingError>;
}

impl Refused for ServerMessage {
    fn refused(self) -> Result<Self, SignalingError> {
        match self {
            Self::Error { reason, message, .. } => Err(SignalingError::Refused { reason, message }),
            other => Ok(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_what_people_type_as_a_server() {
        for (typed, url, host) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/signal", "127.0.0.1"),
            ("http://127.0.0.1:8080/#room", "ws://127.0.0.1:8080/signal", "127.0.0.1"),
            ("example.org", "ws://example.org/signal", "example.org"),
            ("ws://[::1]:9/signal", "ws://[::1]:9/signal", "[::1]"),
            ("http://h/base/", "ws://h/base/signal", "h"),
        ] {
            let parsed: SignalingUrl = typed.parse().expect(typed);
            assert_eq!((parsed.to_string().as_str(), parsed.host()), (url, host));
        }
        for wrong in ["", "http://", "ftp://x", "https://x", "a b"] {
            assert!(wrong.parse::<SignalingUrl>().is_err(), "{wrong}");
        }
    }
}
