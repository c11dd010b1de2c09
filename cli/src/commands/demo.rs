//! `regent demo`

use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use super::dev::{NetworkArgs, RootName};
use crate::{
    args::Manner,
    demo::{self, Contracts},
    error::CliError,
    network::Network,
    report_file::ReportFile,
};

/// Where contracts are once they were built.
const BUILT: &str = "contracts/out";
/// The contract that shows an inheritance, and the one that shows sales.
const INHERITANCE: &str = "InkInheritance.polkavm";
const SALE: &str = "InkSale.polkavm";

/// Options of `regent demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent demo
  regent demo --report demo.html    # what a supervisor reads of it, and demo.evidence
  regent demo --json demo.json      # for others to check: see tests/python/README.md")]
pub struct Options {
    /// How the network is made.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Where every operation's key, payload, request, result and receipt are written, and what is left of
    /// a former token, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where the report on the evidence goes, owner-only, which is written over: html, pdf or txt, as the
    /// name ends. The bundle and a copy that was tampered with go beside it, as .evidence.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Where the PolkaVM blobs of the contracts are that show an inheritance and sales; contracts/out
    /// otherwise. What is not there is left out.
    #[arg(long, value_name = "FOLDER")]
    pub contracts: Option<PathBuf>,
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
    let contracts = contracts(options.contracts.as_deref())?;
    let report = options.report.as_deref().map(|path| ReportFile::new("--report", path, None));
    let report = report.transpose()?;
    let quiet = options.manner.quiet;
    let mut say = |line: &str| {
        if !quiet {
            let _ = writeln!(std::io::stderr(), "  {line}");
        }
    };
    let mut network = Network::start(options.network.options(RootName::Tpm), &mut say).await?;
    writeln!(
        out,
        "The network is up: {} agents, quorum {}, one enclave, chain {:?} ({:.1} s)\n",
        network.agents().len(),
        network.quorum(),
        network.genesis(),
        since.elapsed().as_secs_f64()
    )?;
    let shown =
        [("inheritance", INHERITANCE, &contracts.inheritance), ("sale", SALE, &contracts.sale)];
    for (what, name, code) in shown {
        if code.is_none() {
            let missing = "which `make demo` builds, is not here";
            writeln!(out, "No {what} is shown: {name}, {missing}.")?;
        }
    }
    let record = demo::run(&mut network, contracts, report.as_ref(), out).await?;
    writeln!(out, "\nAll of it took {:.1} s.", since.elapsed().as_secs_f64())?;
    if let Some(path) = &options.json {
        record.write(path)?;
        writeln!(out, "Written for others to check: {}", path.display())?;
    }
    out.flush()?;
    Ok(network.shut_down().await?)
}

/// The contracts in a folder, as far as they are there.
fn contracts(named: Option<&Path>) -> Result<Contracts, CliError> {
    if let Some(folder) = named.filter(|folder| !folder.is_dir()) {
        let reason =
            format!("{} is no folder; `make demo-contract` fills {BUILT}", folder.display());
        return Err(CliError::input("--contracts", reason));
    }
    let folder = named.unwrap_or(Path::new(BUILT));
    Ok(Contracts { inheritance: blob(&folder.join(INHERITANCE))?, sale: blob(&folder.join(SALE))? })
}

/// A contract's blob, if it is there.
fn blob(path: &Path) -> Result<Option<Vec<u8>>, CliError> {
    match std::fs::read(path) {
        Ok(code) => Ok(Some(code)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::file(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_folder_is_left_out() {
        let folder = tempfile::tempdir().expect("temporary folder");
        std::fs::write(folder.path().join(SALE), b"PVM").expect("written");
        let found = contracts(Some(folder.path())).expect("a folder");
        assert_eq!(found.sale.as_deref(), Some(b"PVM".as_slice()));
        assert_eq!(found.inheritance, None);
    }
}
