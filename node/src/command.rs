//! Runs what the command line asks for.

use regent_runtime::opaque::Block;
use sc_cli::{CliConfiguration, Error, Result, SubstrateCli};
use sc_service::Configuration;

use crate::{
    cli::{Cli, Subcommand},
    service,
};

/// Runs a node until it is told to stop, or one of the other commands.
///
/// # Errors
/// Whatever keeps the command from ending as it should.
pub fn run(cli: Cli) -> Result<()> {
    match &cli.subcommand {
        None => run_node(&cli),
        Some(Subcommand::Key(command)) => command.run(&cli),
        Some(Subcommand::Sign(command)) => command.run(),
        Some(Subcommand::Verify(command)) => command.run(),
        Some(Subcommand::ExportChainSpec(command)) => command.run(cli.load_spec(&command.chain)?),
        Some(Subcommand::BuildSpec(command)) => cli
            .create_runner(command)?
            .sync_run(|config| command.run(config.chain_spec, config.network)),
        Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
            let parts = service::components(&config, None)?;
            Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
        }),
        Some(Subcommand::ExportBlocks(command)) => {
            cli.create_runner(command)?.async_run(|config| {
                let parts = service::components(&config, None)?;
                Ok((command.run(parts.client, config.database), parts.task_manager))
            })
        }
        Some(Subcommand::ExportState(command)) => cli.create_runner(command)?.async_run(|config| {
            let parts = service::components(&config, None)?;
            Ok((command.run(parts.client, config.chain_spec), parts.task_manager))
        }),
        Some(Subcommand::ImportBlocks(command)) => {
            cli.create_runner(command)?.async_run(|config| {
                let parts = service::components(&config, None)?;
                Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
            })
        }
        Some(Subcommand::PurgeChain(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run(config.database))
        }
        Some(Subcommand::ChainInfo(command)) => {
            cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
        }
    }
}

fn run_node(cli: &Cli) -> Result<()> {
    // Before anything is opened or written: a wrong list is the operator's to repair.
    let agents = cli.agents.load().map_err(|error| Error::Input(error.to_string()))?;
    if cli.run.chain_id(cli.run.is_dev()?)?.is_empty() {
        return Err(Error::Input(
            "no chain is named: start with --chain FILE for a consortium's chain, --chain local \
             for a network on this machine, or --dev for a chain of your own"
                .into(),
        ));
    }
    let cache = cli.runtime_cache.open().map_err(|error| Error::Input(error.to_string()))?;
    cli.create_runner(&cli.run)?.run_node_until_exit(|config: Configuration| async move {
        service::start(config, &agents, cache.as_deref()).map_err(plainly)
    })
}

/// Without the names of the SDK's variants, which say nothing to an operator.
fn plainly(error: sc_service::Error) -> Error {
    match error {
        sc_service::Error::Application(error) => Error::Application(error),
        sc_service::Error::Other(text) => Error::Application(text.into()),
        error => Error::Service(error),
    }
}
