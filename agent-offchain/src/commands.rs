//! What a person types: one file a command.

mod check_token;
mod identity;
mod init;
mod logging;
mod remove_root;
mod run;
mod status;

use std::{io::Write, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::config::{Config, ConfigError, Environment};
use regent_primitives::{InstitutionId, RegenToken, H256};

pub use run::{run, Running};

/// The recovery agent of a Regent consortium.
#[derive(Debug, Parser)]
#[command(name = "regent-agent", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the default configuration if there is none, and make a new agent.
    Init(ConfigArgument),
    /// Print the agent's public id, and on request its consent to be registered.
    Identity(IdentityArguments),
    /// Print what the state of an agent that does not run says of itself.
    Status(ConfigArgument),
    /// Print of which tokens the state of an agent that does not run still makes its shares.
    CheckToken(CheckTokenArguments),
    /// Remove from the TPM the key of an agent's state that is gone, for good.
    RemoveRoot(ConfigArgument),
    /// Run the agent until SIGTERM or SIGINT.
    Run(ConfigArgument),
}

#[derive(Debug, clap::Args)]
struct ConfigArgument {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
struct IdentityArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// Also sign that this institution, by its number on chain, may register the agent.
    #[arg(long, value_name = "NUMBER", requires = "endpoint")]
    institution: Option<InstitutionId>,
    /// The URL at which it may register it.
    #[arg(long, value_name = "URL", requires = "institution")]
    endpoint: Option<String>,
    /// The chain's genesis hash; `node.genesis` of the configuration unless given.
    #[arg(long, value_name = "HASH", requires = "institution")]
    genesis: Option<H256>,
    /// Print its consent as one line of JSON: what `regent agent register --identity` takes.
    #[arg(long, requires = "institution")]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct CheckTokenArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// A token: its SCALE encoding in hexadecimal digits. May be given several times.
    #[arg(long = "token", value_name = "HEX", required = true, value_parser = check_token::parse)]
    tokens: Vec<RegenToken>,
}

impl Arguments {
    /// Does what was typed, and writes its result.
    ///
    /// # Errors
    /// Says what to do about it.
    pub fn execute(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let environment = Environment::of_process();
        match &self.command {
            Command::Init(argument) => init::execute(&argument.config, &environment, out),
            Command::Identity(arguments) => {
                let config = Config::load(&arguments.config.config, &environment)?;
                identity::execute(&config, arguments, out)
            }
            Command::Status(argument) => {
                status::execute(&Config::load(&argument.config, &environment)?, out)
            }
            Command::CheckToken(arguments) => {
                let config = Config::load(&arguments.config.config, &environment)?;
                check_token::execute(&config, arguments, out)
            }
            Command::RemoveRoot(argument) => {
                remove_root::execute(&Config::load(&argument.config, &environment)?, out)
            }
            Command::Run(argument) => {
                let config = Config::load(&argument.config, &environment)?;
                run::execute(&config)
            }
        }
    }
}

/// The default configuration could not be written.
fn unwritten(path: &std::path::Path, error: std::io::Error) -> ConfigError {
    ConfigError::Read { path: path.to_owned(), error }
}
