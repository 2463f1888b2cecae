//! STUN on UDP (RFC 8489 §6.3): tells whoever asks the address it asked from. Stateless, one response per request.

use std::io;
use std::net::SocketAddr;
use tokio::net::UdpSocket;

/// A Binding request is far smaller; what is longer is cut and then refused by its length.
const LONGEST: usize = 1500;

/// Answers until the socket breaks.
pub(crate) async fn serve(socket: UdpSocket) {
    let mut datagram = [0; LONGEST];
    let mut response = Vec::with_capacity(LONGEST);
    loop {
        match socket.recv_from(&mut datagram).await {
            Ok((len, source)) => {
                response.clear();
                let datagram = datagram.get(..len).unwrap_or_default();
                // Port 0 can't be answered.
                if source.port() != 0 && peerline_stun::binding_response(datagram, canonical(source), &mut response) {
                    // A lost response is asked for again (RFC 8489 §6.2.1), so a full send buffer needs no waiting.
                    let _ = socket.try_send_to(&response, source);
                }
            }
            // Answers of the network to our responses (a closed port on the other side) come back here: not our concern.
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                tracing::error!(%error, "STUN ended");
                return;
            }
        }
    }
}

/// A dual-stack socket sees IPv4 as mapped IPv6 addresses; the client must get its IPv4 address.
fn canonical(source: SocketAddr) -> SocketAddr {
    SocketAddr::new(source.ip().to_canonical(), source.port())
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::Interrupted
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::WouldBlock
    )
}
