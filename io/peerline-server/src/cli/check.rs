//! `peerline check`.

use super::terminal::{self, parse_size};
use super::{INTERRUPTED, Outcome};
use clap::Args;
use indicatif::ProgressBar;
use peerline_server::check::{self, CheckReport, Progress, Step};
use std::process::ExitCode;

#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// How much to send, such as 64K, 256M, 2G
    #[arg(long, default_value = "256M", value_parser = parse_size)]
    size: u64,
    /// Print one JSON object at the end, and nothing before
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: CheckArguments) -> Outcome {
    let mut screen = Screen { size: arguments.size, bar: None };
    let checking = check::run(arguments.size, |progress| {
        if !arguments.json {
            screen.show(progress);
        }
    });
    let outcome = tokio::select! {
        outcome = checking => outcome,
        _ = tokio::signal::ctrl_c() => return Ok(ExitCode::from(INTERRUPTED)),
    };
    screen.clear();
    if arguments.json {
        let json = match &outcome {
            Ok(report) => serde_json::json!({"ok": true, "report": report}),
            Err(error) => serde_json::json!({"ok": false, "step": error.step, "reason": error.reason}),
        };
        terminal::say(&json.to_string());
        return Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    summarize(&outcome?);
    Ok(ExitCode::SUCCESS)
}

struct Screen {
    size: u64,
    bar: Option<ProgressBar>,
}

impl Screen {
    fn show(&mut self, progress: Progress) {
        match progress {
            Progress::Step(step) => {
                self.clear();
                print(&step);
            }
            Progress::Bytes(bytes) => self.bar.get_or_insert_with(|| terminal::bar(self.size)).set_position(bytes),
            _ => {}
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn print(step: &Step) {
    let detail = if step.detail.is_empty() { String::new() } else { format!("  ({})", step.detail) };
    terminal::say(&format!("{:>9.1} ms  {}{detail}", step.at_ms, step.name));
}

fn summarize(report: &CheckReport) {
    let CheckReport { bytes, throughput, sha256, .. } = report;
    terminal::say(&format!(
        "\n{} at {throughput:.1} MB/s ({:.2} Gbit/s)",
        terminal::size(*bytes),
        throughput * 8.0 / 1e3
    ));
    terminal::say(&format!("SHA-256 at both ends: {sha256}"));
    terminal::say("All is well.");
}
