//! `regent sale`: control of a key against a price, in cash or paid elsewhere.

mod consent;
mod prepare;
mod rule;
mod send_due;
mod show;

use std::io::Write;

use clap::Subcommand;
use regent_contract_abi::ISale;

use self::{
    consent::ConsentOptions,
    send_due::{send_due, PayOptions},
};
use super::{
    carry_contract::{act, run_act, ActOptions, BindOptions},
    carry_terms::{
        check, deploy, example, verify_terms, CheckOptions, DeployOptions, ExampleOptions,
        VerifyTermsOptions,
    },
    leaf,
    proven_act::ProvenAct,
    snapshot::ShowOptions,
    submit::{submit, SubmitOptions},
};
use crate::{args::Leaf, error::CliError, terms::SaleFile};

/// A command about sales.
#[derive(Debug, Subcommand)]
pub enum SaleCommand {
    /// Write commented terms to start from.
    #[command(after_help = "Example:\n  regent sale example > sale.toml")]
    Example(Leaf<ExampleOptions>),
    /// Check terms without submitting anything.
    #[command(after_help = "Example:\n  regent sale check --file sale.toml")]
    Check(Leaf<CheckOptions>),
    /// Put a sale onto the chain, on terms that never change.
    #[command(after_help = "Example:\n  regent sale deploy --file sale.toml --account //Alice")]
    Deploy(Leaf<DeployOptions>),
    /// Verify that a sale was deployed with these terms, and runs the contract's own code. A node is
    /// asked for nothing but the decimals of cash.
    #[command(after_help = "\
What to give beside the terms, deploying told. The code is the one that was built in this folder, or --code.

Example:
  regent sale verify 0x52.. --file sale.toml --deployer //Alice --salt 0x1f.. --block 1000")]
    Verify(Leaf<VerifyTermsOptions>),
    /// Show where a sale stands, until when, and what comes next.
    #[command(after_help = "Example:\n  regent sale show 0x52..")]
    Show(Leaf<ShowOptions>),
    /// As the seller: hand over a key that the contract owns already.
    #[command(after_help = "Example:\n  regent sale bind 0x52.. --key 0x7a.. --account //Alice")]
    Bind(Leaf<BindOptions>),
    /// As the seller: request a signature or a decryption; not from the reservation until the sale is
    /// off.
    #[command(after_help = "\
Example:
  regent sale submit 0x52.. --account //Alice \\
      --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount \"0.5 ether\" --chain-id 1 --nonce 0
  # then, as its policy asks: regent approve REQUEST --account //Dave
  # and: regent request watch REQUEST --execute --account //Alice")]
    Submit(Box<Leaf<SubmitOptions>>),
    /// As the buyer: leave the deposit, or say that a payment elsewhere is to come. From now on nobody
    /// uses the key.
    #[command(after_help = "\
Examples:
  regent sale reserve 0x52.. --account //Bob
  regent sale reserve 0x52.. --at-most 100.00 --account //Bob")]
    Reserve(Leaf<PayOptions>),
    /// As the buyer: pay a price in cash, less the deposit.
    #[command(after_help = "Example:\n  regent sale pay 0x52.. --at-most 700.00 --account //Bob")]
    Pay(Leaf<PayOptions>),
    /// As an oracle: attest that the price was paid, with the hash of the receipt.
    #[command(after_help = "\
Example:
  regent sale attest-payment 0x52.. --evidence receipt.pdf --account //Charlie")]
    AttestPayment(Leaf<ProvenAct>),
    /// As an oracle: attest that what was paid was returned to the buyer.
    #[command(after_help = "\
Example:
  regent sale attest-return 0x52.. --evidence return.pdf --account //Charlie")]
    AttestReturn(Leaf<ProvenAct>),
    /// As somebody whose consent is needed: give it, with the hash of the decision.
    #[command(after_help = "\
Example:
  regent sale sign-off 0x52.. --index 0 --evidence clearance.pdf --account //Ferdie")]
    SignOff(Leaf<ConsentOptions>),
    /// As somebody whose consent is needed: refuse it, or take it back. The sale ends.
    #[command(after_help = "\
Example:
  regent sale refuse 0x52.. --index 0 --evidence refusal.pdf --account //Ferdie")]
    Refuse(Leaf<ConsentOptions>),
    /// As seller or buyer: cancel what is not paid, or agree to cancel what is.
    #[command(after_help = "Example:\n  regent sale cancel 0x52.. --account //Bob")]
    Cancel(Leaf<ActOptions>),
    /// As seller or buyer: stop a paid sale, for the arbiter to rule.
    #[command(after_help = "Example:\n  regent sale dispute 0x52.. --account //Bob")]
    Dispute(Leaf<ActOptions>),
    /// As the arbiter: rule on a dispute.
    Rule(Leaf<rule::Options>),
    /// As anyone: end a sale whose time is over.
    #[command(after_help = "Example:\n  regent sale expire 0x52.. --account //Alice")]
    Expire(Leaf<ActOptions>),
    /// Ask for the key's next epoch, for the buyer or back for the seller.
    Prepare(Leaf<prepare::Options>),
    /// As seller or buyer: the key changes hands, once the next epoch is there.
    #[command(after_help = "Example:\n  regent sale settle 0x52.. --account //Bob")]
    Settle(Leaf<ActOptions>),
    /// As the seller: take the key back after a sale that came to nothing.
    #[command(after_help = "Example:\n  regent sale take-back 0x52.. --account //Alice")]
    TakeBack(Leaf<ActOptions>),
    /// As anyone: have what is refunded sent to the buyer.
    #[command(after_help = "Example:\n  regent sale withdraw 0x52.. --account //Bob")]
    Withdraw(Leaf<ActOptions>),
}

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(
    command: &SaleCommand,
    out: &mut (impl Write + Send),
) -> (bool, Result<(), CliError>) {
    match command {
        SaleCommand::Example(it) => leaf!(it, |_, context| example::<SaleFile>(context, out)),
        SaleCommand::Check(it) => leaf!(it, |own, context| check::<SaleFile>(own, context, out)),
        SaleCommand::Deploy(it) => {
            leaf!(it, |own, context| deploy::<SaleFile>(own, context, out))
        }
        SaleCommand::Verify(it) => {
            leaf!(it, |own, context| verify_terms::<SaleFile>(own, context, out))
        }
        SaleCommand::Show(it) => leaf!(show, it, out),
        SaleCommand::Bind(it) => {
            let call = ISale::bindCall { key: it.own.word() };
            let done = "the contract keeps the key, which is for sale";
            leaf!(it, |own, context| act(&own.act, context, call, done, out))
        }
        SaleCommand::Submit(it) => {
            let key = ISale::keyCall {};
            let call = |request| ISale::submitCall { request };
            leaf!(it, |own, context| submit(own, context, key, call, out))
        }
        SaleCommand::Reserve(it) => {
            let call = ISale::reserveCall {};
            leaf!(it, |own, context| send_due(own, context, call, "the sale is reserved", out))
        }
        SaleCommand::Pay(it) => {
            let call = ISale::payCall {};
            leaf!(it, |own, context| send_due(own, context, call, "all is paid", out))
        }
        SaleCommand::AttestPayment(it) => {
            let call = |evidence| ISale::attestPaymentCall { evidence };
            leaf!(it, |own, context| own.perform(call, "the payment is attested", context, out))
        }
        SaleCommand::AttestReturn(it) => {
            let call = |evidence| ISale::attestReturnCall { evidence };
            leaf!(it, |own, context| own.perform(call, "the return is attested", context, out))
        }
        SaleCommand::SignOff(it) => {
            let ConsentOptions { index, proven } = &it.own;
            let call = |evidence| ISale::signOffCall { index: *index, evidence };
            leaf!(it, |_, context| proven.perform(call, "consent is given", context, out))
        }
        SaleCommand::Refuse(it) => {
            let ConsentOptions { index, proven } = &it.own;
            let call = |evidence| ISale::refuseCall { index: *index, evidence };
            leaf!(it, |_, context| proven.perform(call, "consent is refused", context, out))
        }
        SaleCommand::Cancel(it) => {
            let done = "cancelled; what is paid, once the other party does so too";
            run_act(it, ISale::cancelCall {}, done, out).await
        }
        SaleCommand::Dispute(it) => {
            run_act(it, ISale::disputeCall {}, "the sale is disputed", out).await
        }
        SaleCommand::Rule(it) => leaf!(rule, it, out),
        SaleCommand::Expire(it) => {
            let done = "its time is over: `regent sale show` says where it stands";
            run_act(it, ISale::expireCall {}, done, out).await
        }
        SaleCommand::Prepare(it) => leaf!(prepare, it, out),
        SaleCommand::Settle(it) => {
            run_act(it, ISale::settleCall {}, "the buyer has the key", out).await
        }
        SaleCommand::TakeBack(it) => {
            run_act(it, ISale::takeBackCall {}, "the seller has the key", out).await
        }
        SaleCommand::Withdraw(it) => {
            run_act(it, ISale::withdrawCall {}, "the buyer has the refund", out).await
        }
    }
}
