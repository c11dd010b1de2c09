//! `regent demo`

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    carry_terms::read_code,
    dev::{NetworkArgs, RootName},
    inherit,
};
use crate::{args::Manner, demo, error::CliError, network::Network};

/// Options of `regent demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent demo
  regent demo --report demo.html    # what a supervisor reads of it
  regent demo --json demo.json      # for others to check: see tests/python/README.md")]
pub struct Options {
    /// How the network is made.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Where every operation's key, payload, request, result and receipt are written, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where the report on the evidence goes, which is written over: html, pdf or txt, as the name ends.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// PolkaVM blob of the contract that shows an inheritance, if not the one that was built in this
    /// folder. Where none was built, the inheritance is left out.
    #[arg(long, value_name = "FILE")]
    pub code: Option<PathBuf>,
    /// How much is told besides.
    #[command(flatten)]
    pub manner: Manner,
}

/// Runs a network and shows one operation after the other.
pub async fn run(options: &Options, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    tokio::select! {
        shown = show(options, out) => shown,
        // Dropping the network kills its processes.
        _ = tokio::signal::ctrl_c() => Err(CliError::Demo {
            step: "an interrupt".to_owned(),
            reason: "it was interrupted".to_owned(),
        }),
    }
}

async fn show(options: &Options, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    let since = std::time::Instant::now();
    let contract = contract(options.code.as_deref())?;
    let quiet = options.manner.quiet;
    let mut say = |line: &str| {
        if !quiet {
            let _ = writeln!(std::io::stderr(), "  {line}");
        }
    };
    let network = Network::start(options.network.options(RootName::Tpm), &mut say).await?;
    writeln!(
        out,
        "The network is up: {} agents, quorum {}, one enclave, chain {:?} ({:.1} s)\n",
        network.agents().len(),
        network.quorum(),
        network.genesis(),
        since.elapsed().as_secs_f64()
    )?;
    if contract.is_none() {
        writeln!(
            out,
            "No inheritance is shown: {}, which `make demo` builds, is not here.",
            inherit::CODE
        )?;
    }
    let record = demo::run(&network, contract, options.report.as_deref(), out).await?;
    writeln!(out, "\nAll of it took {:.1} s.", since.elapsed().as_secs_f64())?;
    if let Some(path) = &options.json {
        record.write(path)?;
        writeln!(out, "Written for others to check: {}", path.display())?;
    }
    out.flush()?;
    Ok(network.shut_down().await?)
}

/// The contract that shows an inheritance, if there is one.
fn contract(named: Option<&Path>) -> Result<Option<Vec<u8>>, CliError> {
    if named.is_none() && !Path::new(inherit::CODE).exists() {
        return Ok(None);
    }
    read_code(named, inherit::CODE).map(Some)
}
