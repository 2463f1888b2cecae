//! The command line: arguments, and what each command prints.

mod check;
mod serve;
mod terminal;
mod transfer;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::process::ExitCode;

/// WebRTC peers, and everything they need around them, in one program.
///
/// Without a command it serves: signaling, STUN, a page to try it, an echo peer.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::ServeArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server: signaling, STUN, page, echo peer (the default)
    Serve(serve::ServeArguments),
    /// Test this machine: two native peers meet over real sockets and send each other a lot of bytes
    Check(check::CheckArguments),
    /// Send a file to another machine: prints a code for `peerline receive`
    Send(transfer::SendArguments),
    /// Receive a file by the code that `peerline send` printed
    Receive(transfer::ReceiveArguments),
}

/// Runs the command; what goes wrong is printed and makes the exit code 1.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::complain(&error);
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Serve(arguments.serve)) {
            Command::Serve(arguments) => serve::run(arguments).await,
            Command::Check(arguments) => check::run(arguments).await,
            Command::Send(arguments) => transfer::send(arguments).await,
            Command::Receive(arguments) => transfer::receive(arguments).await,
        }
    });
    // A thread that is still busy with a disk must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&*error);
            ExitCode::FAILURE
        }
    }
}

/// What a command gives back.
type Outcome = Result<ExitCode, Box<dyn Error>>;

/// The exit code of a program that Ctrl-C ended (128 + SIGINT).
const INTERRUPTED: u8 = 130;

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent_and_every_command_has_help() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands_mut() {
            assert!(sub.get_about().is_some(), "{}", sub.get_name());
            for argument in sub.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", sub.get_name(), argument.get_id());
            }
        }
    }

    #[test]
    fn no_command_means_serve_and_takes_its_options() {
        let arguments = Arguments::try_parse_from(["peerline", "--port", "0"]).expect("parses");
        assert!(arguments.command.is_none());
        assert!(Arguments::try_parse_from(["peerline", "receive"]).is_err());
        assert!(Arguments::try_parse_from(["peerline", "check", "--size", "1x"]).is_err());
    }
}
