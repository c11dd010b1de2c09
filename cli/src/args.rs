//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{
        agent::AgentCommand, approve, audit_list, audit_tail, cash::CashCommand, completions,
        contract_call, contract_credits, contract_deploy, contract_show, contract_verify,
        delegate::DelegateCommand, demo, deny, dev, evidence::EvidenceCommand,
        inherit::InheritCommand, key_enrol, key_epochs, key_list, key_prepare, key_refresh,
        key_reshare, key_show, key_transfer, member::MemberCommand, own_key::OwnKey, policy_check,
        policy_create, policy_example, policy_show, quorum::QuorumCommand, request_cancel,
        request_decrypt, request_list, request_show, request_sign, request_watch,
        sale::SaleCommand, status, validator::ValidatorCommand,
    },
    error::EXIT_CODES,
    genesis::Genesis,
};

/// Keys that exist only while they work: policies, approvals and operations of a Regent chain.
#[derive(Debug, Parser)]
#[command(name = "regent", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Common options")]
pub struct CommonOptions {
    /// Where to find the network.
    #[command(flatten)]
    pub network: NetworkLocation,
    /// Write results as JSON, one value a line, and errors as JSON on standard error.
    #[arg(long)]
    pub json: bool,
    /// How much is told besides.
    #[command(flatten)]
    pub manner: Manner,
}

/// Where to find the network.
#[derive(Clone, Debug, Default, Args)]
pub struct NetworkLocation {
    /// RPC endpoint of a node.
    #[arg(long, value_name = "WS-URL", env = "REGENT_NODE")]
    pub node: Option<String>,
    /// JSON-RPC endpoint of an enclave.
    #[arg(long, value_name = "HTTP-URL", env = "REGENT_ENCLAVE")]
    pub enclave: Option<String>,
    /// The network file that `regent dev` writes; names what --node and --enclave do not.
    #[arg(long, value_name = "FILE", env = "REGENT_NETWORK")]
    pub network: Option<PathBuf>,
    /// Which chain it must be.
    #[command(flatten)]
    pub genesis: Genesis,
}

/// How much is told besides results.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Manner {
    /// Write no progress lines.
    #[arg(long, short)]
    pub quiet: bool,
    /// Write what happens inside, on standard error. `RUST_LOG` says it in detail.
    #[arg(long, short)]
    pub verbose: bool,
}

/// A command's own options, with those every command understands.
#[derive(Debug, Args)]
pub struct Leaf<T: Args> {
    /// Its own.
    #[command(flatten)]
    pub own: T,
    /// Everybody's.
    #[command(flatten)]
    pub common: CommonOptions,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a whole development network: chain, agents, enclave.
    Dev(Leaf<dev::Options>),
    /// Run a development network and show one operation after the other.
    Demo(demo::Options),
    /// Phantom keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Policies.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Requests for operations.
    #[command(subcommand)]
    Request(RequestCommand),
    /// Approve a request.
    Approve(Leaf<approve::Options>),
    /// Deny a request, for good.
    Deny(Leaf<deny::Options>),
    /// Contracts.
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Inheritances: what becomes of a key when its owner dies, or can no longer decide.
    #[command(subcommand)]
    Inherit(InheritCommand),
    /// Sales: a key against a price, both or neither.
    #[command(subcommand)]
    Sale(SaleCommand),
    /// Delegations: an adviser uses a key, within bounds, until a date.
    #[command(subcommand)]
    Delegate(DelegateCommand),
    /// Cash: the asset that contracts are paid in.
    #[command(subcommand)]
    Cash(CashCommand),
    /// Recovery agents: who runs them, and where.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Quorums: sets of agents, of which so many must take part.
    #[command(subcommand)]
    Quorum(QuorumCommand),
    /// Members: the accounts that act for institutions.
    #[command(subcommand)]
    Member(MemberCommand),
    /// Validators: their seats and session keys.
    #[command(subcommand)]
    Validator(ValidatorCommand),
    /// The append-only log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Evidence: operations with all that proves them, in one file that anybody verifies offline.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// The chain, its consortium and the enclave at a glance.
    Status(Leaf<status::Options>),
    /// Write a completion script for a shell.
    Completions(Leaf<completions::Options>),
}

/// A command about keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Enrol a new key: request it, wait for approval, have the enclave make its token.
    Enrol(Leaf<key_enrol::Options>),
    /// List all keys.
    List(Leaf<key_list::Options>),
    /// Show one key with its token.
    Show(Leaf<key_show::Options>),
    /// Make new shares of a native key, which nobody sees: its next epoch.
    Refresh(Leaf<key_refresh::Options>),
    /// Move a key to another quorum or threshold: its next epoch.
    Reshare(Leaf<key_reshare::Options>),
    /// Show every epoch of a key.
    Epochs(Leaf<key_epochs::Options>),
    /// Accept a pending epoch that fewer agents confirmed than one to spare.
    #[command(after_help = "Example:\n  regent key accept 0x7a.. --account //Alice")]
    Accept(Leaf<OwnKey>),
    /// Prepare a key for another owner: its next epoch, which waits.
    Prepare(Box<Leaf<key_prepare::Options>>),
    /// Hand a key over to the owner it was prepared for.
    Transfer(Leaf<key_transfer::Options>),
    /// Give up a pending epoch.
    #[command(after_help = "Example:\n  regent key withdraw 0x7a.. --account //Alice")]
    Withdraw(Leaf<OwnKey>),
    /// Freeze a key: nothing is requested for it.
    #[command(after_help = "Example:\n  regent key freeze 0x7a.. --account //Alice")]
    Freeze(Leaf<OwnKey>),
    /// Lift a freeze.
    #[command(after_help = "Example:\n  regent key unfreeze 0x7a.. --account //Alice")]
    Unfreeze(Leaf<OwnKey>),
}

