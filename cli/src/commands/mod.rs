//! One file a command, unless it is but a call of what commands share.

pub mod agent;
pub mod approve;
pub mod audit_list;
pub mod audit_tail;
pub mod cash;
pub mod completions;
pub mod contract_call;
pub mod contract_credits;
pub mod contract_deploy;
pub mod contract_show;
pub mod contract_verify;
pub mod delegate;
pub mod demo;
pub mod deny;
pub mod dev;
pub mod evidence;
pub mod inherit;
pub mod key_enrol;
pub mod key_epochs;
pub mod key_list;
pub mod key_prepare;
pub mod key_refresh;
pub mod key_reshare;
pub mod key_show;
pub mod key_transfer;
pub mod member;
pub mod own_key;
pub mod policy_check;
pub mod policy_create;
pub mod policy_example;
pub mod policy_show;
pub mod quorum;
pub mod request_cancel;
pub mod request_decrypt;
pub mod request_list;
pub mod request_show;
pub mod request_sign;
pub mod request_watch;
pub mod sale;
pub mod status;
pub mod validator;

mod carry;
mod carry_cash;
mod carry_contract;
mod carry_terms;
mod carry_verify;
mod change;
mod document;
mod next_owner;
mod prepare;
mod proven_act;
mod sharing;
mod snapshot;
mod submit;
mod succeed;

use std::io::Write;

use regent_client::calls::keys;

use crate::{
    args::{AuditCommand, Command, ContractCommand, KeyCommand, PolicyCommand, RequestCommand},
    error::CliError,
    output,
};

/// Runs a leaf of the command tree: a module's `run`, or what is made of its options and the context.
macro_rules! leaf {
    ($leaf:expr, |$own:pat_param, $context:ident| $run:expr) => {{
        $crate::output::trace($leaf.common.manner.verbose);
        let context = $crate::context::Context::new(&$leaf.common);
        let ($own, $context) = (&$leaf.own, &context);
        ($leaf.common.json, $run.await)
    }};
    ($module:ident, $leaf:expr, $out:expr) => {
        leaf!($leaf, |own, context| $module::run(own, context, $out))
    };
}
pub(crate) use leaf;

/// Runs a command. Says whether errors are to be told as JSON, too.
pub async fn run(command: &Command, out: &mut (impl Write + Send)) -> (bool, Result<(), CliError>) {
    match command {
        Command::Dev(it) => leaf!(dev, it, out),
        Command::Demo(options) => {
            output::trace(options.manner.verbose);
            (false, demo::run(options, out).await)
        }
        Command::Key(command) => match command {
            KeyCommand::Enrol(it) => leaf!(key_enrol, it, out),
            KeyCommand::List(it) => leaf!(key_list, it, out),
            KeyCommand::Show(it) => leaf!(key_show, it, out),
            KeyCommand::Refresh(it) => leaf!(key_refresh, it, out),
            KeyCommand::Reshare(it) => leaf!(key_reshare, it, out),
            KeyCommand::Epochs(it) => leaf!(key_epochs, it, out),
            // Without an agent to spare: the loss of one more would lose the epoch.
            KeyCommand::Accept(it) => {
                let call = keys::accept_confirmed;
                leaf!(it, |own, context| own.decide(call, "accepted", context, out))
            }
            KeyCommand::Prepare(it) => leaf!(key_prepare, it, out),
            KeyCommand::Transfer(it) => leaf!(key_transfer, it, out),
            KeyCommand::Withdraw(it) => {
                let call = keys::withdraw_epoch;
                leaf!(it, |own, context| own.decide(call, "withdrawn", context, out))
            }
            KeyCommand::Freeze(it) => {
                leaf!(it, |own, context| own.decide(keys::freeze, "frozen", context, out))
            }
            KeyCommand::Unfreeze(it) => {
                leaf!(it, |own, context| own.decide(keys::unfreeze, "lifted", context, out))
            }
        },
        Command::Policy(command) => match command {
            PolicyCommand::Create(it) => leaf!(policy_create, it, out),
            PolicyCommand::Show(it) => leaf!(policy_show, it, out),
            PolicyCommand::Check(it) => leaf!(policy_check, it, out),
            PolicyCommand::Example(it) => leaf!(policy_example, it, out),
        },
        Command::Request(command) => match command {
            RequestCommand::Sign(it) => leaf!(request_sign, it, out),
            RequestCommand::Decrypt(it) => leaf!(request_decrypt, it, out),
            RequestCommand::Show(it) => leaf!(request_show, it, out),
            RequestCommand::List(it) => leaf!(request_list, it, out),
            RequestCommand::Watch(it) => leaf!(request_watch, it, out),
            RequestCommand::Cancel(it) => leaf!(request_cancel, it, out),
        },
        Command::Approve(it) => leaf!(approve, it, out),
        Command::Deny(it) => leaf!(deny, it, out),
        Command::Contract(command) => match command {
            ContractCommand::Deploy(it) => leaf!(contract_deploy, it, out),
            ContractCommand::Call(it) => leaf!(contract_call, it, out),
            ContractCommand::Show(it) => leaf!(contract_show, it, out),
            ContractCommand::Credits(it) => leaf!(contract_credits, it, out),
            ContractCommand::Verify(it) => leaf!(contract_verify, it, out),
        },
        Command::Inherit(command) => inherit::run(command, out).await,
        Command::Sale(command) => sale::run(command, out).await,
        Command::Delegate(command) => delegate::run(command, out).await,
        Command::Cash(command) => cash::run(command, out).await,
        Command::Agent(command) => agent::run(command, out).await,
        Command::Quorum(command) => quorum::run(command, out).await,
        Command::Member(command) => member::run(command, out).await,
        Command::Validator(command) => validator::run(command, out).await,
        Command::Audit(command) => match command {
            AuditCommand::List(it) => leaf!(audit_list, it, out),
            AuditCommand::Tail(it) => leaf!(audit_tail, it, out),
        },
        Command::Evidence(command) => evidence::run(command, out).await,
        Command::Status(it) => leaf!(status, it, out),
        Command::Completions(it) => leaf!(completions, it, out),
    }
}
