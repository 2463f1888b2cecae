//! Signaling over a WebSocket (RFC 6455): one text frame is one message.

use crate::hub::{Hub, Port};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use peerline_signaling::ServerMessage;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, interval, timeout};

/// How often a quiet client is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long a client may be silent, pongs included.
const SILENCE: Duration = Duration::from_secs(45);
/// How long one message may take to be taken by the client's side.
const WRITE: Duration = Duration::from_secs(15);

/// Serves one client until it leaves, falls silent, is closed by the machine, or the server stops.
pub(crate) async fn serve(mut socket: WebSocket, hub: Arc<Hub>, mut stopped: watch::Receiver<bool>) {
    let port = match hub.connect() {
        Ok(port) => port,
        Err(reason) => {
            let error = ServerMessage::Error { reason, message: reason.message().to_owned(), peer: None };
            if let Ok(text) = serde_json::to_string(&error) {
                let _ = write(&mut socket, Message::Text(text.into())).await;
            }
            return close(socket, close_code::AGAIN, reason.message()).await;
        }
    };
    let (code, reason) = tokio::select! {
        end = converse(&mut socket, &port) => end,
        _ = stopped.wait_for(|stopped| *stopped) => (close_code::AWAY, "the server stops"),
    };
    drop(port);
    close(socket, code, reason).await;
}

async fn converse(socket: &mut WebSocket, port: &Port) -> (u16, &'static str) {
    let mut ping = interval(PING_EVERY);
    let mut heard = Instant::now();
    loop {
        let outgoing = tokio::select! {
            text = port.hear() => match text {
                Some(text) => Message::Text(text.into()),
                None => return (close_code::POLICY, "see the last error"),
            },
            incoming = socket.recv() => {
                heard = Instant::now();
                match incoming {
                    Some(Ok(Message::Text(text))) => port.say(&text),
                    // Some clients can only send binary frames; the same JSON is welcome in them. What isn't UTF-8 is malformed.
                    Some(Ok(Message::Binary(bytes))) => port.say(str::from_utf8(&bytes).unwrap_or_default()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return (close_code::NORMAL, ""),
                    Some(Err(_)) => return (close_code::PROTOCOL, "not a WebSocket message of allowed size"),
                }
                continue;
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return (close_code::AWAY, "silent for too long");
                }
                Message::Ping(bytes::Bytes::new())
            }
        };
        if !write(socket, outgoing).await {
            return (close_code::AWAY, "too slow");
        }
    }
}

async fn write(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(WRITE, socket.send(message)).await, Ok(Ok(())))
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    let _ = timeout(Duration::from_secs(1), socket.send(Message::Close(Some(frame)))).await;
    // The client's close frame ends the handshake; a client that keeps talking is not waited for.
    let _ = timeout(Duration::from_secs(1), async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}
