//! The runner's command line.

use std::path::PathBuf;

use crate::stack::{STACKS, Stack};

pub const USAGE: &str = "\
bench-runner [throughput|setup|idle|all] [options]     (all: the three after one another; default throughput)

  --rounds N      rounds, stacks interleaved in each (default 5)
  --sizes LIST    message sizes in bytes (default 64,1024,16384,65536)
  --only LIST     stacks to run: peerline,str0m,str0m-best,webrtc-rs,... (default: the main ones; see --list)
  --scale X       multiplies the bytes of each round (default 1)
  --pairs N       pairs a round in setup (default 30) and idle (default 200)
  --priority N    nice value of the stacks' processes, such as -10 (below 0 takes root): for a machine with other work
  --json          one JSON document on stdout instead of tables
  --bin DIR       where the stacks' binaries are (default: beside this one, built first when cargo runs this)
  --list          print the stacks and how they are set up";

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Throughput,
    Setup,
    Idle,
    All,
}

#[derive(Debug)]
pub struct Arguments {
    pub what: What,
    pub rounds: usize,
    pub sizes: Vec<usize>,
    pub stacks: Vec<&'static Stack>,
    pub scale: f64,
    pub pairs: Option<usize>,
    pub priority: Option<i32>,
    pub json: bool,
    pub bin: PathBuf,
    pub bin_is_given: bool,
}

impl Arguments {
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Self, String> {
        let bin = std::env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from));
        let mut parsed = Self {
            what: What::Throughput,
            rounds: 5,
            sizes: vec![64, 1024, 16384, 65536],
            stacks: Vec::new(),
            scale: 1.0,
            pairs: None,
            priority: None,
            json: false,
            bin: bin.ok_or("the own directory is unknown; give --bin")?,
            bin_is_given: false,
        };
        let mut only = None;
        let mut args = args;
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "throughput" => parsed.what = What::Throughput,
                "setup" => parsed.what = What::Setup,
                "idle" => parsed.what = What::Idle,
                "all" => parsed.what = What::All,
                "--rounds" => parsed.rounds = number(&value()?)?,
                "--sizes" => parsed.sizes = value()?.split(',').map(number).collect::<Result<_, _>>()?,
                "--only" => only = Some(value()?),
                "--scale" => parsed.scale = number(&value()?)?,
                "--pairs" => parsed.pairs = Some(number(&value()?)?),
                "--priority" => parsed.priority = Some(number(&value()?)?),
                "--json" => parsed.json = true,
                "--bin" => (parsed.bin, parsed.bin_is_given) = (value()?.into(), true),
                "--list" => return Err(list()),
                "-h" | "--help" => return Err(USAGE.into()),
                _ => return Err(format!("unknown argument {arg}\n\n{USAGE}")),
            }
        }
        if parsed.rounds == 0 || parsed.sizes.iter().any(|size| *size < 8) || parsed.scale <= 0.0 {
            return Err("at least one round, messages of at least 8 bytes, a scale above 0".into());
        }
        parsed.stacks = match only {
            Some(names) => names.split(',').map(Stack::named).collect::<Result<_, _>>()?,
            None => STACKS.iter().filter(|stack| stack.by_default).collect(),
        };
        Ok(parsed)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("{text} is not a number"))
}

fn list() -> String {
    STACKS.iter().map(|stack| format!("{:<12} {}\n", stack.name, stack.about)).collect()
}
