//! `regent inherit`: what becomes of a key when its owner dies, or can no longer decide.

mod attest;
mod contest;
mod execute;
mod prepare;
mod retract;
mod show;
mod words;

use std::io::Write;

use clap::Subcommand;
use regent_contract_abi::IInheritance;

use super::{
    carry_contract::{act, run_act, ActOptions, BindOptions},
    carry_terms::{
        check, deploy, example, verify_terms, CheckOptions, DeployOptions, ExampleOptions,
        VerifyTermsOptions,
    },
    leaf,
    submit::{submit, SubmitOptions},
};
use crate::{args::Leaf, error::CliError, terms::InheritanceFile};

/// A command about inheritances.
#[derive(Debug, Subcommand)]
pub enum InheritCommand {
    /// Write commented terms to start from.
    #[command(after_help = "Example:\n  regent inherit example > will.toml")]
    Example(Leaf<ExampleOptions>),
    /// Check terms without submitting anything.
    #[command(after_help = "Example:\n  regent inherit check --file will.toml")]
    Check(Leaf<CheckOptions>),
    /// Put an inheritance onto the chain, on terms that never change.
    #[command(after_help = "Example:\n  regent inherit deploy --file will.toml --account //Alice")]
    Deploy(Leaf<DeployOptions>),
    /// Verify that an inheritance was deployed with these terms, and runs the contract's own code. A node is
    /// asked for nothing but the decimals of cash.
    #[command(after_help = "\
What to give beside the terms, deploying told. The code is the one that was built in this folder, or --code.

Example:
  regent inherit verify 0x52.. --file will.toml --deployer //Alice --salt 0x1f.. --block 1000")]
    Verify(Leaf<VerifyTermsOptions>),
    /// Show who is in control, what is proven, and until when it can be contested.
    Show(Leaf<show::Options>),
    /// As the owner: hand over a key that the contract owns already.
    #[command(
        after_help = "Example:\n  regent inherit bind 0x52.. --key 0x7a.. --account //Alice"
    )]
    Bind(Leaf<BindOptions>),
    /// As whoever is in control: request a signature, or a decryption.
    #[command(after_help = "\
Examples:
  regent inherit submit 0x52.. --account //Alice \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  regent inherit submit 0x52.. --account //Dave --decrypt secret.bin --result-key result.key
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
    Submit(Box<Leaf<SubmitOptions>>),
    /// As the owner: give a sign of life. It ends silence, and whatever was attested of a death.
    #[command(after_help = "Example:\n  regent inherit prove-life 0x52.. --account //Alice")]
    ProveLife(Leaf<ActOptions>),
    /// As somebody concerned: report that the owner has been silent.
    #[command(after_help = "Example:\n  regent inherit report-silence 0x52.. --account //Bob")]
    ReportSilence(Leaf<ActOptions>),
    /// As anyone: have the contract look at its clocks, and note what time has proven.
    #[command(after_help = "Example:\n  regent inherit observe 0x52.. --account //Bob")]
    Observe(Leaf<ActOptions>),
    /// As a member of a group: attest a death, incapacity or recovery with the hash of a document.
    Attest(Leaf<attest::Options>),
    /// As a member of a group: take an attestation back.
    Retract(Leaf<retract::Options>),
    /// As the owner or a contester: stop a case.
    Contest(Leaf<contest::Options>),
    /// As an heir: accept, where heirs inherit together, or decline, where they do in order.
    #[command(after_help = "Example:\n  regent inherit answer 0x52.. --account //Bob")]
    Answer(Leaf<ActOptions>),
    /// Ask for the key's next epoch, for whom control passes to.
    Prepare(Leaf<prepare::Options>),
    /// Pass control on, once the next epoch is there.
    Execute(Leaf<execute::Options>),
    /// As the owner: end the inheritance for good.
    #[command(after_help = "Example:\n  regent inherit revoke 0x52.. --account //Alice")]
    Revoke(Leaf<ActOptions>),
    /// As whoever is in control: freeze the key.
    #[command(after_help = "Example:\n  regent inherit freeze 0x52.. --account //Alice")]
    Freeze(Leaf<ActOptions>),
    /// As whoever is in control: lift the freeze.
    #[command(after_help = "Example:\n  regent inherit unfreeze 0x52.. --account //Alice")]
    Unfreeze(Leaf<ActOptions>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &InheritCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        InheritCommand::Example(it) => {
            leaf!(it, |_, context| example::<InheritanceFile>(context, out))
        }
        InheritCommand::Check(it) => {
            leaf!(it, |own, context| check::<InheritanceFile>(own, context, out))
        }
        InheritCommand::Deploy(it) => {
            leaf!(it, |own, context| deploy::<InheritanceFile>(own, context, out))
        }
        InheritCommand::Verify(it) => {
            leaf!(it, |own, context| verify_terms::<InheritanceFile>(own, context, out))
        }
        InheritCommand::Show(it) => leaf!(show, it, out),
        InheritCommand::Bind(it) => {
            let call = IInheritance::bindCall { key: it.own.word() };
            let done = "the contract keeps the key";
            leaf!(it, |own, context| act(&own.act, context, call, done, out))
        }
        InheritCommand::Submit(it) => {
            let key = IInheritance::keyCall {};
            let call = |request| IInheritance::submitCall { request };
            leaf!(it, |own, context| submit(own, context, key, call, out))
        }
        InheritCommand::ProveLife(it) => {
            run_act(it, IInheritance::proveLifeCall {}, "the owner is alive", out).await
        }
        InheritCommand::ReportSilence(it) => {
            run_act(it, IInheritance::reportSilenceCall {}, "silence is reported", out).await
        }
        InheritCommand::Observe(it) => {
            run_act(it, IInheritance::observeCall {}, "the clocks were looked at", out).await
        }
        InheritCommand::Attest(it) => leaf!(attest, it, out),
        InheritCommand::Retract(it) => leaf!(retract, it, out),
        InheritCommand::Contest(it) => leaf!(contest, it, out),
        InheritCommand::Answer(it) => {
            run_act(it, IInheritance::answerCall {}, "the heir has answered", out).await
        }
        InheritCommand::Prepare(it) => leaf!(prepare, it, out),
        InheritCommand::Execute(it) => leaf!(execute, it, out),
        InheritCommand::Revoke(it) => {
            run_act(it, IInheritance::revokeCall {}, "the inheritance is revoked", out).await
        }
        InheritCommand::Freeze(it) => {
            run_act(it, IInheritance::freezeCall {}, "the key is frozen", out).await
        }
        InheritCommand::Unfreeze(it) => {
            run_act(it, IInheritance::unfreezeCall {}, "the freeze is lifted", out).await
        }
    }
}
