//! `regent delegate`: an adviser uses a key, within bounds, until a date.

mod show;

use std::io::Write;

use clap::Subcommand;
use regent_contract_abi::IDelegation;

use super::{
    carry_contract::{act, run_act, ActOptions, BindOptions},
    carry_terms::{
        check, deploy, example, verify_terms, CheckOptions, DeployOptions, ExampleOptions,
        VerifyTermsOptions,
    },
    leaf,
    prepare::{prepare, PrepareOptions},
    snapshot::ShowOptions,
    submit::{submit, SubmitOptions},
};
use crate::{args::Leaf, error::CliError, terms::DelegationFile};

/// A command about delegations.
#[derive(Debug, Subcommand)]
pub enum DelegateCommand {
    /// Write commented terms to start from.
    #[command(after_help = "Example:\n  regent delegate example > mandate.toml")]
    Example(Leaf<ExampleOptions>),
    /// Check terms without submitting anything.
    #[command(after_help = "Example:\n  regent delegate check --file mandate.toml")]
    Check(Leaf<CheckOptions>),
    /// Put a delegation onto the chain, on terms that never change.
    #[command(
        after_help = "Example:\n  regent delegate deploy --file mandate.toml --account //Alice"
    )]
    Deploy(Leaf<DeployOptions>),
    /// Verify that a delegation was deployed with these terms, and runs the contract's own code. A node is
    /// asked for nothing but the decimals of cash.
    #[command(after_help = "\
What to give beside the terms, deploying told. The code is the one that was built in this folder, or --code.

Example:
  regent delegate verify 0x52.. --file mandate.toml --deployer //Alice --salt 0x1f.. --block 1000")]
    Verify(Leaf<VerifyTermsOptions>),
    /// Show who is in control, what the adviser moved, and what may still be carried out.
    #[command(after_help = "Example:\n  regent delegate show 0x52..")]
    Show(Leaf<ShowOptions>),
    /// As the owner: hand over a key that the contract owns already. The mandate begins.
    #[command(
        after_help = "Example:\n  regent delegate bind 0x52.. --key 0x7a.. --account //Alice"
    )]
    Bind(Leaf<BindOptions>),
    /// As whoever is in control: request a signature or a decryption; the adviser within the bounds.
    // The adviser's is an Ethereum transaction or a PSBT, and lives no longer than the terms say.
    #[command(after_help = "\
Examples:
  regent delegate submit 0x52.. --account //Bob \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  regent delegate submit 0x52.. --account //Bob --psbt payment.psbt --bitcoin-network main
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Bob")]
    Submit(Box<Leaf<SubmitOptions>>),
    /// As the owner: end the mandate. The adviser's requests are cancelled.
    #[command(after_help = "Example:\n  regent delegate recall 0x52.. --account //Alice")]
    Recall(Leaf<ActOptions>),
    /// As the owner: ask for the key's next epoch, for the owner's own account.
    #[command(after_help = "\
Example:
  regent delegate prepare 0x52.. --account //Alice
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
    Prepare(Leaf<PrepareOptions>),
    /// As the owner: let the contract keep the key, and drop what was prepared.
    #[command(after_help = "Example:\n  regent delegate abandon 0x52.. --account //Alice")]
    Abandon(Leaf<ActOptions>),
    /// As the owner: take the key out of the contract, once the next epoch is there.
    #[command(after_help = "Example:\n  regent delegate release 0x52.. --account //Alice")]
    Release(Leaf<ActOptions>),
    /// As the owner in control: freeze the key.
    #[command(after_help = "Example:\n  regent delegate freeze 0x52.. --account //Alice")]
    Freeze(Leaf<ActOptions>),
    /// As the owner in control: lift the freeze, once no request of the adviser's can be carried out.
    #[command(after_help = "Example:\n  regent delegate unfreeze 0x52.. --account //Alice")]
    Unfreeze(Leaf<ActOptions>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &DelegateCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        DelegateCommand::Example(it) => {
            leaf!(it, |_, context| example::<DelegationFile>(context, out))
        }
        DelegateCommand::Check(it) => {
            leaf!(it, |own, context| check::<DelegationFile>(own, context, out))
        }
        DelegateCommand::Deploy(it) => {
            leaf!(it, |own, context| deploy::<DelegationFile>(own, context, out))
        }
        DelegateCommand::Verify(it) => {
            leaf!(it, |own, context| verify_terms::<DelegationFile>(own, context, out))
        }
        DelegateCommand::Show(it) => leaf!(show, it, out),
        DelegateCommand::Bind(it) => {
            let call = IDelegation::bindCall { key: it.own.word() };
            let done = "the contract keeps the key: the mandate has begun";
            leaf!(it, |own, context| act(&own.act, context, call, done, out))
        }
        DelegateCommand::Submit(it) => {
            let key = IDelegation::keyCall {};
            let call = |request| IDelegation::submitCall { request };
            leaf!(it, |own, context| submit(own, context, key, call, out))
        }
        DelegateCommand::Recall(it) => {
            let done = "the adviser is recalled: `regent delegate show` says what may still run";
            run_act(it, IDelegation::recallCall {}, done, out).await
        }
        DelegateCommand::Prepare(it) => {
            let key = IDelegation::keyCall {};
            let call = |preparation| IDelegation::prepareCall { preparation };
            let then =
                |address: &str| format!("regent delegate release {address} --account //NAME");
            leaf!(it, |own, context| prepare(own, context, key, call, then, out))
        }
        DelegateCommand::Abandon(it) => {
            run_act(it, IDelegation::abandonCall {}, "the contract keeps the key", out).await
        }
        DelegateCommand::Release(it) => {
            run_act(it, IDelegation::releaseCall {}, "the key is the owner's own", out).await
        }
        DelegateCommand::Freeze(it) => {
            run_act(it, IDelegation::freezeCall {}, "the key is frozen", out).await
        }
        DelegateCommand::Unfreeze(it) => {
            run_act(it, IDelegation::unfreezeCall {}, "the freeze is lifted", out).await
        }
    }
}
