//! The load generator: whole networks of real processes, each on free ports and in a temporary
//! folder of its own, and figures of what they did.
//!
//! | command | what it measures |
//! |---|---|
//! | [`latency`] | from the last approval's submission to the signature in hand, by phase |
//! | [`lifecycles`] | whole requests a second, beside plain remarks on the same node |
//! | [`refreshes`] | many keys refreshed in one go |
//! | [`state`] | bytes that an operation adds to state, database and blocks |
//!
//! All times are of this process's monotonic clock, except the arrival of shares: the enclave's log
//! says when, by the system clock of the same machine (see [`clock`]).

pub mod clock;
pub mod latency;
pub mod lifecycles;
pub mod refreshes;
pub mod state;

mod blocks;
mod database;
mod deliveries;
mod ground;
mod heads;
mod operation;
mod remarks;
mod size;
mod snapshot;
mod spread;

pub use size::{QuorumSize, Validators};

use std::{io::Write, path::PathBuf, time::Duration};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;

/// Figures of whole networks of real processes.
#[derive(Clone, Debug, Parser)]
#[command(name = "load", version, about)]
pub struct Options {
    /// What to measure.
    #[command(subcommand)]
    pub command: Command,
    /// What every measurement needs.
    #[command(flatten)]
    pub common: Common,
}

/// What to measure.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// From the last approval's submission to the signature in hand, by phase.
    Latency(latency::Options),
    /// Whole requests a second at increasing concurrency, beside plain remarks.
    Lifecycles(lifecycles::Options),
    /// Many keys refreshed in one go.
    Refreshes(refreshes::Options),
    /// Bytes that an operation adds to state, database and blocks.
    State(state::Options),
}

/// What every measurement needs.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Where regent-node, regent-agent and regent-enclave are; beside this program otherwise.
    #[arg(long, global = true, value_name = "FOLDER", env = "REGENT_BIN_DIR")]
    pub bin_dir: Option<PathBuf>,
    /// Seconds after which everything is ended and the run has failed.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 3_600)]
    pub within: u64,
    /// JSON instead of tables, with every sample. Progress goes to standard error either way.
    #[arg(long, global = true)]
    pub json: bool,
    /// Keep the temporary folders, with the logs of all processes.
    #[arg(long, global = true)]
    pub keep: bool,
}

/// Measures, and writes the figures.
///
/// # Errors
/// If anything of the network fails, or does not end in time. What was measured before is written
/// first.
pub async fn run(options: &Options, out: &mut (impl Write + Send)) -> anyhow::Result<()> {
    let common = &options.common;
    let within = Duration::from_secs(common.within);
    let measured = async {
        match &options.command {
            Command::Latency(options) => latency::run(options, common, out).await,
            Command::Lifecycles(options) => lifecycles::run(options, common, out).await,
            Command::Refreshes(options) => refreshes::run(options, common, out).await,
            Command::State(options) => state::run(options, common, out).await,
        }
    };
    tokio::time::timeout(within, measured)
        .await
        .with_context(|| format!("not done within {} s (--within)", common.within))?
}

/// Says what happens.
fn say(line: &str) {
    eprintln!("{line}");
}

fn write_json(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}

/// Processors this machine has for everything together.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Writes what was measured, then fails with the failure that ended it, if one did.
fn conclude(
    out: &mut impl Write,
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    failure: Option<anyhow::Error>,
) -> anyhow::Result<()> {
    write(out)?;
    out.flush()?;
    failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
        let options = Options::parse_from(["load", "latency", "--json", "--quorums", "3/5,11/16"]);
        assert!(options.common.json);
        let Command::Latency(latency) = options.command else { panic!("the command is latency") };
        let sizes: Vec<String> = latency.quorums.iter().map(ToString::to_string).collect();
        assert_eq!(sizes, ["3/5", "11/16"]);
    }

    #[test]
    fn what_was_measured_is_written_before_the_failure() {
        let mut out = Vec::new();
        let failure = Some(anyhow::anyhow!("level 2 failed"));
        let ended = conclude(&mut out, |out| Ok(writeln!(out, "level 1")?), failure);
        assert_eq!(out, b"level 1\n");
        assert_eq!(ended.unwrap_err().to_string(), "level 2 failed");
    }
}
