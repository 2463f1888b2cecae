//! Runs the stacks side by side and prints what they did: `bench-runner --help`.

mod arguments;
mod process;
mod single;
mod stack;
mod summary;
mod table;
mod throughput;

use std::process::{Command, ExitCode};

use bench_harness::machine::load;

use crate::arguments::{Arguments, What};
use crate::single::{Numbers, number};
use crate::stack::{OURS, Stack};
use crate::summary::{Rounds, largest, median, paired_ratio, smallest};
use crate::table::{Table, array, object, quoted, show};
use crate::throughput::Run;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(said) => {
            println!("{said}");
            return ExitCode::from(2);
        }
    };
    if let Err(why) = build(&arguments) {
        eprintln!("{why}");
        return ExitCode::FAILURE;
    }
    let parts: &[What] = match arguments.what {
        What::All => &[What::Throughput, What::Setup, What::Idle],
        ref one => std::slice::from_ref(one),
    };
    let stacks = arguments.stacks.iter().map(|stack| stack.name).collect::<Vec<_>>().join(", ");
    eprintln!("{stacks}; {} rounds, interleaved", arguments.rounds);
    let mut failures = 0;
    let mut documents = Vec::new();
    for part in parts {
        let (name, rows) = match part {
            What::Setup => ("setup", singles(&arguments, "setup", arguments.pairs.unwrap_or(30), &mut failures)),
            What::Idle => ("idle", singles(&arguments, "idle", arguments.pairs.unwrap_or(200), &mut failures)),
            _ => ("throughput", throughputs(&arguments, &mut failures)),
        };
        documents.push((name, array(rows)));
    }
    if arguments.json {
        println!("{}", object(documents));
    }
    if failures > 0 {
        eprintln!("{failures} run(s) failed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Builds the stacks, if cargo runs this and nothing else was asked for.
fn build(arguments: &Arguments) -> Result<(), String> {
    let (Some(cargo), Some(manifest)) = (std::env::var_os("CARGO"), std::env::var_os("CARGO_MANIFEST_DIR")) else {
        return Ok(());
    };
    if arguments.bin_is_given {
        return Ok(());
    }
    if cfg!(debug_assertions) {
        return Err("a benchmark of unoptimised code says nothing: cargo run --release".into());
    }
    let mut command = Command::new(cargo);
    command.args(["build", "--release"]).current_dir(manifest);
    for stack in &arguments.stacks {
        command.args(["--package", stack.binary]);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the stacks did not build: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

/// Notes the outcome of a run, and says on stderr how it went.
fn note<T>(outcome: Result<T, String>, failures: &mut usize, say: impl FnOnce(&T) -> String, what: &str) -> Option<T> {
    match outcome {
        Ok(value) => {
            eprintln!("{what}: {} (load {:.1})", say(&value), load());
            Some(value)
        }
        Err(why) => {
            *failures += 1;
            eprintln!("{what}: FAILED: {why}");
            None
        }
    }
}

fn throughputs(arguments: &Arguments, failures: &mut usize) -> Vec<String> {
    let mut json = Vec::new();
    for &size in &arguments.sizes {
        let count = throughput::count(size, arguments.scale);
        let mut runs: Vec<Vec<Option<Run>>> = vec![Vec::new(); arguments.stacks.len()];
        for round in 1..=arguments.rounds {
            for (stack, runs) in arguments.stacks.iter().zip(&mut runs) {
                let outcome = throughput::run(stack, arguments, size, count);
                let what = format!("{size} B, round {round}, {}", stack.name);
                let say = |run: &Run| {
                    format!("{} MB/s, {} CPU s/GB", show(Some(run.megabytes_per_s())), show(Some(run.cpu_per_gb())))
                };
                runs.push(note(outcome, failures, say, &what));
            }
        }
        json.extend(arguments.stacks.iter().zip(&runs).flat_map(|(stack, runs)| throughput_json(stack, runs)));
        if !arguments.json {
            println!("\n{size} B messages, {count} a round, reliable and ordered, {} rounds\n", arguments.rounds);
            println!("{}", throughput_table(&arguments.stacks, &runs));
        }
    }
    json
}

fn throughput_table(stacks: &[&'static Stack], runs: &[Vec<Option<Run>>]) -> String {
    let column = |runs: &[Option<Run>], value: fn(&Run) -> f64| -> Rounds {
        runs.iter().map(|run| run.as_ref().map(value)).collect()
    };
    let ours = stacks.iter().position(|stack| stack.name == OURS).map(|index| &runs[index]);
    let mut table = Table::new(&[
        "stack",
        "MB/s",
        "best",
        "messages/s",
        "CPU s/GB",
        "best",
        "sender",
        "receiver",
        "in kernel",
        "CPU us/msg",
        "drops",
        "our MB/s : its",
        "its CPU : our",
    ]);
    for (stack, runs) in stacks.iter().zip(runs) {
        let speed = column(runs, Run::megabytes_per_s);
        let cpu = column(runs, Run::cpu_per_gb);
        let share = |value: fn(&Run) -> f64| show(median(&column(runs, value)));
        let (faster, cheaper) = match ours {
            Some(ours) if stack.name != OURS => (
                show(paired_ratio(&column(ours, Run::megabytes_per_s), &speed)),
                show(paired_ratio(&cpu, &column(ours, Run::cpu_per_gb))),
            ),
            _ => (String::new(), String::new()),
        };
        table.row(vec![
            stack.name.into(),
            show(median(&speed)),
            show(largest(&speed)),
            share(Run::messages_per_s),
            show(median(&cpu)),
            show(smallest(&cpu)),
            share(|run| run.sender.as_secs_f64() / (run.bytes() / 1e9)),
            share(|run| run.receiver.as_secs_f64() / (run.bytes() / 1e9)),
            median(&column(runs, |run| run.system)).map_or("-".into(), |share| format!("{:.0} %", share * 100.0)),
            share(Run::cpu_per_message),
            format!("{:.0}", median(&column(runs, |run| run.drops as f64)).unwrap_or(0.0)),
            faster,
            cheaper,
        ]);
    }
    table.print()
}

fn throughput_json(stack: &Stack, runs: &[Option<Run>]) -> Vec<String> {
    let row = |(round, run): (usize, &Option<Run>)| {
        let mut fields = vec![("stack", quoted(stack.name)), ("round", (round + 1).to_string())];
        match run {
            None => fields.push(("failed", "true".into())),
            Some(run) => fields.extend([
                ("size", run.size.to_string()),
                ("count", run.count.to_string()),
                ("wall_s", run.wall.as_secs_f64().to_string()),
                ("mb_per_s", run.megabytes_per_s().to_string()),
                ("messages_per_s", run.messages_per_s().to_string()),
                ("cpu_s_sender", run.sender.as_secs_f64().to_string()),
                ("cpu_s_receiver", run.receiver.as_secs_f64().to_string()),
                ("cpu_s_per_gb", run.cpu_per_gb().to_string()),
                ("cpu_us_per_message", run.cpu_per_message().to_string()),
                ("system_share", run.system.to_string()),
                ("receive_buffer_drops", run.drops.to_string()),
            ]),
        }
        object(fields)
    };
    runs.iter().enumerate().map(row).collect()
}

/// `setup` and `idle`.
fn singles(arguments: &Arguments, mode: &'static str, pairs: usize, failures: &mut usize) -> Vec<String> {
    let mut runs: Vec<Vec<Option<Numbers>>> = vec![Vec::new(); arguments.stacks.len()];
    for round in 1..=arguments.rounds {
        for (stack, runs) in arguments.stacks.iter().zip(&mut runs) {
            let outcome = single::run(stack, arguments, mode, pairs);
            let say = |numbers: &Numbers| {
                numbers.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
            };
            runs.push(note(outcome, failures, say, &format!("{mode}, round {round}, {}", stack.name)));
        }
    }
    if !arguments.json {
        println!("\n{mode}, {pairs} pairs a round, {} rounds\n", arguments.rounds);
        println!("{}", single_table(mode, &arguments.stacks, &runs));
    }
    let row = |stack: &Stack, round: usize, numbers: &Option<Numbers>| {
        let mut fields = vec![("stack", quoted(stack.name)), ("round", (round + 1).to_string())];
        match numbers {
            None => fields.push(("failed", "true".into())),
            Some(numbers) => fields.extend(numbers.iter().map(|(name, value)| (name.as_str(), value.to_string()))),
        }
        object(fields)
    };
    let rows = arguments.stacks.iter().zip(&runs);
    rows.flat_map(|(stack, runs)| runs.iter().enumerate().map(move |(round, run)| row(stack, round, run))).collect()
}

/// A column of [`single_table`]: its title, the number it shows, and what that is divided by.
type Column = (&'static str, &'static str, f64);

fn single_table(mode: &str, stacks: &[&'static Stack], runs: &[Vec<Option<Numbers>>]) -> String {
    let columns: &[Column] = match mode {
        "setup" => &[
            ("CPU ms a set-up", "cpu_ns", 1e6),
            ("median ms", "median_ns", 1e6),
            ("best ms", "best_ns", 1e6),
            ("p90 ms", "p90_ns", 1e6),
        ],
        _ => &[
            ("KiB a connection", "bytes", 1024.0),
            ("CPU us/s a connection", "cpu_ns_per_s", 1e3),
            ("threads", "threads", 1.0),
        ],
    };
    let rounds = |runs: &[Option<Numbers>], (_, name, unit): Column| -> Rounds {
        runs.iter().map(|run| run.as_ref().and_then(|run| number(run, name)).map(|value| value / unit)).collect()
    };
    let ours = stacks.iter().position(|stack| stack.name == OURS).map(|index| &runs[index]);
    let mut header = vec!["stack"];
    header.extend(columns.iter().map(|column| column.0));
    let ratio = format!("its {} : our", columns[0].0);
    header.push(&ratio);
    let mut table = Table::new(&header);
    for (stack, runs) in stacks.iter().zip(runs) {
        let mut cells = vec![stack.name.to_owned()];
        cells.extend(columns.iter().map(|column| show(median(&rounds(runs, *column)))));
        cells.push(match ours {
            Some(ours) if stack.name != OURS => {
                show(paired_ratio(&rounds(runs, columns[0]), &rounds(ours, columns[0])))
            }
            _ => String::new(),
        });
        table.row(cells);
    }
    table.print()
}
