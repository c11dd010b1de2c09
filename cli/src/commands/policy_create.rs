//! `regent policy create`

use std::{io::Write, path::PathBuf};

use clap::Args;
use regent_client::calls;
use regent_primitives::{
    policy::{change_message, ChangeSignature, ChangeSignatures},
    PolicyHash,
};

use crate::{
    args::AccountOptions, context::Context, error::CliError, output::show, policy_file::PolicyFile,
    views::PolicyView,
};

/// Options of `regent policy create`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regent policy create --file treasury.toml --account //Alice
  regent policy create --file successor.toml --account //Alice --change-signer //Dave --change-signer //Eve")]
pub struct Options {
    /// The policy, as `regent policy example` shows it.
    #[arg(long, value_name = "FILE.toml")]
    pub file: PathBuf,
    /// Whose account creates it.
    #[command(flatten)]
    pub account: AccountOptions,
    /// A development account that signs the change from the predecessor; may be repeated.
    #[arg(long = "change-signer", value_name = "//NAME")]
    pub change_signers: Vec<String>,
}

/// Puts a policy onto the chain.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let policy = PolicyFile::read(&options.file)?.policy()?;
    let (account, client) = context.actor(&options.account).await?;
    let genesis = client.genesis();
    let hash = policy.hash(genesis);
    let call = match policy.predecessor {
        None => calls::policies::create(policy.clone()),
        Some(predecessor) => {
            let signatures = sign_change(&options.change_signers, genesis, predecessor, hash)?;
            let former = client.policy(predecessor, None).await?.ok_or(CliError::NotFound {
                what: "policy",
                id: predecessor.to_string(),
                remedy: "correct field `predecessor` of the policy file",
            })?;
            // Said here with the names of what is wrong, before a transaction fails.
            regent_policy::check_change(genesis, &former.policy, &policy, &signatures)
                .map_err(|violation| CliError::Refused(vec![violation.to_string()]))?;
            calls::policies::change(policy.clone(), signatures)
        }
    };
    let inclusion = client.submit_finalised(&account, call).await?;
    context.say(format_args!("policy {hash} is final in block {}", inclusion.number));
    show(out, context.json(), &PolicyView { hash: Some(hash), policy: &policy, record: None })
}

fn sign_change(
    signers: &[String],
    genesis: regent_primitives::H256,
    predecessor: PolicyHash,
    successor: PolicyHash,
) -> Result<ChangeSignatures, CliError> {
    let message = change_message(genesis, predecessor, successor);
    let signatures = signers
        .iter()
        .map(|name| {
            let account = regent_client::Account::development(name)?;
            Ok(ChangeSignature {
                signer: account.id().clone(),
                signature: account.sign(message.as_bytes()),
            })
        })
        .collect::<Result<Vec<_>, CliError>>()?;
    ChangeSignatures::try_from(signatures)
        .map_err(|_| CliError::input("--change-signer", "there are more than a role has members"))
}
