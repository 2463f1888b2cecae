//! The server: bound, started, stopped.

use crate::bind::bind;
use crate::config::{DEFAULT_PORT, DEFAULT_STUN_PORT, ServerConfig};
use crate::error::ServerError;
use crate::http::{App, router};
use crate::hub::{EchoCall, Hub};
use crate::{echo, stun};
use axum::serve::ListenerExt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// A server whose sockets are bound; nothing is answered yet.
#[derive(Debug)]
pub struct Server {
    tcp: TcpListener,
    udp: Option<UdpSocket>,
    hub: Arc<Hub>,
    echo_calls: mpsc::UnboundedReceiver<EchoCall>,
    allow_origins: Arc<[String]>,
    addresses: Addresses,
}

#[derive(Clone, Copy, Debug)]
struct Addresses {
    http: SocketAddr,
    stun: Option<SocketAddr>,
}

impl Server {
    /// Binds the sockets.
    ///
    /// # Errors
    /// [`ServerError`] if a port or address can't be had.
    pub async fn bind(config: ServerConfig) -> Result<Self, ServerError> {
        let ip = config.listen;
        let tcp = bind("TCP", "port", ip, config.port, DEFAULT_PORT, TcpListener::bind::<SocketAddr>).await?;
        let udp = if config.stun {
            let udp = bind("UDP", "stun-port", ip, config.stun_port, DEFAULT_STUN_PORT, UdpSocket::bind::<SocketAddr>)
                .await?;
            Some(udp)
        } else {
            None
        };
        let fallback = SocketAddr::new(ip, 0);
        let addresses = Addresses {
            http: tcp.local_addr().unwrap_or(fallback),
            stun: udp.as_ref().and_then(|udp| udp.local_addr().ok()),
        };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| ServerError::NoEntropy)?;
        let mut limits = config.limits;
        limits.stun = addresses.stun.iter().map(SocketAddr::port).collect();
        let (hub, echo_calls) = Hub::new(limits, seed);
        Ok(Self { tcp, udp, hub, echo_calls, allow_origins: config.allow_origins.into(), addresses })
    }

    /// The address of the page and of signaling.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addresses.http
    }

    /// The address of STUN, if it is on.
    #[must_use]
    pub const fn stun_addr(&self) -> Option<SocketAddr> {
        self.addresses.stun
    }

    /// Starts answering, on tasks of the current tokio runtime.
    #[must_use = "the server stops when this is dropped"]
    pub fn start(self) -> RunningServer {
        let (stop, stopped) = watch::channel(false);
        let app = App {
            hub: Arc::clone(&self.hub),
            stopped: stopped.clone(),
            allow_origins: self.allow_origins,
            stun_port: self.addresses.stun.map(|addr| addr.port()),
        };
        let mut tasks = JoinSet::new();
        let mut ending = stopped.clone();
        tasks.spawn(async move {
            let end = async move {
                let _ = ending.wait_for(|stopped| *stopped).await;
            };
            // Signaling is small messages in a hurry: none waits for the acknowledgement of the one before.
            let tcp = self.tcp.tap_io(|stream| drop(stream.set_nodelay(true)));
            if let Err(error) = axum::serve(tcp, router(app)).with_graceful_shutdown(end).await {
                tracing::error!(%error, "HTTP ended");
            }
        });
        if let Some(udp) = self.udp {
            tasks.spawn(until(stopped.clone(), stun::serve(udp)));
        }
        tasks.spawn(until(stopped.clone(), self.hub.run_timer()));
        tasks.spawn(echo::serve(self.echo_calls, stopped));
        RunningServer { stop, tasks, addresses: self.addresses }
    }
}

async fn until(mut stopped: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
}

/// A server at work. Dropping it stops it at once; [`RunningServer::shutdown`] lets connections end in order.
#[derive(Debug)]
pub struct RunningServer {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    addresses: Addresses,
}

impl RunningServer {
    /// The address of the page and of signaling.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addresses.http
    }

    /// The address of STUN, if it is on.
    #[must_use]
    pub const fn stun_addr(&self) -> Option<SocketAddr> {
        self.addresses.stun
    }

    /// The link to open in a browser on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        url(self.addresses.http)
    }

    /// The links to open from elsewhere, if the server listens on all addresses.
    #[must_use]
    pub fn other_urls(&self) -> Vec<String> {
        let http = self.addresses.http;
        if !http.ip().is_unspecified() {
            return Vec::new();
        }
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let ours = interfaces.into_iter().map(|interface| interface.ip()).filter(|ip| match ip {
            IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
            IpAddr::V6(ip) => http.is_ipv6() && !ip.is_loopback() && !ip.is_unicast_link_local(),
        });
        ours.map(|ip| url(SocketAddr::new(ip, http.port()))).collect()
    }

    /// Stops: says goodbye to clients and echo calls, and returns when all tasks have ended (at most after 5 seconds).
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(5), all).await;
    }
}

fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, address.port()))
}
