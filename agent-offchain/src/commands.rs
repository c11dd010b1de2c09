//! What a person types: one file a command.

mod identity;
mod init;
mod logging;
mod run;

use std::{io::Write, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{
    config::{Config, ConfigError, Environment},
    failpoint::Failpoint,
    passphrase,
    store::{open_database, open_or_create, read_sealed, Store, StoreError},
};
use regent_primitives::{InstitutionId, H256};
use regent_protocol::root_store::{PassphraseProvider, RootProvider};

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
            Command::Run(argument) => {
                let config = Config::load(&argument.config, &environment)?;
                run::execute(&config)
            }
        }
    }
}

/// Opens the agent's state with the passphrase that the configuration names.
fn open_store(config: &Config, failpoint: Failpoint) -> anyhow::Result<Store> {
    // Without a state there is nothing to unseal: no passphrase is asked for.
    if !config.database().exists() {
        return Err(StoreError::Missing.into());
    }
    let database = open_database(&config.database())?;
    let Some(sealed) = read_sealed(&database)? else { return Err(StoreError::Missing.into()) };
    let passphrase = passphrase::read(&config.state.passphrase)?;
    let provider = PassphraseProvider::unlock(&passphrase, &sealed)?;
    Ok(Store::open(database, Box::new(provider), failpoint)?)
}

/// Opens the agent's state, or makes it.
fn open_or_create_store(config: &Config) -> anyhow::Result<Store> {
    let database = open_database(&config.database())?;
    let passphrase = passphrase::read(&config.state.passphrase)?;
    let unlock = |sealed: Option<&_>| {
        let provider = match sealed {
            Some(sealed) => PassphraseProvider::unlock(&passphrase, sealed)?,
            None => PassphraseProvider::create(&passphrase)?,
        };
        Ok(Box::new(provider) as Box<dyn RootProvider>)
    };
    Ok(open_or_create(database, unlock, Failpoint::default())?)
}

/// The default configuration could not be written.
fn unwritten(path: &std::path::Path, error: std::io::Error) -> ConfigError {
    ConfigError::Read { path: path.to_owned(), error }
}
