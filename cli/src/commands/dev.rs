//! `regent dev`

use std::{io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use tokio::signal::unix::{signal, SignalKind};

use crate::{
    context::Context,
    error::CliError,
    network::{AgentRoot, Chain, Network, NetworkFile, NetworkOptions},
    output::write_json,
};

/// Options of `regent dev`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent dev
  regent dev --base-path ~/regent-dev      # keeps everything for the next time
  regent dev --root tpm                    # a software TPM for each agent
  # in another terminal: regent status")]
pub struct Options {
    /// How the network is made.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Where the network file goes, for other commands to find the network.
    #[arg(long, value_name = "FILE")]
    pub network_file: Option<PathBuf>,
}

/// How a network is made.
#[derive(Clone, Debug, Args)]
pub struct NetworkArgs {
    /// Where data and logs go; a temporary folder otherwise.
    #[arg(long, value_name = "FOLDER")]
    pub base_path: Option<PathBuf>,
    /// Where regent-node, regent-agent and regent-enclave are; beside this program otherwise.
    #[arg(long, value_name = "FOLDER", env = "REGENT_BIN_DIR")]
    pub bin_dir: Option<PathBuf>,
    /// Which chain.
    #[arg(long, value_enum, default_value_t = ChainName::Development)]
    pub chain: ChainName,
    /// How many agents.
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub agents: usize,
    /// How many of them must take part.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    pub threshold: u16,
    /// What holds the key of the agents' states; a TPM in the demonstration, a passphrase otherwise.
    #[arg(long, value_enum)]
    pub root: Option<RootName>,
    /// RPC port of the first node; a free one otherwise.
    #[arg(long, value_name = "PORT")]
    pub rpc_port: Option<u16>,
    /// Keep a temporary folder at the end.
    #[arg(long)]
    pub keep: bool,
}

/// Chains a network can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChainName {
    /// One validator.
    Development,
    /// Four validators of four institutions.
    Local,
}

/// What can hold the key of an agent's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RootName {
    /// A passphrase in a file: old copies of a state cannot be told from the newest.
    Passphrase,
    /// A software TPM for each agent (swtpm).
    Tpm,
}

impl NetworkArgs {
    /// As the network manager understands it; with this root unless another is named.
    pub fn options(&self, root: RootName) -> NetworkOptions {
        NetworkOptions {
            programs: self.bin_dir.clone(),
            folder: self.base_path.clone(),
            keep: self.keep,
            chain: match self.chain {
                ChainName::Development => Chain::Development,
                ChainName::Local => Chain::Local,
            },
            agents: self.agents,
            threshold: self.threshold,
            root: match self.root.unwrap_or(root) {
                RootName::Passphrase => AgentRoot::Passphrase,
                RootName::Tpm => AgentRoot::Tpm,
            },
            rpc_port: self.rpc_port,
            ..NetworkOptions::default()
        }
    }
}

/// Runs a network until it is interrupted.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let path = match &options.network_file {
        Some(path) => path.clone(),
        None => NetworkFile::default_path()?,
    };
    // Each is remembered, whatever is done when it comes.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut say = |line: &str| context.say(line);
    let network = tokio::select! {
        network = Network::start(options.network.options(RootName::Passphrase), &mut say) => network?,
        // Dropping what was started so far kills it.
        _ = interrupted.recv() => return Ok(()),
        _ = terminated.recv() => return Ok(()),
    };
    let file = network.file();
    file.write(&path)?;
    if context.json() {
        let value =
            serde_json::to_value(&file).map_err(|error| CliError::input("network", error))?;
        write_json(out, &value)?;
    } else {
        writeln!(out, "node      {}", file.node)?;
        writeln!(out, "enclave   {}", file.enclave)?;
        for agent in &file.agents {
            writeln!(out, "{:<9} {} {}", agent.name, agent.url, agent.id)?;
        }
        writeln!(out, "folder    {}", file.folder.display())?;
        writeln!(out, "network   {}", path.display())?;
    }
    out.flush()?;
    if options.network_file.is_some() {
        context
            .say(format_args!("other commands: --network {}; Ctrl-C ends it all", path.display()));
    } else {
        context.say("other commands find it by themselves; Ctrl-C ends it all");
    }
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    context.say("stopping");
    // Another network may have written its own file meanwhile.
    if NetworkFile::read(&path).is_ok_and(|there| there.folder == file.folder) {
        let _ = std::fs::remove_file(&path);
    }
    Ok(network.shut_down().await?)
}