/// A command about policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Put a policy from a file onto the chain.
    Create(Leaf<policy_create::Options>),
    /// Show a policy.
    Show(Leaf<policy_show::Options>),
    /// Check a policy file, or evaluate a payload against a policy, without submitting anything.
    Check(Box<Leaf<policy_check::Options>>),
    /// Write a commented policy file to start from.
    Example(Leaf<policy_example::Options>),
}

/// A command about requests.
#[derive(Debug, Subcommand)]
pub enum RequestCommand {
    /// Request a signature; unless detached, wait for approval and carry it through.
    Sign(Box<Leaf<request_sign::Options>>),
    /// Request a decryption; unless detached, wait for approval and carry it through.
    Decrypt(Leaf<request_decrypt::Options>),
    /// Show all of a request.
    Show(Leaf<request_show::Options>),
    /// List requests.
    List(Leaf<request_list::Options>),
    /// Follow a request to its end, and carry it through if asked.
    Watch(Leaf<request_watch::Options>),
    /// Withdraw a request before anything was released for it.
    Cancel(Leaf<request_cancel::Options>),
}

/// A command about contracts.
#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    /// Put a contract onto the chain.
    Deploy(Leaf<contract_deploy::Options>),
    /// Call a contract, or only tell what it would return.
    Call(Leaf<contract_call::Options>),
    /// Show a contract: its account and its code.
    Show(Leaf<contract_show::Options>),
    /// Show institutions' storage credits, and who may deploy.
    Credits(Leaf<contract_credits::Options>),
    /// Verify without a node which code a contract has, and with which arguments it was deployed.
    Verify(Leaf<contract_verify::Options>),
}

/// A command about the log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List entries, and check the link of each to the one before.
    List(Leaf<audit_list::Options>),
    /// Follow new entries as they become final.
    Tail(Leaf<audit_tail::Options>),
}

/// Who signs.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Signer {
    /// A development account, whose secret everybody knows: //Alice, //Bob, ...
    #[arg(long, value_name = "//NAME")]
    pub account: Option<String>,
    /// An account exported by polkadot-js, kind sr25519.
    #[arg(long, value_name = "FILE.json")]
    pub keystore: Option<PathBuf>,
}

/// Whose account acts.
#[derive(Clone, Debug, Args)]
pub struct AccountOptions {
    /// Which account.
    #[command(flatten)]
    pub signer: Signer,
    /// The keystore's password, first line of an owner-only file; asked on the terminal otherwise.
    #[arg(long, value_name = "FILE", requires = "keystore", conflicts_with = "account")]
    pub password_file: Option<PathBuf>,
}

impl AccountOptions {
    /// A development account.
    pub fn development(name: &str) -> Self {
        let signer = Signer { account: Some(name.to_owned()), keystore: None };
        Self { signer, password_file: None }
    }
}

/// How long an operation may take.
#[derive(Clone, Debug, Args)]
pub struct WaitOptions {
    /// Seconds to wait for approval.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    pub wait: u64,
    /// Seconds the enclave waits for the agents' shares.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub share_wait: u64,
    /// Blocks an enclave session lives; after a failure the next attempt waits for its end.
    #[arg(long, value_name = "BLOCKS", default_value_t = 240)]
    pub session_blocks: u32,
}

impl WaitOptions {
    /// As the client understands it.
    pub fn execute(&self) -> regent_client::flows::ExecuteOptions {
        use std::time::Duration;
        regent_client::flows::ExecuteOptions {
            approval_patience: Duration::from_secs(self.wait),
            share_patience: Duration::from_secs(self.share_wait),
            session_lifetime: self.session_blocks,
            next_attempts: true,
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            if command.has_subcommands() {
                command.get_subcommands().for_each(|sub| walk(sub, &path));
            } else {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "{path} has no example in its help");
                let json = command.get_arguments().any(|arg| arg.get_long() == Some("json"));
                assert!(json, "{path} has no --json");
            }
        }
        walk(&Cli::command(), "");
    }

    #[test]
    fn an_account_is_one_of_two() {
        let parse = |args: &[&str]| Cli::try_parse_from([&["regent"], args].concat()).is_ok();
        let id = "11".repeat(32);
        assert!(parse(&["approve", &id, "--account", "//Bob"]));
        assert!(parse(&["approve", &id, "--keystore", "bob.json", "--password-file", "p"]));
        assert!(!parse(&["approve", &id]));
        assert!(!parse(&["approve", &id, "--account", "//Bob", "--keystore", "bob.json"]));
        assert!(!parse(&["approve", &id, "--account", "//Bob", "--password-file", "p"]));
    }
}
