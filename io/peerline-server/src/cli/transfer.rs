//! `peerline send` and `peerline receive`.

use super::{INTERRUPTED, Outcome, terminal};
use clap::Args;
use indicatif::ProgressBar;
use peerline_server::SignalingUrl;
use peerline_server::transfer::{self, TransferError, TransferEvent};
use std::path::PathBuf;
use std::process::ExitCode;

/// The server of both commands.
#[derive(Args, Debug)]
struct ServerArgument {
    /// The server that both sides use; `peerline serve` starts one
    #[arg(long, env = "PEERLINE_SERVER", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    server: SignalingUrl,
}

#[derive(Args, Debug)]
pub(crate) struct SendArguments {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    server: ServerArgument,
}

#[derive(Args, Debug)]
pub(crate) struct ReceiveArguments {
    /// The code that `peerline send` printed
    code: String,
    /// File to write, or directory to write into [default: the present directory]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgument,
}

pub(super) async fn send(arguments: SendArguments) -> Outcome {
    let SendArguments { file, server: ServerArgument { server } } = arguments;
    let mut screen = Screen { hint: server_hint(&server), bar: None };
    let sent = tokio::select! {
        sent = transfer::send(server, file, |event| screen.show(event)) => sent,
        _ = tokio::signal::ctrl_c() => return Ok(ExitCode::from(INTERRUPTED)),
    };
    screen.clear();
    let sha256 = sent?;
    terminal::note("Sent, and confirmed by the receiver.");
    terminal::say(&format!("SHA-256 {sha256}"));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn receive(arguments: ReceiveArguments) -> Outcome {
    let ReceiveArguments { code, out, server: ServerArgument { server } } = arguments;
    let mut screen = Screen { hint: String::new(), bar: None };
    let received = tokio::select! {
        received = transfer::receive(server, &code, out, |event| screen.show(event)) => received,
        _ = tokio::signal::ctrl_c() => {
            terminal::note("\nStopped. What has arrived is kept in the .part file; the same command goes on from there.");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    screen.clear();
    let (path, sha256) = match received {
        Err(error @ TransferError::GaveUp { .. }) => {
            terminal::note(
                "What has arrived is kept in the .part file; receiving the same file again goes on from there.",
            );
            return Err(error.into());
        }
        received => received?,
    };
    terminal::say(&format!("{}", path.display()));
    terminal::say(&format!("SHA-256 {sha256}"));
    Ok(ExitCode::SUCCESS)
}

/// The server's option as the receiver has to type it; nothing for the default.
fn server_hint(server: &SignalingUrl) -> String {
    let url = server.to_string().replacen("ws://", "http://", 1);
    let url = url.trim_end_matches("/signal");
    if url == "http://127.0.0.1:8080" { String::new() } else { format!(" --server {url}") }
}

struct Screen {
    hint: String,
    bar: Option<ProgressBar>,
}

impl Screen {
    fn show(&mut self, event: TransferEvent) {
        match event {
            TransferEvent::Code(code) => {
                terminal::note("On the other machine run:\n");
                terminal::say(&format!("    peerline receive {code}{}", self.hint));
                terminal::note("\nWaiting for it (Ctrl-C stops) ...");
            }
            TransferEvent::Connecting => self.line("Connecting ..."),
            TransferEvent::Started { name, size, offset } => {
                self.clear();
                let from =
                    if offset > 0 { format!(", going on from {}", terminal::size(offset)) } else { String::new() };
                terminal::note(&format!("{name}, {}{from}", terminal::size(size)));
                let bar = terminal::bar(size);
                bar.set_position(offset);
                // The speed is that of this connection, not of bytes that were there before.
                bar.reset_eta();
                self.bar = Some(bar);
            }
            TransferEvent::Bytes(bytes) => {
                if let Some(bar) = &self.bar {
                    bar.set_position(bytes);
                }
            }
            TransferEvent::Lost { why, attempt } => {
                self.line(&format!("Lost the connection ({why}); trying again, attempt {attempt} ..."))
            }
            _ => {}
        }
    }

    fn line(&mut self, text: &str) {
        self.clear();
        terminal::note(text);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
