//! The command line: the SDK's options with this node's defaults, and the agents to wake.

use clap::{CommandFactory, FromArgMatches, Parser};
use sc_cli::{RunCmd, SubstrateCli};

use crate::{chain_spec, local_agents::AgentOptions, runtime_cache::RuntimeCacheOptions};

/// The command line of a node.
#[derive(Debug, Parser)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How to run the node.
    #[clap(flatten)]
    pub run: RunCmd,

    /// Whom the node wakes.
    #[clap(flatten)]
    pub agents: AgentOptions,

    /// Where compiled runtimes are kept.
    #[clap(flatten)]
    pub runtime_cache: RuntimeCacheOptions,
}

/// What a node's binary does besides running.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Generate, inspect and insert keys.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Sign a message with a given key.
    Sign(sc_cli::SignCmd),

    /// Verify the signature of a message.
    Verify(sc_cli::VerifyCmd),

    /// Write a chain specification, plain (to be edited) or raw (to be run).
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Write a chain specification with this node as its bootnode.
    BuildSpec(sc_cli::BuildSpecCmd),

    /// Execute a stored block again and compare the result.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Export blocks.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Export the state at a block into a chain specification.
    ExportState(sc_cli::ExportStateCmd),

    /// Import blocks.
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Remove the whole chain from this machine.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Show what the database holds.
    ChainInfo(sc_cli::ChainInfoCmd),
}

impl Cli {
    /// Reads the process's arguments; prints what is wrong with them, or the help, and exits.
    pub fn from_env() -> Self {
        Self::read(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// Reads arguments, of which the first one is the program's name.
    ///
    /// # Errors
    /// What is wrong with them; or the help, if they ask for it.
    pub fn read<I>(arguments: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator,
        I::Item: Into<std::ffi::OsString> + Clone,
    {
        Self::from_arg_matches(&Self::options().try_get_matches_from(arguments)?)
    }

    /// All options and subcommands, with this node's defaults.
    pub fn options() -> clap::Command {
        with_defaults(Self::setup_command(<Self as CommandFactory>::command()))
    }
}

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Regent Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        "A validator or full node of a Regent chain".into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        "see README.md and docs/ in the source".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_cli::ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id)?))
    }
}

/// An option of the SDK for which this node has another default.
struct NodeDefault {
    /// The option, by the name of its field.
    option: &'static str,
    value: &'static str,
    help: &'static str,
}

/// Evidence is read from old blocks, so all state and all blocks stay. Agents' notes travel only
/// where the offchain worker runs; and one that reaches a node before the block that makes it
/// valid must not be kept out for the SDK's usual half an hour. The SDK's fork-aware pool loses
/// transactions that arrive while a block is imported (polkadot-sdk, pull request 11419, not merged),
/// and with them all later ones of the account.
const DEFAULTS: [NodeDefault; 6] = [
    NodeDefault {
        option: "state_pruning",
        value: "archive",
        help: "Blocks whose state is kept: archive (all), archive-canonical (finalised ones) or \
               a number of finalised ones. It cannot be changed once the database exists",
    },
    NodeDefault {
        option: "blocks_pruning",
        value: "archive",
        help: "Blocks that are kept: archive (all), archive-canonical (finalised ones) or a \
               number of finalised ones",
    },
    NodeDefault {
        option: "enabled",
        value: "always",
        help: "Whether the offchain worker, which wakes the agents, runs at every block",
    },
    NodeDefault {
        option: "indexing_enabled",
        value: "true",
        help: "Whether the runtime may write to offchain storage while it imports a block",
    },
    NodeDefault {
        option: "tx_ban_seconds",
        value: "1",
        help: "How long a transaction that was not valid is not looked at again",
    },
    NodeDefault {
        option: "pool_type",
        value: "single-state",
        help:
            "The kind of transaction pool: single-state, or fork-aware, which loses transactions \
               that arrive while a block is imported",
    },
];

/// Changes the defaults of the SDK's options here and in all subcommands.
fn with_defaults(mut command: clap::Command) -> clap::Command {
    for NodeDefault { option, value, help } in DEFAULTS {
        if command.get_arguments().any(|argument| argument.get_id() == option) {
            command = command.mut_arg(option, |argument| {
                argument.default_value(value).help(help).long_help(help)
            });
        }
    }
    command.mut_subcommands(with_defaults)
}
