//! `peerline serve`.

use super::{Outcome, terminal};
use clap::Args;
use peerline_server::{RunningServer, Server, ServerConfig};
use std::net::IpAddr;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub(crate) struct ServeArguments {
    /// Address to listen on; 0.0.0.0 or :: lets other machines in
    #[arg(long, env = "PEERLINE_LISTEN", default_value = "127.0.0.1", value_name = "ADDRESS")]
    listen: IpAddr,
    /// TCP port of the page and of signaling [default: 8080, or a free one if that is taken; 0: any free one]
    #[arg(long, env = "PEERLINE_PORT")]
    port: Option<u16>,
    /// UDP port of STUN [default: 3478, or a free one if that is taken; 0: any free one]
    #[arg(long, env = "PEERLINE_STUN_PORT", value_name = "PORT")]
    stun_port: Option<u16>,
    /// Leave STUN out
    #[arg(long)]
    no_stun: bool,
    /// Leave the echo peer out
    #[arg(long)]
    no_echo: bool,
    /// Let web pages of this origin use the signaling, besides the server's own; may be given often, * lets all
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
}

pub(super) async fn run(arguments: ServeArguments) -> Outcome {
    let mut config = ServerConfig::default();
    config.listen = arguments.listen;
    config.port = arguments.port;
    config.stun_port = arguments.stun_port;
    config.stun = !arguments.no_stun;
    config.allow_origins = arguments.allow_origin;
    if arguments.no_echo {
        config.limits.echo_calls = 0;
    }
    let server = Server::bind(config).await?.start();
    greet(&server);
    ended().await;
    terminal::note("\nstopping");
    server.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn greet(server: &RunningServer) {
    terminal::say("Peerline is running. Open this in a browser:\n");
    terminal::say(&format!("    {}", server.url()));
    for url in server.other_urls() {
        terminal::say(&format!("    {url}"));
    }
    terminal::say("");
    if let Some(stun) = server.stun_addr() {
        terminal::say(&format!("STUN answers on UDP port {}.", stun.port()));
    }
    if server.addr().ip().is_loopback() {
        terminal::say("Only this machine can connect; --listen 0.0.0.0 lets others in.");
    }
    terminal::say("Ctrl-C stops it.");
}

/// Waits for Ctrl-C, or for what service managers send.
async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
